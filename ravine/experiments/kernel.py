"""The weights that past gradients have in what a rule remembers. Which states are such sums is
found by probing.
"""

import dataclasses
import functools
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from optim import Optimizer
from ravine.core.bounded_jit import bounded_jit
from ravine.core.knob import knobs
from ravine.core.types import Point

Of: TypeAlias = Literal["g", "g^2"]
Kind: TypeAlias = Literal["average", "sum"]

POWERS: dict[Of, int] = {"g": 1, "g^2": 2}
TIMES = (1.0, 4.0, 60.0)  # steps after which a state is probed: what warms up has no one memory
OTHER = 0.3717  # a value that nobody turns a knob to


class Average(NamedTuple):
    """A state that is a weighted sum of all gradients so far: new = beta old + factor g, or the
    same with g^2.
    """

    field: str  # its name in the state: "v"
    knob: str  # the memory: "beta1"; "" where nothing is forgotten
    beta: float  # its value; 1 where nothing is forgotten
    of: Of
    kind: Kind  # an average has the factor 1 - beta
    factor: float
    start: float = 0.0  # the state before the first gradient

    def weights(self, t: int) -> Float[np.ndarray, "t"]:
        """The weights of the gradients 1 to `t` after step `t`, (t,), the newest last."""
        return self.factor * _powers(self.beta, t)

    def of_gradients(self, grad: Float[np.ndarray, "t 2"]) -> Float[np.ndarray, "2"]:
        """What the state is after these gradients, (t, 2) to (2,), as a weighted sum and not step
        by step.
        """
        return (
            self.start * self.beta ** len(grad) + self.weights(len(grad)) @ grad ** POWERS[self.of]
        )


def kernel(beta: float, t: int) -> Float[np.ndarray, "t"]:
    """The weights (1 - beta) beta^(t-i) of the gradients i = 1, ..., `t` in an average after step
    `t`, the newest last.

    They sum to 1 - beta^t, which is what a bias correction divides by (Kingma, Ba, 2015, section
    3).

    >>> kernel(0.5, 3).tolist()
    [0.125, 0.25, 0.5]
    """
    return (1 - beta) * _powers(beta, t)


def _powers(beta: float, t: int) -> Float[np.ndarray, "t"]:
    return float(beta) ** np.arange(t - 1, -1, -1)


def averages(rule: Optimizer) -> tuple[Average, ...]:
    """The states of a rule that are weighted sums of all its gradients, or of their squares.

    Taken in the points of its path: Nesterov's velocity, whose gradients are those of points ahead,
    is none, nor is an average whose first gradient or whose memory is another one at the start, as
    with dampening or in Dozat's NAdam. A wrapped rule, whose gradients and learning rate may be
    others, has none, and a typed one neither.

    >>> from optim import build
    >>> [(one.field, one.knob, one.of, one.kind) for one in averages(build("adam"))]
    [('v', 'beta1', 'g', 'average'), ('s', 'beta2', 'g^2', 'average')]
    """
    fields = _vectors(rule)
    return _averages(rule, fields) if fields else ()


@functools.lru_cache(maxsize=256)
def _averages(rule: Optimizer, fields: tuple[str, ...]) -> tuple[Average, ...]:
    found = (_average(rule, field) for field in fields)
    return tuple(one for one in found if one is not None)


def _vectors(rule: Optimizer) -> tuple[str, ...]:
    """The names of the vectors in a rule's own state."""
    state: Any = jax.eval_shape(rule.init, jax.ShapeDtypeStruct((2,), np.float64))
    return tuple(
        name
        for name in getattr(state, "_fields", ())
        if getattr(getattr(state, name), "shape", ()) == (2,)
    )


def _average(rule: Optimizer, field: str) -> Average | None:
    """What a state is, if it is a weighted sum."""
    start = getattr(_first(rule, np.array([1.0, -2.0])), field)
    if start[0] != start[1]:
        return None
    beta, knob = _beta(rule, field), _knob(rule, field)
    if not knob and beta != 1.0:
        return None
    for of in POWERS:
        factor = _factor(rule, field, of)
        one = Average(field, knob, beta, of, _kind(rule, field, knob, of), factor, float(start[0]))
        if factor != 0 and all(_agrees(one, *probe) for probe in _probes(rule, field)):
            return one
    return None


