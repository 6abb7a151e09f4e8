from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, Beta2, Epsilon, LearningRate, Psi
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What NAdam remembers."""

    m: Vector  # moving average of gradients
    v: Vector  # moving average of squared gradients
    p: Scalar  # product of all mu so far
    t: Scalar  # steps taken


class _Ahead(Optimizer):
    """What all forms share: the average that the next step will use, corrected, stands in for the
    present one.
    """

    title: ClassVar = N_("NAdam")
    paper: ClassVar = "T. Dozat, 2016. Incorporating Nesterov momentum into Adam. ICLR workshop."

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8

    def init(self, x: Vector) -> State:
        one = jnp.ones((), x.dtype)
        return State(m=jnp.zeros_like(x), v=jnp.zeros_like(x), p=one, t=0 * one)

    def mu(self, t: Scalar) -> Scalar:
        """The momentum of step `t`, counted from 1."""
        raise NotImplementedError

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, t = jax.grad(f)(x), state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        after = State(m, v, state.p * self.mu(t), t)
        return x - self.rate(state, after) * self.ahead(g, after), after

    def ahead(self, g: Vector, after: State) -> Vector:
        """The average one step ahead, corrected, shape (n,); `g` is the gradient and `after` has
        already seen it.
        """
        mu, following = self.mu(after.t), self.mu(after.t + 1)
        return following * after.m / (1 - after.p * following) + (1 - mu) * g / (1 - after.p)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.v / (1 - self.beta2**after.t)) + self.eps)


class NAdam(_Ahead):
    """Adam with Nesterov's momentum, which warms up from half of beta1 at a pace of psi (Dozat,
    2016).

    The average itself is taken with beta1; mu only weighs it against the gradient.
    """

    idea: ClassVar = N_("Adam that looks ahead, as Nesterov's momentum does.")
    family: ClassVar = "adam"
    rank: ClassVar = 30
    look: ClassVar = "pentagon"
    no_limit: ClassVar = "its mu grows for thousands of steps"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x),\quad \mu_t = \beta_1 (1 - \tfrac12\, 0.96^{\,t\psi})\\ "
        r"p &\leftarrow p\,\mu_t\\ "
        r"m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ v &\leftarrow \beta_2 v + (1-\beta_2)\, "
        r"g^2\\ "
        r"\hat m &= \frac{\mu_{t+1} m}{1 - p\,\mu_{t+1}} + \frac{(1-\mu_t)\, g}{1 - p},\quad "
        r"\hat v = v / (1-\beta_2^t)\\ "
        r"x &\leftarrow x - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)\end{aligned}"
    )
    note: ClassVar = N_(
        "PyTorch keeps the product p in single precision unless told otherwise: its paths part "
        "from these in digit 8."
    )
    dialects: ClassVar = {"pytorch": {"lr": 0.002}}
    calls: ClassVar = {
        "pytorch": Call(
            "torch.optim.NAdam([x], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, "
            "momentum_decay={psi})"
        ),
    }
    differs: ClassVar = N_(
        "The average is taken with β₁; μ, which warms up at the pace ψ, only weighs it against g."
    )

    psi: Psi = 0.004

    def mu(self, t: Scalar) -> Scalar:
        return self.beta1 * (1 - 0.5 * 0.96 ** (t * self.psi))


class PaperNAdam(NAdam):
    """NAdam as Dozat printed it: mu is also the memory of the average, and beta2 multiplies the
    corrected squares.
    """

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x),\quad \mu_t = \beta_1 (1 - \tfrac12\, 0.96^{\,t\psi})\\ "
        r"p &\leftarrow p\,\mu_t\\ "
        r"m &\leftarrow \mu_t m + (1-\mu_t)\, g\\ v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2\\ "
        r"\hat m &= \frac{\mu_{t+1} m}{1 - p\,\mu_{t+1}} + \frac{(1-\mu_t)\, g}{1 - p},\quad "
        r"\hat v = \beta_2 v / (1-\beta_2^t)\\ "
        r"x &\leftarrow x - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)\end{aligned}"
    )
    note: ClassVar = N_(
        "The extra factor β₂ in the corrected squares is the paper's; no framework has taken it "
        "over."
    )
    dialects: ClassVar = {"paper": {"lr": 0.002}}
    calls: ClassVar = {}
    differs: ClassVar = N_(
        "The average itself is taken with μ, and the corrected squares are multiplied by β₂."
    )

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g, t = jax.grad(f)(x), state.t + 1
        mu = self.mu(t)
        m = mu * state.m + (1 - mu) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        after = State(m, v, state.p * mu, t)
        return x - self.rate(state, after) * self.ahead(g, after), after

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(self.beta2 * after.v / (1 - self.beta2**after.t)) + self.eps)


class KerasNAdam(_Ahead):
    """NAdam whose momentum warms up in some fifty steps, 250 times as fast as the paper's."""

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x),\quad \mu_t = \beta_1 (1 - \tfrac12\, 0.96^t)\\ p "
        r"&\leftarrow p\,\mu_t\\ "
        r"m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ v &\leftarrow \beta_2 v + (1-\beta_2)\, "
        r"g^2\\ "
        r"\hat m &= \frac{\mu_{t+1} m}{1 - p\,\mu_{t+1}} + \frac{(1-\mu_t)\, g}{1 - p},\quad "
        r"\hat v = v / (1-\beta_2^t)\\ "
        r"x &\leftarrow x - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)\end{aligned}"
    )
    dialects: ClassVar = {"keras": {"lr": 0.001}}
    calls: ClassVar = {
        "keras": Call(
            "keras.optimizers.Nadam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps})"
        ),
        "pytorch": Call(
            "torch.optim.NAdam([x], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, "
            "momentum_decay=1.0)"
        ),
    }
    differs: ClassVar = N_(
        "The pace of the warm-up is fixed at ψ = 1, 250 times that of the paper."
    )
    no_limit: ClassVar = "its mu grows for a hundred steps"

    eps: Epsilon = 1e-7

    def mu(self, t: Scalar) -> Scalar:
        return self.beta1 * (1 - 0.5 * 0.96**t)


class OptaxNAdam(_Ahead):
    """NAdam without a warm-up: the momentum is beta1 from the first step."""

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ p &\leftarrow p\,\beta_1\\ "
        r"m &\leftarrow \beta_1 m + (1-\beta_1)\, g\\ v &\leftarrow \beta_2 v + (1-\beta_2)\, "
        r"g^2\\ "
        r"\hat m &= \frac{\beta_1 m}{1 - p\,\beta_1} + \frac{(1-\beta_1)\, g}{1 - p},\quad "
        r"\hat v = v / (1-\beta_2^t)\\ "
        r"x &\leftarrow x - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)\end{aligned}"
    )
    dialects: ClassVar = {"optax": {"lr": 0.001}}
    calls: ClassVar = {"optax": Call("optax.nadam({lr}, b1={beta1}, b2={beta2}, eps={eps})")}
    differs: ClassVar = N_("There is no warm-up: μ is β₁ from the first step.")

    def mu(self, t: Scalar) -> Scalar:
        return self.beta1 * jnp.ones_like(t)

    def stability_limit(self) -> Scalar | float:
        """Nesterov's, whose gradients count 1 - beta1. The mu of other forms still grows, up to
        thousands of steps.
        """
        return (2 + 2 * self.beta1) / ((1 - self.beta1) * (1 + 2 * self.beta1))
