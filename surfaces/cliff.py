from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Cliff(Surface):
    """A gentle slope that ends at a steep wall, as in recurrent networks (Pascanu, Mikolov and
    Bengio, 2013).

    The minimum is at the foot of the wall. Up on the plain behind it, out of view, is another one,
    at height 240.
    """

    title: ClassVar = N_("Cliff")
    family: ClassVar = "saddles"
    formula: ClassVar = (
        r"\tfrac1{10}(x_1 - 12)^2 + \tfrac25 x_2^2 + 120\left(1 + \tanh 8 (x_1 - 2)\right)"
    )
    code: ClassVar = "0.1 * (x1 - 12.0) ** 2 + 0.4 * x2**2 + 120.0 * (1.0 + tanh(8.0 * (x1 - 2.0)))"
    lesson: ClassVar = N_(
        "A gentle slope ends at a wall: a step as long as the wall is steep throws the run out "
        "of the picture."
    )
    source: ClassVar = "after R. Pascanu, T. Mikolov and Y. Bengio, 2013"
    view: ClassVar = ((-8.0, 4.0), (-4.0, 4.0))
    start: ClassVar = (-5.5, 2.5)
    lr: ClassVar = 0.25
    steps: ClassVar = 30
    levels: ClassVar = "root"

    def __call__(self, x: Point) -> Scalar:
        wall = 120.0 * (1.0 + jnp.tanh(8.0 * (x[0] - 2.0)))
        return 0.1 * (x[0] - 12.0) ** 2 + 0.4 * x[1] ** 2 + wall

    def minima(self) -> list[Place]:
        return [(1.5304311723447586, 0.0)]
