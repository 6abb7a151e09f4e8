from typing import ClassVar

import jax
import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._network import INPUT, TARGET
from surfaces._newton import refined
from surfaces._stopping import DATA
from surfaces._surface import Surface


class NetworkSigmoid(Surface):
    """A network with one hidden unit, the logistic sigmoid: it opens to the right and is shut on
    the left.
    """

    title: ClassVar = N_("Network: one sigmoid unit")
    family: ClassVar = "models"
    formula: ClassVar = (
        r"\tfrac{1}{2n}\sum_i \bigl(x_2\,\sigma(\tfrac{1}{120} x_1\,\mathrm{dist}_i) "
        r"- \tfrac{1}{25}\mathrm{speed}_i\bigr)^2"
    )
    code: ClassVar = "mean((x2 / (1 + exp(-x1 * dist / 120)) - speed / 25) ** 2) / 2"
    data: ClassVar = DATA
    lesson: ClassVar = N_(
        "On the left the unit is nearly shut: gradient descent stays there, RMSProp and Adam "
        "come through."
    )
    source: ClassVar = "M. Ezekiel, 1930"
    view: ClassVar = ((-8.0, 8.0), (-2.5, 2.5))
    start: ClassVar = (-6.0, 1.0)
    lr: ClassVar = 0.1
    steps: ClassVar = 150
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        return 0.5 * jnp.mean((x[1] * jax.nn.sigmoid(x[0] * INPUT) - TARGET) ** 2)

    def minima(self) -> list[Place]:
        return refined(self, [(4.01, 0.808)], within=0.1)
