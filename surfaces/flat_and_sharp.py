from typing import Annotated, ClassVar

from ravine.core.knob import Knob
from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class FlatAndSharp(Surface):
    """A bowl around (4, 0) with a funnel of width w at (0, 0): two minima, both at height 0
    whatever w is.

    The curvature is 16 / (16 + w^2) in the flat one and 16 / w^2 in the sharp one. That such minima
    differ in more than their height is from Hochreiter and Schmidhuber (1997).
    """

    title: ClassVar = N_("Flat and sharp")
    family: ClassVar = "minima"
    formula: ClassVar = (
        r"\tfrac12\left((x_1 - 4)^2 + x_2^2\right)\frac{x_1^2 + x_2^2}{x_1^2 + x_2^2 + w^2}"
    )
    code: ClassVar = "0.5 * ((x1 - 4.0) ** 2 + x2**2) * (x1**2 + x2**2) / (x1**2 + x2**2 + w**2)"
    lesson: ClassVar = N_(
        "Two minima, equally deep: steps too long for the narrow one are thrown across into the "
        "wide one."
    )
    source: ClassVar = "after S. Hochreiter and J. Schmidhuber, 1997"
    view: ClassVar = ((-2.0, 6.0), (-3.0, 3.0))
    start: ClassVar = (-1.0, 1.5)
    lr: ClassVar = 0.1
    steps: ClassVar = 60
    levels: ClassVar = "root"

    w: Annotated[
        float,
        Knob(
            "w",
            0.2,
            2.0,
            "fine log",
            N_("width of the sharp minimum"),
            idea=N_(
                "How wide the sharp minimum is. More is easier to stay in; less is jumped over."
            ),
        ),
    ] = 0.5

    def __call__(self, x: Point) -> Scalar:
        sharp = x[0] ** 2 + x[1] ** 2
        return 0.5 * ((x[0] - 4.0) ** 2 + x[1] ** 2) * sharp / (sharp + self.w**2)

    def minima(self) -> list[Place]:
        return [(4.0, 0.0), (0.0, 0.0)]
