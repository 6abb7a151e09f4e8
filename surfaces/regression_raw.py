from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._least_squares import least_squares
from surfaces._stopping import DATA, ONE, SPEED, YARDS
from surfaces._surface import Surface

FIT = least_squares(ONE, SPEED, YARDS)


class RegressionRaw(Surface):
    """The line through the stopping distances of 50 cars (Ezekiel, 1930), in yards: 3.9324 speed -
    17.5791 feet.

    Hessian eigenvalues 0.10322 and 265.46: condition number 2571.8.
    """

    title: ClassVar = N_("Regression: raw input")
    family: ClassVar = "models"
    formula: ClassVar = (
        r"\tfrac{1}{2n}\sum_i \bigl(x_1 + x_2\,\mathrm{speed}_i - \tfrac13\,\mathrm{dist}_i\bigr)^2"
    )
    code: ClassVar = "mean((x1 + x2 * speed - dist / 3) ** 2) / 2"
    data: ClassVar = DATA
    lesson: ClassVar = N_(
        "Speeds of 4 to 25 beside a constant 1: the slope is found at once, and the intercept "
        "takes for ever."
    )
    source: ClassVar = "M. Ezekiel, 1930"
    view: ClassVar = ((-8.0, 3.0), (-0.3, 2.1))
    start: ClassVar = (0.0, 0.0)
    lr: ClassVar = 0.0063
    steps: ClassVar = 300
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return FIT(x)

    def minima(self) -> list[Place]:
        return [FIT.place]
