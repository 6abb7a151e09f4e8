"""The kinds of rule that can run in a lane: a form of the catalogue, or one that was written here.

Both answer the same questions, so that nobody else must know which one it is.
"""

import dataclasses
import functools
import itertools
import re
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import numpy as np

from optim import DIALECTS, FORMS, OPTIMIZERS, Optimizer, build, form, typed, usual
from optim._typed import defaults_of, knobs_of
from ravine.core.formula import Rule, parse_rule, renamed_in
from ravine.core.knob import Knob, knobs
from ravine.core.words import _

TYPED = "typed"  # the name of the rule of a lane whose formula the visitor wrote
RESERVED = ("name", "text")  # parts of a lane in a link (`experiments.link`)


class Kind:
    """What runs in a lane, without the values of its knobs."""

    cost: ClassVar[int]  # how many times as long a step takes as that of a compiled rule

    @property
    def title(self) -> str:
        """What it is called, and who writes it so when that is not its first form."""
        raise NotImplementedError

    @property
    def idea(self) -> str:
        """What it does, in plain words; nothing where nobody has said it."""
        raise NotImplementedError

    @property
    def look(self) -> str:
        """The name by which `figures.theme` gives it its look."""
        raise NotImplementedError

    @property
    def formula(self) -> str:
        """Its formula in LaTeX."""
        raise NotImplementedError

    @property
    def knobs(self) -> dict[str, Knob]:
        """Its knobs, in the order of the sliders."""
        raise NotImplementedError

    @property
    def opening(self) -> dict[str, float]:
        """The values of its knobs with which it opens."""
        raise NotImplementedError

    @property
    def vectors(self) -> tuple[str, ...]:
        """The names of the vectors that it remembers: ("m", "v") for Adam."""
        raise NotImplementedError

    @property
    def form(self) -> type[Optimizer] | None:
        """Its class in the catalogue; None for a rule that a visitor wrote."""
        raise NotImplementedError

    @property
    def call(self) -> tuple[str, tuple[str, ...]]:
        """The function that builds it, by its full name, and the texts that it is given."""
        raise NotImplementedError

    @property
    def dialects(self) -> dict[str, tuple[str, ...]]:
        """One dialect for each form of the rule, "" for the first one, and all who write it so."""
        raise NotImplementedError

    def build(self, values: Mapping[str, float]) -> Optimizer:
        """The rule with these values. Raises ValueError for one that is out of range."""
        raise NotImplementedError

    def columns(self, rule: Optimizer, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Columns of values for its knobs by name, (n,) each, as the leaves of `rule` take them."""
        raise NotImplementedError

    def memory(self, state: Any) -> dict[str, np.ndarray]:
        """What is remembered in the stacked state of a run, by name."""
        raise NotImplementedError

    def spoken(self, dialect: str) -> str:
        """The dialect in which it runs when this one is asked for: "" when that does not have it.

        Raises ValueError for no dialect.
        """
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class Form(Kind):
    """A rule of the catalogue as a dialect writes it."""

    slug: str
    dialect: str = ""
    cost: ClassVar[int] = 1

    @property
    def form(self) -> type[Optimizer]:
        """Raises ValueError, with a sentence for a reader, when there is no such rule."""
        return _form_called(self.slug, self.dialect)

    @property
    def title(self) -> str:
        title = _(OPTIMIZERS[self.slug].title)
        return title if self._is_first() else f"{title} ({_(DIALECTS[self.dialect])})"

    @property
    def idea(self) -> str:
        return _(OPTIMIZERS[self.slug].idea)

    @property
    def look(self) -> str:
        return self.slug if self._is_first() else f"{self.slug}.{self.dialect}"

    @property
    def formula(self) -> str:
        return self.form.formula

    @property
    def knobs(self) -> dict[str, Knob]:
        return knobs(self.form)

    @property
    def opening(self) -> dict[str, float]:
        return usual(self.slug, self.dialect)

    @property
    def vectors(self) -> tuple[str, ...]:
        return vectors_in(self.form)

    @property
    def call(self) -> tuple[str, tuple[str, ...]]:
        return "optim.build", (self.slug, *([self.dialect] if self.dialect else []))

    @property
    def dialects(self) -> dict[str, tuple[str, ...]]:
        return dialects_by_form(self.slug)

    def build(self, values: Mapping[str, float]) -> Optimizer:
        return build(self.slug, self.dialect, **values)

    def columns(self, rule: Optimizer, columns: Mapping[str, Any]) -> dict[str, Any]:
        return dict(columns)

    def memory(self, state: Any) -> dict[str, np.ndarray]:
        return _by_row({name: getattr(state, name) for name in getattr(state, "_fields", ())})

    def spoken(self, dialect: str) -> str:
        known = (dialect in kind.dialects for kind in FORMS[self.slug])
        return dialect if any(known) else ""

    def _is_first(self) -> bool:
        return self.form is OPTIMIZERS[self.slug]


@dataclasses.dataclass(frozen=True)
class Written(Kind):
    """A rule that a visitor wrote."""

    text: str
    cost: ClassVar[int] = 8

    @property
    def form(self) -> None:
        return None

    @property
    def rule(self) -> Rule:
        """The rule as it was read. Raises ValueError with the place of what is wrong."""
        return rule_of_text(self.text)

    @property
    def title(self) -> str:
        return _("Typed rule")

    @property
    def idea(self) -> str:
        return ""

    @property
    def look(self) -> str:
        return TYPED

    @property
    def formula(self) -> str:
        """The lines of the rule, and what g is when it is asked for."""
        lines, first = self.rule.formula, r"\begin{aligned}"
        asks = re.search(r"\bg\b", self.text) is not None
        return lines.replace(first, rf"{first}g &= \nabla f(x)\\ ", 1) if asks else lines

    @property
    def knobs(self) -> dict[str, Knob]:
        own = knobs_of(self.rule)
        known = [name for name in KNOBS if name in own]
        return {name: own[name] for name in dict.fromkeys((*known, *own))}

    @property
    def opening(self) -> dict[str, float]:
        return defaults_of(self.rule)

    @property
    def vectors(self) -> tuple[str, ...]:
        return tuple(self.rule.state)

    @property
    def call(self) -> tuple[str, tuple[str, ...]]:
        return "optim.typed", (self.text,)

    @property
    def dialects(self) -> dict[str, tuple[str, ...]]:
        return {"": ()}

    def build(self, values: Mapping[str, float]) -> Optimizer:
        return typed(self.rule.text, **values)

    def columns(self, rule: Optimizer, columns: Mapping[str, Any]) -> dict[str, Any]:
        """All its knobs are one leaf, a row of values in the order of the tape."""
        mine = {name: columns[name] for name in self.rule.knobs if name in columns}
        rest = {name: values for name, values in columns.items() if name not in mine}
        if not mine:
            return rest
        held = np.asarray(getattr(rule.bare, "values"), np.float64)  # noqa: B009
        rows = np.tile(held, (len(next(iter(mine.values()))), 1))
        for name, values in mine.items():
            rows[:, self.rule.knobs.index(name)] = values
        return {**rest, "values": rows}

    def memory(self, state: Any) -> dict[str, np.ndarray]:
        rows = {name: state.memory[:, i] for i, name in enumerate(self.vectors)}
        return rows | {"t": state.t}

    def spoken(self, dialect: str) -> str:
        return ""


@functools.lru_cache(maxsize=1024)
def _form_called(slug: str, dialect: str) -> type[Optimizer]:
    return form(slug, dialect)


def forms() -> list[type[Optimizer]]:
    """Every form of every rule, first forms first."""
    return [*OPTIMIZERS.values(), *(kind for kinds in FORMS.values() for kind in kinds[1:])]


def _all_knobs() -> dict[str, Knob]:
    """Every knob that some rule has, in the order in which the sliders stand."""
    found = {name: knob for kind in forms() for name, knob in knobs(kind).items()}
    first = ("lr", "gamma", "rho", "beta1", "beta2", "eps")
    return {name: found[name] for name in dict.fromkeys((*first, *found))}


KNOBS = _all_knobs()


@functools.cache
def dialects_by_form(rule: str) -> dict[str, tuple[str, ...]]:
    """One dialect for each form of a rule, "" for the first one, and all dialects that write it
    so.
    """
    spoken = [tuple(name for name in DIALECTS if name in kind.dialects) for kind in FORMS[rule]]
    return {"" if i == 0 else names[0]: names for i, names in enumerate(spoken)}


@functools.lru_cache(maxsize=256)
def rule_of_text(text: str) -> Rule:
    """The typed rule of this text. Raises ValueError with the place of what is wrong."""
    rule = parse_rule(text)
    for name in rule.knobs:
        if name in RESERVED:
            said = _("{name} cannot be a knob: a link means something else by it.")
            raise ValueError(said.format(name=name))
    return rule


class LinkedRule(NamedTuple):
    """The text of a rule in a link, as it is normally written, and what Ravine calls its knobs."""

    text: str
    names: Mapping[str, str]

    def values(self, values: Mapping[str, float]) -> dict[str, float]:
        """The values of knobs under the names that they have here; the gradient is none."""
        named = {self.names.get(name, name): value for name, value in values.items()}
        given = {new for old, new in self.names.items() if new in {"g", "x"} and old in values}
        return {name: value for name, value in named.items() if name not in given}


@functools.lru_cache(maxsize=256)
def rule_of_link(text: str) -> LinkedRule:
    """The typed rule of a link, where a plus has become a blank. Raises ValueError with the place
    of what is wrong.
    """
    written = rule_of_text(parse_rule(text, linked=True).text)
    return LinkedRule(written.text, renamed_in(text, linked=True))


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


def _by_row(leaves: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same, with the rows of a matrix, (steps+1, 2) each, in its place."""
    found: dict[str, np.ndarray] = {}
    for name, leaf in leaves.items():
        rows = np.moveaxis(leaf, 1, 0) if leaf.ndim == 3 else [leaf]
        found |= zip(_vectors(name, leaf.shape[1:]) or (name,), rows, strict=True)
    return found
