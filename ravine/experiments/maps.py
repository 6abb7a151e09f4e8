"""Maps of many runs: what becomes of one optimizer over any two knobs, and over every start in
view.
"""

import dataclasses
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from ravine.experiments.field import bends_at, heights_at, view_box
from ravine.experiments.floor import floor_of
from ravine.experiments.grounds import with_value
from ravine.experiments.lanes import Lane
from ravine.experiments.race import Race, rule_of, settings
from ravine.experiments.scores import (
    ENDS,
    GROUND,
    Goal,
    above,
    ended_outside,
    goals_over,
    knobs_for,
    runs_over,
    steps_of,
    swept,
    values_along,
)
from ravine.experiments.sweep import NEVER
from surfaces import Surface

SIDE = 48  # starts along each side of the lattice of `success_of`
DRAWS, EACH = 40, 100  # draws of random starts, and starts in each
Rows = tuple[int, int]  # of a map, from the first to before the last


class KnobMap(NamedTuple):
    """The goal of a lane over two knobs, `goals[j, i]` at `x[i]`, `y[j]`; infinite where the run is
    lost or never arrives. `lost` is where it ends higher than it began, or nowhere; `left` where it
    ends lower, but outside of the picture.
    """

    x: Float[np.ndarray, "n"]
    y: Float[np.ndarray, "m"]
    goals: Float[np.ndarray, "m n"]
    lost: Float[np.ndarray, "m n"]
    left: Float[np.ndarray, "m n"]


class Basins(NamedTuple):
    """Where a lane ends from every start: the number of the minimum (`Floor.at`), -1 for none, and
    the first step at which f was within the tolerance of f*.
    """

    x: Float[np.ndarray, "n"]
    y: Float[np.ndarray, "m"]
    reached: Int[np.ndarray, "m n"]
    steps: Float[np.ndarray, "m n"]  # NaN where it never came near enough
    shares: Float[np.ndarray, "minima_and_none"]  # of the area, for each minimum, and last for none


class Success(NamedTuple):
    """How many of some starts came near enough to f*: the fraction, its 95 % interval, the median
    of their steps.
    """

    fraction: float
    low: float
    high: float
    median: float  # NaN when none came


class Ends(NamedTuple):
    """How a lane ends from many starts: the heights above f* from a lattice of them, the lowest
    first, how many came near enough at some step, and at the last, and how many of each of DRAWS
    draws of EACH random starts came at some step.
    """

    heights: Float[np.ndarray, "n"]
    success: Success
    at_the_end: Success
    draws: Float[np.ndarray, "draws"]


class KnobLine(NamedTuple):
    """The goal of a lane along one knob; `now` is the value that it has in the race."""

    values: Float[np.ndarray, "n"]
    goals: Float[np.ndarray, "n"]
    now: float


def along(race: Race, name: str, n: int, goal: Goal) -> list[KnobLine | None]:
    """Every lane of a race along one knob, by its name as in `knobs_for`; None for a lane that does
    not have it.
    """
    return [
        _line(race, lane, name, n, goal) if name in knobs_for(race, lane) else None
        for lane in race.lanes
    ]


def _line(race: Race, lane: Lane, name: str, n: int, goal: Goal) -> KnobLine:
    values = values_along(knobs_for(race, lane)[name], n)
    held = settings(race, lane) | {
        f"{GROUND}{knob}": v for knob, v in race.surface.values().items()
    }
    return KnobLine(values, goals_over(race, lane, {name: values}, goal), held[name])


def knob_map(
    race: Race, lane: Lane, across: str, up: str, n: int, goal: Goal, rows: Rows | None = None
) -> KnobMap:
    """The goal of a lane over the knobs `across` and `up`, n by n, or of these rows of it.

    Raises ValueError when it has no such knob.
    """
    can = knobs_for(race, lane)
    for name in (across, up):
        if name not in can:
            raise ValueError(f"{name} is none of {', '.join(can)}.")
    x, y = values_along(can[across], n), values_along(can[up], n)[slice(*(rows or (0, n)))]
    shape = (len(y), len(x))
    columns = dict(zip((across, up), (c.ravel() for c in np.meshgrid(x, y)), strict=True))
    found = swept(race, runs_over(race, lane, columns), (*ENDS, "arrived"))
    begun = heights_at(race.surface, np.array([race.start]))[0]
    lost = ~(found["height"] <= begun).reshape(shape)
    left = ended_outside(race, found).reshape(shape) & ~lost
    goals = steps_of(found["arrived"]) if goal == "arrived" else above(race, found)
    goals = goals.reshape(shape)
    return KnobMap(x, y, np.where(lost, np.inf, goals), lost, left & ~np.isfinite(goals))


