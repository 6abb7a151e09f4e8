from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Epsilon, Gamma, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.look import Style
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What RMSProp remembers."""

    s: Vector  # moving average of squared gradients


class RMSProp(Optimizer):
    r"""AdaGrad that forgets: the squares are averaged over about 1 / (1 - gamma) steps (Tieleman,
    Hinton, 2012).

    Epsilon stands inside the root. The average starts at 0 and is not corrected, so the first step
    is about lr / sqrt(1 - gamma) in every coordinate whose gradient is large beside sqrt(eps / (1 -
    gamma)).
    """

    title: ClassVar = N_("RMSProp")
    idea: ClassVar = N_(
        "Divides each coordinate by the recent size of its slope: steep and flat directions "
        "advance alike."
    )
    also: ClassVar = ("rms_prop", "rms")
    family: ClassVar = "adaptive"
    rank: ClassVar = 30
    look: ClassVar = Style("#a64607", "#ffb463", (6, 3), "cross")
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \gamma s + (1-\gamma)\, g^2\\ "
        r"x &\leftarrow x - \frac{\eta}{\sqrt{s + \epsilon}}\, g\end{aligned}"
    )
    paper: ClassVar = (
        "T. Tieleman, G. Hinton, 2012. Lecture 6.5, Neural networks for machine learning."
    )
    note: ClassVar = N_(
        "Its first step is about η/√(1−γ) long in every coordinate, unless the gradient there "
        "is as small as √ε."
    )

    dialects: ClassVar = {"d2l": {}, "keras": {"lr": 0.001, "eps": 1e-7}, "optax": {"eps": 1e-8}}
    calls: ClassVar = {
        "keras": Call("keras.optimizers.RMSprop({lr}, rho={gamma}, epsilon={eps})"),
        "optax": Call("optax.rmsprop({lr}, decay={gamma}, eps={eps})"),
    }
    differs: ClassVar = N_("ε is inside the root.")

    lr: LearningRate = 0.4
    gamma: Gamma = 0.9
    eps: Epsilon = 1e-6

    def init(self, x: Vector) -> State:
        return State(s=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        return x - self.lr * g / jnp.sqrt(s + self.eps), State(s)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / jnp.sqrt(after.s + self.eps)

    def stability_limit(self) -> Scalar | float:
        return 2.0


class BareRMSProp(Optimizer):
    """RMSProp as on Hinton's slide, which has no epsilon: where every gradient was 0 it divides 0
    by 0.
    """

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \gamma s + (1-\gamma)\, g^2\\ "
        r"x &\leftarrow x - \frac{\eta}{\sqrt{s}}\, g\end{aligned}"
    )
    title: ClassVar = RMSProp.title
    paper: ClassVar = RMSProp.paper
    note: ClassVar = N_(
        "Its first step is η/√(1−γ) long in every coordinate. Where every gradient was 0 it "
        "divides 0 by 0: "
        "then it has no next point."
    )
    breaks: ClassVar = {
        "rest": "where every gradient was 0 it divides 0 by 0: the slide has no epsilon"
    }
    dialects: ClassVar = {"paper": {}}
    calls: ClassVar = {
        "pytorch": Call("torch.optim.RMSprop([x], lr={lr}, alpha={gamma}, eps=0.0)"),
        "keras": Call("keras.optimizers.RMSprop({lr}, rho={gamma}, epsilon=0.0)"),
        "optax": Call("optax.rmsprop({lr}, decay={gamma}, eps=0.0)"),
    }
    differs: ClassVar = N_("There is no ε.")

    lr: LearningRate = 0.4
    gamma: Gamma = 0.9

    def init(self, x: Vector) -> State:
        return State(s=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        return x - self.lr * g / jnp.sqrt(s), State(s)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / jnp.sqrt(after.s)

    def stability_limit(self) -> Scalar | float:
        return 2.0


class OutsideRMSProp(RMSProp):
    """RMSProp with epsilon beside the root and a longer memory, as in PyTorch."""

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \gamma s + (1-\gamma)\, g^2\\ "
        r"x &\leftarrow x - \frac{\eta}{\sqrt{s} + \epsilon}\, g\end{aligned}"
    )
    dialects: ClassVar = {"pytorch": {"lr": 0.01}}
    calls: ClassVar = {
        "pytorch": Call("torch.optim.RMSprop([x], lr={lr}, alpha={gamma}, eps={eps})"),
        "optax": Call("optax.rmsprop({lr}, decay={gamma}, eps={eps}, eps_in_sqrt=False)"),
    }
    differs: ClassVar = N_("ε is added to the root.")

    gamma: Gamma = 0.99
    eps: Epsilon = 1e-8

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        return x - self.lr * g / (jnp.sqrt(s) + self.eps), State(s)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.s) + self.eps)
