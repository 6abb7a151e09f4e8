from typing import ClassVar

import jax
import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._network import INPUT, TARGET
from surfaces._stopping import DATA
from surfaces._surface import Surface


class NetworkRelu(Surface):
    """A network with one hidden unit, ReLU: only the product of its weights counts, where the first
    is positive.

    Every point of the curve x1 x2 = 1.4789 on the right is a minimum; those listed stand for all of
    them.
    """

    title: ClassVar = N_("Network: one ReLU unit")
    family: ClassVar = "models"
    formula: ClassVar = (
        r"\tfrac{1}{2n}\sum_i \bigl(x_2 \max(0, \tfrac{1}{120} x_1\,\mathrm{dist}_i) "
        r"- \tfrac{1}{25}\mathrm{speed}_i\bigr)^2"
    )
    code: ClassVar = "mean((x2 * x1 * (x1 > 0) * dist / 120 - speed / 25) ** 2) / 2"
    data: ClassVar = DATA
    lesson: ClassVar = N_(
        "Left of x₁ = 0 the unit is dead: the gradient is 0, and a step that went too far never "
        "comes back."
    )
    source: ClassVar = "M. Ezekiel, 1930"
    view: ClassVar = ((-4.0, 5.0), (-2.0, 5.0))
    start: ClassVar = (1.5, -1.0)
    lr: ClassVar = 0.63
    steps: ClassVar = 60
    levels: ClassVar = "root"
    isolated: ClassVar = False
    breaks: ClassVar = {"smooth": "the unit has a kink along x1 = 0"}

    def __call__(self, x: Point) -> Scalar:
        return 0.5 * jnp.mean((x[1] * jax.nn.relu(x[0]) * INPUT - TARGET) ** 2)

    def minima(self) -> list[Place]:
        product = float((INPUT * TARGET).mean() / (INPUT**2).mean())
        return [(product / a, a) for a in (product**0.5, 0.5, 3.0)]