def _knob(rule: Optimizer, field: str) -> str:
    """The knob whose value is the memory of a state; "" when none is."""
    beta = _beta(rule, field)
    for name in knobs(type(rule)):
        if (
            getattr(rule, name) == beta
            and _beta(dataclasses.replace(rule, **{name: OTHER}), field) == OTHER
        ):
            return name
    return ""


def _kind(rule: Optimizer, field: str, knob: str, of: Of) -> Kind:
    """An average's factor is 1 - beta, whatever beta; that of a sum may happen to be."""
    rules = [rule, dataclasses.replace(rule, **{knob: OTHER})] if knob else []
    shares = [_factor(one, field, of) == 1 - _beta(one, field) for one in rules]
    return "average" if shares and all(shares) else "sum"


def _factor(rule: Optimizer, field: str, of: Of) -> float:
    """What a state of 0 is after a step on a slope of 1; asked with a slope of 2, where the power
    counts.
    """
    return _new(rule, field, old=0.0, slope=2.0) / 2.0 ** POWERS[of]


def _beta(rule: Optimizer, field: str) -> float:
    """What is left of a 1 in a state after a step on flat ground."""
    return _new(rule, field, old=1.0, slope=0.0) - _new(rule, field, old=0.0, slope=0.0)


def _new(rule: Optimizer, field: str, old: float, slope: float) -> float:
    """A state after a step on an even slope, when it was `old` and everything else that is
    remembered was 1.
    """
    first = _first(rule, np.zeros(2))
    state = jax.tree.map(
        lambda leaf: np.full_like(leaf, 1.0 if np.ndim(leaf) else TIMES[-1]), first
    )
    after, _grad = _stepped(
        rule, slope, 0.0, np.zeros(2), state._replace(**{field: np.full(2, old)})
    )
    return float(getattr(after, field)[0])


def _probes(rule: Optimizer, field: str) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The state before a step, the gradient where the step starts, and the state after it: from the
    start, and from states at random. On curved ground, so that a gradient from elsewhere shows.
    """
    drawn = np.random.default_rng(0)
    states = [_first(rule, np.array([1.0, -2.0]))]
    for t in TIMES:
        states.append(
            jax.tree.map(
                lambda leaf, t=t: drawn.uniform(0.5, 2.0, 2) if np.ndim(leaf) else np.array(t),
                states[0],
            )
        )
    for state in states:
        after, grad = _stepped(rule, 0.0, 1.0, drawn.uniform(-2.0, 2.0, 2), state)
        yield getattr(state, field), grad, getattr(after, field)


def _first(rule: Optimizer, x: np.ndarray) -> Any:
    """The state before the first step."""
    leaves, kind = jax.tree.flatten(rule)
    return jax.tree.map(np.asarray, _begun([*map(float, leaves)], x, kind=kind))


def _stepped(
    rule: Optimizer, slope: float, bend: float, x: np.ndarray, state: Any
) -> tuple[Any, np.ndarray]:
    """The state after a step, and the gradient where it starts, on even ground, on bent ground, or
    on their sum.
    """
    leaves, kind = jax.tree.flatten(rule)
    return jax.tree.map(np.asarray, _after([*map(float, leaves)], slope, bend, x, state, kind=kind))


@bounded_jit("kind")
def _begun(leaves: list[Any], x: Float[Array, "2"], kind: Any) -> Any:
    return jax.tree.unflatten(kind, leaves).init(x)


@bounded_jit("kind")
def _after(
    leaves: list[Any], slope: Any, bend: Any, x: Float[Array, "2"], state: Any, kind: Any
) -> tuple[Any, Any]:
    def ground(x: Point) -> Any:
        return slope * jnp.sum(x) + bend * _bent(x)

    return jax.tree.unflatten(kind, leaves).update(ground, x, state)[1], jax.grad(ground)(x)


def _bent(x: Point) -> Any:
    return 0.7 * x[0] ** 2 + 0.3 * x[1] ** 2 + 0.2 * x[0] * x[1]


def _agrees(one: Average, old: np.ndarray, grad: np.ndarray, new: np.ndarray) -> bool:
    expected = one.beta * old + one.factor * grad ** POWERS[one.of]
    return bool(np.allclose(new, expected, rtol=1e-12, atol=1e-14))
