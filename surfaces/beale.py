from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Beale(Surface):
    """Flat valleys between steep corners (Beale, 1958)."""

    title: ClassVar = N_("Beale")
    family: ClassVar = "valleys"
    formula: ClassVar = (
        r"(1.5 - x_1 + x_1 x_2)^2 + (2.25 - x_1 + x_1 x_2^2)^2 + (2.625 - x_1 + x_1 x_2^3)^2"
    )
    code: ClassVar = (
        "(1.5 - x1 + x1 * x2) ** 2 + (2.25 - x1 + x1 * x2**2) ** 2 + (2.625 - x1 + x1 * x2**3) ** 2"
    )
    lesson: ClassVar = N_(
        "Almost flat in the middle and very steep in the corners: one learning rate cannot suit "
        "both."
    )
    source: ClassVar = "E. M. L. Beale, 1958"
    view: ClassVar = ((-4.5, 4.5), (-4.5, 4.5))
    start: ClassVar = (1.0, 1.0)
    lr: ClassVar = 0.02
    steps: ClassVar = 300
    levels: ClassVar = "log"

    def __call__(self, x: Point) -> Scalar:
        a, b = x[0], x[1]
        return (1.5 - a + a * b) ** 2 + (2.25 - a + a * b**2) ** 2 + (2.625 - a + a * b**3) ** 2

    def minima(self) -> list[Place]:
        return [(3.0, 0.5)]
