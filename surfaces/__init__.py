"""Test functions of two variables. One module, one surface; the name of the file is its name everywhere."""

import sys
from typing import Any

from core.part import catalogue, only, pick
from surfaces._surface import Surface as Surface

SURFACES: dict[str, type[Surface]] = only(catalogue(sys.modules[__name__], Surface))


def build(slug: str, /, **values: Any) -> Surface:
    """The surface called `slug`; knobs that are not given keep their default.

    Raises ValueError, with a sentence for a reader, for an unknown surface or knob or a value out of range.

    >>> build("quadratic", kappa=50).kappa
    50.0
    """
    return pick(SURFACES, slug, values)
