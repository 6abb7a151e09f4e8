"""How the arena shows a race: which step, which part of the picture, and what is drawn there."""

from typing import Literal, NamedTuple, TypeAlias, get_args

from ravine.core.types import Place
from ravine.experiments.field import Box
from ravine.experiments.formats import Choice, KeyName, Reals, Several, Whole, Window
from ravine.experiments.inside import CURVES, is_state
from ravine.experiments.rows import LinkRow

MOST_STEPS = 2000

Layout = Literal["overlay", "panels", "3d"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)

Mark = Literal[
    "levels", "minima", "critical", "field", "fan", "fade", "gradient", "velocity", "step"
]
MARKS: tuple[Mark, ...] = get_args(Mark)
USUAL_MARKS: tuple[Mark, ...] = ("levels", "minima")

Eye: TypeAlias = tuple[float, float, float]

SLIDER = r"(shared|own|with|surface|start)(--[A-Za-z0-9_]{1,40}(-[0-9]+)?){1,3}"
SLIDERS = (
    ("shared--gamma",), ("own--momentum-2--gamma",), ("with--all--step--every",),
    ("own--typed-1--Big",), ("surface--quadratic--kappa",), ("start--1",),
)  # fmt: skip


class ArenaView(NamedTuple):
    """What the arena shows of a race."""

    layout: Layout = "overlay"
    at: int | None = None  # the step that is shown; None is the last one
    zoom: Box | None = None  # the part of the picture that is shown; None is all of it
    marks: tuple[Mark, ...] = USUAL_MARKS  # what is drawn beside the paths
    curves: tuple[str, ...] | None = None  # which of `inside.CURVES`; None is the usual ones
    dial: str = "shared--lr"  # the slider, by its key, that the live knob turns
    eye: Eye | None = None  # from where the relief is seen; None is its usual view
    point: Place | None = None  # the critical point that is looked at: the nearest one to here


ARENA_ROWS = (
    LinkRow("view", "layout", Choice(LAYOUTS), by_arena=True),
    LinkRow("at", "at", Whole(0, MOST_STEPS), survives=False, by_arena=True),
    LinkRow("zoom", "zoom", Window(), survives=False, by_arena=True),
    LinkRow("show", "marks", Several(MARKS), by_arena=True),
    LinkRow("curves", "curves", Several(CURVES, is_state, ("zeta1", "Big2")), by_arena=True),
    LinkRow("dial", "dial", KeyName(SLIDER, SLIDERS), by_arena=True),
    LinkRow("eye", "eye", Reals(3, 10.0), survives=False, by_arena=True),
    LinkRow("point", "point", Reals(2), survives=False, by_arena=True),
)
