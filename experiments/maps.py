"""Maps of many runs: what becomes of one optimizer over any two knobs, and over every start in view."""

import dataclasses
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from core.knob import Knob
from experiments.fair import Goal, goals_at
from experiments.field import bends_at, heights_at
from experiments.grounds import knobs_of as knobs_on
from experiments.grounds import values_of, with_value
from experiments.lanes import TYPED, Lane, knobs_of
from experiments.outcome import floor_of
from experiments.race import Race, rule_of, settings
from experiments.sweep import NEVER, grid, sweep
from optim import Wrapped
from surfaces import Surface

NEAR = 0.02  # of the picture: an end as near to a minimum has reached it
STEADY = ("gradient_descent", "momentum", "nesterov")  # rules whose rate is the learning rate, at every step
LEAST = 1e-4  # of the largest value: where a logarithmic axis begins


class KnobMap(NamedTuple):
    """The goal of a lane over two knobs, `goals[j, i]` at `x[i]`, `y[j]`; infinite where the run is lost or never
    arrives. `lost` is where it ends higher than it began, or nowhere. `edge` is the value of the first knob beyond
    which theory says that a quadratic is lost.
    """

    x: Float[np.ndarray, "n"]
    y: Float[np.ndarray, "m"]
    goals: Float[np.ndarray, "m n"]
    lost: Float[np.ndarray, "m n"]
    edge: Float[np.ndarray, "m"] | None


class Basins(NamedTuple):
    """Where a lane ends from every start: the number of the minimum, -1 for none, and the steps it took there."""

    x: Float[np.ndarray, "n"]
    y: Float[np.ndarray, "n"]
    reached: Int[np.ndarray, "n n"]
    steps: Float[np.ndarray, "n n"]  # NaN where it never came near enough
    shares: Float[np.ndarray, "minima+1"]  # of the area, for each minimum, and last for none
    success: "Success"


class Success(NamedTuple):
    """How many of some starts came near enough to f*: the fraction, its 95 % interval, the median of their steps."""

    fraction: float
    low: float
    high: float
    median: float  # NaN when none came


def knobs_for(race: Race, lane: Lane) -> dict[str, Knob]:
    """The knobs that a map of a lane can have along its axes: those of its rule, and "surface.kappa"."""
    own = {} if lane.rule == TYPED else knobs_of(lane)
    ground = {f"surface.{name}": knob for name, knob in knobs_on(race.surface).items() if name != "turn"}
    return own | ground


def values_along(knob: Knob, n: int) -> Float[np.ndarray, "n"]:
    """`n` values over the range of a knob, evenly in its logarithm where its slider is."""
    if knob.low > 0 and "log" in knob.scale:
        return np.geomspace(max(knob.low, LEAST * knob.high), knob.high, n)
    return np.linspace(knob.low, knob.high, n)


class KnobLine(NamedTuple):
    """The goal of a lane along one knob; `now` is the value that it has in the race."""

    values: Float[np.ndarray, "n"]
    goals: Float[np.ndarray, "n"]
    now: float


def along(race: Race, name: str, n: int, goal: Goal) -> list[KnobLine | None]:
    """Every lane of a race along one knob, by its name as in `knobs_for`; None for a lane that does not have it."""
    return [_line(race, lane, name, n, goal) if name in _knobs(race, lane) else None for lane in race.lanes]


def _knobs(race: Race, lane: Lane) -> dict[str, Knob]:
    return {**knobs_of(lane), **knobs_for(race, lane)}


def _line(race: Race, lane: Lane, name: str, n: int, goal: Goal) -> KnobLine:
    values = values_along(_knobs(race, lane)[name], n)
    held = settings(race, lane) | {f"surface.{knob}": v for knob, v in values_of(race.surface).items()}
    return KnobLine(values, goals_at(race, lane, values, goal, name), held[name])


