"""What several questions look at: the lanes that are seen, their runs, and who is ahead of whom."""

from collections.abc import Sequence

import numpy as np

from ravine.experiments.field import Box, view_box
from ravine.experiments.floor import corrected, floor_of, is_inside
from ravine.experiments.lanes import Lane, knobs_of
from ravine.experiments.outcome import progress, steps_to
from ravine.experiments.race import Race, rule_of
from ravine.experiments.scores import value_at
from ravine.experiments.trace import Trace, run

Standing = tuple[float, float]  # of a run, the smaller the better: when it arrived, how high it was
SAME = 1e-9  # standings that differ by no more, relatively, are a tie


def visible(race: Race) -> list[int]:
    """The lanes that are not hidden, by their numbers."""
    return [i for i, lane in enumerate(race.lanes) if not lane.hidden]


def rated(race: Race) -> list[int]:
    """The lanes that are not hidden and have a learning rate; of those that differ in it alone, the
    first.
    """
    having = [i for i in visible(race) if "lr" in knobs_of(race.lanes[i])]
    first = {_without_rate(race.lanes[i]): i for i in reversed(having)}
    return sorted(first.values())


def _without_rate(lane: Lane) -> str:
    """What sets lanes apart when the question chooses their learning rate."""
    own = {name: value for name, value in lane.own.items() if name != "lr"}
    return repr(lane._replace(own=own, name=""))


def rates_between(race: Race, who: int) -> tuple[float, float]:
    """The ends of the slider of a lane's learning rate."""
    knob = knobs_of(race.lanes[who])["lr"]
    return float(value_at(knob, 0.0)), float(value_at(knob, 1.0))


def at_rate(lane: Lane, rate: float) -> Lane:
    """A lane with a learning rate of its own, seen, and called by what it is."""
    return lane._replace(own={**lane.own, "lr": rate}, name=f"η = {rate:g}", hidden=False)


def seen_box(race: Race) -> Box:
    """What the picture shows of the plane."""
    return race.arena.zoom or view_box(race.surface)


def alone(race: Race, who: int) -> Race:
    """The race in which nothing but one lane is seen."""
    hidden = (lane._replace(hidden=i != who) for i, lane in enumerate(race.lanes))
    return race.replace(lanes=tuple(hidden))


def run_of(race: Race, who: int) -> Trace:
    """The run of one lane."""
    return run(rule_of(race, race.lanes[who]), race.surface, race.start, race.steps)


def standings(race: Race, racers: Sequence[int]) -> list[Standing]:
    """How each of these lanes did: its first step with f within the tolerance of f*, and f there;
    of one that never arrives infinity, and f at its end, where that is in view.
    """
    box, traces = view_box(race.surface), [run_of(race, one) for one in racers]
    floor = corrected(floor_of(race.surface), race.surface, traces)
    found = []
    for trace in traces:
        first = steps_to(progress(trace, floor, box).gap, race.tolerance)
        end = float(trace.loss[-1]) if is_inside(trace.x[-1:], box)[0] else np.inf
        found.append((np.inf, end) if first is None else (float(first), float(trace.loss[first])))
    return found


def is_tie(one: Standing, other: Standing) -> bool:
    """Whether nobody could say which of two is ahead."""
    if one[0] != other[0] or one[1] == other[1]:
        return one == other
    sizes = abs(one[1]), abs(other[1])
    return bool(np.isfinite(max(sizes)) and abs(one[1] - other[1]) <= SAME * max(sizes))
