from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, Beta2, Epsilon, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What AdaBelief remembers."""

    m: Vector  # moving average of gradients: what the next one is believed to be
    s: Vector  # moving average of squared surprises
    t: Scalar  # steps taken


class AdaBelief(Optimizer):
    """Adam that divides by how far gradients stray from their average, not by how long they are
    (Zhuang et al., 2020).

    A steady gradient makes it stride. Epsilon is added twice: to the root, and in every step to the
    average of squares, where it piles up to eps / (1 - beta2).
    """

    title: ClassVar = N_("AdaBelief")
    idea: ClassVar = N_(
        "Adam that divides by how much the slope surprises it: where all is as expected, steps "
        "are long."
    )
    family: ClassVar = "adam"
    rank: ClassVar = 80
    look: ClassVar = "hexagram"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"s &\leftarrow \beta_2 s + (1-\beta_2)\, (g - m)^2 + \epsilon\\ "
        r"\hat m &= m / (1-\beta_1^t),\quad \hat s = s / (1-\beta_2^t)\\ "
        r"x &\leftarrow x - \eta\, \hat m / (\sqrt{\hat s} + \epsilon)\end{aligned}"
    )
    paper: ClassVar = (
        "J. Zhuang et al., 2020. AdaBelief optimizer: adapting stepsizes by the belief "
        "in observed gradients."
    )
    note: ClassVar = N_(
        "The ε of optax is 1e-16, smaller than this slider goes. It counts under the root: "
        "1e-16 is Adam's 1e-8."
    )
    dialects: ClassVar = {"paper": {"lr": 0.001}, "optax": {"lr": 0.001, "eps": 1e-12}}
    calls: ClassVar = {
        "optax": Call("optax.adabelief({lr}, b1={beta1}, b2={beta2}, eps={eps}, eps_root={eps})")
    }

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8

    def init(self, x: Vector) -> State:
        return State(m=jnp.zeros_like(x), s=jnp.zeros_like(x), t=jnp.zeros((), x.dtype))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, t = jax.grad(f)(x), state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        s = self.beta2 * state.s + (1 - self.beta2) * (g - m) ** 2 + self.eps
        after = State(m, s, t)
        return x - self.rate(state, after) * m / (1 - self.beta1**t), after

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.s / (1 - self.beta2**after.t)) + self.eps)

    def stability_limit(self) -> Scalar | float:
        """That of the heavy ball whose gradients count 1 - beta1 (Cohen et al., 2022,
        arXiv:2207.14484).
        """
        return (2 + 2 * self.beta1) / (1 - self.beta1)
