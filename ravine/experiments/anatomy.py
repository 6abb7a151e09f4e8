"""What a step is made of: the gradient's part, what memory does by itself, the matrix in between;
and what to say.
"""

from typing import Any, Literal, NamedTuple, TypeAlias

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from optim import Optimizer
from ravine.experiments.field import Box, bends_at
from ravine.experiments.inside import coasts, rates, seen_gradients
from ravine.experiments.trace import Trace
from surfaces import Surface

Pair: TypeAlias = Float[np.ndarray, "2"]

SHARP = 0.8  # an effective learning rate that falls below this share of the one before is told
FRESH = 1.2  # and one that rises above this
STILL = 1e-9  # of the picture: a shorter step is none
SMALLEST, LARGEST = 1e-8, 4e5  # half the side of a close look: what a link can hold
MARGIN = 0.35  # around a step that is looked at closely, as a share of its size


class Anatomy(NamedTuple):
    """Step k, from `place`: `coast` is the step of memory alone, `pull` the gradient's part, and
    both make `step`.
    """

    place: Pair
    slope: Pair  # the gradient of f at the place, as the rule sees it in this step
    # the step of gradient descent with the same learning rate; None where there is no rate
    plain: Pair | None
    coast: Pair
    pull: Pair
    step: Pair
    shape: Float[np.ndarray, "2 2"] | None  # what the gradient, or its average, is multiplied by


class Curvature(NamedTuple):
    """Along a path, a row for each step, at the place where it begins."""

    values: Float[np.ndarray, "steps 2"]  # eigenvalues of the Hessian, the smaller first
    # the largest eigenvalue of the Hessian after the rule's own rates
    product: Float[np.ndarray, "steps"]
    # of the product: beyond it the rule swings ever higher. None where nobody knows
    limit: float | None


Kind: TypeAlias = Literal[
    "lost",
    "still",
    "overshot",
    "crossed",
    "over",
    "climbs",
    "against",
    "first",
    "slower",
    "faster",
    "rose",
    "falls",
]


class Remark(NamedTuple):
    """Something to say of a step: what, of which coordinate (0 or 1), and two numbers, before and
    after.
    """

    kind: Kind
    axis: int | None = None
    before: float = float("nan")
    after: float = float("nan")


def anatomy(rule: Optimizer, surface: Surface, trace: Trace, k: int, lr: float | None) -> Anatomy:
    """Step number `k`, from 1. `lr` is the learning rate of the rule, where it has one."""
    with np.errstate(all="ignore"):
        place, step = trace.x[k - 1], trace.x[k] - trace.x[k - 1]
        slope = seen_gradients(surface, trace)[k - 1]
        # before its first step a rule may divide 0 by 0
        coast = np.nan_to_num(coasts(rule, trace)[k - 1], nan=0.0)
        plain = None if lr is None else -lr * slope
        return Anatomy(
            place, slope, plain, coast, step - coast, step, shape(rule, surface, trace, k)
        )


def shape(
    rule: Optimizer, surface: Surface, trace: Trace, k: int
) -> Float[np.ndarray, "2 2"] | None:
    """The matrix of step `k`: of a rule with a rate for each coordinate a diagonal one; Newton and
    BFGS have theirs.
    """
    rate = rates(rule, trace)[k]
    if np.isfinite(rate).all():
        return np.diag(rate)
    made = _curved(rule.bare, surface, trace, rule.own_state(trace.state), k)
    if made is None or not np.isfinite(made).all():
        return None
    length = np.linalg.norm(made @ seen_gradients(surface, trace)[k - 1])
    return made * np.linalg.norm(trace.x[k] - trace.x[k - 1]) / length if length > 0 else None


def _curved(
    rule: Optimizer, surface: Surface, trace: Trace, state: Any, k: int
) -> Float[np.ndarray, "2 2"] | None:
    """The inverse of the curvature as the rule knows it, up to its length."""
    if rule.slug() == "bfgs":
        return state.h[k - 1]
    if rule.slug() != "newton":
        return None
    damping = float(getattr(rule, "damping")) * np.eye(2)  # noqa: B009
    bend = bends_at(surface.at(k), trace.x[k - 1][None])[0] + damping
    return np.linalg.pinv(bend) if np.isfinite(bend).all() else None


def ellipse(shape: Float[np.ndarray, "2 2"], slope: Pair, n: int = 97) -> Float[np.ndarray, "n 2"]:
    """Every step that a gradient as long as `slope` would give, one for each direction that it
    could have.
    """
    angles = np.linspace(0.0, 2.0 * np.pi, n)
    return np.linalg.norm(slope) * np.column_stack([np.cos(angles), np.sin(angles)]) @ shape.T


def curvature(rule: Optimizer, surface: Surface, trace: Trace) -> Curvature:
    """How a rule's rates stand to the curvature, at every step of a path."""
    with np.errstate(all="ignore"):
        bends, rate = bends_at(surface, trace.x[:-1]), np.sqrt(rates(rule, trace)[1:])
        values = _eigenvalues(bends)
        product = _eigenvalues(rate[:, :, None] * bends * rate[:, None, :])[:, 1]
    limit = rule.stability_limit()
    return Curvature(values, product, None if limit is None else float(limit))


