"""A race: which rules run, on what, from where, and how it is looked at: all that a link holds.

What is computed depends on the `Run` alone; each page's view has its own group, in
`experiments.views`. Making a race, and reading or writing its link, computes nothing: what a
surface knows only after a search (f*, where a typed function starts) is asked for when it runs.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from optim import Optimizer
from ravine.core.doors import in_64_bits
from ravine.core.words import _
from ravine.experiments.floor import floor_of
from ravine.experiments.lanes import KNOBS as KNOBS
from ravine.experiments.lanes import LONGEST_NAME as LONGEST_NAME
from ravine.experiments.lanes import USUAL, check_lane, knobs_of, optimizer_of, values_of
from ravine.experiments.lanes import Lane as Lane
from ravine.experiments.lanes import lane as lane
from ravine.experiments.lanes import numbered as numbered
from ravine.experiments.trace import Start, Trace, run
from ravine.experiments.views.arena import LAYOUTS as LAYOUTS
from ravine.experiments.views.arena import MARKS as MARKS
from ravine.experiments.views.arena import MOST_STEPS as MOST_STEPS
from ravine.experiments.views.arena import ArenaView
from ravine.experiments.views.gallery import GalleryView
from ravine.experiments.views.inside import MOST_FOLLOWED as MOST_FOLLOWED
from ravine.experiments.views.inside import InsideView
from ravine.experiments.views.many import MOST_SEED as MOST_SEED
from ravine.experiments.views.many import TRIES as TRIES
from ravine.experiments.views.many import ManyView
from surfaces import SURFACES, Surface

MOST_LANES = 12
USUAL_TOLERANCE = 1e-3
TOLERANCES = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8)
USUAL_ARENA, USUAL_INSIDE, USUAL_MANY = ArenaView(), InsideView(), ManyView()
USUAL_GALLERY = GalleryView()
FROM_SURFACE = ("lr", "f_star")  # shared sliders that open where the surface has them


class Run(NamedTuple):
    """What is computed: which rules run, on what, from where, and for how long.

    What is not set is as the surface opens with it.
    """

    surface: Surface
    lanes: tuple[Lane, ...]
    chosen: Mapping[str, float] = {}  # the shared sliders that were turned, in the order of KNOBS
    place: Start | None = None  # where it starts; None is where the surface does
    steps: int = 20
    tolerance: float = USUAL_TOLERANCE  # how near f must come to the minimum to have arrived

    @property
    def start(self) -> Start:
        """Where it starts."""
        return self.surface.start if self.place is None else self.place

    @property
    def shared(self) -> "Shared":
        """The value of every shared slider."""
        return Shared(self.chosen, self.surface)


class Shared(Mapping[str, float]):
    """The shared sliders of a run, all of KNOBS: as they were turned, or as they open.

    What the surface says of one (its learning rate, f*) is asked for when that one is looked at: it
    may be the end of a search.
    """

    def __init__(self, chosen: Mapping[str, float], surface: Surface) -> None:
        self._chosen, self._surface = chosen, surface

    def __getitem__(self, name: str) -> float:
        return self._chosen[name] if name in self._chosen else opening(name, self._surface)

    def __iter__(self) -> Iterator[str]:
        return iter(KNOBS)

    def __len__(self) -> int:
        return len(KNOBS)

    def __contains__(self, name: object) -> bool:
        return name in KNOBS


def opening(name: str, surface: Surface) -> float:
    """The value with which a shared slider opens on a surface. Raises KeyError for no slider."""
    if name == "lr":
        return surface.lr
    if name == "f_star":
        lowest = floor_of(surface).lowest
        return 0.0 if lowest is None else lowest
    return USUAL[name]


def _is_known(name: str, surface: Surface) -> bool:
    """Whether `opening` is a number that is written down, and not the end of a search."""
    return name not in FROM_SURFACE or (name == "lr" and not surface.measured)


@dataclasses.dataclass(frozen=True)
class Race:
    """What a link holds: what is computed, and how each page shows it."""

    run: Run
    arena: ArenaView = USUAL_ARENA
    inside: InsideView = USUAL_INSIDE
    many: ManyView = USUAL_MANY
    gallery: GalleryView = USUAL_GALLERY

    surface = property(lambda self: self.run.surface)
    lanes = property(lambda self: self.run.lanes)
    shared = property(lambda self: self.run.shared)
    start = property(lambda self: self.run.start)
    steps = property(lambda self: self.run.steps)
    tolerance = property(lambda self: self.run.tolerance)

    def replace(self, **changes: Any) -> "Race":
        """The race with other values of any fields of its groups, by their names.

        `start` and `shared` are fields too: one that is as the surface opens with it is not kept.
        Raises TypeError for a name that no group has.
        """
        groups: dict[str, dict[str, Any]] = {}
        surface = changes.get("surface", self.surface)
        for name, value in _stored(changes, surface).items():
            groups.setdefault(group_of(name), {})[name] = value
        made = {group: getattr(self, group)._replace(**new) for group, new in groups.items()}
        return dataclasses.replace(self, **made)

    def get(self, name: str) -> Any:
        """The value of a field of one of its groups."""
        return getattr(getattr(self, group_of(name)), name)

    def with_shared(self, name: str, value: float) -> "Race":
        """The race with another value of one shared slider."""
        return self.replace(shared={**self.run.chosen, name: value})

    def unseen(self) -> "Race":
        """What its paths depend on, looked at as usual: races with the same paths are equal."""
        lanes = tuple(lane._replace(name="", hidden=False) for lane in self.lanes)
        return Race(self.run._replace(lanes=lanes, tolerance=USUAL_TOLERANCE))


GROUPS: dict[str, type[Any]] = {
    "run": Run,
    "arena": ArenaView,
    "inside": InsideView,
    "gallery": GalleryView,
    "many": ManyView,
}


_GROUP_OF = {name: group for group, kind in GROUPS.items() for name in kind._fields}


def group_of(name: str) -> str:
    """The group of a race that has this field. Raises TypeError when none has."""
    if name not in _GROUP_OF:
        raise TypeError(f"A race has no field {name!r}.")
    return _GROUP_OF[name]


def _stored(changes: Mapping[str, Any], surface: Surface) -> dict[str, Any]:
    """Changes as the fields of a run hold them: without what the surface opens with."""
    stored = {name: value for name, value in changes.items() if name not in {"start", "shared"}}
    if "start" in changes:
        place = changes["start"]
        as_opened = not surface.measured and place == surface.start
        stored["place"] = None if as_opened else place
    if "shared" in changes:
        given = changes["shared"]
        stored["chosen"] = {n: given[n] for n in KNOBS if n in given and _is_set(n, given, surface)}
    return stored


def _is_set(name: str, given: Mapping[str, float], surface: Surface) -> bool:
    return not _is_known(name, surface) or given[name] != opening(name, surface)


SEED_LANES = tuple(
    lane(rule) for rule in ("gradient_descent", "momentum", "adagrad", "rmsprop", "adam")
)


def race_on(surface: Surface, lanes: tuple[Lane, ...] = SEED_LANES) -> Race:
    """The race with which a surface opens: its own start, learning rate and number of steps."""
    return Race(Run(surface, lanes, steps=surface.steps))


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
    with in_64_bits():
        return [
            run(rule_of(race, lane), race.surface, race.start, race.steps) for lane in race.lanes
        ]


def too_many(count: int) -> str:
    """The sentence for a race with too few or too many lanes."""
    said = _("A race has 1 to {most} optimizers, not {count}.")
    return said.format(most=MOST_LANES, count=count)


def check_run(run: Run) -> None:
    """Raises ValueError, with a sentence for a reader, for the first value that is not allowed."""
    if not 1 <= len(run.lanes) <= MOST_LANES:
        raise ValueError(too_many(len(run.lanes)))
    for name, value in run.chosen.items():
        KNOBS[name].check(name, value)
    for racer in run.lanes:
        check_lane(racer)
    run.surface.checked()
    if run.place is not None:
        _check_start(run.place, run.surface)


def _check_start(place: Start, surface: Surface) -> None:
    (left, right), (bottom, top) = surface.view
    if not (left <= place[0] <= right and bottom <= place[1] <= top):
        said = _("start = {place} is outside the picture, {window}.")
        window = f"[{left:g}, {right:g}] x [{bottom:g}, {top:g}]"
        raise ValueError(said.format(place=f"({place[0]:g}, {place[1]:g})", window=window))
