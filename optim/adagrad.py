from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from core.types import Height, Point
from core.words import N_
from optim._knobs import Epsilon, LearningRate
from optim._optimizer import Optimizer


class State(NamedTuple):
    """What AdaGrad remembers."""

    s: Point  # sum of all squared gradients


class AdaGrad(Optimizer):
    r"""Each coordinate divides its learning rate by the size of all its gradients so far (Duchi, Hazan, Singer, 2011).

    The sum only grows, so the effective learning rate lr / sqrt(s + eps) only falls. Epsilon stands inside the root.
    """

    title: ClassVar = N_("AdaGrad")
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow s + g^2\\ "
        r"x &\leftarrow x - \frac{\eta}{\sqrt{s + \epsilon}}\, g\end{aligned}"
    )
    paper: ClassVar = "J. Duchi, E. Hazan, Y. Singer, 2011. Adaptive subgradient methods for online learning."

    lr: LearningRate = 0.4
    eps: Epsilon = 1e-6

    def init(self, x: Point) -> State:
        return State(s=jnp.zeros_like(x))

    def update(self, f: Height, x: Point, state: State) -> tuple[Point, State]:
        g = jax.grad(f)(x)
        s = state.s + g**2
        return x - self.lr * g / jnp.sqrt(s + self.eps), State(s)

    def rate(self, before: State, after: State) -> Point:
        return self.lr / jnp.sqrt(after.s + self.eps)
