from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._data import standardized
from surfaces._least_squares import least_squares
from surfaces._stopping import DATA, ONE, SPEED, YARDS
from surfaces._surface import Surface

FIT = least_squares(ONE, standardized(SPEED), YARDS)


class RegressionStandardized(Surface):
    """The line through the stopping distances of 50 cars (Ezekiel, 1930), in yards; their speeds
    are standardized.

    They have mean 15.4 and variance 27.4. The Hessian is the identity: condition number 1.
    """

    title: ClassVar = N_("Regression: standardized input")
    family: ClassVar = "models"
    formula: ClassVar = (
        r"\tfrac{1}{2n}\sum_i \bigl(x_1 + x_2\,\tfrac{1}{\sqrt{27.4}}(\mathrm{speed}_i - 15.4) "
        r"- \tfrac13\,\mathrm{dist}_i\bigr)^2"
    )
    code: ClassVar = "mean((x1 + x2 * (speed - 15.4) / 27.4**0.5 - dist / 3) ** 2) / 2"
    data: ClassVar = DATA
    lesson: ClassVar = N_(
        "The same cars, speeds standardized: a round bowl, and from everywhere the gradient "
        "points at its minimum."
    )
    source: ClassVar = "M. Ezekiel, 1930"
    view: ClassVar = ((-3.0, 20.0), (-3.0, 11.0))
    start: ClassVar = (0.0, 0.0)
    lr: ClassVar = 0.5
    steps: ClassVar = 40
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return FIT(x)

    def minima(self) -> list[Place]:
        return [FIT.place]
