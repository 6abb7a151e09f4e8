"""A fair race: every optimizer at the learning rate that suits it best, beside the race at one for
all.
"""

import threading
from collections import OrderedDict
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float

from ravine.experiments.lanes import Lane, knobs_of
from ravine.experiments.link import write_link
from ravine.experiments.race import KNOBS, Race, settings
from ravine.experiments.scores import KNOWN, Goal, goals_over, value_at

# learning rates over the whole range, each less than a hundredth above the one before: what is
# good over more than that is met; and around the best one, so many times
COARSE, FINE, ROUNDS = 2049, 129, 3
DRAWS, CLOSER, SMALLER = (
    4096,
    4,
    0.35,
)  # places of all knobs, rounds of them, and how a round's box shrinks
WITHIN = 2.0  # of the best: rates as good as that are good enough
FLOOR = 1e-16  # and heights above f* that are no more
Rates = Literal["shared", "best", "own"]  # whose learning rate each optimizer of a race has


class Tuned(NamedTuple):
    """A lane over all learning rates: the goal at each, the best one, and how wide the good ones
    are.

    The smaller the goal the better; a run that has no number, ends outside of the picture or never
    arrives has infinity. Where all have, there is no best one, and nothing that is good.
    """

    rates: Float[np.ndarray, "n"]
    goals: Float[np.ndarray, "n"]
    best: float | None  # the rate
    goal: float  # there
    now: float  # the goal with the values that the lane has in the race
    # the rates around the best one whose goal is at most WITHIN times it, or FLOOR
    good: tuple[float, float] | None
    others: dict[str, float]  # the best values of its other knobs, where they were sought as well


def tune(race: Race, goal: Goal = "height", everything: bool = False) -> list[Tuned | None]:
    """Every lane of a race over all learning rates, by a sweep over the range of the slider and
    three around the best.

    `everything`: its other knobs are sought first, together with the rate, by DRAWS random places
    over all their ranges and CLOSER rounds of as many around the best. None for a lane whose rule
    has no learning rate.
    """
    return [
        _tuned(race, lane, goal, everything) if "lr" in knobs_of(lane) else None
        for lane in race.lanes
    ]


def at_best(race: Race, found: list[Tuned | None]) -> Race:
    """The race with every optimizer at its own best values. One that has none is left as it is."""
    values = [{**one.others, "lr": one.best} if one and one.best else {} for one in found]
    return _with_values(race, values)


class FairRaces:
    """The last races at every optimizer's best learning rate, by the race at a shared one. For many
    threads: a class that asks for one race at once waits for it to be tuned once.
    """

    def __init__(self, most: int = 256) -> None:
        self._most, self._held = most, OrderedDict[str, list[dict[str, float]]]()
        self._one_at_a_time = threading.Lock()

    def tuned(self, race: Race) -> Race:
        """The race with every optimizer at the learning rate with which it ends lowest."""
        shared = at_shared_rate(race)
        key = _key(shared)
        with self._one_at_a_time:
            if key not in self._held:
                found = at_best(shared, tune(shared))
                self._held[key] = [_rate_of(lane) for lane in found.lanes]
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
            return _with_values(shared, self._held[key])

    def holds(self, race: Race) -> bool:
        """Whether this is a race that was tuned here. Computes nothing."""
        shared = at_shared_rate(race)
        best = self._held.get(_key(shared))
        return best is not None and _with_values(shared, best).lanes == race.lanes


fair_races = FairRaces()


def rates_of(race: Race) -> Rates:
    """Whether the optimizers have one learning rate, each its best one, or values of their own."""
    if not any("lr" in lane.own for lane in race.lanes):
        return "shared"
    return "best" if fair_races.holds(race) else "own"


def at_shared_rate(race: Race) -> Race:
    """The race with one learning rate for all."""
    return race.replace(
        lanes=tuple(
            lane._replace(own={name: value for name, value in lane.own.items() if name != "lr"})
            for lane in race.lanes
        )
    )


def _rate_of(lane: Lane) -> dict[str, float]:
    return {name: value for name, value in lane.own.items() if name == "lr"}


