from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface

LOW, HIGH = -2.903534027771178, 2.7468027709908376  # the outer roots of 4 t^3 - 32 t + 5


class StyblinskiTang(Surface):
    """Four wells, one in each quarter, of three depths (Styblinski and Tang, 1990). The axes do not
    mix.
    """

    title: ClassVar = N_("Styblinski–Tang")
    family: ClassVar = "minima"
    formula: ClassVar = r"\tfrac12 \left(x_1^4 - 16 x_1^2 + 5 x_1 + x_2^4 - 16 x_2^2 + 5 x_2\right)"
    code: ClassVar = "0.5 * (x1**4 - 16.0 * x1**2 + 5.0 * x1 + x2**4 - 16.0 * x2**2 + 5.0 * x2)"
    lesson: ClassVar = N_(
        "Each coordinate rolls down a curve of its own: two wells each way make four, and the "
        "start decides which."
    )
    source: ClassVar = "M. A. Styblinski and T.-S. Tang, 1990"
    view: ClassVar = ((-5.0, 5.0), (-5.0, 5.0))
    start: ClassVar = (0.0, 0.5)
    lr: ClassVar = 0.05
    steps: ClassVar = 80
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return 0.5 * jnp.sum(x**4 - 16.0 * x**2 + 5.0 * x)

    def minima(self) -> list[Place]:
        return [(LOW, LOW)]

    def local_minima(self) -> list[Place]:
        return [(LOW, HIGH), (HIGH, LOW), (HIGH, HIGH)]
