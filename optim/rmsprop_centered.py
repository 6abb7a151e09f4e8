from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Epsilon, Gamma, Inertia, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What centered RMSProp remembers."""

    s: Vector  # moving average of squared gradients
    m: Vector  # moving average of gradients


class Moving(NamedTuple):
    """What it remembers with momentum."""

    s: Vector  # moving average of squared gradients
    m: Vector  # moving average of gradients
    v: Vector  # velocity: the step it is about to take


class CenteredRMSProp(Optimizer):
    """RMSProp divided by how much the gradient varies and not by how large it is (Graves, 2013,
    without its momentum).

    Where the gradient stays the same, s - m^2 goes to 0 and the steps grow, up to lr / sqrt(eps)
    times the gradient.
    """

    title: ClassVar = N_("Centered RMSProp")
    idea: ClassVar = N_(
        "RMSProp that divides by how much the slope varies, not by how large it is."
    )
    family: ClassVar = "adaptive"
    rank: ClassVar = 40
    look: ClassVar = "pentagon"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \gamma s + (1-\gamma)\, g^2\\ "
        r"m &\leftarrow \gamma m + (1-\gamma)\, g\\ "
        r"x &\leftarrow x - \frac{\eta}{\sqrt{s - m^2 + \epsilon}}\, g\end{aligned}"
    )
    paper: ClassVar = (
        "A. Graves, 2013. Generating sequences with recurrent neural networks. arXiv:1308.0850."
    )
    note: ClassVar = N_(
        "Where the gradient hardly changes, the root is nearly √ε: its steps on an even slope "
        "are huge."
    )
    dialects: ClassVar = {"keras": {"lr": 0.001}, "optax": {"eps": 1e-8}}
    calls: ClassVar = {
        "keras": Call("keras.optimizers.RMSprop({lr}, rho={gamma}, epsilon={eps}, centered=True)"),
        "optax": Call("optax.rmsprop({lr}, decay={gamma}, eps={eps}, centered=True)"),
    }
    differs: ClassVar = N_("ε is inside the root, and there is no momentum.")

    lr: LearningRate = 0.4
    gamma: Gamma = 0.9
    eps: Epsilon = 1e-7

    def init(self, x: Vector) -> State:
        return State(s=jnp.zeros_like(x), m=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        m = self.gamma * state.m + (1 - self.gamma) * g
        return x - self.lr * g / jnp.sqrt(s - m**2 + self.eps), State(s, m)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / jnp.sqrt(after.s - after.m**2 + self.eps)

    def stability_limit(self) -> Scalar | float:
        return 2.0


class OutsideCenteredRMSProp(CenteredRMSProp):
    """Centered RMSProp with epsilon beside the root and a longer memory, as in PyTorch.

    Rounding can put s - m^2 a hair below 0, where the root is no number; neither PyTorch nor this
    form guards it.
    """

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \gamma s + (1-\gamma)\, g^2\\ "
        r"m &\leftarrow \gamma m + (1-\gamma)\, g\\ "
        r"x &\leftarrow x - \frac{\eta}{\sqrt{s - m^2} + \epsilon}\, g\end{aligned}"
    )
    dialects: ClassVar = {"pytorch": {"lr": 0.01}}
    calls: ClassVar = {
        "pytorch": Call(
            "torch.optim.RMSprop([x], lr={lr}, alpha={gamma}, eps={eps}, centered=True)"
        ),
        "optax": Call(
            "optax.rmsprop({lr}, decay={gamma}, eps={eps}, eps_in_sqrt=False, centered=True)"
        ),
    }
    differs: ClassVar = N_("ε is added to the root, and there is no momentum.")

    gamma: Gamma = 0.99
    eps: Epsilon = 1e-8

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        m = self.gamma * state.m + (1 - self.gamma) * g
        return x - self.lr * g / (jnp.sqrt(s - m**2) + self.eps), State(s, m)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.s - after.m**2) + self.eps)


class MovingCenteredRMSProp(Optimizer):
    """Centered RMSProp with a velocity that has the learning rate inside: equations 38 to 41 of
    Graves (2013).
    """

    title: ClassVar = CenteredRMSProp.title
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \gamma s + (1-\gamma)\, g^2\\ "
        r"m &\leftarrow \gamma m + (1-\gamma)\, g\\ "
        r"v &\leftarrow \mu v + \frac{\eta}{\sqrt{s - m^2 + \epsilon}}\, g\\ "
        r"x &\leftarrow x - v\end{aligned}"
    )
    paper: ClassVar = CenteredRMSProp.paper
    note: ClassVar = CenteredRMSProp.note
    dialects: ClassVar = {"paper": {"lr": 0.0001}}
    calls: ClassVar = {
        "keras": Call(
            "keras.optimizers.RMSprop({lr}, rho={gamma}, momentum={mu}, epsilon={eps}, "
            "centered=True)"
        ),
        "optax": Call(
            "optax.rmsprop({lr}, decay={gamma}, eps={eps}, centered=True, momentum={mu})"
        ),
    }
    differs: ClassVar = N_("ε is inside the root, and the steps go through a momentum.")

    lr: LearningRate = 0.4
    gamma: Gamma = 0.95
    mu: Inertia = 0.9
    eps: Epsilon = 1e-4

    def init(self, x: Vector) -> Moving:
        return Moving(s=jnp.zeros_like(x), m=jnp.zeros_like(x), v=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: Moving) -> tuple[Vector, Moving]:
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        m = self.gamma * state.m + (1 - self.gamma) * g
        v = self.mu * state.v + self.lr * g / jnp.sqrt(s - m**2 + self.eps)
        return x - v, Moving(s, m, v)

    def rate(self, before: Moving, after: Moving) -> Vector:
        return self.lr / jnp.sqrt(after.s - after.m**2 + self.eps)

    def stability_limit(self) -> Scalar | float:
        return 2 + 2 * self.mu
