from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._newton import refined
from surfaces._surface import Surface


class Ackley(Surface):
    """A nearly flat, dimpled plain around one deep funnel (Ackley, 1987).

    The minimum is the tip of a cone. There the square root is guarded, so that its derivative is 0
    and not NaN.
    """

    title: ClassVar = N_("Ackley")
    family: ClassVar = "traps"
    formula: ClassVar = (
        r"-20\,e^{-0.2\sqrt{(x_1^2 + x_2^2)/2}} - e^{(\cos 2\pi x_1 + \cos 2\pi x_2)/2} + 20 + e"
    )
    code: ClassVar = (
        "-20.0 * exp(-0.2 * sqrt((x1**2 + x2**2) / 2.0)) "
        "- exp((cos(2.0 * pi * x1) + cos(2.0 * pi * x2)) / 2.0) + 20.0 + e"
    )
    lesson: ClassVar = N_(
        "Dimples everywhere and a funnel in the middle: the gradient far out says little about "
        "the way."
    )
    source: ClassVar = "D. H. Ackley, 1987"
    view: ClassVar = ((-5.0, 5.0), (-5.0, 5.0))
    start: ClassVar = (-3.5, 2.5)
    lr: ClassVar = 0.1
    steps: ClassVar = 60

    def __call__(self, x: Point) -> Scalar:
        square = jnp.mean(x**2)
        radius = jnp.where(square > 0.0, jnp.sqrt(jnp.where(square > 0.0, square, 1.0)), 0.0)
        return (
            -20.0 * jnp.exp(-0.2 * radius)
            - jnp.exp(jnp.mean(jnp.cos(2.0 * jnp.pi * x)))
            + 20.0
            + jnp.e
        )

    def minima(self) -> list[Place]:
        return [(0.0, 0.0)]

    def local_minima(self) -> list[Place]:
        lattice = [
            (float(a), float(b)) for a in range(-5, 6) for b in range(-5, 6) if (a, b) != (0, 0)
        ]
        return refined(self, lattice, within=0.1)
