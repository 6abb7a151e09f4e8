"""The paths of a race at every value of one knob, all at once: what a live slider scrubs
through.
"""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ravine.core.bounded_jit import bounded_jit
from ravine.core.types import Point
from ravine.experiments.race import Race, rule_of
from ravine.experiments.stepping import step
from ravine.experiments.trace import bucket

BATCHES = (
    48,
    160,
)  # a compiled program runs this many values at once; what was not asked for is cut off


def fan(races: Sequence[Race]) -> Float[np.ndarray, "lanes races points 2"]:
    """The iterates of every lane in each of `races`: the same race at different values of its knobs
    and start.

    One `vmap` a lane. It is what `ravine.experiments.trace.run` gives for each by itself. Raises
    ValueError when there is no race, or their lanes or steps are not as many.
    """
    if len({(len(race.lanes), race.steps) for race in races}) != 1:
        raise ValueError("A fan is of one race or more, with as many lanes and steps in each.")
    return np.stack([_lane(races, i) for i in range(len(races[0].lanes))])


def _lane(races: Sequence[Race], i: int) -> Float[np.ndarray, "races points 2"]:
    parts = [(rule_of(race, race.lanes[i]), race.surface) for race in races]
    leaves, kinds = zip(*map(jax.tree.flatten, parts), strict=True)
    steps = races[0].steps
    values, axes = zip(*map(_column, zip(*leaves, strict=True)), strict=True)
    starts = _longer(np.array([race.start for race in races]))
    paths = _simulate_all(values, starts, steps, kinds=kinds[0], length=bucket(steps), axes=axes)
    return np.asarray(paths)[: len(races), : steps + 1]


def _column(leaves: Sequence[Any]) -> tuple[np.ndarray, int | None]:
    """One leaf in all races, and the axis along which they differ. An array that is the same in all
    stays one.
    """
    if np.ndim(leaves[0]) and all(
        leaf is leaves[0] or np.array_equal(leaf, leaves[0]) for leaf in leaves
    ):
        return np.asarray(leaves[0]), None
    return _longer(np.array(leaves, np.float64)), 0


def _longer(rows: Float[np.ndarray, "n *width"]) -> Float[np.ndarray, "batch *width"]:
    size = next((size for size in BATCHES if len(rows) <= size), len(rows))
    return np.pad(rows, [(0, size - len(rows)), *[(0, 0)] * (rows.ndim - 1)], mode="edge")


@bounded_jit("kinds", "length", "axes")
def _simulate_all(
    values: tuple[Any, ...],
    starts: Float[Array, "n 2"],
    steps: Int[Array, ""],
    kinds: Any,
    length: int,
    axes: tuple[int | None, ...],
) -> Float[Array, "n {length}+1 2"]:
    def simulate(knobs: tuple[Any, ...], start: Point) -> Float[Array, "points 2"]:
        rule, surface = jax.tree.unflatten(kinds, knobs)

        def forward(k: jax.Array, carry: Any) -> Any:
            here, points = carry
            here = step(rule, surface, k, here)
            return here, points.at[k].set(here[0])

        points = jnp.zeros((length + 1, 2)).at[0].set(start)
        first = (start, rule.init(start))
        return jax.lax.fori_loop(1, steps + 1, forward, (first, points))[1]

    return jax.vmap(simulate, (axes, 0))(values, starts)
