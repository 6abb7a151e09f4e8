"""A lane of a race: which rule runs in it, in whose words, with what values, and what stands around
it.
"""

import functools
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import jax
import numpy as np

from optim import DIALECTS, FORMS, OPTIMIZERS, Optimizer, around, form, typed, usual
from optim import build as build_rule
from optim._typed import defaults_of
from optim._typed import knobs_of as typed_knobs
from optim.wrappers import FAMILIES, WRAPPERS, Wrapper, ordered
from optim.wrappers import build as build_wrapper
from ravine.core.formula import Rule, parse_rule
from ravine.core.knob import Knob, knobs
from ravine.core.words import _, quoted
from ravine.experiments.trace import Trace

RESERVED = ("name", "text")  # parts of a lane in a link (ravine.experiments.link)
TYPED = "typed"  # the rule of a lane whose formula the visitor wrote
LONGEST_NAME = 40
SEEDS = {"lr": 0.4, "gamma": 0.5, "rho": 0.9, "beta1": 0.9, "beta2": 0.999, "eps": 1e-6}


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


def kinds() -> list[type[Optimizer]]:
    """Every form of every rule, first forms first."""
    return [*OPTIMIZERS.values(), *(kind for forms in FORMS.values() for kind in forms[1:])]


def _all_knobs() -> dict[str, Knob]:
    """Every knob that some rule has, in the order in which the sliders stand."""
    found = {name: knob for kind in kinds() for name, knob in knobs(kind).items()}
    first = ("lr", "gamma", "rho", "beta1", "beta2", "eps")
    return {name: found[name] for name in (*first, *(n for n in found if n not in first))}


KNOBS = _all_knobs()
USUAL = {
    name: float(getattr(kind(), name)) for kind in kinds()[::-1] for name in knobs(kind)
} | SEEDS


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
    rule = formula_of(text)
    return Lane(TYPED, _unusual(defaults_of(rule)), text=rule.text)


def _unusual(values: Mapping[str, float]) -> dict[str, float]:
    return {
        name: value for name, value in values.items() if name != "lr" and value != USUAL.get(name)
    }


@functools.lru_cache(maxsize=256)
def formula_of(text: str) -> Rule:
    """The typed rule of this text. Raises ValueError with the place of what is wrong."""
    rule = parse_rule(text)
    for name in rule.knobs:
        if name in RESERVED:
            raise ValueError(
                _("{name} cannot be a knob: a link means something else by it.").format(name=name)
            )
    return rule


def kind_of(lane: Lane) -> type[Optimizer]:
    """The form of the rule that runs in a lane which is not typed. Raises ValueError when there is
    none.
    """
    return form(lane.rule, lane.dialect)


def title_of(lane: Lane) -> str:
    """What the rule of a lane is called, and who writes it so when that is not its first form:
    "Adam (Keras)".
    """
    if lane.rule == TYPED:
        return _("Typed rule")
    title = _(OPTIMIZERS[lane.rule].title)
    return (
        title
        if kind_of(lane) is OPTIMIZERS[lane.rule]
        else f"{title} ({_(DIALECTS[lane.dialect])})"
    )


def knobs_of(lane: Lane) -> dict[str, Knob]:
    """The knobs of a lane's rule."""
    if lane.rule != TYPED:
        return knobs(kind_of(lane))
    found = typed_knobs(formula_of(lane.text))
    return {
        name: found[name]
        for name in (*(n for n in KNOBS if n in found), *(n for n in found if n not in KNOBS))
    }


def knob_of(lane: Lane, name: str) -> Knob:
    """One knob of a lane's rule. Raises KeyError when it has none of that name."""
    return knobs_of(lane)[name]


def values_of(lane: Lane, shared: Mapping[str, float]) -> dict[str, float]:
    """The value of every knob of a lane: its own, or the shared one."""
    fallback = defaults_of(formula_of(lane.text)) if lane.rule == TYPED else {}
    return {
        name: lane.own.get(name, shared.get(name, fallback.get(name, 0.0)))
        for name in knobs_of(lane)
    }


def wrappers_of(lane: Lane) -> tuple[Wrapper, ...]:
    """What stands around the rule of a lane, in the order in which it acts. Raises ValueError for
    what cannot be.
    """
    return ordered(build_wrapper(wrap.slug, **wrap.own) for wrap in lane.wraps)


def optimizer_of(lane: Lane, shared: Mapping[str, float], steps: int) -> Optimizer:
    """The rule that runs in a lane, with everything around it. Raises ValueError when a value is
    out of range.
    """
    rule, wraps = _bare(lane, values_of(lane, shared)), wrappers_of(lane)
    return around(rule, *wraps, steps=steps) if wraps else rule


def _bare(lane: Lane, values: Mapping[str, float]) -> Optimizer:
    if lane.rule == TYPED:
        return typed(formula_of(lane.text).text, **values)
    return build_rule(lane.rule, lane.dialect, **values)


def with_wrap(lane: Lane, family: str, wrap: Wrap | None) -> Lane:
    """The lane with this wrapper, or none, as its only one of a family."""
    others = [other for other in lane.wraps if WRAPPERS[other.slug].family != family]
    wraps = [*others, *([wrap] if wrap else [])]
    places: dict[str, int] = {slug: FAMILIES.index(kind.family) for slug, kind in WRAPPERS.items()}
    return lane._replace(wraps=tuple(sorted(wraps, key=lambda one: places[one.slug])))


def wrap_of(lane: Lane, family: str) -> Wrap | None:
    """The wrapper of this family around a lane's rule."""
    return next((wrap for wrap in lane.wraps if WRAPPERS[wrap.slug].family == family), None)


