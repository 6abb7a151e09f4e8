from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._flights import DATA, FAIL, TEMP
from surfaces._newton import refined
from surfaces._surface import Surface


class LogisticCrossEntropy(Surface):
    """Damage to O-rings by standardized temperature (Dalal, Fowlkes and Hoadley, 1989), and the
    cross-entropy.

    Convex. In degrees F the minimum is the published fit, 15.0429 - 0.2322 temp.
    """

    title: ClassVar = N_("Logistic regression: cross-entropy")
    family: ClassVar = "models"
    formula: ClassVar = (
        r"\tfrac{1}{n}\sum_i \bigl(\log(1 + e^{z_i}) - \mathrm{fail}_i\,z_i\bigr), "
        r"\quad z_i = x_1 + x_2\,\mathrm{temp}_i"
    )
    code: ClassVar = "mean(log(1 + exp(x1 + x2 * temp)) - fail * (x1 + x2 * temp))"
    data: ClassVar = DATA
    lesson: ClassVar = N_(
        "The more wrong the model is, the steeper it gets: every rule comes down from where the "
        "squared error is flat."
    )
    source: ClassVar = "S. R. Dalal, E. B. Fowlkes, B. Hoadley, 1989"
    view: ClassVar = ((-5.0, 5.0), (-4.0, 6.0))
    start: ClassVar = (2.0, 3.5)
    lr: ClassVar = 0.14
    steps: ClassVar = 200
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        z = x[0] + x[1] * TEMP
        return jnp.mean(jnp.logaddexp(0.0, z) - FAIL * z)

    def minima(self) -> list[Place]:
        return refined(self, [(-1.11, -1.6)], within=0.1)
