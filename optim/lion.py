import math
from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Beta1, Beta2, LearningRate, WeightDecay
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What Lion remembers."""

    m: Vector  # moving average of gradients


class Lion(Optimizer):
    r"""The sign of an average of gradients: every step is lr long in each coordinate (Chen et al.,
    2023, Program 1).

    A program found it. The step is taken with memory beta1 and the average kept with memory beta2,
    and in this order.

    >>> import jax.numpy as jnp
    >>> x, rule = jnp.array([3.0, -4.0]), Lion(lr=0.25)
    >>> x, _ = rule.update(lambda x: jnp.sum(x**2), x, rule.init(x))
    >>> [float(c) for c in x]
    [2.75, -3.75]
    """

    title: ClassVar = N_("Lion")
    idea: ClassVar = N_(
        "Looks only at the sign of an averaged slope: every step is as long, in each coordinate."
    )
    family: ClassVar = "adam"
    rank: ClassVar = 100
    look: ClassVar = "diamond-tall"
    no_limit: ClassVar = "no effective learning rate"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ c &= \beta_1 m + (1-\beta_1)\, g\\ "
        r"x &\leftarrow x - \eta\, (\mathrm{sign}\, c + \lambda x)\\ "
        r"m &\leftarrow \beta_2 m + (1-\beta_2)\, g\end{aligned}"
    )
    paper: ClassVar = (
        "X. Chen et al., 2023. Symbolic discovery of optimization algorithms. arXiv:2302.06675."
    )
    note: ClassVar = N_(
        "Every step is η long in each coordinate, so near a minimum it circles it and never "
        "comes to rest."
    )
    dialects: ClassVar = {
        "paper": {"lr": 0.0001},
        "keras": {"lr": 0.001},
        "optax": {"lr": 0.001, "wd": 0.001},
    }
    calls: ClassVar = {
        "keras": Call(
            "keras.optimizers.Lion({lr}, beta_1={beta1}, beta_2={beta2}, weight_decay={wd})",
            between={"beta1": (0.0, math.inf)},
        ),
        "optax": Call("optax.lion({lr}, b1={beta1}, b2={beta2}, weight_decay={wd})"),
    }

    lr: LearningRate = 0.4
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.99
    wd: WeightDecay = 0.0

    def init(self, x: Vector) -> State:
        return State(m=jnp.zeros_like(x))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        c = self.beta1 * state.m + (1 - self.beta1) * g
        m = self.beta2 * state.m + (1 - self.beta2) * g
        return x - self.lr * (jnp.sign(c) + self.wd * x), State(m)
