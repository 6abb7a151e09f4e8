"""Shapes, spelled once."""

from collections.abc import Callable
from typing import TypeAlias

from jaxtyping import Array, Float

Vector: TypeAlias = Float[Array, "n"]  # the parameters of anything; a rule takes any number of them
Point: TypeAlias = Float[Array, "2"]  # (x1, x2): a place on a surface
Scalar: TypeAlias = Float[Array, ""]
Height: TypeAlias = Callable[[Vector], Scalar]  # the function that is minimised

Place: TypeAlias = tuple[float, float]  # the same as plain numbers
Span: TypeAlias = tuple[float, float]  # from, to
