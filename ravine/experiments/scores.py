"""What many runs of a lane are compared by, over any of its knobs and over any starts."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from ravine.core.knob import Knob
from ravine.experiments.field import view_box
from ravine.experiments.floor import floor_of, is_inside
from ravine.experiments.lanes import Lane, knobs_of
from ravine.experiments.race import Race, rule_of
from ravine.experiments.sweep import NEVER, Grid, Kept, grid, sweep

# f above its minimum at the last step; steps until it is near enough
Goal: TypeAlias = Literal["height", "arrived"]

ENDS: tuple[Kept, ...] = ("height", "x1", "x2")  # what tells how and where a run ends
LEAST = 1e-4  # of the largest value: where a logarithmic axis begins
GROUND = "surface."  # before the name of a knob of the surface
KNOWN = ("f_star",)  # what a rule must know of the surface: nothing to be tuned


def knobs_for(race: Race, lane: Lane) -> dict[str, Knob]:
    """The knobs over which runs of a lane can be compared: those of its rule, and
    "surface.kappa".
    """
    ground = {
        f"{GROUND}{name}": knob for name, knob in race.surface.knobs().items() if name != "turn"
    }
    return knobs_of(lane) | ground


def with_two_knobs(race: Race) -> int:
    """The number of the first lane that a map of two knobs can be drawn of; 0 when none has two."""
    fitting = (i for i, lane in enumerate(race.lanes) if len(knobs_for(race, lane)) > 1)
    return next(fitting, 0)


def value_at(knob: Knob, share: Any) -> Any:
    """The value at this share, 0 to 1, of a knob's range: even in its logarithm where its slider
    is.
    """
    if is_log(knob):
        low = max(knob.low, LEAST * knob.high)
        return low * (knob.high / low) ** share
    return knob.low + (knob.high - knob.low) * share


def is_log(knob: Knob) -> bool:
    """Whether the values of a knob are spread evenly in their logarithm."""
    return knob.low > 0 and "log" in knob.scale


def values_along(knob: Knob, n: int) -> Float[np.ndarray, "n"]:
    """`n` values over the range of a knob, from its lowest to its highest."""
    values = value_at(knob, np.linspace(0.0, 1.0, n))
    return np.clip(values, knob.low, knob.high)


def runs_over(
    race: Race, lane: Lane, columns: Mapping[str, Float[np.ndarray, "n"]], starts: Any = None
) -> Grid:
    """Runs of a lane with a column of values for each knob named, from the race's start or from
    `starts`, (n, 2).
    """
    rule = rule_of(race, lane)
    knobs = lane.kind.columns(rule, columns)
    return grid(rule, race.surface, knobs, race.start if starts is None else starts)


def swept(race: Race, runs: Grid, keep: tuple[Kept, ...]) -> dict[str, np.ndarray]:
    """What becomes of these runs, with the steps, the tolerance and the minimum of the race."""
    lowest = floor_of(race.surface).lowest
    return sweep(runs, race.steps, keep, race.tolerance, np.nan if lowest is None else lowest)


def goals_over(
    race: Race, lane: Lane, columns: Mapping[str, Float[np.ndarray, "n"]], goal: Goal
) -> np.ndarray:
    """The goal of a lane, the smaller the better, for each row of these columns of knobs, by their
    names as in `knobs_for`. It is infinite for a run that never arrives, has no number, or ends
    outside of the picture.
    """
    keep: tuple[Kept, ...] = ENDS if goal == "height" else ("arrived",)
    found = swept(race, runs_over(race, lane, columns), keep)
    return steps_of(found["arrived"]) if goal == "arrived" else above(race, found)


def steps_of(arrived: np.ndarray) -> Float[np.ndarray, "*n"]:
    """Steps as numbers, infinite for those that never came."""
    return np.where(arrived == NEVER, np.inf, arrived.astype(float))


def above(race: Race, found: Mapping[str, np.ndarray]) -> Float[np.ndarray, "n"]:
    """The heights of what is found of ENDS, above the minimum, where there is one. They are
    infinite where there is no number, and outside of the picture, where f* does not hold.
    """
    heights, lowest = found["height"], floor_of(race.surface).lowest
    if lowest is not None:
        heights = np.maximum(heights - lowest, 0.0)
    return np.where(np.isnan(heights) | ended_outside(race, found), np.inf, heights)


def ended_outside(race: Race, found: Mapping[str, np.ndarray]) -> Bool[np.ndarray, "n"]:
    """Which of what is found of ENDS has left the picture."""
    return ~is_inside(np.column_stack([found["x1"], found["x2"]]), view_box(race.surface))
