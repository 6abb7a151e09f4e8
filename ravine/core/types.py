"""Shapes, spelled once."""

from collections.abc import Callable
from typing import TypeAlias

from jaxtyping import Array, Float

Point: TypeAlias = Float[Array, "2"]  # (x1, x2)
Scalar: TypeAlias = Float[Array, ""]
Height: TypeAlias = Callable[[Point], Scalar]  # the function that is minimised

Place: TypeAlias = tuple[float, float]  # the same as plain numbers
Span: TypeAlias = tuple[float, float]  # from, to