def _with_values(race: Race, values: list[dict[str, float]]) -> Race:
    """The race with these own values, lane by lane, beside those that it has."""
    pairs = zip(race.lanes, values, strict=True)
    return race.replace(lanes=tuple(lane._replace(own={**lane.own, **own}) for lane, own in pairs))


def _key(race: Race) -> str:
    """A name for what the paths depend on, but for the shared rate, which nobody has then."""
    rest = {name: value for name, value in race.run.chosen.items() if name != "lr"}
    return write_link(race.unseen().replace(shared=rest))


def ranks(values: Float[np.ndarray, "n"]) -> list[int]:
    """The place of each value, 1 for the smallest; equal ones share a place.

    >>> ranks(np.array([3.0, 1.0, np.inf, 1.0]))
    [3, 1, 4, 1]
    """
    return [int(np.sum(values < value)) + 1 for value in values]


def _tuned(race: Race, lane: Lane, goal: Goal, everything: bool) -> Tuned:
    now = goals_over(race, lane, {"lr": np.array([settings(race, lane)["lr"]])}, goal)
    others, first = _sought(race, lane, goal) if everything else ({}, [])
    lane = lane._replace(own={**lane.own, **others})
    knob = KNOBS["lr"]
    rates = np.unique([*np.geomspace(knob.low, knob.high, COARSE), *first])
    goals = goals_over(race, lane, {"lr": rates}, goal)
    for _round in range(ROUNDS if np.isfinite(goals).any() else 0):
        low, high = _around(rates, goals)
        more = np.geomspace(low, high, FINE)
        order = np.argsort(rates := np.concatenate([rates, more]), kind="stable")
        goals = np.concatenate([goals, goals_over(race, lane, {"lr": more}, goal)])[order]
        rates = rates[order]
    at = int(np.argmin(goals))
    if not np.isfinite(goals[at]):
        return Tuned(rates, goals, None, np.inf, float(now[0]), None, {})
    good = _good(rates, goals, at, goal)
    return Tuned(rates, goals, float(rates[at]), float(goals[at]), float(now[0]), good, others)


def _sought(race: Race, lane: Lane, goal: Goal) -> tuple[dict[str, float], list[float]]:
    """The best values found of all knobs together: those besides the learning rate, and the rate.

    The values that the lane has now are among the places, so that nobody is worse off.
    """
    drawn, held = np.random.default_rng(0), settings(race, lane)
    knobs = {name: knob for name, knob in knobs_of(lane).items() if name not in KNOWN}
    middle, side = np.full(len(knobs), 0.5), 1.0
    best, least = {name: held[name] for name in knobs}, np.inf
    for turn in range(1 + CLOSER):
        low = np.clip(middle - side / 2, 0.0, 1.0 - side)
        shares = low + side * drawn.random((DRAWS, len(knobs)))
        columns = {
            name: value_at(knob, shares[:, i]) for i, (name, knob) in enumerate(knobs.items())
        }
        if not turn:
            columns = {name: np.append(values, held[name]) for name, values in columns.items()}
        goals = goals_over(race, lane, columns, goal)
        at = int(np.argmin(goals))
        if goals[at] < least:
            best, least = {name: float(values[at]) for name, values in columns.items()}, goals[at]
            middle = shares[at] if at < DRAWS else middle
        side *= SMALLER
    return {name: value for name, value in best.items() if name != "lr"}, [best["lr"]]


def _around(rates: Float[np.ndarray, "n"], goals: Float[np.ndarray, "n"]) -> tuple[float, float]:
    """The neighbours of the best rate."""
    at = int(np.argmin(goals))
    return float(rates[max(0, at - 1)]), float(rates[min(len(rates) - 1, at + 1)])


def _good(
    rates: Float[np.ndarray, "n"], goals: Float[np.ndarray, "n"], at: int, goal: Goal
) -> tuple[float, float]:
    """From where to where, around the best, the goal is at most WITHIN times it, or FLOOR."""
    least = goals[at]
    enough = max(least * WITHIN, FLOOR if goal == "height" and least >= 0 else least)
    fine = goals <= max(least, enough)
    first = at - int(np.argmin(np.append(fine[at::-1], False))) + 1
    last = at + int(np.argmin(np.append(fine[at:], False))) - 1
    return float(rates[first]), float(rates[last])
