from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Bowl(Surface):
    """The round bowl: the same curvature, 2, in every direction."""

    title: ClassVar = N_("Bowl")
    family: ClassVar = "valleys"
    formula: ClassVar = r"x_1^2 + x_2^2"
    code: ClassVar = "x1**2 + x2**2"
    lesson: ClassVar = N_(
        "Every direction is equally steep: plain gradient descent walks straight to the bottom."
    )
    view: ClassVar = ((-4.0, 4.0), (-4.0, 4.0))
    start: ClassVar = (-3.5, 3.0)
    lr: ClassVar = 0.1
    steps: ClassVar = 40
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return x[0] ** 2 + x[1] ** 2

    def minima(self) -> list[Place]:
        return [(0.0, 0.0)]
