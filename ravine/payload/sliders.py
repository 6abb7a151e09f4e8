"""What each slider does to a race, by the slider's key.

The page draws sliders from this table, and the server answers previews from it: while a slider is
still moving, the browser asks for the paths at the value that it shows, and no page runs
(docs/decisions/0004).

    shared--lr    own--momentum-1--gamma    with--momentum-1--clip_norm--limit
    surface--quadratic--kappa start    start--0    steps    tolerance    function

`with--all--...` turns what stands around every rule of the race.

`start` is no slider but the handle on the picture, which is dragged: it shows "x1,x2". `function`
is the field for a function of one's own: what it shows is raced on as soon as it is finished, in
the window that the race has.
"""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from optim.wrappers import WRAPPERS
from ravine.core.formula import FormulaError
from ravine.core.knob import Knob, knobs
from ravine.core.words import _
from ravine.experiments.grounds import carried, function_of, with_value
from ravine.experiments.lanes import Wrap, knobs_of
from ravine.experiments.link import on_surface
from ravine.experiments.race import (
    KNOBS,
    MOST_STEPS,
    TOLERANCES,
    Lane,
    Race,
    listeners,
    settings,
)
from ravine.payload.names import knob_label, lane_ids, lane_labels, letter
from surfaces import Surface, typed

STEP_STOPS = (
    *range(1, 21),
    *range(25, 55, 5),
    *range(60, 110, 10),
    *(
        125,
        150,
        175,
        200,
        250,
        300,
        350,
        400,
        450,
        500,
        600,
        700,
        800,
        900,
        1000,
        1250,
        1500,
        1750,
        MOST_STEPS,
    ),
)


ALL = "all"  # in a slider's key, the lanes all together
START_STOPS = 201  # of each coordinate, over the picture


class Slider(NamedTuple):
    """One slider: where it stops (nothing: anywhere), how it reads and writes a race, how it shows
    a value.
    """

    stops: tuple[Any, ...]
    read: Callable[[Race], Any]
    write: Callable[[Race, Any], Race]
    show: Callable[[Any], str]
    parse: Callable[[str], Any] = float

    def value(self, text: str) -> Any:
        """The value that is shown as `text`. Raises ValueError when it is none."""
        texts = self.texts
        return self.stops[texts.index(text)] if text in texts else self.parse(text)

    @property
    def texts(self) -> tuple[str, ...]:
        """What it shows at each of its stops."""
        return _texts(self.show, self.stops) if self.stops else ()


