from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Gamma, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.look import Style
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What Nesterov remembers."""

    v: Vector  # velocity: the step it is about to take


class Buffer(NamedTuple):
    """What Nesterov remembers with the learning rate outside."""

    b: Vector  # sum of past gradients, each gamma times the one after it


class Nesterov(Optimizer):
    r"""Momentum that takes its gradient where it is about to land (Nesterov, 1983; this form
    Sutskever et al., 2013).

    On a quadratic with curvature L it is stable exactly for lr L < (2 + 2 gamma) / (1 + 2 gamma):
    at gamma = 0.9 that is 1.357, less than plain descent. With gamma = 0 it is gradient descent.
    """

    title: ClassVar = N_("Nesterov")
    idea: ClassVar = N_(
        "A heavy ball that looks at the slope where its speed is about to carry it, and so brakes "
        "earlier."
    )
    also: ClassVar = ("nag", "nesterov_momentum")
    family: ClassVar = "gradient"
    rank: ClassVar = 30
    look: ClassVar = Style("#7430c4", "#c9a4ff", (11, 4, 2, 4), "diamond")
    formula: ClassVar = (
        r"\begin{aligned}v &\leftarrow \gamma v + \eta\, \nabla f(x - \gamma v)\\ x "
        r"&\leftarrow x - v\end{aligned}"
    )
    steady: ClassVar = True
    paper: ClassVar = (
        "Y. Nesterov, 1983. A method for solving the convex programming problem with rate O(1/k²)."
    )
    note: ClassVar = N_(
        "What PyTorch, Keras and optax keep is the point where this form takes its gradient: "
        "the same walk, seen from "
        "one look ahead."
    )
    dialects: ClassVar = {"paper": {}, "d2l": {}}
    calls: ClassVar = {
        "pytorch": Call(
            "torch.optim.SGD([x], lr={lr}, momentum={gamma}, nesterov={gamma} > 0)",
            "x + {lr} * {gamma} * optimizer.state[x].get('momentum_buffer', 0.0)",
        ),
        "keras": Call(
            "keras.optimizers.SGD({lr}, momentum={gamma}, nesterov=True)",
            "x - {gamma} * sum(optimizer.momentums)",
        ),
        "optax": Call(
            "optax.sgd({lr}, momentum={gamma}, nesterov=True)",
            "x + {lr} * {gamma} * state[0].trace",
        ),
    }
    differs: ClassVar = N_(
        "The gradient is taken at the point ahead, and the path is where the steps end."
    )

    lr: LearningRate = 0.4
    gamma: Gamma = 0.9

    def init(self, x: Vector) -> State:
        return State(v=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        v = self.gamma * state.v + self.lr * jax.grad(f)(x - self.gamma * state.v)
        return x - v, State(v)

    def rate(self, before: State, after: State) -> Scalar:
        return jnp.asarray(self.lr)

    def stability_limit(self) -> Scalar | float:
        return (2 + 2 * self.gamma) / (1 + 2 * self.gamma)


class OutsideNesterov(Optimizer):
    """The path of the points ahead, learning rate outside the buffer (Bengio et al., 2013, as
    PyTorch and optax do).

    With y = x - lr gamma b of the first form: the gradient is taken where the iterate is.
    """

    title: ClassVar = Nesterov.title
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ b &\leftarrow \gamma b + g\\ "
        r"x &\leftarrow x - \eta\, (g + \gamma b)\end{aligned}"
    )
    paper: ClassVar = Nesterov.paper
    note: ClassVar = N_(
        "PyTorch and optax have no momentum unless they are asked for it; 0.9 is the usual value."
    )
    dialects: ClassVar = {"pytorch": {"lr": 0.001}, "optax": {}}
    calls: ClassVar = {
        "pytorch": Call("torch.optim.SGD([x], lr={lr}, momentum={gamma}, nesterov={gamma} > 0)"),
        "keras": Call("keras.optimizers.SGD({lr}, momentum={gamma}, nesterov=True)"),
        "optax": Call("optax.sgd({lr}, momentum={gamma}, nesterov=True)"),
    }
    differs: ClassVar = N_(
        "The path is that of the points ahead; the learning rate is outside the memory."
    )

    lr: LearningRate = 0.4
    gamma: Gamma = 0.9

    def init(self, x: Vector) -> Buffer:
        return Buffer(b=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: Buffer) -> tuple[Vector, Buffer]:
        g = jax.grad(f)(x)
        b = self.gamma * state.b + g
        return x - self.lr * (g + self.gamma * b), Buffer(b)

    def rate(self, before: Buffer, after: Buffer) -> Scalar:
        return jnp.asarray(self.lr)

    def stability_limit(self) -> Scalar | float:
        return (2 + 2 * self.gamma) / (1 + 2 * self.gamma)


class InsideNesterov(Nesterov):
    """The path of the points ahead, learning rate inside the velocity, as Keras writes it."""

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ v &\leftarrow \gamma v + \eta\, g\\ "
        r"x &\leftarrow x - (\gamma v + \eta\, g)\end{aligned}"
    )
    note: ClassVar = N_("Keras has no momentum unless it is asked for it; 0.9 is the usual value.")
    dialects: ClassVar = {"keras": {"lr": 0.01}}
    calls: ClassVar = OutsideNesterov.calls
    differs: ClassVar = N_(
        "The path is that of the points ahead; the learning rate is inside the velocity."
    )

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        v = self.gamma * state.v + self.lr * g
        return x - (self.gamma * v + self.lr * g), State(v)
