import math
from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Branin(Surface):
    """Three equal minima along a bent valley (Branin, 1972), at height 5 / (4 pi)."""

    title: ClassVar = N_("Branin")
    family: ClassVar = "minima"
    formula: ClassVar = (
        r"\left(x_2 - \tfrac{5.1}{4\pi^2} x_1^2 + \tfrac5\pi x_1 - 6\right)^2"
        r" + 10\left(1 - \tfrac1{8\pi}\right)\cos x_1 + 10"
    )
    code: ClassVar = (
        "(x2 - 5.1 / (4.0 * pi**2) * x1**2 + 5.0 / pi * x1 - 6.0) ** 2 "
        "+ 10.0 * (1.0 - 1.0 / (8.0 * pi)) * cos(x1) + 10.0"
    )
    lesson: ClassVar = N_(
        "Three minima, all equally deep, and a fork on the way: gradient descent takes one "
        "branch, momentum the other."
    )
    source: ClassVar = "F. H. Branin, 1972"
    view: ClassVar = ((-5.0, 10.0), (0.0, 15.0))
    start: ClassVar = (4.0, 13.5)
    lr: ClassVar = 0.05
    steps: ClassVar = 200
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        off = x[1] - 5.1 / (4.0 * math.pi**2) * x[0] ** 2 + 5.0 / math.pi * x[0] - 6.0
        return off**2 + 10.0 * (1.0 - 1.0 / (8.0 * math.pi)) * jnp.cos(x[0]) + 10.0

    def minima(self) -> list[Place]:
        return [(-math.pi, 12.275), (math.pi, 2.275), (3.0 * math.pi, 2.475)]
