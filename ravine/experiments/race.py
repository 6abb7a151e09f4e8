"""A race: which rules run, on what, from where, and how it is looked at. It is everything that a
link holds.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias, get_args

from optim import Optimizer
from ravine.core.types import Place
from ravine.core.words import _, outside, quoted
from ravine.experiments.field import Box
from ravine.experiments.grounds import checked_surface
from ravine.experiments.lanes import KNOBS as KNOBS
from ravine.experiments.lanes import LONGEST_NAME as LONGEST_NAME
from ravine.experiments.lanes import USUAL, check_lane, knobs_of, optimizer_of, values_of
from ravine.experiments.lanes import Lane as Lane
from ravine.experiments.lanes import lane as lane
from ravine.experiments.lanes import numbered as numbered
from ravine.experiments.outcome import floor_of
from ravine.experiments.trace import Start, Trace, run
from surfaces import SURFACES, Surface

MOST_LANES = 12
MOST_STEPS = 2000
MOST_FOLLOWED = 2
MANY = ("fair", "knob", "map", "search", "basins", "success")
GOALS = ("height", "arrived")
TUNES = ("rate", "all")
TRIES = (16, 25, 36, 49, 64, 100)
MOST_SEED = 9999
TOLERANCES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8)

Layout = Literal["overlay", "panels", "3d"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)

Mark = Literal[
    "levels", "minima", "critical", "field", "fan", "fade", "gradient", "velocity", "step"
]
MARKS: tuple[Mark, ...] = get_args(Mark)
USUAL_MARKS: tuple[Mark, ...] = ("levels", "minima")

Eye: TypeAlias = tuple[float, float, float]


class Race(NamedTuple):
    """What a link holds. `shared` has a value for every knob of KNOBS."""

    surface: Surface
    lanes: tuple[Lane, ...]
    shared: Mapping[str, float]
    start: Start
    steps: int
    tolerance: float = 1e-3  # how near f must come to the minimum to have arrived
    layout: Layout = "overlay"
    at: int | None = None  # the step that is shown; None is the last one
    zoom: Box | None = None  # the part of the picture that is shown; None is all of it
    marks: tuple[Mark, ...] = USUAL_MARKS  # what is drawn beside the paths
    # which curves (ravine.experiments.inside.CURVES); None is the usual ones
    curves: tuple[str, ...] | None = None
    dial: str = "shared--lr"  # the slider, by its key, that the live knob turns
    eye: Eye | None = None  # from where the relief is seen; None is its usual view
    # the critical point that is looked at: the one nearest to this place
    point: Place | None = None
    follow: tuple[str, ...] = ()  # the lanes, by their keys, that are looked inside
    what_if: str = ""  # what would be otherwise there (ravine.experiments.whatif)
    many: str = "fair"  # which picture of many runs is looked at
    goal: str = "height"  # what is compared there (ravine.experiments.fair)
    over: tuple[str, ...] = ()  # the two knobs of a map, by name
    tune: str = "rate"  # what is sought for a fair race: the learning rate, or all knobs
    tries: int = 36  # runs that a search may take
    seed: int = 1  # of random places and starts


SEED_LANES = tuple(
    lane(rule) for rule in ("gradient_descent", "momentum", "adagrad", "rmsprop", "adam")
)


def shared_for(surface: Surface) -> dict[str, float]:
    """The shared sliders with which a surface opens: its learning rate, and f* for the rules that
    must know it.
    """
    lowest = floor_of(surface).lowest
    own = {"lr": surface.lr, "f_star": 0.0 if lowest is None else lowest}
    return {name: own.get(name, value) for name, value in USUAL.items()}


def race_on(surface: Surface, lanes: tuple[Lane, ...] = SEED_LANES) -> Race:
    """The race with which a surface opens: its own start, learning rate and number of steps."""
    return Race(surface, lanes, shared_for(surface), surface.start, surface.steps)


def default_race() -> Race:
    """The seeds' race: the ravine, from (-5, -2), 20 steps."""
    return race_on(SURFACES["ravine"]())


