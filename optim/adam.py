from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, Beta2, Epsilon, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.look import Style
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What Adam remembers."""

    m: Vector  # moving average of gradients
    v: Vector  # moving average of squared gradients
    t: Scalar  # steps taken


class Adam(Optimizer):
    r"""Momentum, divided coordinate by coordinate by the recent size of the gradient (Kingma, Ba,
    2015, Algorithm 1).

    Both averages start at 0 and are corrected for it. Epsilon stands outside the root, added to the
    corrected one.

    >>> import jax.numpy as jnp
    >>> x, rule = jnp.array([3.0, -4.0]), Adam(lr=0.5)
    >>> x, _ = rule.update(lambda x: jnp.sum(x**2), x, rule.init(x))
    >>> [round(float(c), 6) for c in x]  # the first step is lr long in every coordinate
    [2.5, -3.5]
    """

    title: ClassVar = N_("Adam")
    idea: ClassVar = N_("Momentum, divided in each coordinate by the recent size of the slope.")
    family: ClassVar = "adam"
    rank: ClassVar = 10
    look: ClassVar = Style("#c2184b", "#ff8aa5", (18, 5), "star")
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ "
        r"\hat m &= m / (1-\beta_1^t),\quad \hat v = v / (1-\beta_2^t)\\ "
        r"x &\leftarrow x - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)\end{aligned}"
    )
    paper: ClassVar = (
        "D. P. Kingma, J. Ba, 2015. Adam: a method for stochastic optimization. arXiv:1412.6980."
    )
    dialects: ClassVar = {
        "paper": {"lr": 0.001},
        "d2l": {"lr": 0.01, "eps": 1e-6},
        "pytorch": {"lr": 0.001},
        "optax": {"lr": 0.001},
    }
    calls: ClassVar = {
        "pytorch": Call("torch.optim.Adam([x], lr={lr}, betas=({beta1}, {beta2}), eps={eps})"),
        "optax": Call("optax.adam({lr}, b1={beta1}, b2={beta2}, eps={eps})"),
    }
    differs: ClassVar = N_("ε is added to the root of the corrected average.")

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8

    def init(self, x: Vector) -> State:
        return State(m=jnp.zeros_like(x), v=jnp.zeros_like(x), t=jnp.zeros((), x.dtype))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, t = jax.grad(f)(x), state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        m_hat, v_hat = m / (1 - self.beta1**t), v / (1 - self.beta2**t)
        return x - self.lr * m_hat / (jnp.sqrt(v_hat) + self.eps), State(m, v, t)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.v / (1 - self.beta2**after.t)) + self.eps)

    def stability_limit(self) -> Scalar | float:
        """That of the heavy ball whose gradients count 1 - beta1 (Cohen et al., 2022,
        arXiv:2207.14484).
        """
        return (2 + 2 * self.beta1) / (1 - self.beta1)


class KerasAdam(Adam):
    """Adam as at the end of section 2: both corrections in the learning rate, epsilon beside the
    raw root.
    """

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ "
        r"x &\leftarrow x - \eta\, \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}\, \frac{m}{\sqrt{v} + "
        r"\epsilon}\end{aligned}"
    )
    dialects: ClassVar = {"keras": {"lr": 0.001}}
    calls: ClassVar = {
        "keras": Call("keras.optimizers.Adam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps})"),
    }
    differs: ClassVar = N_(
        "ε is added to the root of the average that is not corrected yet (ε-hat)."
    )

    eps: Epsilon = 1e-7

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, t = jax.grad(f)(x), state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        lr = self.lr * jnp.sqrt(1 - self.beta2**t) / (1 - self.beta1**t)
        return x - lr * m / (jnp.sqrt(v) + self.eps), State(m, v, t)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr * jnp.sqrt(1 - self.beta2**after.t) / (jnp.sqrt(after.v) + self.eps)
