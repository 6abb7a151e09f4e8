from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from core.types import Height, Point
from core.words import N_
from optim._knobs import Epsilon, Gamma, LearningRate
from optim._optimizer import Optimizer


class State(NamedTuple):
    """What RMSProp remembers."""

    s: Point  # moving average of squared gradients


class RMSProp(Optimizer):
    r"""AdaGrad that forgets: the squares are averaged over about 1 / (1 - gamma) steps (Tieleman, Hinton, 2012).

    Epsilon stands inside the root. The average starts at 0 and is not corrected, so the first step is about
    lr / sqrt(1 - gamma) in every coordinate whose gradient is large beside sqrt(eps / (1 - gamma)).
    """

    title: ClassVar = N_("RMSProp")
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \gamma s + (1-\gamma)\, g^2\\ "
        r"x &\leftarrow x - \frac{\eta}{\sqrt{s + \epsilon}}\, g\end{aligned}"
    )
    paper: ClassVar = "T. Tieleman, G. Hinton, 2012. Lecture 6.5, Neural networks for machine learning."
    note: ClassVar = N_(
        "Its first step is about η/√(1−γ) long in every coordinate, unless the gradient there is as small as √ε."
    )

    lr: LearningRate = 0.4
    gamma: Gamma = 0.9
    eps: Epsilon = 1e-6

    def init(self, x: Point) -> State:
        return State(s=jnp.zeros_like(x))

    def update(self, f: Height, x: Point, state: State) -> tuple[Point, State]:
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        return x - self.lr * g / jnp.sqrt(s + self.eps), State(s)

    def rate(self, before: State, after: State) -> Point:
        return self.lr / jnp.sqrt(after.s + self.eps)
