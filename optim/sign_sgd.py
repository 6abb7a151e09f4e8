from typing import ClassVar

import jax
import jax.numpy as jnp

from optim._knobs import LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Vector
from ravine.core.words import N_


class SignSGD(Optimizer):
    """Only the signs of the gradient count: every step is lr long in each coordinate (Bernstein et
    al., 2018).

    It is Lion without memory, and Adam without memory and epsilon.
    """

    title: ClassVar = N_("signSGD")
    idea: ClassVar = N_(
        "Looks only at the sign of the slope: every step is as long, in each coordinate, however "
        "steep it is."
    )
    also: ClassVar = ("signsgd", "sign_descent")
    family: ClassVar = "adaptive"
    rank: ClassVar = 70
    look: ClassVar = "bowtie"
    no_limit: ClassVar = "no effective learning rate"
    formula: ClassVar = r"x \leftarrow x - \eta\, \mathrm{sign}\, \nabla f(x)"
    paper: ClassVar = (
        "J. Bernstein et al., 2018. signSGD: compressed optimisation for non-convex problems."
    )
    note: ClassVar = N_(
        "Every step is η long in each coordinate, so near a minimum it hops to and fro and "
        "never comes to rest."
    )
    dialects: ClassVar = {"paper": {"lr": 0.0001}, "optax": {"lr": 0.001}}
    calls: ClassVar = {"optax": Call("optax.sign_sgd({lr})")}

    lr: LearningRate = 0.4

    def init(self, x: Vector) -> tuple[()]:
        return ()

    def update(self, f: Height, x: Vector, state: tuple[()]) -> tuple[Vector, tuple[()]]:
        return x - self.lr * jnp.sign(jax.grad(f)(x)), state
