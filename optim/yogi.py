from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, Beta2, Epsilon, InitialV, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What Yogi remembers."""

    m: Vector  # moving average of gradients
    v: Vector  # size of squared gradients, followed in steps
    t: Scalar  # steps taken


class Yogi(Optimizer):
    """Adam that changes its mind slowly: v walks towards g^2, each time by (1 - beta2) g^2 (Zaheer
    et al., 2018).

    Where the gradients fade, Adam's v fades with them and its steps grow; Yogi's v hardly moves.
    """

    title: ClassVar = N_("Yogi")
    idea: ClassVar = N_(
        "Adam whose sense of the slope's size changes slowly, so that steps do not jump up where "
        "it fades."
    )
    family: ClassVar = "adam"
    rank: ClassVar = 60
    look: ClassVar = "bowtie"
    formula: ClassVar = (
        r"\begin{aligned}m_0 &= v_0 \ge 0,\quad g = \nabla f(x)\\ m &\leftarrow \beta_1 m + "
        r"(1-\beta_1)\, g\\ "
        r"v &\leftarrow v - (1-\beta_2)\, \mathrm{sign}(v - g^2)\, g^2\\ "
        r"\hat m &= m / (1-\beta_1^t),\quad \hat v = v / (1-\beta_2^t)\\ "
        r"x &\leftarrow x - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)\end{aligned}"
    )
    paper: ClassVar = (
        "M. Zaheer, S. Reddi, D. Sachan, S. Kale, S. Kumar, 2018. Adaptive methods for "
        "nonconvex optimization."
    )
    note: ClassVar = N_(
        "optax starts both averages at v₀ = 1e-6, also that of the gradients: it drifts even "
        "where the ground is flat."
    )
    dialects: ClassVar = {"d2l": {"lr": 0.01}, "optax": {"lr": 0.01, "s0": 1e-6}}
    calls: ClassVar = {
        "optax": Call(
            "optax.chain(optax.scale_by_yogi(b1={beta1}, b2={beta2}, eps={eps}, "
            "initial_accumulator_value={s0}), "
            "optax.scale_by_learning_rate({lr}))"
        ),
    }
    differs: ClassVar = N_("Both averages are corrected for their start, as in Adam.")

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-3
    s0: InitialV = 0.0

    def init(self, x: Vector) -> State:
        start = jnp.full_like(x, self.s0)
        return State(m=start, v=start, t=jnp.zeros((), x.dtype))

    def averages(self, f: Height, x: Vector, state: State) -> State:
        """What the rule remembers after a look at the gradient in `x`, shape (n,)."""
        g = jax.grad(f)(x)
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = state.v - (1 - self.beta2) * jnp.sign(state.v - g**2) * g**2
        return State(m, v, state.t + 1)

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        after = self.averages(f, x, state)
        return x - self.rate(state, after) * after.m / (1 - self.beta1**after.t), after

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.v / (1 - self.beta2**after.t)) + self.eps)

    def stability_limit(self) -> Scalar | float:
        """That of the heavy ball whose gradients count 1 - beta1 (Cohen et al., 2022,
        arXiv:2207.14484).
        """
        return (2 + 2 * self.beta1) / (1 - self.beta1)


class PaperYogi(Yogi):
    """Yogi as in Algorithm 2, without bias correction: its first step is some three times as long
    as Adam's.
    """

    formula: ClassVar = (
        r"\begin{aligned}m_0 &= 0,\quad v_0 \ge 0,\quad g = \nabla f(x)\\ m &\leftarrow \beta_1 "
        r"m + (1-\beta_1)\, g\\ "
        r"v &\leftarrow v - (1-\beta_2)\, \mathrm{sign}(v - g^2)\, g^2\\ "
        r"x &\leftarrow x - \eta\, m / (\sqrt{v} + \epsilon)\end{aligned}"
    )
    note: ClassVar = ""
    dialects: ClassVar = {"paper": {"lr": 0.01}}
    calls: ClassVar = {}
    differs: ClassVar = N_("Neither average is corrected for its start.")

    def init(self, x: Vector) -> State:
        return super().init(x)._replace(m=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        after = self.averages(f, x, state)
        return x - self.rate(state, after) * after.m, after

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.v) + self.eps)
