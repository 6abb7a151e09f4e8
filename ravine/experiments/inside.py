"""What a rule does inside its steps, read off a trace: how long they are, and what each
coordinate's gradient counts.

Every function answers for whole paths, one row a step. Row 0, where no step was taken yet, is NaN.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from optim import Optimizer
from ravine.core.bounded_jit import bounded_jit
from ravine.core.types import Point
from ravine.experiments.kinds import forms, vectors_in
from ravine.experiments.lanes import Lane, wrap_of
from ravine.experiments.trace import Trace, bucket
from surfaces import Surface

_NAMES = sorted({name for kind in forms() for name in vectors_in(kind)})
STATES = tuple(f"{name}{axis}" for name in _NAMES for axis in (1, 2))
CURVES = ("gap", "height", "slope", "distance", "stride", "lr", "rate1", "rate2", *STATES)


def available(lanes: Iterable[Lane], bounded: bool, isolated: bool = True) -> tuple[str, ...]:
    """The curves that a race of these lanes has. A surface that falls for ever has no f*, and no
    minimum to be near; to a whole curve of minima no distance is known.
    """
    own = dict.fromkeys(
        f"{name}{axis}" for lane in lanes for name in lane.kind.vectors for axis in (1, 2)
    )
    without = {"height"} if bounded else {"gap", "distance"}
    without |= set() if isolated else {"distance"}
    known = (name for name in CURVES if name not in without and (name not in STATES or name in own))
    return (*known, *(name for name in own if name not in CURVES))


def is_state(curve: str) -> bool:
    """Whether a curve can be a coordinate of a state: "v1"."""
    return re.fullmatch(r"[a-z][a-z0-9_]{0,11}[12]", curve, re.ASCII | re.IGNORECASE) is not None


def usual(bounded: bool, lanes: Iterable[Lane] = ()) -> tuple[str, ...]:
    """The curves that are shown unasked: with a schedule around a rule, also its learning rate."""
    scheduled = ("lr",) if any(wrap_of(lane, "schedule") for lane in lanes) else ()
    return (*(("gap", "slope", "distance") if bounded else ("height", "slope")), *scheduled)


def learning_rates(
    lane: Lane, values: Mapping[str, float], rule: Optimizer, trace: Trace
) -> Float[np.ndarray, "n"]:
    """The learning rate of the step that led to each point, (steps+1,). Of a rule that has none the
    schedule's factor, by which its whole step was multiplied; NaN when there is no schedule.
    """
    factor = trace.state.factor if lane.wraps else np.ones(len(trace.x))
    counts = rule.bare.whole or rule.bare.with_lr_factor(jnp.ones(())) is not None
    alone = 1.0 if wrap_of(lane, "schedule") else np.nan
    lr = values.get("lr", alone) if counts else alone
    return np.concatenate([[np.nan], lr * factor[1:]])


def steps_of(trace: Trace) -> Float[np.ndarray, "points 2"]:
    """The step that led to each point, x_k - x_(k-1)."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.concatenate([np.full((1, 2), np.nan), np.diff(trace.x, axis=0)])


def seen_gradients(surface: Surface, trace: Trace) -> Float[np.ndarray, "points 2"]:
    """What the rule that goes on from each point sees there as the gradient. Row k is of step k+1,
    whose surface is `surface.at(k + 1)`.
    """
    if surface.at(1) is surface:
        return trace.grad
    leaves, kind = jax.tree.flatten(surface)
    return np.asarray(_seen_gradients(leaves, _padded(trace)[0], kind=kind))[: len(trace.x)]


@bounded_jit("kind")
def _seen_gradients(leaves: list[Any], x: Float[Array, "n 2"], kind: Any) -> Float[Array, "n 2"]:
    surface = jax.tree.unflatten(kind, leaves)
    return jax.vmap(lambda k, here: jax.grad(surface.at(k))(here))(jnp.arange(len(x)) + 1, x)


def rates(rule: Optimizer, trace: Trace) -> Float[np.ndarray, "points 2"]:
    """The effective learning rate of each coordinate in the step that led to each point. See
    `Optimizer.rate`.
    """
    leaves, kind = jax.tree.flatten(rule)
    found = np.asarray(_rates(leaves, *_padded(trace), kind=kind))[: len(trace.x) - 1]
    return np.concatenate([np.full((1, 2), np.nan), found])


def coasts(rule: Optimizer, trace: Trace) -> Float[np.ndarray, "points 2"]:
    """The step that memory alone would take from each point: what the rule does next if the ground
    there is flat.

    A pull that stands around a rule is no memory and is left out.
    """
    rule, trace = rule.bare, trace._replace(state=rule.own_state(trace.state))
    leaves, kind = jax.tree.flatten(rule)
    return np.asarray(_coasts(leaves, *_padded(trace), kind=kind))[: len(trace.x)]


@bounded_jit("kind")
def _rates(
    leaves: list[Any], x: Float[Array, "n 2"], state: Any, kind: Any
) -> Float[Array, "n-1 2"]:
    rule = jax.tree.unflatten(kind, leaves)
    before, after = (
        jax.tree.map(lambda leaf: leaf[:-1], state),
        jax.tree.map(lambda leaf: leaf[1:], state),
    )

    def rate(here: Point, old: Any, new: Any) -> Point:
        return jnp.broadcast_to(rule.rate(old, new), here.shape)

    return jax.vmap(rate)(x[1:], before, after)


@bounded_jit("kind")
def _coasts(
    leaves: list[Any], x: Float[Array, "n 2"], state: Any, kind: Any
) -> Float[Array, "n 2"]:
    rule = jax.tree.unflatten(kind, leaves)

    def coast(here: Point, memory: Any) -> Point:
        return rule.update(lambda at: 0.0 * jnp.sum(at), here, memory)[0] - here

    return jax.vmap(coast)(x, state)


def _padded(trace: Trace) -> tuple[Any, Any]:
    """Points and state, the last row repeated up to the length of a compiled program: a new length
    never compiles.
    """
    missing = bucket(len(trace.x) - 1) + 1 - len(trace.x)

    def longer(leaf: np.ndarray) -> np.ndarray:
        return np.pad(leaf, [(0, missing), *[(0, 0)] * (leaf.ndim - 1)], mode="edge")

    return longer(trace.x), jax.tree.map(longer, trace.state)
