import math
from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class McCormick(Surface):
    """Dips in a slope, along the diagonal. Outside the picture they go on for ever, each one lower
    by pi.
    """

    title: ClassVar = N_("McCormick")
    family: ClassVar = "minima"
    formula: ClassVar = r"\sin(x_1 + x_2) + (x_1 - x_2)^2 - 1.5\,x_1 + 2.5\,x_2 + 1"
    code: ClassVar = "sin(x1 + x2) + (x1 - x2) ** 2 - 1.5 * x1 + 2.5 * x2 + 1.0"
    lesson: ClassVar = N_(
        "A slope with dips in it: what comes down from above stops in the first dip, unless it "
        "is too fast."
    )
    source: ClassVar = "M. Jamil and X.-S. Yang, 2013 (survey)"
    view: ClassVar = ((-1.5, 4.0), (-3.0, 4.0))
    start: ClassVar = (3.0, 3.5)
    lr: ClassVar = 0.1
    steps: ClassVar = 60
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return jnp.sin(x[0] + x[1]) + (x[0] - x[1]) ** 2 - 1.5 * x[0] + 2.5 * x[1] + 1.0

    def minima(self) -> list[Place]:
        return [(0.5 - math.pi / 3.0, -0.5 - math.pi / 3.0)]

    def local_minima(self) -> list[Place]:
        return [(0.5 + 2.0 * math.pi / 3.0, -0.5 + 2.0 * math.pi / 3.0)]
