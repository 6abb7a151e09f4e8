import math
from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What Schedule-Free SGD remembers."""

    z: Vector  # where plain steps have led
    t: Scalar  # steps taken


class Weighed(NamedTuple):
    """What it remembers when the learning rates are the weights of the average."""

    z: Vector  # where plain steps have led
    r: Scalar  # the largest learning rate so far
    w: Scalar  # sum of the squares of r


class ScheduleFree(Optimizer):
    """Plain steps in z, the path their average x, the gradient taken between the two (Defazio et
    al., 2024).

    The path that is shown is x, the average of all z so far, the start among them; optax keeps y
    and gives x only when it is asked. With beta1 = 0 it is Polyak's averaging, with beta1 = 1 it
    would be primal averaging.
    """

    title: ClassVar = N_("Schedule-Free SGD")
    idea: ClassVar = N_(
        "Gradient steps seen through a running average, in the place of a schedule."
    )
    family: ClassVar = "gradient"
    rank: ClassVar = 50
    look: ClassVar = "star-square"
    no_limit: ClassVar = "no effective learning rate"
    formula: ClassVar = (
        r"\begin{aligned}z &= x \text{ at first}\\ y &= (1-\beta_1)\, z + \beta_1 x\\ "
        r"z &\leftarrow z - \eta\, \nabla f(y),\quad t \leftarrow t + 1\\ "
        r"x &\leftarrow \left(1 - \tfrac{1}{t+1}\right) x + \tfrac{1}{t+1}\, z\end{aligned}"
    )
    paper: ClassVar = "A. Defazio et al., 2024. The road less scheduled. arXiv:2405.15682."
    note: ClassVar = N_(
        "The path is that of the average x. The gradient is taken elsewhere, between x and z."
    )
    dialects: ClassVar = {"paper": {}}
    differs: ClassVar = N_("The average is over all z with the same weight, and the start counts.")

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.9

    def init(self, x: Vector) -> State:
        return State(z=x, t=jnp.zeros((), x.dtype))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        y, t = (1 - self.beta1) * state.z + self.beta1 * x, state.t + 1
        z = state.z - self.lr * jax.grad(f)(y)
        c = 1 / (t + 1)
        return (1 - c) * x + c * z, State(z, t)


class WeighedScheduleFree(Optimizer):
    """Schedule-Free SGD as it is used in practice: squared learning rates weigh the average, and
    the start is left out.

    So does Algorithm 1 of the paper; optax weighs by the largest learning rate so far. With one
    learning rate throughout, x is the mean of all z but the start. While it is 0, nothing moves.
    """

    title: ClassVar = ScheduleFree.title
    formula: ClassVar = (
        r"\begin{aligned}z &= x,\; r = w = 0 \text{ at first}\\ y &= (1-\beta_1)\, z + \beta_1 x\\ "
        r"z &\leftarrow z - \eta\, \nabla f(y),\quad r \leftarrow \max(r, \eta),\quad w "
        r"\leftarrow w + r^2\\ "
        r"x &\leftarrow \left(1 - \tfrac{r^2}{w}\right) x + \tfrac{r^2}{w}\, z\end{aligned}"
    )
    paper: ClassVar = ScheduleFree.paper
    note: ClassVar = N_(
        "The path is that of the average x. optax keeps y, and reads x by a division by β₁: "
        "there β₁ may not be 0."
    )
    dialects: ClassVar = {"optax": {"lr": 1.0}}
    calls: ClassVar = {
        "optax": Call(
            "optax.contrib.schedule_free_sgd({lr}, b1={beta1})",
            "optax.contrib.schedule_free_eval_params(state, x)",
            between={"beta1": (0.0, math.inf)},
        )
    }
    differs: ClassVar = N_(
        "The average is weighed by squared learning rates, and the start does not count."
    )
    no_limit: ClassVar = "no effective learning rate"

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.9

    def init(self, x: Vector) -> Weighed:
        nothing = jnp.zeros((), x.dtype)
        return Weighed(z=x, r=nothing, w=nothing)

    def update(self, f: Height, x: Vector, state: Weighed) -> tuple[Vector, Weighed]:
        y, r = (1 - self.beta1) * state.z + self.beta1 * x, jnp.maximum(state.r, self.lr)
        z, w = state.z - self.lr * jax.grad(f)(y), state.w + r**2
        c = jnp.where(w == 0, 0.0, r**2 / jnp.where(w == 0, 1.0, w))
        return (1 - c) * x + c * z, Weighed(z, r, w)
