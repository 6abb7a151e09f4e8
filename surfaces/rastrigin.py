import math
from typing import ClassVar

import jax.numpy as jnp

from core.types import Place, Point, Scalar
from core.words import N_
from surfaces._surface import Surface

VALLEYS = (0.0, 0.994958638, 1.989912233, 2.984855703, 3.979783105, 4.974687858)  # minima of t² - 10 cos 2πt, t >= 0


def _polish(t: float) -> float:
    """Newton's method on the derivative 2t + 20π sin 2πt, to machine precision."""
    for _ in range(4):
        t -= (2 * t + 20 * math.pi * math.sin(2 * math.pi * t)) / (2 + 40 * math.pi**2 * math.cos(2 * math.pi * t))
    return t


class Rastrigin(Surface):
    """A bowl covered with egg-cups (Rastrigin, 1974): 121 minima in view, one of them global."""

    title: ClassVar = N_("Rastrigin")
    formula: ClassVar = r"20 + x_1^2 - 10\cos 2\pi x_1 + x_2^2 - 10\cos 2\pi x_2"
    lesson: ClassVar = N_("A minimum in every cup: small steps stay in the first one, long steps jump between them.")
    source: ClassVar = "L. A. Rastrigin, 1974"
    view: ClassVar = ((-5.12, 5.12), (-5.12, 5.12))
    start: ClassVar = (-2.0, 3.5)
    lr: ClassVar = 0.004
    steps: ClassVar = 100

    def __call__(self, x: Point) -> Scalar:
        return 20.0 + jnp.sum(x**2 - 10.0 * jnp.cos(2.0 * jnp.pi * x))

    def minima(self) -> list[Place]:
        return [(0.0, 0.0)]

    def local_minima(self) -> list[Place]:
        right = [_polish(t) for t in VALLEYS]
        places = [-t for t in reversed(right[1:])] + right
        return [(a, b) for a in places for b in places if (a, b) != (0.0, 0.0)]
