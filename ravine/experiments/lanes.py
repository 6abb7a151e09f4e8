"""A lane of a race: its rule, in whose words, with what values, and what stands around it."""

import functools
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from optim import DIALECTS, FORMS, Optimizer, around, usual
from optim.wrappers import FAMILIES, WRAPPERS, Wrapper, ordered
from optim.wrappers import build as build_wrapper
from ravine.core.knob import Knob, knobs
from ravine.core.words import _, quoted
from ravine.experiments.kinds import KNOBS as KNOBS
from ravine.experiments.kinds import TYPED as TYPED
from ravine.experiments.kinds import Form, Kind, Written, forms, rule_of_text
from ravine.experiments.trace import Trace

LONGEST_NAME = 40
SEEDS = {"lr": 0.4, "gamma": 0.5, "rho": 0.9, "beta1": 0.9, "beta2": 0.999, "eps": 1e-6}
USUAL = {
    name: float(getattr(kind(), name)) for kind in forms()[::-1] for name in knobs(kind)
} | SEEDS


class Wrap(NamedTuple):
    """What stands around a rule, by its slug, and its knobs that are not as usual."""

    slug: str
    own: Mapping[str, float] = {}


class Lane(NamedTuple):
    """One racer: a rule by its slug, and those knobs that do not follow the shared sliders."""

    rule: str
    own: Mapping[str, float] = {}
    name: str = ""  # what the visitor calls it; nothing: its rule and what sets it apart
    hidden: bool = False  # it runs, and is not drawn
    dialect: str = ""  # who writes the rule so; nothing: its first form
    wraps: tuple[Wrap, ...] = ()
    text: str = ""  # the rule itself, when it is a typed one

    @property
    def kind(self) -> Kind:
        """What runs in it: a form of the catalogue, or a rule that a visitor wrote."""
        return kind_called(self.rule, self.dialect, self.text)


@functools.lru_cache(maxsize=1024)
def kind_called(rule: str, dialect: str, text: str) -> Kind:
    """What a rule, a dialect and a text say together."""
    return Written(text) if rule == TYPED else Form(rule, dialect)


def lane(rule: str, dialect: str = "") -> Lane:
    """A new racer. As in the seeds it keeps its own memory and epsilon; the learning rate is the
    shared one.

    >>> lane("rmsprop")
    Lane(rule='rmsprop', own={'gamma': 0.9}, name='', hidden=False, dialect='', wraps=(), text='')
    """
    return Lane(rule, _unusual(usual(rule, dialect)), dialect=dialect)


def typed_lane(text: str) -> Lane:
    """A racer whose rule is this text, as it is normally written. Raises ValueError with the place
    of what is wrong.
    """
    written = Written(rule_of_text(text).text)
    return Lane(TYPED, _unusual(written.opening), text=written.text)


def _unusual(values: Mapping[str, float]) -> dict[str, float]:
    return {
        name: value for name, value in values.items() if name != "lr" and value != USUAL.get(name)
    }


def knobs_of(lane: Lane) -> dict[str, Knob]:
    """The knobs of a lane's rule."""
    return lane.kind.knobs


def knob_of(lane: Lane, name: str) -> Knob:
    """One knob of a lane's rule. Raises KeyError when it has none of that name."""
    return lane.kind.knobs[name]


def values_of(lane: Lane, shared: Mapping[str, float]) -> dict[str, float]:
    """The value of every knob of a lane: its own, or the shared one, or that of its kind."""
    opening = lane.kind.opening

    def value(name: str) -> float:
        if name in lane.own:
            return lane.own[name]
        return shared[name] if name in shared else opening.get(name, 0.0)

    return {name: value(name) for name in lane.kind.knobs}


def wrappers_of(lane: Lane) -> tuple[Wrapper, ...]:
    """What stands around the rule of a lane, in the order in which it acts. Raises ValueError for
    what cannot be.
    """
    return ordered(build_wrapper(wrap.slug, **wrap.own) for wrap in lane.wraps)


def optimizer_of(lane: Lane, shared: Mapping[str, float], steps: int) -> Optimizer:
    """The rule that runs in a lane, with everything around it. Raises ValueError when a value is
    out of range.
    """
    rule, wraps = lane.kind.build(values_of(lane, shared)), wrappers_of(lane)
    return around(rule, *wraps, steps=steps) if wraps else rule


