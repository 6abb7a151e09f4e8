import itertools
from typing import ClassVar

import jax.numpy as jnp

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface

FIRST, SECOND = 3.0196018847849517, 6.031424012336158  # roots of 2 t + 25 sin 2 t
HOLLOWS = (-SECOND, -FIRST, 0.0, FIRST, SECOND)


class EggCrate(Surface):
    """A bowl with hollows pi apart: 25 minima in view, one of them global."""

    title: ClassVar = N_("Egg crate")
    family: ClassVar = "traps"
    formula: ClassVar = r"x_1^2 + x_2^2 + 25\,(\sin^2 x_1 + \sin^2 x_2)"
    code: ClassVar = "x1**2 + x2**2 + 25.0 * (sin(x1) ** 2 + sin(x2) ** 2)"
    lesson: ClassVar = N_(
        "A bowl full of hollows: every rule goes to the hollow beside its start, and none to "
        "the bottom of the bowl."
    )
    source: ClassVar = "M. Jamil and X.-S. Yang, 2013 (survey)"
    view: ClassVar = ((-6.5, 6.5), (-6.5, 6.5))
    start: ClassVar = (-4.4, 1.8)
    lr: ClassVar = 0.02
    steps: ClassVar = 60

    def __call__(self, x: Point) -> Scalar:
        return jnp.sum(x**2) + 25.0 * jnp.sum(jnp.sin(x) ** 2)

    def minima(self) -> list[Place]:
        return [(0.0, 0.0)]

    def local_minima(self) -> list[Place]:
        return [place for place in itertools.product(HOLLOWS, HOLLOWS) if place != (0.0, 0.0)]
