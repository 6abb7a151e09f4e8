from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._road_tests import DATA, FIT, Penalty
from surfaces._surface import Surface


class RegressionL2(Surface):
    """Ridge regression (Hoerl and Kennard, 1970): least squares, and a penalty on the squares of
    both weights.
    """

    title: ClassVar = N_("Regression: L2 penalty")
    family: ClassVar = "models"
    formula: ClassVar = (
        r"\tfrac{1}{2n}\sum_i (x_1\,\mathrm{wt}_i + x_2\,\mathrm{qsec}_i - \mathrm{mpg}_i)^2 "
        r"+ \tfrac{\lambda}{2}\,(x_1^2 + x_2^2)"
    )
    code: ClassVar = "mean((x1 * wt + x2 * qsec - mpg) ** 2) / 2 + lam * (x1**2 + x2**2) / 2"
    data: ClassVar = DATA
    lesson: ClassVar = N_(
        "The penalty draws both weights towards 0, and neither of them gets there."
    )
    source: ClassVar = "H. V. Henderson, P. F. Velleman, 1981"
    view: ClassVar = ((-1.3, 0.6), (-0.6, 1.0))
    start: ClassVar = (0.4, 0.8)
    lr: ClassVar = 0.05
    steps: ClassVar = 60
    levels: ClassVar = "root"

    lam: Penalty = 0.4

    def __call__(self, x: Point) -> Scalar:
        return FIT(x) + 0.5 * self.lam * jnp.sum(x**2)

    def minima(self) -> list[Place]:
        return [FIT.loaded(stiffness=self.lam)]
