from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class ThreeHumpCamel(Surface):
    """Three valleys side by side, the middle one the deepest (Branin, 1972)."""

    title: ClassVar = N_("Three-hump camel")
    family: ClassVar = "minima"
    formula: ClassVar = r"2 x_1^2 - 1.05\,x_1^4 + \tfrac16 x_1^6 + x_1 x_2 + x_2^2"
    code: ClassVar = "2.0 * x1**2 - 1.05 * x1**4 + x1**6 / 6.0 + x1 * x2 + x2**2"
    lesson: ClassVar = N_(
        "Three valleys, the middle one the deepest: one start, and not every rule ends in the "
        "same valley."
    )
    source: ClassVar = "F. H. Branin, 1972"
    view: ClassVar = ((-2.2, 2.2), (-2.0, 2.0))
    start: ClassVar = (1.4, 0.7)
    lr: ClassVar = 0.1
    steps: ClassVar = 60
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return 2.0 * x[0] ** 2 - 1.05 * x[0] ** 4 + x[0] ** 6 / 6.0 + x[0] * x[1] + x[1] ** 2

    def minima(self) -> list[Place]:
        return [(0.0, 0.0)]

    def local_minima(self) -> list[Place]:
        """Where x2 = -x1 / 2 and x1^4 - 4.2 x1^2 + 3.5 = 0, the outer roots."""
        a = (2.1 + 0.91**0.5) ** 0.5
        return [(-a, a / 2.0), (a, -a / 2.0)]
