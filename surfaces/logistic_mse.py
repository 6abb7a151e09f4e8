from typing import ClassVar

import jax
import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._flights import DATA, FAIL, TEMP
from surfaces._newton import refined
from surfaces._surface import Surface


class LogisticMse(Surface):
    """Damage to O-rings by standardized temperature (Dalal, Fowlkes and Hoadley, 1989), and the
    mean squared error.

    Not convex. Outside the picture it is lower still: a sharp threshold, which no weights reach,
    errs on 3 of the 23 flights, 3/46 = 0.0652.
    """

    title: ClassVar = N_("Logistic regression: squared error")
    family: ClassVar = "models"
    formula: ClassVar = (
        r"\tfrac{1}{2n}\sum_i \bigl(\sigma(x_1 + x_2\,\mathrm{temp}_i) - \mathrm{fail}_i\bigr)^2"
    )
    code: ClassVar = "mean((1 / (1 + exp(-x1 - x2 * temp)) - fail) ** 2) / 2"
    data: ClassVar = DATA
    lesson: ClassVar = N_(
        "Where the model is wrong and sure of it, the squared error is flat: gradient descent "
        "stays up there."
    )
    source: ClassVar = "S. R. Dalal, E. B. Fowlkes, B. Hoadley, 1989"
    view: ClassVar = ((-5.0, 5.0), (-4.0, 6.0))
    start: ClassVar = (2.0, 3.5)
    lr: ClassVar = 0.14
    steps: ClassVar = 200
    levels: ClassVar = "linear"

    def __call__(self, x: Point) -> Scalar:
        return 0.5 * jnp.mean((jax.nn.sigmoid(x[0] + x[1] * TEMP) - FAIL) ** 2)

    def minima(self) -> list[Place]:
        return refined(self, [(-1.67, -2.08)], within=0.1)