def _eigenvalues(matrices: Float[np.ndarray, "n 2 2"]) -> Float[np.ndarray, "n 2"]:
    """Of symmetric matrices, the smaller first; NaN where there is no number."""
    a, b, c = matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 1, 1]
    middle, off = (a + c) / 2, np.hypot((a - c) / 2, b)
    return np.column_stack([middle - off, middle + off])


def closely(parts: Anatomy) -> Box | None:
    """A square that holds all of a step, with room around it; none when the step is too short or
    too long for that.
    """
    tips = np.array([parts.place, parts.place + parts.coast, parts.place + parts.step])
    if not np.isfinite(tips).all():
        return None
    middle = (tips.min(axis=0) + tips.max(axis=0)) / 2
    half = float(np.ptp(tips, axis=0).max()) * (0.5 + MARGIN)
    if not SMALLEST <= half <= LARGEST or np.abs(middle).max() > LARGEST:
        return None
    return _window(middle, half, half)


def followed(zoom: Box, parts: Anatomy) -> Box:
    """The window `zoom` when the step begins in it, else one as large around where it begins."""
    left, right, bottom, top = zoom
    x, y = parts.place
    if not np.isfinite(parts.place).all() or (left <= x <= right and bottom <= y <= top):
        return zoom
    return _window(parts.place, (right - left) / 2, (top - bottom) / 2)


def _window(middle: Pair, across: float, up: float) -> Box:
    x, y = map(float, middle)
    return x - across, x + across, y - up, y + up


def remarks(rule: Optimizer, surface: Surface, trace: Trace, k: int) -> list[Remark]:
    """What is worth saying of step `k`, the most important first. There is always something."""
    if not np.isfinite(trace.x[k]).all() or not np.isfinite(trace.loss[k]):
        return [Remark("lost")]
    (left, right), (bottom, top) = surface.view
    size = np.array([right - left, top - bottom])
    step = trace.x[k] - trace.x[k - 1]
    if (np.abs(step) < STILL * size).all():
        return [Remark("still")]
    turns = _turns(rule, trace, k, step, size)
    first = [Remark("first")] if k == 1 and _remembers(trace.state) else []
    rose = (
        [Remark("rose", None, *map(float, trace.loss[k - 1 : k + 1]))]
        if trace.loss[k] > trace.loss[k - 1]
        else []
    )
    return [*turns, *first, *_rates(rule, trace, k), *rose] or [
        Remark("falls", None, *map(float, trace.loss[k - 1 : k + 1]))
    ]


def _turns(rule: Optimizer, trace: Trace, k: int, step: Pair, size: Pair) -> list[Remark]:
    """Coordinates whose gradient changed its sign in step `k`, or that climb.

    "overshot" when memory alone would go on, "crossed" when the next step is known to turn back,
    "over" when neither is; "climbs" when memory leads uphill and the gradient's part does not,
    "against" when it is the rule itself that does.
    """
    before_it, ahead = coasts(rule, trace)[k - 1 : k + 1]
    following = trace.x[k + 1] - trace.x[k] if k + 1 < len(trace.x) else np.full(2, np.nan)
    found: list[Remark] = []
    for axis in (1, 0):
        before, after = float(trace.grad[k - 1, axis]), float(trace.grad[k, axis])
        moved = abs(step[axis]) > 1e-6 * size[axis]
        if moved and before * after < 0 and before * step[axis] < 0:
            turned: Kind = "crossed" if following[axis] * step[axis] < 0 else "over"
            kind: Kind = "overshot" if ahead[axis] * step[axis] > 0 else turned
            found.append(Remark(kind, axis, before, after))
        elif moved and before * step[axis] > 0:
            memory = before_it - _forgetful(rule, trace, k)
            by_memory = before * memory[axis] > 0 and before * (step - memory)[axis] <= 0
            found.append(Remark("climbs" if by_memory else "against", axis, before, after))
    return found


def _forgetful(rule: Optimizer, trace: Trace, k: int) -> Pair:
    """What the rule would do in step `k` on flat ground if it remembered nothing: a decay of its
    own is no memory.
    """
    if not _remembers(rule.own_state(trace.state)):
        return coasts(rule, trace)[k - 1]
    bare, x = rule.bare, jnp.asarray(trace.x[k - 1])
    moved = bare.update(lambda at: 0.0 * jnp.sum(at), x, bare.init(x))[0] - x
    return np.nan_to_num(np.asarray(moved), nan=0.0)


def _rates(rule: Optimizer, trace: Trace, k: int) -> list[Remark]:
    """Coordinates whose effective learning rate has changed much since the step before."""
    if k < 2:
        return []
    before, after = rates(rule, trace)[k - 1 : k + 1]
    with np.errstate(all="ignore"):
        share = after / before
    found: list[Remark] = []
    for axis in (0, 1):
        if np.isfinite(share[axis]) and not SHARP <= share[axis] <= FRESH:
            kind: Kind = "slower" if share[axis] < 1.0 else "faster"
            found.append(Remark(kind, axis, float(before[axis]), float(after[axis])))
    return found


def _remembers(state: Any) -> bool:
    return bool(getattr(state, "_fields", ()))
