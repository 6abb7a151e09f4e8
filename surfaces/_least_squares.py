"""Half a mean of squares of a linear model with two weights, without its rows."""

from typing import Any, NamedTuple

from ravine.core.types import Place
from surfaces._data import Column


class LeastSquares(NamedTuple):
    """The quadratic 1/2 mean (a x1 + b x2 - y)^2: where it is lowest, how low, and how it
    curves.
    """

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
        return _solved((aa + stiffness, ab, bb + stiffness), p - a, q - b)


def least_squares(a: Column, b: Column, target: Column) -> LeastSquares:
    """The quadratic of a model that weighs two columns, by its moments: exact, however many rows
    there are.
    """
    aa, ab, bb, p, q = (
        float((one * two).mean()) for one, two in ((a, a), (a, b), (b, b), (a, target), (b, target))
    )
    one, two = _solved((aa, ab, bb), p, q)
    return LeastSquares(
        (one, two), float(((one * a + two * b - target) ** 2).mean()) / 2, (aa, ab, bb)
    )


def _solved(curvature: tuple[float, float, float], p: float, q: float) -> Place:
    """What a symmetric matrix takes to (p, q)."""
    aa, ab, bb = curvature
    rest = aa * bb - ab * ab
    return (bb * p - ab * q) / rest, (aa * q - ab * p) / rest
