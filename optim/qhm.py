from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, LearningRate, Nu
from optim._optimizer import Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What QHM remembers."""

    v: Vector  # moving average of gradients


class QHM(Optimizer):
    """Quasi-hyperbolic momentum: a weighted mean of gradient descent and averaged momentum (Ma,
    Yarats, 2019).

    With nu = 0 it is gradient descent. With nu = 1 it is momentum by a moving average, which is the
    heavy ball at lr (1 - beta1). With nu = beta1 it is Nesterov as PyTorch has it, at lr (1 -
    beta1).
    """

    title: ClassVar = N_("QHM")
    idea: ClassVar = N_("A mixture of a plain gradient step and an averaged one.")
    family: ClassVar = "gradient"
    rank: ClassVar = 40
    look: ClassVar = "star-diamond"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ v &\leftarrow \beta_1 v + (1-\beta_1)\, g\\ "
        r"x &\leftarrow x - \eta\, \big((1-\nu)\, g + \nu\, v\big)\end{aligned}"
    )
    paper: ClassVar = (
        "J. Ma, D. Yarats, 2019. Quasi-hyperbolic momentum and Adam for deep learning. "
        "arXiv:1810.06801."
    )
    note: ClassVar = N_(
        "Its average starts at 0 and is not corrected, so with β₁ = 0.999 a short run is nearly "
        "gradient descent "
        "at (1−ν)η."
    )
    dialects: ClassVar = {"paper": {"lr": 1.0}}

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.999
    nu: Nu = 0.7

    def init(self, x: Vector) -> State:
        return State(v=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        v = self.beta1 * state.v + (1 - self.beta1) * g
        return x - self.lr * ((1 - self.nu) * g + self.nu * v), State(v)

    def rate(self, before: State, after: State) -> Scalar:
        return jnp.asarray(self.lr)

    def stability_limit(self) -> Scalar | float:
        """Between that of gradient descent, nu = 0, and that of the averaged heavy ball, nu = 1."""
        return (2 + 2 * self.beta1) / (1 + self.beta1 - 2 * self.nu * self.beta1)