def knob_map(race: Race, lane: Lane, across: str, up: str, n: int, goal: Goal) -> KnobMap:
    """The goal of a lane over the knobs `across` and `up`, n by n. Raises ValueError when it has no such knob."""
    can = knobs_for(race, lane)
    for name in (across, up):
        if name not in can:
            raise ValueError(f"{name} is none of {', '.join(can)}.")
    x, y = values_along(can[across], n), values_along(can[up], n)
    columns = dict(zip((across, up), (c.ravel() for c in np.meshgrid(x, y)), strict=True))
    lowest = floor_of(race.surface).lowest
    runs = grid(rule_of(race, lane), race.surface, columns, race.start)
    floor = np.nan if lowest is None else lowest
    found = sweep(runs, race.steps, ("height", "arrived"), race.tolerance, floor)
    begun = heights_at(race.surface, np.array([race.start]))[0]
    lost = ~(found["height"] <= begun).reshape(n, n)
    if goal == "arrived":
        goals = np.where(found["arrived"] == NEVER, np.inf, found["arrived"].astype(float))
    else:
        goals = found["height"] - (0.0 if lowest is None else lowest)
    goals = np.where(lost | np.isnan(goals.reshape(n, n)), np.inf, goals.reshape(n, n))
    return KnobMap(x, y, goals, lost, _edge(race, lane, across, up, y))


def _edge(race: Race, lane: Lane, across: str, up: str, y: Float[np.ndarray, "m"]) -> Float[np.ndarray, "m"] | None:
    """The learning rate beyond which a quadratic is not held, for each value of the other knob; None where unknown."""
    rule = rule_of(race, lane)
    if across != "lr" or lane.rule not in STEADY or isinstance(rule, Wrapped):
        return None
    edges = []
    for value in y:
        ground, turned = race.surface, rule
        if up.startswith("surface."):
            ground = with_value(race.surface, up.removeprefix("surface."), float(value))
        else:
            turned = dataclasses.replace(rule, **{up: float(value)})
        steepest = _steepest(ground)
        if steepest is None:
            return None
        edges.append(turned.limit() / steepest)
    return np.array(edges)


def _steepest(surface: Surface) -> float | None:
    """The largest curvature of a quadratic; None when the surface is none."""
    (left, right), (bottom, top) = surface.view
    places = np.array([[left, bottom], [right, 0.3 * top], [0.1 * right, top], [0.0, 0.0]])
    bends = bends_at(surface, places)
    if not np.isfinite(bends).all() or np.ptp(bends, axis=0).max() > 1e-9 * np.abs(bends).max():
        return None
    return float(np.linalg.eigvalsh(bends[0])[-1])


def basins(race: Race, lane: Lane, n: int) -> Basins:
    """Where a lane ends from each of n by n starts over the whole picture."""
    (left, right), (bottom, top) = race.surface.view
    x, y = np.linspace(left, right, n), np.linspace(bottom, top, n)
    starts = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    floor = floor_of(race.surface)
    runs = grid(rule_of(race, lane), race.surface, {}, starts)
    lowest = np.nan if floor.lowest is None else floor.lowest
    found = sweep(runs, race.steps, ("x1", "x2", "arrived"), race.tolerance, lowest)
    ends = np.column_stack([found["x1"], found["x2"]])
    reached = _nearest(ends, floor.places, NEAR * np.array([right - left, top - bottom])).reshape(n, n)
    steps = np.where(found["arrived"] == NEVER, np.nan, found["arrived"].astype(float)).reshape(n, n)
    count = len(floor.places)
    shares = np.array([np.mean(reached == k) for k in (*range(count), -1)])
    return Basins(x, y, reached, steps, shares, success(steps))


def success(steps: Float[np.ndarray, "*n"]) -> Success:
    """Of the steps that each start took, NaN where it never came near enough. The interval is Wilson's (1927)."""
    came = steps[np.isfinite(steps)]
    low, high = wilson(came.size, steps.size)
    return Success(came.size / steps.size, low, high, float(np.median(came)) if came.size else float("nan"))


def wilson(k: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The score interval of a share, `k` of `n` (Wilson, 1927); `z` is 1.96 for 95 %.

    >>> [round(v, 4) for v in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    share, extra = k / n, z * z / n
    middle, half = share + extra / 2, z * np.sqrt(share * (1 - share) / n + extra / (4 * n))
    return max(0.0, float((middle - half) / (1 + extra))), min(1.0, float((middle + half) / (1 + extra)))


def _nearest(ends: Float[np.ndarray, "n 2"], minima: Float[np.ndarray, "k 2"], near: np.ndarray) -> np.ndarray:
    """The number of the minimum at each end, -1 where there is none near."""
    if not len(minima):
        return np.full(len(ends), -1)
    with np.errstate(all="ignore"):
        away = np.linalg.norm((ends[:, None] - minima) / near, axis=-1)
    away = np.where(np.isfinite(away), away, np.inf)
    return np.where(away.min(axis=1) <= 1.0, away.argmin(axis=1), -1)
