from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class GoldsteinPrice(Surface):
    """Heights from 3 to a million, and four minima (Goldstein and Price, 1971)."""

    title: ClassVar = N_("Goldstein–Price")
    family: ClassVar = "minima"
    formula: ClassVar = (
        r"\left[1 + (x_1 + x_2 + 1)^2 (19 - 14 x_1 + 3 x_1^2 - 14 x_2 + 6 x_1 x_2 + 3 x_2^2)\right]"
        r" \left[30 + (2 x_1 - 3 x_2)^2 (18 - 32 x_1 + 12 x_1^2 + 48 x_2 - 36 x_1 x_2 + 27 "
        r"x_2^2)\right]"
    )
    code: ClassVar = (
        "(1.0 + (x1 + x2 + 1.0) ** 2 * (19.0 - 14.0 * x1 + 3.0 * x1**2 - 14.0 * x2 + 6.0 * x1 * "
        "x2 + 3.0 * x2**2)) "
        "* (30.0 + (2.0 * x1 - 3.0 * x2) ** 2 "
        "* (18.0 - 32.0 * x1 + 12.0 * x1**2 + 48.0 * x2 - 36.0 * x1 * x2 + 27.0 * x2**2))"
    )
    lesson: ClassVar = N_(
        "From 3 up to a million: steps as long as the gradient fly off at once, steps of a set "
        "length find a way down."
    )
    source: ClassVar = "A. A. Goldstein and J. F. Price, 1971"
    view: ClassVar = ((-2.0, 2.0), (-2.0, 2.0))
    start: ClassVar = (0.2, 0.0)
    lr: ClassVar = 0.02
    steps: ClassVar = 200
    levels: ClassVar = "log"

    def __call__(self, x: Point) -> Scalar:
        a, b = x[0], x[1]
        one = 19.0 - 14.0 * a + 3.0 * a**2 - 14.0 * b + 6.0 * a * b + 3.0 * b**2
        other = 18.0 - 32.0 * a + 12.0 * a**2 + 48.0 * b - 36.0 * a * b + 27.0 * b**2
        return (1.0 + (a + b + 1.0) ** 2 * one) * (30.0 + (2.0 * a - 3.0 * b) ** 2 * other)

    def minima(self) -> list[Place]:
        return [(0.0, -1.0)]

    def local_minima(self) -> list[Place]:
        return [(-0.6, -0.4), (1.8, 0.2), (1.2, 0.8)]
