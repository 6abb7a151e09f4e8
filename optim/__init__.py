"""Update rules. One module, one rule; the name of the file is its name everywhere."""

import sys
from typing import Any

from core.part import catalogue, pick
from optim._optimizer import Optimizer as Optimizer

OPTIMIZERS: dict[str, type[Optimizer]] = catalogue(sys.modules[__name__], Optimizer)


def build(slug: str, /, **values: Any) -> Optimizer:
    """The rule called `slug`; knobs that are not given keep their default.

    Raises ValueError, with a sentence for a reader, for an unknown rule or knob or a value out of range.

    >>> build("adam", lr=0.4).lr
    0.4
    >>> build("adam", lr=99)
    Traceback (most recent call last):
    ValueError: Adam.lr = 99 is outside [1e-06, 10].
    """
    return pick(OPTIMIZERS, slug, values)
