"""Half a mean of squares of a linear model with two weights, without its rows."""

from typing import Any, NamedTuple

import numpy as np

from core.types import Place
from surfaces._data import Column


class LeastSquares(NamedTuple):
    """The quadratic 1/2 mean (a x1 + b x2 - y)^2: where it is lowest, how low, and how it curves."""

    place: Place
    lowest: float
    curvature: tuple[float, float, float]  # its Hessian: mean of a^2, of a b, of b^2

    def __call__(self, x: Any) -> Any:
        """The height at two numbers, or at a `Point`."""
        (aa, ab, bb), u, v = self.curvature, x[0] - self.place[0], x[1] - self.place[1]
        return self.lowest + 0.5 * (aa * u**2 + bb * v**2) + ab * u * v

    def pull(self) -> Place:
        """How strongly it pulls at each weight where both are 0: mean of a y, of b y."""
        (aa, ab, bb), (a, b) = self.curvature, self.place
        return aa * a + ab * b, ab * a + bb * b

    def loaded(self, a: float = 0.0, b: float = 0.0, stiffness: float = 0.0) -> Place:
        """Where it is lowest with a x1 + b x2 + stiffness/2 (x1^2 + x2^2) on top."""
        (aa, ab, bb), (p, q) = self.curvature, self.pull()
        aa, bb, p, q = aa + stiffness, bb + stiffness, p - a, q - b
        rest = aa * bb - ab * ab
        return (bb * p - ab * q) / rest, (aa * q - ab * p) / rest


def least_squares(a: Column, b: Column, target: Column) -> LeastSquares:
    """The quadratic of a model that weighs two columns, by its moments: exact, however many rows there are."""
    one, two = np.linalg.lstsq(np.column_stack([a, b]), target)[0].tolist()
    lowest = float(np.mean((one * a + two * b - target) ** 2)) / 2
    return LeastSquares((one, two), lowest, (float(np.mean(a * a)), float(np.mean(a * b)), float(np.mean(b * b))))
