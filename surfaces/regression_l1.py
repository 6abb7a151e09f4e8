from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._road_tests import DATA, FIT, Penalty
from surfaces._surface import Surface


class RegressionL1(Surface):
    """The lasso (Tibshirani, 1996): least squares, and a penalty on the lengths of both weights.

    From lambda = 0.3237 on the second weight is 0 at the minimum, from 0.8677 on the first one too.
    Each axis is a kink, where any slope from -lambda to lambda would do; here, as in PyTorch, it is
    0.
    """

    title: ClassVar = N_("Regression: L1 penalty")
    family: ClassVar = "models"
    formula: ClassVar = (
        r"\tfrac{1}{2n}\sum_i (x_1\,\mathrm{wt}_i + x_2\,\mathrm{qsec}_i - "
        r"\mathrm{mpg}_i)^2 + \lambda\,(|x_1| + |x_2|)"
    )
    code: ClassVar = (
        "mean((x1 * wt + x2 * qsec - mpg) ** 2) / 2 + lam * x1 * sign(x1) + lam * x2 * sign(x2)"
    )
    data: ClassVar = DATA
    lesson: ClassVar = N_(
        "The penalty has a kink along each axis: the lowest point lies exactly on one, and "
        "steps jump across it."
    )
    source: ClassVar = "H. V. Henderson, P. F. Velleman, 1981"
    view: ClassVar = ((-1.3, 0.6), (-0.6, 1.0))
    start: ClassVar = (0.4, 0.8)
    lr: ClassVar = 0.05
    steps: ClassVar = 60
    levels: ClassVar = "root"
    breaks: ClassVar = {
        "rest": "its lowest point is a kink, and the slope there is that of the smooth part",
        "smooth": "the penalty has a kink along each axis",
    }

    lam: Penalty = 0.4

    def __call__(self, x: Point) -> Scalar:
        # abs has slope 1 at 0 in JAX and 0 in PyTorch
        return FIT(x) + self.lam * jnp.sum(x * jnp.sign(x))

    def minima(self) -> list[Place]:
        return [
            min(
                _candidates(self.lam),
                key=lambda place: FIT(place) + self.lam * (abs(place[0]) + abs(place[1])),
            )
        ]


def _candidates(lam: float) -> list[Place]:
    """Where the slope is 0 with each weight held at 0, or taken for positive, or for negative: one
    is the minimum.
    """
    (aa, _ab, bb), (p, q), signs = FIT.curvature, FIT.pull(), (1.0, -1.0)
    axes = [((p - s * lam) / aa, 0.0) for s in signs] + [(0.0, (q - s * lam) / bb) for s in signs]
    return [(0.0, 0.0), *axes, *(FIT.loaded(s * lam, t * lam) for s in signs for t in signs)]
