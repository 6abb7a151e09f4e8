from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Epsilon, LearningRate, Rho
from optim._optimizer import Call, Optimizer
from ravine.core.look import Style
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What AdaDelta remembers."""

    s: Vector  # moving average of squared gradients
    u: Vector  # moving average of squared steps


class AdaDelta(Optimizer):
    r"""RMSProp whose learning rate is the recent size of its own steps (Zeiler, 2012). It has no
    learning rate.

    The first step is at most sqrt(eps / (1 - rho)) in every coordinate, and nearly that where the
    gradient is not tiny, so epsilon acts as the learning rate and a small one makes a slow start.
    """

    title: ClassVar = N_("AdaDelta")
    idea: ClassVar = N_(
        "RMSProp that takes the size of its own recent steps for a learning rate, and so starts "
        "slowly."
    )
    family: ClassVar = "adaptive"
    rank: ClassVar = 60
    look: ClassVar = Style("#0b6b80", "#52d6ea", (14, 4, 2, 4, 2, 4), "triangle-down")
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \rho s + (1-\rho)\, g^2\\ "
        r"d &= \sqrt{\frac{u + \epsilon}{s + \epsilon}}\; g\\ "
        r"x &\leftarrow x - d\\ u &\leftarrow \rho u + (1-\rho)\, d^2\end{aligned}"
    )
    paper: ClassVar = (
        "M. D. Zeiler, 2012. ADADELTA: an adaptive learning rate method. arXiv:1212.5701."
    )
    note: ClassVar = N_(
        "It has no learning rate. Its first step is at most √(ε/(1−ρ)), so ε decides how slowly "
        "it starts."
    )

    dialects: ClassVar = {"paper": {"rho": 0.95, "eps": 1e-6}, "d2l": {}}
    calls: ClassVar = {
        "pytorch": Call("torch.optim.Adadelta([x], lr=1.0, rho={rho}, eps={eps})"),
        "keras": Call("keras.optimizers.Adadelta(1.0, rho={rho}, epsilon={eps})"),
        "optax": Call("optax.adadelta(1.0, rho={rho}, eps={eps})"),
    }
    differs: ClassVar = N_("There is no learning rate.")

    rho: Rho = 0.9
    eps: Epsilon = 1e-5

    def init(self, x: Vector) -> State:
        return State(s=jnp.zeros_like(x), u=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        s = self.rho * state.s + (1 - self.rho) * g**2
        d = jnp.sqrt((state.u + self.eps) / (s + self.eps)) * g
        u = self.rho * state.u + (1 - self.rho) * d**2
        return x - d, State(s, u)

    def rate(self, before: State, after: State) -> Vector:
        return jnp.sqrt((before.u + self.eps) / (after.s + self.eps))

    def stability_limit(self) -> Scalar | float:
        return 2.0


class RatedAdaDelta(AdaDelta):
    """AdaDelta with a learning rate in front, as in PyTorch, Keras and optax.

    What it remembers of its steps is what they would be without the learning rate.
    """

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow \rho s + (1-\rho)\, g^2\\ "
        r"d &= \sqrt{\frac{u + \epsilon}{s + \epsilon}}\; g\\ "
        r"x &\leftarrow x - \eta\, d\\ u &\leftarrow \rho u + (1-\rho)\, d^2\end{aligned}"
    )
    note: ClassVar = N_(
        "Its first step is at most η√(ε/(1−ρ)), so ε decides how slowly it starts. Keras opens "
        "with η = 0.001, a "
        "thousandth of the paper's step. optax without a learning rate forgets the minus sign "
        "and climbs."
    )
    dialects: ClassVar = {
        "pytorch": {},
        "keras": {"lr": 0.001, "rho": 0.95, "eps": 1e-7},
        "optax": {},
    }
    calls: ClassVar = {
        "pytorch": Call("torch.optim.Adadelta([x], lr={lr}, rho={rho}, eps={eps})"),
        "keras": Call("keras.optimizers.Adadelta({lr}, rho={rho}, epsilon={eps})"),
        "optax": Call("optax.adadelta({lr}, rho={rho}, eps={eps})"),
    }
    differs: ClassVar = N_("A learning rate multiplies the step, but not what is remembered of it.")

    lr: LearningRate = 1.0
    eps: Epsilon = 1e-6

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        s = self.rho * state.s + (1 - self.rho) * g**2
        d = jnp.sqrt((state.u + self.eps) / (s + self.eps)) * g
        u = self.rho * state.u + (1 - self.rho) * d**2
        return x - self.lr * d, State(s, u)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr * super().rate(before, after)
