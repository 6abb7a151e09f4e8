from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from core.types import Height, Point
from core.words import N_
from optim._knobs import Gamma, LearningRate
from optim._optimizer import Optimizer


class State(NamedTuple):
    """What Momentum remembers."""

    v: Point  # velocity: the step it is about to take


class Momentum(Optimizer):
    r"""The heavy ball: a velocity that remembers past gradients (Polyak, 1964), learning rate inside the velocity.

    On a quadratic with curvature L it is stable exactly for lr L < 2 + 2 gamma. With gamma = 0 it is gradient descent.

    >>> import jax.numpy as jnp
    >>> x, rule = jnp.array([1.0, 0.0]), Momentum(lr=0.25, gamma=0.5)
    >>> x, state = rule.update(lambda x: jnp.sum(x**2), x, rule.init(x))
    >>> x, state = rule.update(lambda x: jnp.sum(x**2), x, state)
    >>> float(x[0]), float(state.v[0])
    (0.0, 0.5)
    """

    title: ClassVar = N_("Momentum")
    formula: ClassVar = r"\begin{aligned}v &\leftarrow \gamma v + \eta\, \nabla f(x)\\ x &\leftarrow x - v\end{aligned}"
    paper: ClassVar = "B. T. Polyak, 1964. Some methods of speeding up the convergence of iteration methods."

    lr: LearningRate = 0.4
    gamma: Gamma = 0.5

    def init(self, x: Point) -> State:
        return State(v=jnp.zeros_like(x))

    def update(self, f: Height, x: Point, state: State) -> tuple[Point, State]:
        v = self.gamma * state.v + self.lr * jax.grad(f)(x)
        return x - v, State(v)

    def rate(self, before: State, after: State) -> Point:
        return jnp.full(2, self.lr)
