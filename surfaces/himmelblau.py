from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Himmelblau(Surface):
    """Four equal minima around one maximum (Himmelblau, 1972)."""

    title: ClassVar = N_("Himmelblau")
    family: ClassVar = "minima"
    formula: ClassVar = r"(x_1^2 + x_2 - 11)^2 + (x_1 + x_2^2 - 7)^2"
    code: ClassVar = "(x1**2 + x2 - 11.0) ** 2 + (x1 + x2**2 - 7.0) ** 2"
    lesson: ClassVar = N_(
        "Four equally good minima: which one a path ends in depends on the start, and near a "
        "divide on the rule."
    )
    source: ClassVar = "D. M. Himmelblau, 1972"
    view: ClassVar = ((-5.0, 5.0), (-5.0, 5.0))
    start: ClassVar = (0.0, 0.0)
    lr: ClassVar = 0.01
    steps: ClassVar = 100
    levels: ClassVar = "log"

    def __call__(self, x: Point) -> Scalar:
        return (x[0] ** 2 + x[1] - 11.0) ** 2 + (x[0] + x[1] ** 2 - 7.0) ** 2

    def minima(self) -> list[Place]:
        return [
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ]
