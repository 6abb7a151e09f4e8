from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._least_squares import least_squares
from surfaces._stopping import DATA, ONE, SPEED, YARDS
from surfaces._surface import Surface

FIT = least_squares(ONE, (SPEED - 4.0) / 21.0, YARDS)


class RegressionMinmax(Surface):
    """The line through the stopping distances of 50 cars (Ezekiel, 1930), in yards; their speeds, 4
    to 25, as 0 to 1.

    Hessian eigenvalues 0.047451 and 1.3094: condition number 27.594.
    """

    title: ClassVar = N_("Regression: input from 0 to 1")
    family: ClassVar = "models"
    formula: ClassVar = (
        r"\tfrac{1}{2n}\sum_i \bigl(x_1 + x_2\,\tfrac{1}{21}(\mathrm{speed}_i - 4) - "
        r"\tfrac13\,\mathrm{dist}_i\bigr)^2"
    )
    code: ClassVar = "mean((x1 + x2 * (speed - 4) / 21 - dist / 3) ** 2) / 2"
    data: ClassVar = DATA
    lesson: ClassVar = N_(
        "The same cars with speeds from 0 to 1: the valley is 93 times rounder, and momentum "
        "gets through."
    )
    source: ClassVar = "M. Ezekiel, 1930"
    view: ClassVar = ((-8.0, 18.0), (-4.0, 38.0))
    start: ClassVar = (0.0, 0.0)
    lr: ClassVar = 1.0
    steps: ClassVar = 100
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return FIT(x)

    def minima(self) -> list[Place]:
        return [FIT.place]
