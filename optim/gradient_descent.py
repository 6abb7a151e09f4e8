from typing import ClassVar

import jax
import jax.numpy as jnp

from optim._knobs import LearningRate
from optim._optimizer import Call, Optimizer
from ravine.core.look import Style
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class GradientDescent(Optimizer):
    r"""Steepest descent with a fixed learning rate (Cauchy, 1847). It remembers nothing.

    On a quadratic with curvature L it is stable exactly for 0 < lr L < 2.

    >>> import jax.numpy as jnp
    >>> x, rule = jnp.array([3.0, -4.0]), GradientDescent(lr=0.25)
    >>> x, _ = rule.update(lambda x: jnp.sum(x**2), x, rule.init(x))
    >>> [float(c) for c in x]
    [1.5, -2.0]
    """

    title: ClassVar = N_("Gradient descent")
    idea: ClassVar = N_("Steps straight downhill: the steeper the ground, the longer the step.")
    also: ClassVar = ("sgd", "gd", "steepest_descent", "vanilla")
    family: ClassVar = "gradient"
    rank: ClassVar = 10
    look: ClassVar = Style("#3d4757", "#dfe6f2", (), "circle")
    formula: ClassVar = r"x \leftarrow x - \eta\, \nabla f(x)"
    steady: ClassVar = True
    paper: ClassVar = (
        "A. Cauchy, 1847. Méthode générale pour la résolution des systèmes d'équations simultanées."
    )

    dialects: ClassVar = {
        "paper": {},
        "d2l": {},
        "pytorch": {"lr": 0.001},
        "keras": {"lr": 0.01},
        "optax": {},
    }
    calls: ClassVar = {
        "pytorch": Call("torch.optim.SGD([x], lr={lr})"),
        "keras": Call("keras.optimizers.SGD({lr})"),
        "optax": Call("optax.sgd({lr})"),
    }

    lr: LearningRate = 0.4

    def init(self, x: Vector) -> tuple[()]:
        return ()

    def update(self, f: Height, x: Vector, state: tuple[()]) -> tuple[Vector, tuple[()]]:
        return x - self.lr * jax.grad(f)(x), state

    def rate(self, before: tuple[()], after: tuple[()]) -> Scalar:
        return jnp.asarray(self.lr)

    def stability_limit(self) -> Scalar | float:
        return 2.0
