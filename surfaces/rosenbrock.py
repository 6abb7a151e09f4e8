from typing import Annotated, ClassVar

from ravine.core.knob import Knob
from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Rosenbrock(Surface):
    """The banana valley (Rosenbrock, 1960): Hessian eigenvalues 0.399 and 1001.6 at the minimum,
    where b is his 100.
    """

    title: ClassVar = N_("Rosenbrock valley")
    family: ClassVar = "valleys"
    formula: ClassVar = r"(1 - x_1)^2 + b\,(x_2 - x_1^2)^2"
    code: ClassVar = "(1.0 - x1) ** 2 + b * (x2 - x1**2) ** 2"
    lesson: ClassVar = N_("The curved valley is easy to find and slow to follow.")
    source: ClassVar = "H. H. Rosenbrock, 1960"
    view: ClassVar = ((-2.0, 2.0), (-1.0, 3.0))
    start: ClassVar = (-1.2, 1.0)
    lr: ClassVar = 0.00125
    steps: ClassVar = 500
    levels: ClassVar = "log"

    b: Annotated[
        float,
        Knob(
            "b",
            1.0,
            1000.0,
            "fine log",
            N_("steepness of the walls"),
            idea=N_(
                "How steep the walls of the valley are. "
                "More makes it narrow and hard to follow; less makes it wide."
            ),
        ),
    ] = 100.0

    def __call__(self, x: Point) -> Scalar:
        return (1.0 - x[0]) ** 2 + self.b * (x[1] - x[0] ** 2) ** 2

    def minima(self) -> list[Place]:
        return [(1.0, 1.0)]
