from typing import ClassVar

import jax.numpy as jnp

from core.types import Place, Point, Scalar
from core.words import N_
from surfaces._surface import Surface


class DoubleWell(Surface):
    """A bowl with a deep well on the left and a shallower one on the right."""

    title: ClassVar = N_("Double well")
    family: ClassVar = "minima"
    formula: ClassVar = r"x_1^2 + x_2^2 - 2\,e^{-((x_1-1)^2 + x_2^2)/0.2} - 3\,e^{-((x_1+1)^2 + x_2^2)/0.2}"
    code: ClassVar = (
        "x1**2 + x2**2 - 2.0 * exp(-((x1 - 1.0) ** 2 + x2**2) / 0.2) - 3.0 * exp(-((x1 + 1.0) ** 2 + x2**2) / 0.2)"
    )
    lesson: ClassVar = N_("The nearer well is not the deeper one: speed decides who rolls past it.")
    view: ClassVar = ((-2.0, 2.0), (-2.0, 2.0))
    start: ClassVar = (0.6, 1.5)
    lr: ClassVar = 0.05
    steps: ClassVar = 80

    def __call__(self, x: Point) -> Scalar:
        def well(centre: float) -> Scalar:
            return jnp.exp(-((x[0] - centre) ** 2 + x[1] ** 2) / 0.2)

        return x[0] ** 2 + x[1] ** 2 - 2.0 * well(1.0) - 3.0 * well(-1.0)

    def minima(self) -> list[Place]:
        return [(-0.9363006340109187, 0.0)]

    def local_minima(self) -> list[Place]:
        return [(0.905317899160115, 0.0)]
