from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Epsilon, Initial, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.look import Style
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What AdaGrad remembers."""

    s: Vector  # sum of all squared gradients


class AdaGrad(Optimizer):
    r"""Each coordinate divides its learning rate by the size of all its gradients so far (Duchi,
    Hazan, Singer, 2011).

    The sum only grows, so the effective learning rate lr / sqrt(s + eps) only falls. Epsilon stands
    inside the root.
    """

    title: ClassVar = N_("AdaGrad")
    idea: ClassVar = N_(
        "The more slope a coordinate has met, the smaller its learning rate; it never grows again."
    )
    family: ClassVar = "adaptive"
    rank: ClassVar = 10
    look: ClassVar = Style("#11703a", "#62d68a", (2, 4), "triangle-up")
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow s + g^2\\ "
        r"x &\leftarrow x - \frac{\eta}{\sqrt{s + \epsilon}}\, g\end{aligned}"
    )
    paper: ClassVar = (
        "J. Duchi, E. Hazan, Y. Singer, 2011. Adaptive subgradient methods for online learning."
    )
    dialects: ClassVar = {"d2l": {}}
    calls: ClassVar = {
        "keras": Call(
            "keras.optimizers.Adagrad({lr}, initial_accumulator_value=0.0, epsilon={eps})"
        ),
        "optax": Call("optax.adagrad({lr}, initial_accumulator_value=0.0, eps={eps})"),
    }
    differs: ClassVar = N_("ε is inside the root, and the sum starts from 0.")

    lr: LearningRate = 0.4
    eps: Epsilon = 1e-6

    def init(self, x: Vector) -> State:
        return State(s=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        s = state.s + g**2
        return x - self.lr * g / jnp.sqrt(s + self.eps), State(s)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / jnp.sqrt(after.s + self.eps)

    def stability_limit(self) -> Scalar | float:
        return 2.0


class OutsideAdaGrad(AdaGrad):
    """AdaGrad with epsilon beside the root, as in the paper (its delta) and in PyTorch."""

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ s &\leftarrow s + g^2\\ "
        r"x &\leftarrow x - \frac{\eta}{\sqrt{s} + \epsilon}\, g\end{aligned}"
    )
    dialects: ClassVar = {"paper": {}, "pytorch": {"lr": 0.01}}
    calls: ClassVar = {"pytorch": Call("torch.optim.Adagrad([x], lr={lr}, eps={eps})")}
    differs: ClassVar = N_("ε is added to the root: the first step is η long in every coordinate.")

    eps: Epsilon = 1e-10

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        s = state.s + g**2
        return x - self.lr * g / (jnp.sqrt(s) + self.eps), State(s)

    def rate(self, before: State, after: State) -> Vector:
        return self.lr / (jnp.sqrt(after.s) + self.eps)


class StartedAdaGrad(AdaGrad):
    """AdaGrad whose sum starts from s0 and not from 0, as in Keras and optax: its first steps are
    shorter.
    """

    formula: ClassVar = (
        r"\begin{aligned}s &= s_0 \text{ at first},\quad g = \nabla f(x)\\ s &\leftarrow s + g^2\\ "
        r"x &\leftarrow x - \frac{\eta}{\sqrt{s + \epsilon}}\, g\end{aligned}"
    )
    dialects: ClassVar = {"keras": {"lr": 0.001}, "optax": {}}
    calls: ClassVar = {
        "keras": Call(
            "keras.optimizers.Adagrad({lr}, initial_accumulator_value={s0}, epsilon={eps})"
        ),
        "optax": Call("optax.adagrad({lr}, initial_accumulator_value={s0}, eps={eps})"),
    }
    differs: ClassVar = N_(
        "ε is inside the root, and the sum starts from 0.1, which small gradients notice."
    )

    eps: Epsilon = 1e-7
    s0: Initial = 0.1

    def init(self, x: Vector) -> State:
        return State(s=jnp.full_like(x, self.s0))
