import math
from typing import Annotated, ClassVar

import jax.numpy as jnp

from ravine.core.knob import Knob
from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface

EQUAL = 3.0  # the depth of the left well


class DoubleWell(Surface):
    """A bowl with a deep well on the left and a shallower one on the right.

    With d below 0.667 the right one is no minimum any more, with d = 3 it is as deep as the left
    one.
    """

    title: ClassVar = N_("Double well")
    family: ClassVar = "minima"
    formula: ClassVar = (
        r"x_1^2 + x_2^2 - d\,e^{-((x_1-1)^2 + x_2^2)/0.2} - 3\,e^{-((x_1+1)^2 + x_2^2)/0.2}"
    )
    code: ClassVar = (
        "x1**2 + x2**2 - d * exp(-((x1 - 1.0) ** 2 + x2**2) / 0.2) - 3.0 * exp(-((x1 + "
        "1.0) ** 2 + x2**2) / 0.2)"
    )
    lesson: ClassVar = N_("The nearer well is not the deeper one: speed decides who rolls past it.")
    view: ClassVar = ((-2.0, 2.0), (-2.0, 2.0))
    start: ClassVar = (0.6, 1.5)
    lr: ClassVar = 0.05
    steps: ClassVar = 80

    d: Annotated[
        float,
        Knob(
            "d",
            0.0,
            3.0,
            "twentieths",
            N_("depth of the well on the right"),
            idea=N_("How deep the right well is. More catches more paths; at 0 there is none."),
        ),
    ] = 2.0

    def __call__(self, x: Point) -> Scalar:
        def well(centre: float) -> Scalar:
            return jnp.exp(-((x[0] - centre) ** 2 + x[1] ** 2) / 0.2)

        return x[0] ** 2 + x[1] ** 2 - self.d * well(1.0) - 3.0 * well(-1.0)

    def minima(self) -> list[Place]:
        left, *right = self._wells()
        return [left, *right] if self.d == EQUAL else [left]

    def local_minima(self) -> list[Place]:
        return [] if self.d == EQUAL else self._wells()[1:]

    def _wells(self) -> list[Place]:
        """The left one and, where there is one, the right one: both where the slope along x2 = 0
        turns upwards.
        """
        falls = [t for t in (0.6 + 0.002 * k for k in range(200)) if self._slope(t) < 0.0]
        spans = [(-1.0, -0.8), *((t, 1.0) for t in falls[-1:])]
        return [(self._level(low, high), 0.0) for low, high in spans]

    def _slope(self, t: float) -> float:
        """The slope along x1 at (t, 0)."""
        right, left = math.exp(-((t - 1.0) ** 2) / 0.2), math.exp(-((t + 1.0) ** 2) / 0.2)
        return 2.0 * t + 10.0 * (self.d * (t - 1.0) * right + 3.0 * (t + 1.0) * left)

    def _level(self, low: float, high: float) -> float:
        """Where the slope is 0, by bisection: between `low`, where it falls, and `high`, where it
        rises.
        """
        while low < (middle := (low + high) / 2.0) < high:
            low, high = (middle, high) if self._slope(middle) < 0.0 else (low, middle)
        return min(low, high, key=lambda t: abs(self._slope(t)))
