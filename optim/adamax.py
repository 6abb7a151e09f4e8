from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, Beta2, Epsilon, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What AdaMax remembers."""

    m: Vector  # moving average of gradients
    u: Vector  # the largest gradient, slowly forgotten
    t: Scalar  # steps taken


class _Norm(Optimizer):
    """What all forms share."""

    title: ClassVar = N_("AdaMax")
    paper: ClassVar = (
        "D. P. Kingma, J. Ba, 2015. Adam: a method for stochastic optimization. arXiv:1412.6980."
    )

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999

    def init(self, x: Vector) -> State:
        return State(m=jnp.zeros_like(x), u=jnp.zeros_like(x), t=jnp.zeros((), x.dtype))

    def average(self, g: Vector, state: State) -> Vector:
        """The moving average of gradients once it has seen `g`, shape (n,)."""
        return self.beta1 * state.m + (1 - self.beta1) * g

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / after.u

    def stability_limit(self) -> Scalar | float:
        """That of the heavy ball whose gradients count 1 - beta1 (Cohen et al., 2022,
        arXiv:2207.14484).
        """
        return (2 + 2 * self.beta1) / (1 - self.beta1)


class AdaMax(_Norm):
    """Adam with the largest gradient in place of the root of the average of squares (Kingma, Ba,
    2015, Algorithm 2).

    It is forgotten by a factor of beta2 a step. Epsilon is added to the size of a gradient, before
    the maximum.
    """

    idea: ClassVar = N_("Adam that divides by the largest recent slope instead of an average.")
    family: ClassVar = "adam"
    rank: ClassVar = 20
    look: ClassVar = "triangle-left"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"u &\leftarrow \max(\beta_2 u,\ |g| + \epsilon)\\ "
        r"x &\leftarrow x - \frac{\eta}{1-\beta_1^t}\, \frac{m}{u}\end{aligned}"
    )
    dialects: ClassVar = {"pytorch": {"lr": 0.002}, "optax": {"lr": 0.002}}
    calls: ClassVar = {
        "pytorch": Call("torch.optim.Adamax([x], lr={lr}, betas=({beta1}, {beta2}), eps={eps})"),
        "optax": Call("optax.adamax({lr}, b1={beta1}, b2={beta2}, eps={eps})"),
    }
    differs: ClassVar = N_("ε is added to the size of the gradient, before the maximum is taken.")

    eps: Epsilon = 1e-8

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, t = jax.grad(f)(x), state.t + 1
        m = self.average(g, state)
        u = jnp.maximum(self.beta2 * state.u, jnp.abs(g) + self.eps)
        return x - self.lr / (1 - self.beta1**t) * m / u, State(m, u, t)


class PaperAdaMax(_Norm):
    """AdaMax as in Algorithm 2, without epsilon. It divides 0 by 0 where every gradient was 0."""

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"u &\leftarrow \max(\beta_2 u,\ |g|)\\ "
        r"x &\leftarrow x - \frac{\eta}{1-\beta_1^t}\, \frac{m}{u}\end{aligned}"
    )
    note: ClassVar = N_(
        "The paper has no ε: a coordinate whose gradient was always 0 is divided 0 by 0, and "
        "the run ends."
    )
    breaks: ClassVar = {
        "rest": "the paper has no epsilon and divides 0 by 0 where every gradient was 0"
    }
    dialects: ClassVar = {"paper": {"lr": 0.002}}
    calls: ClassVar = {
        "pytorch": Call("torch.optim.Adamax([x], lr={lr}, betas=({beta1}, {beta2}), eps=0.0)"),
        "optax": Call("optax.adamax({lr}, b1={beta1}, b2={beta2}, eps=0.0)"),
    }
    differs: ClassVar = N_("There is no ε.")

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, t = jax.grad(f)(x), state.t + 1
        m = self.average(g, state)
        u = jnp.maximum(self.beta2 * state.u, jnp.abs(g))
        return x - self.lr / (1 - self.beta1**t) * m / u, State(m, u, t)


class KerasAdaMax(_Norm):
    """AdaMax with epsilon added to the maximum, in every step."""

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ "
        r"u &\leftarrow \max(\beta_2 u,\ |g|)\\ "
        r"x &\leftarrow x - \frac{\eta}{1-\beta_1^t}\, \frac{m}{u + \epsilon}\end{aligned}"
    )
    dialects: ClassVar = {"keras": {"lr": 0.001}}
    calls: ClassVar = {
        "keras": Call(
            "keras.optimizers.Adamax({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps})"
        ),
    }
    differs: ClassVar = N_("ε is added to the maximum.")

    eps: Epsilon = 1e-7

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, t = jax.grad(f)(x), state.t + 1
        m = self.average(g, state)
        u = jnp.maximum(self.beta2 * state.u, jnp.abs(g))
        return x - self.lr / (1 - self.beta1**t) * m / (u + self.eps), State(m, u, t)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (after.u + self.eps)
