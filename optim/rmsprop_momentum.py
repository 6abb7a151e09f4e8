from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Epsilon, Gamma, Inertia, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What RMSProp with momentum remembers."""

    s: Vector  # moving average of squared gradients
    v: Vector  # velocity: the step it is about to take


class Buffer(NamedTuple):
    """What it remembers with the learning rate outside."""

    s: Vector  # moving average of squared gradients
    b: Vector  # sum of past gradients, each already divided by its root


class RMSPropMomentum(Optimizer):
    """RMSProp whose steps are added up in a velocity (Tieleman, Hinton, 2012), learning rate inside
    the velocity.

    The gradient is divided by the root first and remembered then, so old steps keep the size that
    they had. With mu = 0 it is RMSProp.
    """

    title: ClassVar = N_("RMSProp with momentum")
    idea: ClassVar = N_("RMSProp whose scaled steps push a heavy ball.")
    family: ClassVar = "adaptive"
    rank: ClassVar = 50
    look: ClassVar = "hexagon"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \gamma s + (1-\gamma)\, g^2\\ "
        r"v &\leftarrow \mu v + \frac{\eta}{\sqrt{s + \epsilon}}\, g\\ x &\leftarrow x - "
        r"v\end{aligned}"
    )
    paper: ClassVar = (
        "T. Tieleman, G. Hinton, 2012. Lecture 6.5, Neural networks for machine learning."
    )
    note: ClassVar = N_(
        "Its steps add up to 1/(1−μ) times those of RMSProp. The frameworks have no momentum "
        "here unless asked for it."
    )
    dialects: ClassVar = {"keras": {"lr": 0.001}, "optax": {"eps": 1e-8}}
    calls: ClassVar = {
        "keras": Call("keras.optimizers.RMSprop({lr}, rho={gamma}, momentum={mu}, epsilon={eps})"),
        "optax": Call("optax.rmsprop({lr}, decay={gamma}, eps={eps}, momentum={mu})"),
    }
    differs: ClassVar = N_("ε is inside the root, and the learning rate inside the velocity.")

    lr: LearningRate = 0.4
    gamma: Gamma = 0.9
    mu: Inertia = 0.9
    eps: Epsilon = 1e-7

    def init(self, x: Vector) -> State:
        return State(s=jnp.zeros_like(x), v=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        v = self.mu * state.v + self.lr * g / jnp.sqrt(s + self.eps)
        return x - v, State(s, v)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / jnp.sqrt(after.s + self.eps)

    def stability_limit(self) -> Scalar | float:
        return 2 + 2 * self.mu


class OutsideRMSPropMomentum(Optimizer):
    """The same with epsilon beside the root and the learning rate outside the buffer, as in
    PyTorch.
    """

    title: ClassVar = RMSPropMomentum.title
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \gamma s + (1-\gamma)\, g^2\\ "
        r"b &\leftarrow \mu b + \frac{g}{\sqrt{s} + \epsilon}\\ x &\leftarrow x - \eta\, "
        r"b\end{aligned}"
    )
    paper: ClassVar = RMSPropMomentum.paper
    note: ClassVar = RMSPropMomentum.note
    dialects: ClassVar = {"pytorch": {"lr": 0.01}}
    calls: ClassVar = {
        "pytorch": Call(
            "torch.optim.RMSprop([x], lr={lr}, alpha={gamma}, eps={eps}, momentum={mu})"
        ),
        "optax": Call(
            "optax.rmsprop({lr}, decay={gamma}, eps={eps}, eps_in_sqrt=False, momentum={mu})"
        ),
    }
    differs: ClassVar = N_("ε is added to the root, and the learning rate is outside the memory.")

    lr: LearningRate = 0.4
    gamma: Gamma = 0.99
    mu: Inertia = 0.9
    eps: Epsilon = 1e-8

    def init(self, x: Vector) -> Buffer:
        return Buffer(s=jnp.zeros_like(x), b=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: Buffer) -> tuple[Vector, Buffer]:
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        b = self.mu * state.b + g / (jnp.sqrt(s) + self.eps)
        return x - self.lr * b, Buffer(s, b)

    def rate(self, before: Buffer, after: Buffer) -> Vector:
        return self.lr / (jnp.sqrt(after.s) + self.eps)

    def stability_limit(self) -> Scalar | float:
        return 2 + 2 * self.mu