def settings(race: Race, lane: Lane) -> dict[str, float]:
    """The value of every knob of this lane: its own, or the shared one."""
    return values_of(lane, race.shared)


def rule_of(race: Race, lane: Lane) -> Optimizer:
    """The rule that runs in this lane, with what stands around it. Raises ValueError when a value
    is out of range.
    """
    return optimizer_of(lane, race.shared, race.steps)


def listeners(race: Race, knob: str) -> list[int]:
    """The lanes, by index, whose rule has this knob."""
    return [i for i, lane in enumerate(race.lanes) if knob in knobs_of(lane)]


def run_race(race: Race) -> list[Trace]:
    """One trace a lane, in order. Every run starts anew: nothing is remembered from another."""
    return [run(rule_of(race, lane), race.surface, race.start, race.steps) for lane in race.lanes]


def too_many(count: int) -> str:
    """The sentence for a race with too few or too many lanes."""
    return _("A race has 1 to {most} optimizers, not {count}.").format(most=MOST_LANES, count=count)


def checked(race: Race) -> Race:
    """`race`, all values in range. Raises ValueError, with a sentence for a reader, for the first
    that is not.
    """
    if not 1 <= len(race.lanes) <= MOST_LANES:
        raise ValueError(too_many(len(race.lanes)))
    for name, value in race.shared.items():
        KNOBS[name].check(name, value)
    for racer in race.lanes:
        check_lane(racer)
    checked_surface(race.surface)
    if not 1 <= race.steps <= MOST_STEPS:
        raise ValueError(outside("steps", race.steps, 1, MOST_STEPS))
    if not 1e-12 <= race.tolerance <= 1.0:
        raise ValueError(outside("tol", race.tolerance, 1e-12, 1.0))
    if race.at is not None and not 0 <= race.at <= race.steps:
        raise ValueError(outside("at", race.at, 0, race.steps))
    _check_start(race)
    _check_zoom(race.zoom)
    _check_looks(race)
    return race


def _check_looks(race: Race) -> None:
    if race.eye is not None and not all(abs(v) <= 10 for v in race.eye):
        raise ValueError(
            _("eye = {eye} is not three numbers from -10 to 10.").format(eye=quoted(race.eye))
        )
    if race.point is not None and not all(abs(v) <= 1e6 for v in race.point):
        raise ValueError(
            _("point = {point} is not two numbers up to 1e6.").format(point=quoted(race.point))
        )
    if len(race.follow) > MOST_FOLLOWED:
        raise ValueError(_("follow has at most {most} optimizers.").format(most=MOST_FOLLOWED))
    if race.tries not in TRIES:
        said = _("{name} = {value} is none of {names}.")
        raise ValueError(
            said.format(name="tries", value=race.tries, names=", ".join(map(str, TRIES)))
        )
    if not 1 <= race.seed <= MOST_SEED:
        raise ValueError(outside("seed", race.seed, 1, MOST_SEED))


def _check_start(race: Race) -> None:
    (left, right), (bottom, top) = race.surface.view
    if not (left <= race.start[0] <= right and bottom <= race.start[1] <= top):
        said = _("start = {place} is outside the picture, {window}.")
        window = f"[{left:g}, {right:g}] x [{bottom:g}, {top:g}]"
        raise ValueError(
            said.format(place=f"({race.start[0]:g}, {race.start[1]:g})", window=window)
        )


def _check_zoom(zoom: Box | None) -> None:
    if zoom is None:
        return
    left, right, bottom, top = zoom
    sizes = right - left, top - bottom
    if not all(1e-9 <= size <= 1e6 for size in sizes) or max(map(abs, zoom)) > 1e6:
        said = _("zoom = {window} is no window: left,right,bottom,top, at most 1e6.")
        raise ValueError(said.format(window=",".join(f"{v:g}" for v in zoom)))
