"""Update rules. One module, one rule; the name of the file is its name everywhere.

A rule may have several forms: its paper, Dive into Deep Learning, PyTorch, Keras and optax write
some rules differently. Each form is a class of the rule's module; the first one is the rule where
nobody asks for a dialect.
"""

import functools
import sys
from typing import Any

from optim._optimizer import DIALECTS as DIALECTS
from optim._optimizer import FAMILIES as FAMILIES
from optim._optimizer import Call as Call
from optim._optimizer import Dialect as Dialect
from optim._optimizer import Family as Family
from optim._optimizer import Optimizer as Optimizer
from optim._wrapped import Wrapped as Wrapped
from optim.wrappers import Wrapper, ordered
from ravine.core.doors import whole_number
from ravine.core.knob import knobs, make
from ravine.core.part import catalogue, lookup
from ravine.core.words import _, quoted

FORMS: dict[str, tuple[type[Optimizer], ...]] = catalogue(sys.modules[__name__], Optimizer)
OPTIMIZERS: dict[str, type[Optimizer]] = {slug: forms[0] for slug, forms in FORMS.items()}
# each family of the menu with its rules, in order
MENU: dict[Family, tuple[str, ...]] = {
    family: tuple(
        sorted(
            (slug for slug, kind in OPTIMIZERS.items() if kind.family == family),
            key=lambda slug: OPTIMIZERS[slug].rank,
        )
    )
    for family in FAMILIES
}


def form(slug: str, dialect: str = "") -> type[Optimizer]:
    """The form of the rule called `slug` in a dialect; the first one when none is asked for.

    Raises ValueError, with a sentence for a reader, when there is no such rule or the dialect does
    not have it.

    >>> form("adam", "keras").__name__
    'KerasAdam'
    """
    first = lookup(OPTIMIZERS, slug)
    if not dialect:
        return first
    if not isinstance(dialect, str) or dialect not in DIALECTS:
        said = _("There is no {name} here; choose one of {names}.")
        raise ValueError(said.format(name=quoted(dialect), names=", ".join(DIALECTS)))
    spoken = [kind for kind in FORMS[slug] if dialect in kind.dialects]
    if not spoken:
        raise ValueError(
            _("{dialect} has no {rule}.").format(dialect=_(DIALECTS[dialect]), rule=_(first.title))
        )
    return spoken[0]


def usual(slug: str, dialect: str = "") -> dict[str, float]:
    """The values of all knobs with which a rule opens in a dialect. Raises ValueError as `form`
    does.

    >>> usual("adam", "keras")
    {'lr': 0.001, 'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-07}
    """
    kind = form(slug, dialect)
    return {**_defaults(kind), **(kind.dialects[dialect] if dialect else {})}


@functools.cache
def _defaults(kind: type[Optimizer]) -> dict[str, float]:
    """The default of every knob of a form."""
    return {name: getattr(kind(), name) for name in knobs(kind)}


def build(slug: str, dialect: str = "", /, **values: Any) -> Optimizer:
    """The rule called `slug`; knobs that are not given keep their default, which is that of the
    dialect.

    Raises ValueError, with a sentence for a reader, for an unknown rule, dialect or knob or a value
    out of range.

    >>> build("adam", lr=0.4).lr
    0.4
    >>> build("adam", "keras").eps
    1e-07
    >>> build("adam", lr=99)
    Traceback (most recent call last):
    ValueError: Adam.lr = 99 is outside [1e-06, 10].
    """
    return make(form(slug, dialect), {**(usual(slug, dialect) if dialect else {}), **values})


def around(rule: Optimizer, *wraps: Wrapper, steps: int) -> Optimizer:
    """The rule with these wrappers around it, for a run of so many steps, one or more.

    Raises ValueError when two are of one family or `steps` is no whole number of at least 1, and
    TypeError for what is no rule or no wrapper.

    >>> from optim import wrappers
    >>> around(build("adam"), wrappers.build("cosine"), steps=20).total
    20.0
    """
    if not isinstance(rule, Optimizer):
        raise TypeError(f"{quoted(rule)} is no update rule; optim.build makes one.")
    for wrap in wraps:
        if not isinstance(wrap, Wrapper):
            raise TypeError(f"{quoted(wrap)} is no wrapper; optim.wrappers.build makes one.")
    total = float(whole_number("steps", steps, least=1))
    return Wrapped(rule=rule, wraps=ordered(wraps), total=total)


# Typed rules share the knobs of the others, and so come after them.
from optim._typed import typed as typed  # noqa: E402