@functools.lru_cache(maxsize=256)
def _texts(show: Callable[[Any], str], stops: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(map(show, stops))


def slider_of(key: str, race: Race) -> Slider:
    """The slider called `key` in this race. Raises ValueError when the race has no such slider."""
    kind, *path = key.split("--")
    try:
        return SLIDER_KINDS[kind](race, *path)
    except (KeyError, TypeError, ValueError, IndexError, StopIteration):
        raise ValueError(_("This race has no such slider.")) from None


def knob_sliders(race: Race) -> dict[str, str]:
    """Every slider of a knob, or of the start, that this race has: its key, and what it is
    called.
    """
    names, ids = lane_labels(race.lanes), lane_ids(race.lanes)
    shared = {f"shared--{name}": knob_label(KNOBS[name]) for name in KNOBS if followers(race, name)}
    own = {
        f"own--{ids[i]}--{name}": f"{names[i]} {letter(knob)}"
        for i, lane in enumerate(race.lanes)
        for name, knob in knobs_of(lane).items()
        if name in lane.own or name not in KNOBS
    }
    around = {
        f"with--{ids[i]}--{wrap.slug}--{name}": f"{names[i]}: {_(WRAPPERS[wrap.slug].title)} "
        f"{letter(knob)}"
        for i, lane in enumerate(race.lanes)
        for wrap in lane.wraps
        for name, knob in knobs(WRAPPERS[wrap.slug]).items()
    }
    slug = race.surface.slug()
    ground = {
        f"surface--{slug}--{name}": knob_label(knob) for name, knob in race.surface.knobs().items()
    }
    start = {
        f"start--{i}": _("Start {axis}").format(axis=axis) for i, axis in enumerate(("x₁", "x₂"))
    }
    return shared | own | around | ground | start


def own_knob(key: str, race: Race) -> Knob:
    """The knob of the slider of a lane's own value."""
    _own, lane_id, name = key.split("--")
    lanes = dict(zip(lane_ids(race.lanes), race.lanes, strict=True))
    return knobs_of(lanes[lane_id])[name]


def followers(race: Race, name: str) -> list[int]:
    """The lanes, by index, that take this knob from the shared slider."""
    return [i for i in listeners(race, name) if name not in race.lanes[i].own]


def moved(race: Race, key: str, text: str) -> Race:
    """The race after the slider called `key` was moved to where it shows `text`. Raises ValueError.

    It is a FormulaError, which knows the place, when a function is no function.
    """
    slider = slider_of(key, race)
    try:
        return slider.write(race, slider.value(text))
    except FormulaError:
        raise
    except (ValueError, OverflowError):
        raise ValueError(_("That is not a value of this slider.")) from None


def _shared(_race: Race, name: str) -> Slider:
    def write(race: Race, value: float) -> Race:
        return race.with_shared(name, value)

    return _knob(KNOBS[name], lambda race: race.shared[name], write)


def _own(race: Race, lane_id: str, name: str) -> Slider:
    def read(race: Race) -> float:
        lane = _lane(race, lane_id)
        return lane.own[name] if name in KNOBS else settings(race, lane)[name]

    def write(race: Race, value: float) -> Race:
        return each(race, lane_id, lambda lane: lane._replace(own={**lane.own, name: value}))

    read(race)
    return _knob(knobs_of(_lane(race, lane_id))[name], read, write)


def _with(race: Race, lane_id: str, slug: str, name: str) -> Slider:
    """A knob of what stands around one rule, or around all."""
    knob = knobs(WRAPPERS[slug])[name]

    def turned_to(lane: Lane, value: float) -> Lane:
        wraps = (Wrap(slug, {**w.own, name: value}) if w.slug == slug else w for w in lane.wraps)
        return lane._replace(wraps=tuple(wraps))

    def read(race: Race) -> float:
        lanes = race.lanes if lane_id == ALL else (_lane(race, lane_id),)
        held = next(wrap.own for lane in lanes for wrap in lane.wraps if wrap.slug == slug)
        return held.get(name, getattr(WRAPPERS[slug](), name))

    read(race)
    return _knob(
        knob, read, lambda race, value: each(race, lane_id, lambda lane: turned_to(lane, value))
    )


def _lane(race: Race, lane_id: str) -> Lane:
    return race.lanes[lane_ids(race.lanes).index(lane_id)]


def each(race: Race, lane_id: str, change: Callable[[Lane], Lane]) -> Race:
    """The race with this lane changed, or all of them."""
    ids = lane_ids(race.lanes)
    lanes = (
        change(lane) if lane_id in (ALL, key) else lane
        for key, lane in zip(ids, race.lanes, strict=True)
    )
    return race.replace(lanes=tuple(lanes))


def _surface(race: Race, _slug: str, name: str) -> Slider:
    def write(race: Race, value: float) -> Race:
        return on_ground(race, with_value(race.surface, name, value))

    return _knob(race.surface.knobs()[name], lambda race: race.surface.values()[name], write)


def on_ground(race: Race, new: Surface) -> Race:
    """The race on its surface with other values. The start turns along, and f* follows unless it
    was set.
    """
    if race.run.place is None:
        return race.replace(surface=new)
    return race.replace(surface=new, start=carried(race.surface, new, race.start))


def _start(race: Race, axis: str = "both", *_picture: str) -> Slider:
    """The start, or one coordinate of it; the page's own key also names the picture."""
    if axis == "both":
        return Slider(
            (), lambda race: race.start, _start_at, lambda at: ",".join(map(repr, at)), _two
        )
    i = ("0", "1").index(axis)
    low, high = race.surface.view[i]
    stops = tuple(float(f"{v:.4g}") for v in np.linspace(low, high, START_STOPS))

    def write(race: Race, value: float) -> Race:
        return race.replace(start=(value, race.start[1]) if i == 0 else (race.start[0], value))

    return Slider(stops, lambda race: race.start[i], write, "{:.4g}".format)


def _start_at(race: Race, at: tuple[float, float]) -> Race:
    return race.replace(start=at)


def _two(text: str) -> tuple[float, float]:
    x, y = map(float, text.split(","))
    return x, y


def _steps(_race: Race) -> Slider:
    def write(race: Race, steps: float) -> Race:
        at = race.arena.at
        return race.replace(steps=int(steps), at=None if at is None or at >= steps else at)

    return Slider(STEP_STOPS, lambda race: race.steps, write, str)


def _tolerance(_race: Race) -> Slider:
    def write(race: Race, tolerance: float) -> Race:
        return race.replace(tolerance=tolerance)

    return Slider(TOLERANCES[::-1], lambda race: race.tolerance, write, "{:g}".format)


def _function(_race: Race) -> Slider:
    def write(race: Race, text: str) -> Race:
        return on_surface(race, typed(text, function_of(race.surface).window))

    return Slider((), lambda race: function_of(race.surface).text, write, str, str)


def _knob(
    knob: Knob, read: Callable[[Race], float], write: Callable[[Race, float], Race]
) -> Slider:
    return Slider(knob.grid(), read, write, knob.show, knob.read)


SLIDER_KINDS: dict[str, Callable[..., Slider]] = {  # by what their keys begin with
    "shared": _shared,
    "own": _own,
    "with": _with,
    "surface": _surface,
    "start": _start,
    "steps": _steps,
    "tolerance": _tolerance,
    "function": _function,
}
