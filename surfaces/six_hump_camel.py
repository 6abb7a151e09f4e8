from typing import ClassVar

from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class SixHumpCamel(Surface):
    """Six minima in pairs, two of them global (Dixon and Szegö, 1978). Turned by 180 degrees it is
    the same.
    """

    title: ClassVar = N_("Six-hump camel")
    family: ClassVar = "minima"
    formula: ClassVar = (
        r"\left(4 - 2.1\,x_1^2 + \tfrac13 x_1^4\right) x_1^2 + x_1 x_2 + (4 x_2^2 - 4)\,x_2^2"
    )
    code: ClassVar = (
        "(4.0 - 2.1 * x1**2 + x1**4 / 3.0) * x1**2 + x1 * x2 + (4.0 * x2**2 - 4.0) * x2**2"
    )
    lesson: ClassVar = N_(
        "Six hollows, and the nearest is the highest: four rules stay in it, only momentum "
        "rolls on to the lowest."
    )
    source: ClassVar = "L. C. W. Dixon and G. P. Szegö, 1978"
    view: ClassVar = ((-2.0, 2.0), (-1.1, 1.1))
    start: ClassVar = (-1.8, -0.55)
    lr: ClassVar = 0.1
    steps: ClassVar = 60

    def __call__(self, x: Point) -> Scalar:
        a, b = x[0], x[1]
        return (4.0 - 2.1 * a**2 + a**4 / 3.0) * a**2 + a * b + (4.0 * b**2 - 4.0) * b**2

    def minima(self) -> list[Place]:
        return [
            (0.08984201310031806, -0.7126564030207396),
            (-0.08984201310031806, 0.7126564030207396),
        ]

    def local_minima(self) -> list[Place]:
        return [
            (-1.7036067149699807, 0.7960835686726251),
            (1.7036067149699807, -0.7960835686726251),
            (-1.607104752920198, -0.5686514548841313),
            (1.607104752920198, 0.5686514548841313),
        ]
