from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Matyas(Surface):
    """A long, flat valley along the diagonal: Hessian eigenvalues 0.04 and 1."""

    title: ClassVar = N_("Matyas")
    family: ClassVar = "valleys"
    formula: ClassVar = r"0.26\,(x_1^2 + x_2^2) - 0.48\,x_1 x_2"
    code: ClassVar = "0.26 * (x1**2 + x2**2) - 0.48 * x1 * x2"
    lesson: ClassVar = N_(
        "Steep across the valley, almost level along it: every rule finds the floor first, then "
        "has a long way to go."
    )
    source: ClassVar = "M. Jamil and X.-S. Yang, 2013 (survey)"
    view: ClassVar = ((-10.0, 10.0), (-10.0, 10.0))
    start: ClassVar = (-8.5, -4.0)
    lr: ClassVar = 0.25
    steps: ClassVar = 60
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return 0.26 * (x[0] ** 2 + x[1] ** 2) - 0.48 * x[0] * x[1]

    def minima(self) -> list[Place]:
        return [(0.0, 0.0)]
