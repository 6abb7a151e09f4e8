from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Saddle(Surface):
    """The plain saddle: a minimum along x1, a maximum along x2. It falls for ever."""

    title: ClassVar = N_("Saddle")
    family: ClassVar = "saddles"
    formula: ClassVar = r"x_1^2 - x_2^2"
    code: ClassVar = "x1**2 - x2**2"
    lesson: ClassVar = N_(
        "The gradient nearly vanishes at the saddle, yet from off the ridge gradient descent and "
        "Adam get away; Newton walks right in."
    )
    view: ClassVar = ((-2.0, 2.0), (-2.0, 2.0))
    start: ClassVar = (-1.5, 0.001)
    lr: ClassVar = 0.1
    steps: ClassVar = 40

    def __call__(self, x: Point) -> Scalar:
        return x[0] ** 2 - x[1] ** 2

    def minima(self) -> list[Place]:
        return []
