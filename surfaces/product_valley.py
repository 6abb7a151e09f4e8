from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class ProductValley(Surface):
    """Two weights in a row that should multiply to 1 (Wang, Chen, Zhao and Tao, 2022).

    Every point of the curve x1 x2 = 1 is a minimum. The curvature across it is x1^2 + x2^2: 2 at
    (1, 1) and (-1, -1), where the valley is widest, and more the further out. Six of them are
    listed.
    """

    title: ClassVar = N_("Product valley")
    family: ClassVar = "valleys"
    formula: ClassVar = r"\tfrac12\,(x_1 x_2 - 1)^2"
    code: ClassVar = "0.5 * (x1 * x2 - 1.0) ** 2"
    lesson: ClassVar = N_(
        "Every point of the curve is a minimum, but a long step comes to rest only where the "
        "valley is wide."
    )
    source: ClassVar = "Y. Wang, M. Chen, T. Zhao and M. Tao, 2022"
    view: ClassVar = ((-3.0, 3.0), (-3.0, 3.0))
    start: ClassVar = (2.5, 0.6)
    lr: ClassVar = 0.4
    steps: ClassVar = 40
    levels: ClassVar = "root"
    isolated: ClassVar = False

    def __call__(self, x: Point) -> Scalar:
        return 0.5 * (x[0] * x[1] - 1.0) ** 2

    def minima(self) -> list[Place]:
        return [(s * a, s / a) for s in (1.0, -1.0) for a in (1.0, 2.25, 1.0 / 2.25)]