def vectors_of(lane: Lane) -> tuple[str, ...]:
    """The names of the vectors that the rule of a lane remembers: ("v", "s") for Adam."""
    if lane.rule == TYPED:
        return tuple(formula_of(lane.text).state)
    return vectors_in(kind_of(lane))


@functools.cache
def vectors_in(kind: type[Optimizer]) -> tuple[str, ...]:
    """The names of the vectors in the state of a rule; of a matrix, those of its rows: h1, h2."""
    state: Any = jax.eval_shape(kind().init, jax.ShapeDtypeStruct((2,), np.float64))
    fields = getattr(state, "_fields", ())
    return tuple(itertools.chain(*(_vectors(name, getattr(state, name).shape) for name in fields)))


def _vectors(name: str, shape: tuple[int, ...]) -> tuple[str, ...]:
    """What the vectors are called in a part of a state that has this shape."""
    if len(shape) == 2:
        return tuple(f"{name}{row + 1}" for row in range(shape[0]))
    return (name,) if shape else ()


def remembered(lane: Lane, trace: Trace) -> dict[str, np.ndarray]:
    """What a lane remembered, by name, (steps+1, 2) or (steps+1,) each. `with.factor` is a
    schedule's.
    """
    state = trace.state.rule if lane.wraps else trace.state
    if lane.rule == TYPED:
        own = {name: state.memory[:, i] for i, name in enumerate(vectors_of(lane))} | {"t": state.t}
    else:
        own = _by_row({name: getattr(state, name) for name in getattr(state, "_fields", ())})
    return (_around(trace.state) if lane.wraps else {}) | own


def _by_row(leaves: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same, with the rows of a matrix, (steps+1, 2) each, in its place."""
    found: dict[str, np.ndarray] = {}
    for name, leaf in leaves.items():
        rows = np.moveaxis(leaf, 1, 0) if leaf.ndim == 3 else [leaf]
        found |= zip(_vectors(name, leaf.shape[1:]) or (name,), rows, strict=True)
    return found


def _around(state: Any) -> dict[str, np.ndarray]:
    """What stands around a rule remembers: the factor of a schedule, and why. No state of a rule
    has these names.
    """
    schedule = getattr(state.schedule, "_fields", ())
    return {
        "with.factor": state.factor,
        **{f"with.{name}": getattr(state.schedule, name) for name in schedule},
    }


def check_lane(lane: Lane) -> None:
    """Raises ValueError, with a sentence for a reader, for a lane that cannot be."""
    if lane.rule == TYPED and not lane.dialect:
        typed(formula_of(lane.text).text, **lane.own)
    elif lane.rule == TYPED or lane.text:
        raise ValueError(_("A typed rule has a text and no dialect, and no other rule has a text."))
    else:
        build_rule(lane.rule, lane.dialect, **lane.own)
    wrappers_of(lane)
    name = lane.name
    if len(name) > LONGEST_NAME or name != name.strip() or not name.isprintable():
        said = _("{name} is no name for an optimizer: at most {most} printable characters.")
        raise ValueError(said.format(name=quoted(name), most=LONGEST_NAME))


def dialects_of(rule: str) -> dict[str, str]:
    """The dialects that have a rule, and what they are called."""
    return {
        name: title
        for name, title in DIALECTS.items()
        if any(name in kind.dialects for kind in FORMS[rule])
    }


def in_dialect(lane: Lane, dialect: str, shared: Mapping[str, float] = USUAL) -> Lane:
    """The lane in another dialect: values that are the old one's defaults become the new one's,
    others stay.

    What the visitor chose stays: a learning rate, a value that was no default, a shared slider that
    was turned. A rule that the dialect does not have is in its first form. Raises ValueError for no
    dialect.
    """
    if lane.rule == TYPED:
        return lane
    wanted = dialect if dialect in dialects_of(lane.rule) else ""
    before, names = usual(lane.rule, lane.dialect), knobs(form(lane.rule, wanted))
    follows = {
        name for name in before if name not in lane.own and shared.get(name) != USUAL.get(name)
    }
    after = {
        name: v for name, v in _unusual(usual(lane.rule, wanted)).items() if name not in follows
    }
    kept = {
        name: v
        for name, v in lane.own.items()
        if name in names and (name == "lr" or before.get(name) != v)
    }
    return lane._replace(own={**after, **kept}, dialect=wanted)


def same_values(lane: Lane, dialect: str) -> Lane:
    """The lane in another dialect with the very values that it has; what only the new form has is
    as usual there.
    """
    new = _unusual(usual(lane.rule, dialect))
    names, before = knobs(form(lane.rule, dialect)), knobs_of(lane)
    kept = {name: v for name, v in lane.own.items() if name in names}
    return lane._replace(
        own={**{n: v for n, v in new.items() if n not in before}, **kept}, dialect=dialect
    )


def forms_of(rule: str) -> dict[str, tuple[str, ...]]:
    """One dialect for each form of a rule, "" for the first one, and all dialects that write it
    so.
    """
    spoken = [tuple(name for name in DIALECTS if name in kind.dialects) for kind in FORMS[rule]]
    return {"" if i == 0 else names[0]: names for i, names in enumerate(spoken)}


def numbered(lanes: Iterable[Lane]) -> list[int]:
    """For each lane, how many lanes up to it have the same rule: 1 for the first Momentum, 2 for
    the second.
    """
    rules = [lane.rule for lane in lanes]
    return [rules[: i + 1].count(rule) for i, rule in enumerate(rules)]


def look_of(lane: Lane) -> str:
    """The name by which `ravine.figures.theme` gives a lane its look: its rule's, and the dialect's
    for another form.
    """
    if lane.rule == TYPED or kind_of(lane) is OPTIMIZERS[lane.rule]:
        return lane.rule
    return f"{lane.rule}.{lane.dialect}"
