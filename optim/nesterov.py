from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from core.types import Height, Point
from core.words import N_
from optim._knobs import Gamma, LearningRate
from optim._optimizer import Optimizer


class State(NamedTuple):
    """What Nesterov remembers."""

    v: Point  # velocity: the step it is about to take


class Nesterov(Optimizer):
    r"""Momentum that takes its gradient where it is about to land (Nesterov, 1983; this form Sutskever et al., 2013).

    On a quadratic with curvature L it is stable exactly for lr L < (2 + 2 gamma) / (1 + 2 gamma): at gamma = 0.9 that
    is 1.357, less than plain descent. With gamma = 0 it is gradient descent.
    """

    title: ClassVar = N_("Nesterov")
    formula: ClassVar = (
        r"\begin{aligned}v &\leftarrow \gamma v + \eta\, \nabla f(x - \gamma v)\\ x &\leftarrow x - v\end{aligned}"
    )
    paper: ClassVar = "Y. Nesterov, 1983. A method for solving the convex programming problem with rate O(1/k²)."

    lr: LearningRate = 0.4
    gamma: Gamma = 0.9

    def init(self, x: Point) -> State:
        return State(v=jnp.zeros_like(x))

    def update(self, f: Height, x: Point, state: State) -> tuple[Point, State]:
        v = self.gamma * state.v + self.lr * jax.grad(f)(x - self.gamma * state.v)
        return x - v, State(v)

    def rate(self, before: State, after: State) -> Point:
        return jnp.full(2, self.lr)
