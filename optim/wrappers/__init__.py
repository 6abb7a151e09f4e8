"""What can stand around any update rule. One module, one wrapper; the name of the file is its name
everywhere.
"""

import itertools
import sys
from collections.abc import Iterable
from typing import Any

from optim.wrappers._wrapper import FAMILIES as FAMILIES
from optim.wrappers._wrapper import Schedule as Schedule
from optim.wrappers._wrapper import Wrapper as Wrapper
from ravine.core.part import catalogue, only, pick
from ravine.core.words import _

WRAPPERS: dict[str, type[Wrapper]] = only(catalogue(sys.modules[__name__], Wrapper))


def build(slug: str, /, **values: Any) -> Wrapper:
    """The wrapper called `slug`; knobs that are not given keep their default.

    Raises ValueError, with a sentence for a reader, for an unknown wrapper or knob or a value out
    of range.

    >>> build("clip_norm", limit=0.5).limit
    0.5
    >>> build("clip_norm", limit=-1)
    Traceback (most recent call last):
    ValueError: ClipNorm.limit = -1 is outside [0.001, 1000].
    """
    return pick(WRAPPERS, slug, values)


def ordered(wraps: Iterable[Wrapper]) -> tuple[Wrapper, ...]:
    """The same wrappers in the order in which they act: clipping, decay, schedule.

    Raises ValueError, with a sentence for a reader, when two are of one family.

    >>> [wrap.slug() for wrap in ordered([build("cosine"), build("clip_norm")])]
    ['clip_norm', 'cosine']
    """
    found = sorted(wraps, key=lambda wrap: FAMILIES.index(wrap.family))
    for one, other in itertools.pairwise(found):
        if one.family == other.family:
            said = _(
                "A rule has room for one wrapper of a kind: {one} and {other} do not go together."
            )
            raise ValueError(said.format(one=one.slug(), other=other.slug()))
    return tuple(found)