def with_wrap(lane: Lane, family: str, wrap: Wrap | None) -> Lane:
    """The lane with this wrapper, or none, as its only one of a family."""
    others = [other for other in lane.wraps if WRAPPERS[other.slug].family != family]
    wraps = [*others, *([wrap] if wrap else [])]
    places: dict[str, int] = {slug: FAMILIES.index(kind.family) for slug, kind in WRAPPERS.items()}
    return lane._replace(wraps=tuple(sorted(wraps, key=lambda one: places[one.slug])))


def wrap_of(lane: Lane, family: str) -> Wrap | None:
    """The wrapper of this family around a lane's rule."""
    return next((wrap for wrap in lane.wraps if WRAPPERS[wrap.slug].family == family), None)


def remembered(lane: Lane, trace: Trace) -> dict[str, np.ndarray]:
    """What a lane remembered, by name, (steps+1, 2) or (steps+1,) each. `with.factor` is a
    schedule's.
    """
    own = lane.kind.memory(trace.state.rule if lane.wraps else trace.state)
    return (_around(trace.state) if lane.wraps else {}) | own


def _around(state: Any) -> dict[str, np.ndarray]:
    """What stands around a rule remembers: the factor of a schedule, and why. No state of a rule
    has these names.
    """
    schedule = getattr(state.schedule, "_fields", ())
    watched = {f"with.{name}": getattr(state.schedule, name) for name in schedule}
    return {"with.factor": state.factor, **watched}


def check_lane(lane: Lane) -> None:
    """Raises ValueError, with a sentence for a reader, for a lane that cannot be."""
    if bool(lane.text) != (lane.rule == TYPED) or (lane.text and lane.dialect):
        said = _("A typed rule has a text and no dialect, and no other rule has a text.")
        raise ValueError(said)
    lane.kind.build(lane.own)
    wrappers_of(lane)
    name = lane.name
    if len(name) > LONGEST_NAME or name != name.strip() or not name.isprintable():
        said = _("{name} is no name for an optimizer: at most {most} printable characters.")
        raise ValueError(said.format(name=quoted(name), most=LONGEST_NAME))


def dialects_of(rule: str) -> dict[str, str]:
    """The dialects that have a rule, and what they are called."""
    kinds = FORMS[rule]
    return {
        name: title for name, title in DIALECTS.items() if any(name in k.dialects for k in kinds)
    }


def in_dialect(lane: Lane, dialect: str, shared: Mapping[str, float] = USUAL) -> Lane:
    """The lane in another dialect: values that are the old one's defaults become the new one's,
    others stay.

    What the visitor chose stays: a learning rate, a value that was no default, a shared slider that
    was turned. A rule that the dialect does not have is in its first form. Raises ValueError for no
    dialect.
    """
    wanted = lane.kind.spoken(dialect)
    before, new = lane.kind.opening, lane._replace(dialect=wanted)

    def follows(name: str) -> bool:
        turned = name in shared and shared[name] != USUAL.get(name)
        return name in before and name not in lane.own and turned

    after = {n: v for n, v in _unusual(new.kind.opening).items() if not follows(n)}
    kept = {
        name: value
        for name, value in lane.own.items()
        if name in new.kind.knobs and (name == "lr" or before.get(name) != value)
    }
    return new._replace(own={**after, **kept}) if lane.kind.form else lane


def same_values(lane: Lane, dialect: str) -> Lane:
    """The lane in another dialect with the very values that it has; what only the new form has is
    as usual there.
    """
    new = lane._replace(dialect=dialect)
    kept = {name: v for name, v in lane.own.items() if name in new.kind.knobs}
    fresh = _unusual(new.kind.opening)
    added = {name: v for name, v in fresh.items() if name not in lane.kind.knobs}
    return new._replace(own={**added, **kept})


def numbered(lanes: Iterable[Lane]) -> list[int]:
    """For each lane, how many lanes up to it have the same rule: 1 for the first Momentum, 2 for
    the second.
    """
    rules = [lane.rule for lane in lanes]
    return [rules[: i + 1].count(rule) for i, rule in enumerate(rules)]
