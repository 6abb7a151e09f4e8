"""What the functions of the library ask of what they are given, each in a sentence."""

import contextlib
import math
import operator
from collections.abc import Mapping, Set
from typing import Any

import jax
import numpy as np

from ravine.core.words import quoted


def in_64_bits() -> contextlib.AbstractContextManager[Any]:
    """A context in which JAX has 64 bits, also where somebody has switched them off since Ravine
    was imported.
    """
    return contextlib.nullcontext() if has_64_bits() else jax.enable_x64(True)


def has_64_bits() -> bool:
    """Whether JAX has 64 bits here and now."""
    return jax.config.read("jax_enable_x64")


def text_of(name: str, value: Any) -> str:
    """`value`, a text. Raises TypeError when it is none."""
    if not isinstance(value, str):
        raise TypeError(f"{name} = {quoted(value)} is not a text.")
    return value


def whole_number(name: str, value: Any, least: int) -> int:
    """`value` as an int of at least `least`, and at most what 63 bits hold. Raises ValueError for
    anything else.
    """
    try:
        count = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} = {quoted(value)} is not a whole number.") from None
    if count < least:
        raise ValueError(f"{name} = {count} is less than {least}.")
    if count >= 2**63:
        raise ValueError(f"{name} = {quoted(count)} is more than 2**63 - 1.")
    return count


def row_of_numbers(value: Any) -> list[float] | None:
    """The numbers of a row as floats; None for what has no order (a set, a mapping) or is a text,
    and where one of its parts is no number.
    """
    if isinstance(value, str | bytes | Set | Mapping):
        return None
    try:
        parts = list(value)
        if any(isinstance(part, str | bytes) or np.ndim(part) for part in parts):
            return None
        return [math.inf if _is_huge(part) else float(part) for part in parts]
    except (TypeError, ValueError):
        return None


def as_point(x: Any, dimensions: int | None = 2) -> Any:
    """A place on a surface as an array, of shape (2,) or of so many dimensions, None for any number
    of them. Raises ValueError for any other shape, and for what is no row of numbers.
    """
    if not hasattr(x, "shape"):
        numbers = row_of_numbers(x)
        if numbers is None:
            raise ValueError(f"x = {quoted(x)} is no place on a surface: it has two numbers.")
        x = jax.numpy.asarray(numbers)
    if dimensions is not None and tuple(x.shape) != (dimensions,):
        said = f"A place on a surface has the shape ({dimensions},), and not {tuple(x.shape)}."
        raise ValueError(said)
    return x


def _is_huge(part: Any) -> bool:
    """Whether it is a whole number that is no float."""
    return isinstance(part, int) and abs(part) > 2**1023
