from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, Beta2, Beta3, Epsilon, LearningRate, WeightDecay
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What Adan remembers."""

    m: Vector  # moving average of gradients
    v: Vector  # moving average of their changes
    n: Vector  # moving average of the squares of gradients, looked ahead
    g: Vector  # the last gradient
    t: Scalar  # steps taken


class Adan(Optimizer):
    """Nesterov's look ahead without looking: gradients change, and go on changing (Xie et al.,
    2022, Algorithm 1).

    The betas are memories, as in the authors' program; the paper writes 1 - beta for each. The
    averages start from the first gradient and the first change.
    """

    title: ClassVar = N_("Adan")
    idea: ClassVar = N_(
        "Adam that also looks at how the slope has just changed, and so reacts earlier."
    )
    family: ClassVar = "adam"
    rank: ClassVar = 90
    look: ClassVar = "hourglass"
    formula: ClassVar = (
        r"\begin{aligned}d &= \nabla f(x) - g,\quad g \leftarrow \nabla f(x)\\ "
        r"m &\leftarrow \beta_1 m + (1-\beta_1)\, g,\quad m_1 = g_1\\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\, d,\quad v_1 = 0,\ v_2 = d_2\\ "
        r"n &\leftarrow \beta_3 n + (1-\beta_3)\, (g + \beta_2 d)^2,\quad n_1 = g_1^2\\ "
        r"x &\leftarrow \frac{1}{1 + \eta\lambda} \Big(x - \eta\, \frac{m + \beta_2 v}{\sqrt{n} "
        r"+ \epsilon}\Big)"
        r"\end{aligned}"
    )
    paper: ClassVar = (
        "X. Xie et al., 2022. Adan: adaptive Nesterov momentum algorithm. arXiv:2208.06677."
    )
    note: ClassVar = N_(
        "The authors' program starts its averages at 0 instead, and corrects them as Adam does."
    )
    dialects: ClassVar = {"paper": {"lr": 0.001, "wd": 0.02}}
    differs: ClassVar = N_(
        "The averages start from the first gradient; the change of the gradient weighs β₂."
    )

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.98
    beta2: Beta2 = 0.92
    beta3: Beta3 = 0.99
    eps: Epsilon = 1e-8
    wd: WeightDecay = 0.0

    def init(self, x: Vector) -> State:
        still = jnp.zeros_like(x)
        return State(m=still, v=still, n=still, g=still, t=jnp.zeros((), x.dtype))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, first, second = jax.grad(f)(x), state.t == 0, state.t == 1
        d = jnp.where(first, 0.0, g - state.g)
        m = jnp.where(first, g, self.beta1 * state.m + (1 - self.beta1) * g)
        v = jnp.where(second, d, self.beta2 * state.v + (1 - self.beta2) * d)
        n = jnp.where(
            first, g**2, self.beta3 * state.n + (1 - self.beta3) * (g + self.beta2 * d) ** 2
        )
        after = State(m, v, n, g, state.t + 1)
        return (x - self.rate(state, after) * (m + self.beta2 * v)) / (1 + self.lr * self.wd), after

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.n) + self.eps)

    def stability_limit(self) -> Scalar | float:
        """Where gradients alternate, +g and -g, its averages are m g and v g; the pull does the
        rest.
        """
        m, v = (1 - self.beta1) / (1 + self.beta1), 2 * (1 - self.beta2) / (1 + self.beta2)
        return (2 + self.lr * self.wd) / (m + self.beta2 * v)


class OptaxAdan(Adan):
    """Adan with averages from 0, corrected, and with 1 - beta2 where memories ask for beta2."""

    formula: ClassVar = (
        r"\begin{aligned}d &= \nabla f(x) - g,\quad g \leftarrow \nabla f(x),\quad d_1 = 0\\ "
        r"m &\leftarrow \beta_1 m + (1-\beta_1)\, g,\quad v \leftarrow \beta_2 v + "
        r"(1-\beta_2)\, d\\ "
        r"n &\leftarrow \beta_3 n + (1-\beta_3)\, (g + (1-\beta_2)\, d)^2\\ "
        r"\hat m &= m / (1-\beta_1^t),\quad \hat v = v / (1-\beta_2^t),\quad \hat n = n / "
        r"(1-\beta_3^t)\\ "
        r"x &\leftarrow (1 - \eta\lambda)\, x - \eta\, "
        r"\frac{\hat m + (1-\beta_2)\, \hat v}{\sqrt{\hat n + \epsilon} + \epsilon}\end{aligned}"
    )
    note: ClassVar = N_(
        "optax keeps the paper's factor 1 − β₂ but turns β₂ round: the change of the gradient "
        "weighs 0.08, not 0.92."
    )
    dialects: ClassVar = {"optax": {"lr": 0.001}}
    calls: ClassVar = {
        "optax": Call(
            "optax.adan({lr}, b1={beta1}, b2={beta2}, b3={beta3}, eps={eps}, eps_root={eps}, "
            "weight_decay={wd})"
        ),
    }
    differs: ClassVar = N_(
        "The averages start at 0 and are corrected; the change of the gradient weighs only 1 − β₂."
    )

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, t = jax.grad(f)(x), state.t + 1
        d = jnp.where(state.t == 0, 0.0, g - state.g)
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * d
        n = self.beta3 * state.n + (1 - self.beta3) * (g + (1 - self.beta2) * d) ** 2
        after = State(m, v, n, g, t)
        ahead = m / (1 - self.beta1**t) + (1 - self.beta2) * v / (1 - self.beta2**t)
        return x - self.rate(state, after) * ahead - self.lr * self.wd * x, after

    def rate(self, before: State, after: State) -> Vector:
        n_hat = after.n / (1 - self.beta3**after.t)
        return self.lr / (jnp.sqrt(n_hat + self.eps) + self.eps)

    def stability_limit(self) -> Scalar | float:
        """Where gradients alternate, +g and -g, its averages are m g and v g; the pull does the
        rest. It is 0 where the pull alone overshoots, as of AdamW.
        """
        m, v = (1 - self.beta1) / (1 + self.beta1), 2 * (1 - self.beta2) / (1 + self.beta2)
        return jnp.maximum(2 - self.lr * self.wd, 0.0) / (m + (1 - self.beta2) * v)
