"""Test functions of two variables. One module, one surface; the name of the file is its name
everywhere.
"""

import sys
from typing import Any

from ravine.core.part import catalogue, only, pick
from ravine.core.words import N_
from surfaces._surface import Family
from surfaces._surface import Surface as Surface
from surfaces._turned import Turned as Turned
from surfaces._turned import turned as turned
from surfaces._typed import Typed as Typed
from surfaces._typed import typed as typed

FAMILIES: dict[Family, str] = {  # the menu, in order; "own" is what a visitor typed
    "valleys": N_("Bowls and valleys"),
    "minima": N_("Several minima"),
    "traps": N_("Many minima"),
    "saddles": N_("Saddles, plateaus, cliffs"),
    "models": N_("Real models, real data"),
    "own": N_("Your own function"),
}
SURFACES: dict[str, type[Surface]] = only(catalogue(sys.modules[__name__], Surface))


def build(slug: str, /, **values: Any) -> Surface:
    """The surface called `slug`; knobs that are not given keep their default.

    Raises ValueError, with a sentence for a reader, for an unknown surface or knob or a value out
    of range.

    >>> build("quadratic", kappa=50).kappa
    50.0
    """
    return pick(SURFACES, slug, values)
