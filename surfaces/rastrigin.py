from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._newton import refined
from surfaces._surface import Surface


class Rastrigin(Surface):
    """A bowl covered with egg-cups (Rastrigin, 1974): 121 minima in view, one of them global."""

    title: ClassVar = N_("Rastrigin")
    family: ClassVar = "traps"
    formula: ClassVar = r"20 + x_1^2 - 10\cos 2\pi x_1 + x_2^2 - 10\cos 2\pi x_2"
    code: ClassVar = (
        "x1**2 - 10.0 * cos(2.0 * pi * x1) + (x2**2 - 10.0 * cos(2.0 * pi * x2)) + 20.0"
    )
    lesson: ClassVar = N_(
        "A minimum in every cup: small steps stay in the first one, long steps jump between them."
    )
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
        lattice = [
            (a * 0.995, b * 0.995) for a in range(-5, 6) for b in range(-5, 6) if (a, b) != (0, 0)
        ]
        return refined(self, lattice, within=0.1)
