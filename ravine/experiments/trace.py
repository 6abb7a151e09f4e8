"""Running a rule on a surface and keeping everything it did."""

import functools
import itertools
import math
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float, Int

from optim import Optimizer
from ravine.core.bounded_jit import bounded_jit
from ravine.core.doors import in_64_bits, row_of_numbers, whole_number
from ravine.core.types import Point, Scalar
from ravine.core.words import quoted
from ravine.experiments.stepping import step
from surfaces import Surface

BUCKETS = (
    32,
    128,
    512,
    2048,
)  # a compiled program is this many steps long; what was not asked for is cut off

Start: TypeAlias = tuple[float, float]


class Trace(NamedTuple):
    """What one run did, stacked along time: row k is the situation after k steps, so there is one
    more than steps. NumPy, float64.

    A failed run is data: infinity and NaN stay where they arose, and nothing is ever clipped.
    """

    x: Float[np.ndarray, "points 2"]  # the iterates
    loss: Float[np.ndarray, "points"]  # the height there
    grad: Float[np.ndarray, "points 2"]  # the gradient there
    state: Any  # the rule's own state, each leaf with a leading axis of steps + 1


def run(rule: Optimizer, surface: Surface, start: Start, steps: int) -> Trace:
    """The path of `rule` on `surface` from `start`, shape (2,), for `steps` steps.

    Turning a knob of either never recompiles, and a new `steps` only when it needs a longer bucket.
    It is computed in 64 bits, whatever JAX is set to. Raises ValueError when `start` is not two
    finite numbers in order or `steps` is not a whole number of at least 0, and TypeError for what
    is no rule or no surface.

    >>> from optim import build
    >>> from surfaces import SURFACES
    >>> rule = build("gradient_descent", lr=0.4)
    >>> trace = run(rule, SURFACES["ravine"](), start=(-5.0, -2.0), steps=20)
    >>> trace.x.shape, [round(float(c), 6) for c in trace.x[-1]]
    ((21, 2), [-0.943467, -7.3e-05])
    """
    if not hasattr(rule, "update"):
        raise TypeError(f"rule = {quoted(rule)} is no update rule; optim.build makes one.")
    if not callable(surface):
        raise TypeError(f"surface = {quoted(surface)} is no surface; surfaces.build makes one.")
    here, steps = _place(start), whole_number("steps", steps, least=0)
    with in_64_bits():
        knobs, kinds = jax.tree.flatten((rule, surface))
        rows = np.asarray(
            _simulate([*map(_leaf, knobs)], here, steps, kinds=kinds, length=bucket(steps))
        )
        return _unpack(rows[: steps + 1], kinds)


def bucket(steps: int) -> int:
    """The length of the compiled program that serves `steps` steps: the next of BUCKETS, then ever
    four times more.

    >>> [bucket(n) for n in (0, 20, 32, 33, 2048, 2049)]
    [32, 32, 32, 128, 2048, 8192]
    """
    size = next((size for size in BUCKETS if steps <= size), BUCKETS[-1])
    while size < steps:
        size *= 4
    return size


@bounded_jit("kinds", "length")
def _simulate(
    knobs: list[Any], start: tuple[Scalar, Scalar], steps: Int[Array, ""], kinds: Any, length: int
) -> Float[Array, "{length}+1 width"]:
    """The trace, a row a step, each laid out flat: one array in and out of the program costs far
    less than many.
    """
    rule, surface = jax.tree.unflatten(kinds, knobs)

    def look(x: Point, state: Any) -> Float[Array, "width"]:
        loss, grad = jax.value_and_grad(surface)(x)
        row: Any = (x, loss, grad, state)
        return ravel_pytree(Trace(*row))[0]

    def forward(k: jax.Array, carry: Any) -> Any:
        here, rows = carry
        here = step(rule, surface, k, here)
        return here, rows.at[k].set(look(*here))

    x = jnp.stack([*map(jnp.asarray, start)])
    first = (x, rule.init(x))
    row = look(*first)
    rows = jnp.zeros((length + 1, row.size)).at[0].set(row)
    return jax.lax.fori_loop(1, steps + 1, forward, (first, rows))[1]


def _leaf(value: Any) -> Any:
    """A knob as the program takes it: a float, or the array that it is."""
    return value if np.ndim(value) else float(value)


def _unpack(rows: Float[np.ndarray, "points width"], kinds: Any) -> Trace:
    form, columns, shapes = _form(kinds)
    parts = zip(columns, shapes, strict=True)
    return jax.tree.unflatten(
        form, [rows[:, column].reshape(len(rows), *shape) for column, shape in parts]
    )


@functools.lru_cache(maxsize=1024)
def _form(kinds: Any) -> tuple[Any, list[slice], list[tuple[int, ...]]]:
    """The tree of a trace, the columns of a flat row in which its leaves stand, and their
    shapes.
    """
    rule, _ = jax.tree.unflatten(kinds, [0.0] * kinds.num_leaves)
    point, scalar = jax.ShapeDtypeStruct((2,), np.float64), jax.ShapeDtypeStruct((), np.float64)
    row: Any = Trace(point, scalar, point, jax.eval_shape(rule.init, point))  # pyright: ignore[reportArgumentType]
    leaves, form = jax.tree.flatten(row)
    at = np.cumsum([0, *(leaf.size for leaf in leaves)]).tolist()
    return form, [slice(a, b) for a, b in itertools.pairwise(at)], [leaf.shape for leaf in leaves]


def _place(start: Any) -> Start:
    numbers = row_of_numbers(start)
    if numbers is None or len(numbers) != 2:
        raise ValueError(f"start = {quoted(start)} is not a pair of numbers.")
    if not all(map(math.isfinite, numbers)):
        raise ValueError(f"start = {quoted(start)} is not a pair of finite numbers.")
    return numbers[0], numbers[1]
