"""A race: which rules run, on what, from where, and how it is looked at. It is everything that a link holds."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias, get_args

from core.knob import Knob, knobs
from core.words import _, outside, quoted
from experiments.field import Box
from experiments.trace import Start, Trace, run
from optim import OPTIMIZERS, Optimizer
from optim import build as build_rule
from surfaces import SURFACES, Surface
from surfaces import build as build_surface

MOST_LANES = 12
MOST_STEPS = 2000
TOLERANCES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8)

Layout = Literal["overlay", "panels", "3d"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)

Mark = Literal["levels", "minima", "field", "fan", "fade", "gradient", "velocity", "step"]
MARKS: tuple[Mark, ...] = get_args(Mark)
USUAL_MARKS: tuple[Mark, ...] = ("levels", "minima")
LONGEST_NAME = 40


def _all_knobs() -> dict[str, Knob]:
    """Every knob that some rule has, in the order in which the sliders stand."""
    found = {name: knob for kind in OPTIMIZERS.values() for name, knob in knobs(kind).items()}
    first = ("lr", "gamma", "rho", "beta1", "beta2", "eps")
    return {name: found[name] for name in (*first, *(n for n in found if n not in first))}


KNOBS = _all_knobs()
SEEDS = {"lr": 0.4, "gamma": 0.5, "rho": 0.9, "beta1": 0.9, "beta2": 0.999, "eps": 1e-6}


Eye: TypeAlias = tuple[float, float, float]


class Lane(NamedTuple):
    """One racer: a rule by its slug, and those knobs that do not follow the shared sliders."""

    rule: str
    own: Mapping[str, float] = {}
    name: str = ""  # what the visitor calls it; nothing: its rule and what sets it apart
    hidden: bool = False  # it runs, and is not drawn


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
    curves: tuple[str, ...] | None = None  # which curves (experiments.inside.CURVES); None is the usual ones
    dial: str = "shared--lr"  # the slider, by its key, that the live knob turns
    eye: Eye | None = None  # from where the relief is seen; None is its usual view


def lane(rule: str) -> Lane:
    """A new racer. As in the seeds it keeps its own memory and epsilon; the learning rate is the shared one.

    >>> lane("rmsprop")
    Lane(rule='rmsprop', own={'gamma': 0.9}, name='', hidden=False)
    """
    usual = OPTIMIZERS[rule]()
    own = {name: getattr(usual, name) for name in knobs(type(usual)) if name != "lr"}
    return Lane(rule, {name: value for name, value in own.items() if value != SEEDS.get(name, value)})


SEED_LANES = tuple(lane(rule) for rule in ("gradient_descent", "momentum", "adagrad", "rmsprop", "adam"))


def shared_for(surface: Surface) -> dict[str, float]:
    """The shared sliders with which a surface opens."""
    usual = {name: float(getattr(kind(), name)) for kind in OPTIMIZERS.values() for name in knobs(kind)}
    return {**usual, **SEEDS, "lr": surface.lr}


def race_on(surface: Surface, lanes: tuple[Lane, ...] = SEED_LANES) -> Race:
    """The race with which a surface opens: its own start, learning rate and number of steps."""
    return Race(surface, lanes, shared_for(surface), surface.start, surface.steps)


def default_race() -> Race:
    """The seeds' race: the ravine, from (-5, -2), 20 steps."""
    return race_on(SURFACES["ravine"]())


def settings(race: Race, lane: Lane) -> dict[str, float]:
    """The value of every knob of this lane: its own, or the shared one."""
    return {name: lane.own.get(name, race.shared[name]) for name in knobs(OPTIMIZERS[lane.rule])}


def rule_of(race: Race, lane: Lane) -> Optimizer:
    """The rule that runs in this lane. Raises ValueError when a value is out of range."""
    return build_rule(lane.rule, **settings(race, lane))


def listeners(race: Race, knob: str) -> list[int]:
    """The lanes, by index, whose rule has this knob."""
    return [i for i, lane in enumerate(race.lanes) if knob in knobs(OPTIMIZERS[lane.rule])]


def run_race(race: Race) -> list[Trace]:
    """One trace a lane, in order. Every run starts anew: nothing is remembered from another."""
    return [run(rule_of(race, lane), race.surface, race.start, race.steps) for lane in race.lanes]


def numbered(lanes: tuple[Lane, ...]) -> list[int]:
    """For each lane, how many lanes up to it have the same rule: 1 for the first Momentum, 2 for the second."""
    rules = [lane.rule for lane in lanes]
    return [rules[: i + 1].count(rule) for i, rule in enumerate(rules)]


def too_many(count: int) -> str:
    """The sentence for a race with too few or too many lanes."""
    return _("A race has 1 to {most} optimizers, not {count}.").format(most=MOST_LANES, count=count)


def checked(race: Race) -> Race:
    """`race`, all values in range. Raises ValueError, with a sentence for a reader, for the first that is not."""
    if not 1 <= len(race.lanes) <= MOST_LANES:
        raise ValueError(too_many(len(race.lanes)))
    for name, value in race.shared.items():
        KNOBS[name].check(name, value)
    for racer in race.lanes:
        build_rule(racer.rule, **racer.own)
        _check_name(racer.name)
    build_surface(race.surface.slug(), **{name: getattr(race.surface, name) for name in knobs(type(race.surface))})
    if not 1 <= race.steps <= MOST_STEPS:
        raise ValueError(outside("steps", race.steps, 1, MOST_STEPS))
    if not 1e-12 <= race.tolerance <= 1.0:
        raise ValueError(outside("tol", race.tolerance, 1e-12, 1.0))
    if race.at is not None and not 0 <= race.at <= race.steps:
        raise ValueError(outside("at", race.at, 0, race.steps))
    if race.eye is not None and not all(abs(v) <= 10 for v in race.eye):
        raise ValueError(_("eye = {eye} is not three numbers from -10 to 10.").format(eye=quoted(race.eye)))
    _check_start(race)
    _check_zoom(race.zoom)
    return race


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME or name != name.strip() or not name.isprintable():
        said = _("{name} is no name for an optimizer: at most {most} printable characters.")
        raise ValueError(said.format(name=quoted(name), most=LONGEST_NAME))


def _check_start(race: Race) -> None:
    (left, right), (bottom, top) = race.surface.view
    if not (left <= race.start[0] <= right and bottom <= race.start[1] <= top):
        said = _("start = {place} is outside the picture, {window}.")
        window = f"[{left:g}, {right:g}] x [{bottom:g}, {top:g}]"
        raise ValueError(said.format(place=f"({race.start[0]:g}, {race.start[1]:g})", window=window))


def _check_zoom(zoom: Box | None) -> None:
    if zoom is None:
        return
    left, right, bottom, top = zoom
    sizes = right - left, top - bottom
    if not all(1e-9 <= size <= 1e6 for size in sizes) or max(map(abs, zoom)) > 1e6:
        said = _("zoom = {window} is no window: left,right,bottom,top, at most 1e6.")
        raise ValueError(said.format(window=",".join(f"{v:g}" for v in zoom)))
