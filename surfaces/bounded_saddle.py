from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class BoundedSaddle(Surface):
    """A saddle at the origin between two minima. Started at exactly x2 = 0, no rule ever leaves the
    ridge.
    """

    title: ClassVar = N_("Saddle between two minima")
    family: ClassVar = "saddles"
    formula: ClassVar = r"\tfrac12 x_1^2 - \tfrac12 x_2^2 + \tfrac14 x_2^4"
    code: ClassVar = "0.5 * x1**2 - 0.5 * x2**2 + 0.25 * x2**4"
    lesson: ClassVar = N_(
        "A start a hair off the ridge escapes, at a time that depends on the rule; one exactly "
        "on it never does."
    )
    view: ClassVar = ((-2.0, 2.0), (-2.0, 2.0))
    start: ClassVar = (-1.5, 0.001)
    lr: ClassVar = 0.2
    steps: ClassVar = 60

    def __call__(self, x: Point) -> Scalar:
        return 0.5 * x[0] ** 2 - 0.5 * x[1] ** 2 + 0.25 * x[1] ** 4

    def minima(self) -> list[Place]:
        return [(0.0, 1.0), (0.0, -1.0)]
