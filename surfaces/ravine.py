from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Ravine(Surface):
    """A long valley, twenty times steeper across than along: Hessian eigenvalues 0.2 and 4."""

    title: ClassVar = N_("Ravine")
    family: ClassVar = "valleys"
    formula: ClassVar = r"0.1\,x_1^2 + 2\,x_2^2"
    code: ClassVar = "0.1 * x1**2 + 2.0 * x2**2"
    lesson: ClassVar = N_(
        "Twenty times steeper across than along: a step that suits one direction is wrong for "
        "the other."
    )
    source: ClassVar = "Dive into Deep Learning, 11.6"
    view: ClassVar = ((-5.5, 1.5), (-2.5, 2.0))
    start: ClassVar = (-5.0, -2.0)
    lr: ClassVar = 0.4
    steps: ClassVar = 20
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return 0.1 * x[0] ** 2 + 2.0 * x[1] ** 2

    def minima(self) -> list[Place]:
        return [(0.0, 0.0)]
