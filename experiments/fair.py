"""A fair race: every optimizer at the learning rate that suits it best, beside the race at one for all."""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float

from experiments.lanes import TYPED, Lane, formula_of, knobs_of
from experiments.outcome import floor_of
from experiments.race import KNOBS, Race, rule_of, settings
from experiments.sweep import NEVER, Kept, grid, sweep

Goal: TypeAlias = Literal["height", "arrived"]  # f above its minimum at the last step; steps until it is near enough

COARSE, FINE, ROUNDS = 193, 129, 3  # learning rates over the whole range, and around the best one, so many times
WITHIN = 2.0  # of the best: rates as good as that are good enough


class Tuned(NamedTuple):
    """A lane over all learning rates: the goal at each, the best one, and how wide the good ones are.

    The smaller the goal the better; a run that has no number, or never arrives, has infinity.
    """

    rates: Float[np.ndarray, "n"]
    goals: Float[np.ndarray, "n"]
    best: float  # the rate
    goal: float  # there
    now: float  # the goal at the rate that the lane has in the race
    good: tuple[float, float]  # the rates around the best one whose goal is within a factor of two of it


def tuned(race: Race, goal: Goal = "height") -> list[Tuned | None]:
    """Every lane of a race over all learning rates, by a sweep over the range of the slider and three around the best.

    None for a lane whose rule has no learning rate.
    """
    return [_tuned(race, lane, goal) if "lr" in knobs_of(lane) else None for lane in race.lanes]


def at_best(race: Race, found: list[Tuned | None]) -> Race:
    """The race with every optimizer at its own best learning rate."""
    lanes = [
        lane if one is None else lane._replace(own={**lane.own, "lr": one.best})
        for lane, one in zip(race.lanes, found, strict=True)
    ]
    return race._replace(lanes=tuple(lanes))


def ranks(values: Float[np.ndarray, "n"]) -> list[int]:
    """The place of each value, 1 for the smallest; equal ones share a place.

    >>> ranks(np.array([3.0, 1.0, np.inf, 1.0]))
    [3, 1, 4, 1]
    """
    return [int(np.sum(values < value)) + 1 for value in values]


def _tuned(race: Race, lane: Lane, goal: Goal) -> Tuned:
    knob = KNOBS["lr"]
    rates = np.geomspace(knob.low, knob.high, COARSE)
    goals = goals_at(race, lane, rates, goal)
    for _round in range(ROUNDS):
        low, high = _around(rates, goals)
        more = np.geomspace(low, high, FINE)
        order = np.argsort(rates := np.concatenate([rates, more]), kind="stable")
        goals = np.concatenate([goals, goals_at(race, lane, more, goal)])[order]
        rates = rates[order]
    at = int(np.argmin(goals))
    now = goals_at(race, lane, np.array([settings(race, lane)["lr"]]), goal)
    return Tuned(rates, goals, float(rates[at]), float(goals[at]), float(now[0]), _good(rates, goals, at))


def goals_at(
    race: Race, lane: Lane, values: Float[np.ndarray, "n"], goal: Goal, name: str = "lr"
) -> Float[np.ndarray, "n"]:
    """The goal of a lane at each of these values of a knob: of its rule ("lr"), or of the surface ("surface.kappa")."""
    rule, lowest = rule_of(race, lane), floor_of(race.surface).lowest
    knobs = {name: values}
    if lane.rule == TYPED and not name.startswith("surface."):
        names = formula_of(lane.text).knobs
        knobs = {"values": np.tile(np.asarray(rule_values(rule)), (len(values), 1))}
        knobs["values"][:, names.index(name)] = values
    keep: Kept = "height" if goal == "height" else "arrived"
    runs = grid(rule, race.surface, knobs, race.start)
    floor = np.nan if lowest is None else lowest
    found = sweep(runs, race.steps, (keep,), race.tolerance, floor)[keep]
    if goal == "arrived":
        return np.where(found == NEVER, np.inf, found.astype(float))
    above = found - (0.0 if lowest is None else lowest)
    return np.where(np.isnan(above), np.inf, above)


def rule_values(rule: object) -> np.ndarray:
    """The values of a typed rule's knobs, in the order of its tape, wrapped or not."""
    bare = getattr(rule, "rule", rule)
    return np.asarray(getattr(bare, "values"), np.float64)  # noqa: B009


def _around(rates: Float[np.ndarray, "n"], goals: Float[np.ndarray, "n"]) -> tuple[float, float]:
    """The neighbours of the best rate."""
    at = int(np.argmin(goals))
    return float(rates[max(0, at - 1)]), float(rates[min(len(rates) - 1, at + 1)])


def _good(rates: Float[np.ndarray, "n"], goals: Float[np.ndarray, "n"], at: int) -> tuple[float, float]:
    """From where to where, around the best, the goal is within a factor of WITHIN."""
    fine = goals <= goals[at] * WITHIN if goals[at] > 0 else goals <= 0
    first = at - int(np.argmin(np.append(fine[at::-1], False))) + 1
    last = at + int(np.argmin(np.append(fine[at:], False))) - 1
    return float(rates[first]), float(rates[last])
