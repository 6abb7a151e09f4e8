import math
from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Easom(Surface):
    """One narrow hole in a plain (Easom, 1990). A few units away the gradient is less than 1e-8.

    The plain has ripples, less than 1e-4 deep. Their minima are not listed: every run that is
    at rest on the plain would be said to have reached one.
    """

    title: ClassVar = N_("Easom")
    family: ClassVar = "saddles"
    formula: ClassVar = r"-\cos x_1\,\cos x_2\;e^{-(x_1 - \pi)^2 - (x_2 - \pi)^2}"
    code: ClassVar = "-cos(x1) * cos(x2) * exp(-((x1 - pi) ** 2) - (x2 - pi) ** 2)"
    lesson: ClassVar = N_(
        "A plain with one hole: where the gradient is almost nothing, only rules that divide by "
        "its size get anywhere."
    )
    source: ClassVar = "E. E. Easom, 1990"
    view: ClassVar = ((-2.0, 8.0), (-2.0, 8.0))
    start: ClassVar = (1.6, 1.6)
    lr: ClassVar = 0.2
    steps: ClassVar = 60

    def __call__(self, x: Point) -> Scalar:
        hole = jnp.exp(-((x[0] - jnp.pi) ** 2) - (x[1] - jnp.pi) ** 2)
        return -jnp.cos(x[0]) * jnp.cos(x[1]) * hole

    def minima(self) -> list[Place]:
        return [(math.pi, math.pi)]
