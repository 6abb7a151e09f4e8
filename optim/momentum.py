from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Dampening, Gamma, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.look import Style
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What Momentum remembers."""

    v: Vector  # velocity: the step it is about to take


class Buffer(NamedTuple):
    """What Momentum remembers with the learning rate outside."""

    b: Vector  # sum of past gradients, each gamma times the one after it


class CountedBuffer(NamedTuple):
    """What PyTorch's Momentum remembers: its first step is another one."""

    b: Vector  # sum of past gradients
    t: Scalar  # steps taken


class Momentum(Optimizer):
    r"""The heavy ball: a velocity that remembers past gradients (Polyak, 1964), learning rate
    inside the velocity.

    On a quadratic with curvature L it is stable exactly for lr L < 2 + 2 gamma. With gamma = 0 it
    is gradient descent.

    >>> import jax.numpy as jnp
    >>> x, rule = jnp.array([1.0, 0.0]), Momentum(lr=0.25, gamma=0.5)
    >>> x, state = rule.update(lambda x: jnp.sum(x**2), x, rule.init(x))
    >>> x, state = rule.update(lambda x: jnp.sum(x**2), x, state)
    >>> float(x[0]), float(state.v[0])
    (0.0, 0.5)
    """

    title: ClassVar = N_("Momentum")
    idea: ClassVar = N_(
        "A heavy ball: it keeps part of its last step, gathers speed along a valley and swings "
        "past its end."
    )
    also: ClassVar = ("sgdm", "sgd_momentum", "heavy_ball", "polyak_momentum")
    family: ClassVar = "gradient"
    rank: ClassVar = 20
    look: ClassVar = Style("#0a58c2", "#74b5ff", (11, 4), "square")
    formula: ClassVar = (
        r"\begin{aligned}v &\leftarrow \gamma v + \eta\, \nabla f(x)\\ x &\leftarrow x - "
        r"v\end{aligned}"
    )
    steady: ClassVar = True
    paper: ClassVar = (
        "B. T. Polyak, 1964. Some methods of speeding up the convergence of iteration methods."
    )
    note: ClassVar = N_(
        "PyTorch, Keras and optax have no momentum unless they are asked for it; 0.9 is what "
        "their examples ask for."
    )
    dialects: ClassVar = {"paper": {}, "d2l": {}, "keras": {"lr": 0.01, "gamma": 0.9}}
    calls: ClassVar = {
        "pytorch": Call("torch.optim.SGD([x], lr={lr}, momentum={gamma})"),
        "keras": Call("keras.optimizers.SGD({lr}, momentum={gamma})"),
        "optax": Call("optax.sgd({lr}, momentum={gamma})"),
    }
    differs: ClassVar = N_(
        "The learning rate is inside the velocity: the velocity is the next step."
    )

    lr: LearningRate = 0.4
    gamma: Gamma = 0.5

    def init(self, x: Vector) -> State:
        return State(v=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        v = self.gamma * state.v + self.lr * jax.grad(f)(x)
        return x - v, State(v)

    def rate(self, before: State, after: State) -> Scalar:
        return jnp.asarray(self.lr)

    def stability_limit(self) -> Scalar | float:
        return 2 + 2 * self.gamma


class OutsideMomentum(Optimizer):
    """The learning rate outside: the buffer is a sum of gradients, as optax and, undampened,
    PyTorch write it.

    While the learning rate stays the same, the path is that of the first form, and b = v / lr.
    """

    title: ClassVar = Momentum.title
    formula: ClassVar = (
        r"\begin{aligned}b &\leftarrow \gamma b + \nabla f(x)\\ x &\leftarrow x - \eta\, "
        r"b\end{aligned}"
    )
    paper: ClassVar = Momentum.paper
    note: ClassVar = Momentum.note
    dialects: ClassVar = {"optax": {}}
    calls: ClassVar = Momentum.calls
    differs: ClassVar = N_(
        "The learning rate is outside: a new one rescales the whole memory at once."
    )

    lr: LearningRate = 0.4
    gamma: Gamma = 0.9

    def init(self, x: Vector) -> Buffer:
        return Buffer(b=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: Buffer) -> tuple[Vector, Buffer]:
        b = self.gamma * state.b + jax.grad(f)(x)
        return x - self.lr * b, Buffer(b)

    def rate(self, before: Buffer, after: Buffer) -> Scalar:
        return jnp.asarray(self.lr)

    def stability_limit(self) -> Scalar | float:
        return 2 + 2 * self.gamma


class DampenedMomentum(Optimizer):
    """The learning rate outside, and a dampening that the first gradient is spared, as PyTorch has
    it.

    With gamma = 0 PyTorch keeps no buffer and does not dampen: it is gradient descent.
    """

    title: ClassVar = Momentum.title
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x),\quad t \leftarrow t + 1\\ "
        r"b &\leftarrow \begin{cases}g & t = 1 \text{ or } \gamma = 0\\ "
        r"\gamma b + (1-\tau)\, g & \text{otherwise}\end{cases}\\ "
        r"x &\leftarrow x - \eta\, b\end{aligned}"
    )
    paper: ClassVar = Momentum.paper
    note: ClassVar = Momentum.note
    dialects: ClassVar = {"pytorch": {"lr": 0.001}}
    calls: ClassVar = {
        "pytorch": Call("torch.optim.SGD([x], lr={lr}, momentum={gamma}, dampening={dampening})")
    }
    differs: ClassVar = N_(
        "The learning rate is outside, and every gradient but the first can be dampened."
    )

    lr: LearningRate = 0.4
    gamma: Gamma = 0.9
    dampening: Dampening = 0.0

    def init(self, x: Vector) -> CountedBuffer:
        return CountedBuffer(b=jnp.zeros_like(x), t=jnp.zeros((), x.dtype))

    def update(self, f: Height, x: Vector, state: CountedBuffer) -> tuple[Vector, CountedBuffer]:
        g, t = jax.grad(f)(x), state.t + 1
        whole = (t == 1) | (jnp.asarray(self.gamma) == 0)
        b = jnp.where(whole, g, self.gamma * state.b + (1 - self.dampening) * g)
        return x - self.lr * b, CountedBuffer(b, t)

    def rate(self, before: CountedBuffer, after: CountedBuffer) -> Scalar:
        return jnp.asarray(self.lr)

    def stability_limit(self) -> Scalar | float:
        return (2 + 2 * self.gamma) / (1 - jnp.where(self.gamma == 0, 0.0, self.dampening))
