import math
from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Plateau(Surface):
    """A saturated unit: where tanh is flat, its error hardly changes, and the gradient vanishes
    (Hochreiter, 1991).
    """

    title: ClassVar = N_("Plateau")
    family: ClassVar = "saddles"
    formula: ClassVar = r"\tfrac12\left(\tanh x_1 - \tfrac12\right)^2 + \tfrac1{10} x_2^2"
    code: ClassVar = "0.5 * (tanh(x1) - 0.5) ** 2 + 0.1 * x2**2"
    lesson: ClassVar = N_(
        "A saturated neuron is flat ground: gradient descent creeps, rules that divide by the "
        "gradient's size walk on."
    )
    source: ClassVar = "after S. Hochreiter, 1991"
    view: ClassVar = ((-5.0, 3.0), (-2.5, 2.5))
    start: ClassVar = (-3.5, 2.0)
    lr: ClassVar = 0.2
    steps: ClassVar = 60

    def __call__(self, x: Point) -> Scalar:
        return 0.5 * (jnp.tanh(x[0]) - 0.5) ** 2 + 0.1 * x[1] ** 2

    def minima(self) -> list[Place]:
        return [(math.atanh(0.5), 0.0)]
