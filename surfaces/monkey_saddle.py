from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class MonkeySaddle(Surface):
    """Three valleys meet in one flat point, where gradient and Hessian both vanish. It falls for
    ever.
    """

    title: ClassVar = N_("Monkey saddle")
    family: ClassVar = "saddles"
    formula: ClassVar = r"x_1^3 - 3\,x_1 x_2^2"
    code: ClassVar = "x1**3 - 3.0 * x1 * x2**2"
    lesson: ClassVar = N_(
        "Gradient and curvature both vanish in the middle: a long plateau before a steep fall."
    )
    view: ClassVar = ((-2.0, 2.0), (-2.0, 2.0))
    start: ClassVar = (1.3, 0.05)
    lr: ClassVar = 0.05
    steps: ClassVar = 60

    def __call__(self, x: Point) -> Scalar:
        return x[0] ** 3 - 3.0 * x[0] * x[1] ** 2

    def minima(self) -> list[Place]:
        return []
