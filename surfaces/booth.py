from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Booth(Surface):
    """A valley turned by 45 degrees: two linear equations, squared. Hessian eigenvalues 2 and
    18.
    """

    title: ClassVar = N_("Booth")
    family: ClassVar = "valleys"
    formula: ClassVar = r"(x_1 + 2 x_2 - 7)^2 + (2 x_1 + x_2 - 5)^2"
    code: ClassVar = "(x1 + 2.0 * x2 - 7.0) ** 2 + (2.0 * x1 + x2 - 5.0) ** 2"
    lesson: ClassVar = N_(
        "A straight valley that runs along neither axis: gradient descent zigzags across it all "
        "the way down."
    )
    source: ClassVar = "M. Jamil and X.-S. Yang, 2013 (survey)"
    view: ClassVar = ((-5.0, 7.0), (-3.0, 9.0))
    start: ClassVar = (-4.0, 5.0)
    lr: ClassVar = 0.1
    steps: ClassVar = 60
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return (x[0] + 2.0 * x[1] - 7.0) ** 2 + (2.0 * x[0] + x[1] - 5.0) ** 2

    def minima(self) -> list[Place]:
        return [(1.0, 3.0)]