def edge(race: Race, lane: Lane, across: str, up: str, n: int) -> Float[np.ndarray, "n 2"] | None:
    """Where theory says that a quadratic is lost: learning rates and the values of the other knob.
    None where nothing is known.
    """
    rule = rule_of(race, lane)
    if across != "lr" or not rule.steady:
        return None
    places = []
    for value in values_along(knobs_for(race, lane)[up], n):
        ground, turned = race.surface, rule
        if up.startswith(GROUND):
            ground = with_value(race.surface, up.removeprefix(GROUND), float(value))
        else:
            turned = dataclasses.replace(rule, **{up: float(value)})
        steepest = _steepest(ground)
        if steepest is None or steepest <= 0.0:  # what is flat or falls has no such edge
            return None
        places.append((turned.stability_limit() / steepest, value))
    return np.array(places)


def _steepest(surface: Surface) -> float | None:
    """The largest curvature of a quadratic; None when the surface is none."""
    (left, right), (bottom, top) = surface.view
    places = np.array([[left, bottom], [right, 0.3 * top], [0.1 * right, top], [0.0, 0.0]])
    bends = bends_at(surface, places)
    if not np.isfinite(bends).all() or np.ptp(bends, axis=0).max() > 1e-9 * np.abs(bends).max():
        return None
    return float(np.linalg.eigvalsh(bends[0])[-1])


def basins(race: Race, lane: Lane, n: int, rows: Rows | None = None) -> Basins:
    """Where a lane ends from each of n by n starts over the whole picture, or of these rows of
    it.
    """
    (left, right), (bottom, top) = race.surface.view
    x, y = np.linspace(left, right, n), np.linspace(bottom, top, n)[slice(*(rows or (0, n)))]
    shape = (len(y), len(x))
    starts = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    found = swept(race, runs_over(race, lane, {}, starts), (*ENDS, "arrived"))
    ends, floor = np.column_stack([found["x1"], found["x2"]]), floor_of(race.surface)
    reached = floor.at(ends, found["height"], view_box(race.surface), race.tolerance)
    reached = reached.reshape(shape)
    steps = np.where(found["arrived"] == NEVER, np.nan, found["arrived"].astype(float)).reshape(
        shape
    )
    shares = np.array([np.mean(reached == k) for k in (*range(len(floor.numbered)), -1)])
    return Basins(x, y, reached, steps, shares)


def ends_of(race: Race, lane: Lane) -> Ends:
    """How a lane ends from SIDE by SIDE starts over the whole picture, and from random ones, drawn
    with the seed.

    The draws are the same for every lane.
    """
    (left, right), (bottom, top) = race.surface.view
    lattice = np.stack(
        np.meshgrid(np.linspace(left, right, SIDE), np.linspace(bottom, top, SIDE)), axis=-1
    )
    drawn = np.random.default_rng(race.many.seed).uniform(
        (left, bottom), (right, top), (DRAWS * EACH, 2)
    )
    starts = np.concatenate([lattice.reshape(-1, 2), drawn])
    found = swept(race, runs_over(race, lane, {}, starts), (*ENDS, "arrived"))
    came, count = found["arrived"] != NEVER, SIDE * SIDE
    heights = above(race, found)[:count]
    steps = np.where(came, found["arrived"].astype(float), np.nan)[:count]
    ending = success(np.where(heights <= race.tolerance, steps, np.nan))
    draws = came[count:].reshape(DRAWS, EACH).mean(axis=1)
    return Ends(np.sort(heights), success(steps), ending, draws)


def success(steps: Float[np.ndarray, "*n"]) -> Success:
    """Of the steps that each start took, NaN where it never came near enough. The interval is
    Wilson's (1927).
    """
    came = steps[np.isfinite(steps)]
    low, high = wilson(came.size, steps.size)
    return Success(
        came.size / steps.size, low, high, float(np.median(came)) if came.size else float("nan")
    )


def wilson(k: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The score interval of a share, `k` of `n` (Wilson, 1927); `z` is 1.96 for 95 %.

    >>> [round(v, 4) for v in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    share, extra = k / n, z * z / n
    middle, half = share + extra / 2, z * np.sqrt(share * (1 - share) / n + extra / (4 * n))
    return max(0.0, float((middle - half) / (1 + extra))), min(
        1.0, float((middle + half) / (1 + extra))
    )
