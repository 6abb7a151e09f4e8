"""Running a rule on a surface and keeping everything it did."""

import functools
import operator
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from core.types import Point
from optim import Optimizer
from surfaces import Surface

BUCKETS = (32, 128, 512, 2048)  # a compiled program is this many steps long; what was not asked for is cut off

Start: TypeAlias = tuple[float, float]


class Trace(NamedTuple):
    """What one run did, stacked along time: row k is the situation after k steps. NumPy, float64.

    A failed run is data: infinity and NaN stay where they arose, and nothing is ever clipped.
    """

    x: Float[np.ndarray, "steps+1 2"]  # the iterates
    loss: Float[np.ndarray, "steps+1"]  # the height there
    grad: Float[np.ndarray, "steps+1 2"]  # the gradient there
    state: Any  # the rule's own state, each leaf with a leading axis of steps + 1


def run(rule: Optimizer, surface: Surface, start: Start, steps: int) -> Trace:
    """The path of `rule` on `surface` from `start`, shape (2,), for `steps` steps.

    Turning a knob of either never recompiles, and a new `steps` only when it needs a longer bucket. Raises ValueError
    when `start` is not two finite numbers or `steps` is not a whole number of at least 0.

    >>> from optim import build
    >>> from surfaces import SURFACES
    >>> trace = run(build("gradient_descent", lr=0.4), SURFACES["ravine"](), start=(-5.0, -2.0), steps=20)
    >>> trace.x.shape, [round(float(c), 6) for c in trace.x[-1]]
    ((21, 2), [-0.943467, -7.3e-05])
    """
    here, steps = _place(start), _count(steps)
    whole = _roll(_floats(rule), _floats(surface), here, bucket(steps))
    return jax.tree.map(lambda rows: np.asarray(rows)[: steps + 1], whole)


def bucket(steps: int) -> int:
    """The length of the compiled program that serves `steps` steps: the next of BUCKETS, then ever four times more.

    >>> [bucket(n) for n in (0, 20, 32, 33, 2048, 2049)]
    [32, 32, 32, 128, 2048, 8192]
    """
    size = next((size for size in BUCKETS if steps <= size), BUCKETS[-1])
    while size < steps:
        size *= 4
    return size


@functools.partial(jax.jit, static_argnames="length")
def _roll(rule: Optimizer, surface: Surface, start: Point, length: int) -> Trace:
    def look(x: Point, state: Any) -> Trace:
        loss, grad = jax.value_and_grad(surface)(x)
        return Trace(x, loss, grad, state)  # type: ignore[arg-type]  (tracers here, arrays outside)

    def step(carry: tuple[Point, Any], _: None) -> tuple[tuple[Point, Any], Trace]:
        x, state = rule.update(surface, *carry)
        return (x, state), look(x, state)

    first = (start, rule.init(start))
    _, rest = jax.lax.scan(step, first, None, length=length)
    return jax.tree.map(lambda a, b: jnp.concatenate([jnp.asarray(a)[None], b]), look(*first), rest)


def _floats(part: Any) -> Any:
    """The same part with every knob a 64-bit array: an int or a weak type would be another program."""
    return jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), part)


def _place(start: Any) -> np.ndarray:
    try:
        here = np.asarray(start, np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"start = {start!r} is not a pair of numbers.") from None
    if here.shape != (2,) or not np.isfinite(here).all():
        raise ValueError(f"start = {start!r} is not a pair of finite numbers.")
    return here


def _count(steps: Any) -> int:
    try:
        count = operator.index(steps)
    except TypeError:
        raise ValueError(f"steps = {steps!r} is not a whole number.") from None
    if count < 0:
        raise ValueError(f"steps = {count} is less than 0.")
    return count
