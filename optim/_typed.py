"""A rule that a visitor typed. Its formula is data: every text runs in the same compiled
program.
"""

import dataclasses
import functools
from typing import Any, ClassVar, NamedTuple, get_args

import jax.numpy as jnp
from jaxtyping import Array, Float

from optim import FORMS
from optim._knobs import Beta3, Inertia, Nu, WeightDecay
from optim._optimizer import Optimizer
from ravine.core.doors import text_of
from ravine.core.formula import STATES, Arrays, Rule, parse_rule, step_of, symbol
from ravine.core.knob import Knob, knobs
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_, _, quoted

USUAL = {
    "lr": 0.4,
    "gamma": 0.9,
    "rho": 0.9,
    "beta1": 0.9,
    "beta2": 0.999,
    "beta3": 0.9,
    "eps": 1e-8,
    "mu": 0.9,
    "beta": 0.9,
    "momentum": 0.9,
    "decay_rate": 0.9,
}
ANY = Knob("", 0.0, 10.0, "from zero")  # of a name that no other rule has
ANY_VALUE = 0.1


class State(NamedTuple):
    """What a typed rule remembers: row k of `memory` is its k-th state, the rest is 0."""

    memory: Float[Array, "states n"]
    t: Scalar  # steps taken


class Typed(Optimizer):
    """A rule as a visitor wrote it, by `typed`. Its leaves are a tape and the values of its knobs,
    in order.

    No name and no text is in the structure of the tree, so all rules share a program. Under
    `vmap` the tape must not be mapped over (`ravine.core.formula.machine.step_of`); the values may.
    """

    title: ClassVar = N_("Your own rule")
    formula: ClassVar = r"x \leftarrow \ldots"
    paper: ClassVar = ""

    tape: Arrays
    values: Float[Any, "knobs"]
    rates: Float[Any, "knobs"]  # 1 for the learning rate, 0 for all other knobs
    share: Any = 1.0  # of its whole step that a rule without a learning rate takes
    # for each state the number from 1 of the knob from which it starts, 0 where it starts at zero;
    # None: all start there
    begins: Any = None

    @property
    def lr(self) -> Scalar:
        """The learning rate; where the rule has none, the share of its steps."""
        return jnp.where(self._has_rate(), jnp.sum(self.values * self.rates), self.share)

    @classmethod
    def slug(cls) -> str:
        """What it is called in links."""
        return "typed"

    def init(self, x: Vector) -> State:
        memory = jnp.zeros((STATES, x.size), x.dtype)
        if self.begins is not None:
            from_knob = jnp.atleast_1d(jnp.asarray(self.begins, jnp.int32))
            first = jnp.atleast_1d(jnp.asarray(self.values, x.dtype))[from_knob - 1]
            memory = memory + jnp.where(from_knob > 0, first, 0.0)[:, None]
        return State(memory=memory, t=jnp.zeros((), x.dtype))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        t = state.t + 1
        rows = step_of(self.tape, f, x, t, state.memory, self.values)
        whole = jnp.logical_or(self._has_rate(), jnp.asarray(self.share) == 1.0)
        return jnp.where(whole, rows[0], x + self.share * (rows[0] - x)), State(rows[1:], t)

    def with_lr_factor(self, factor: Scalar | float) -> "Typed":
        slower = jnp.where(jnp.asarray(self.rates) > 0.0, self.values * factor, self.values)
        return dataclasses.replace(self, values=slower, share=self.share * factor)

    def _has_rate(self) -> Any:
        return jnp.sum(self.rates) > 0.0


def typed(text: str, /, **values: Any) -> Typed:
    """The rule of a text; knobs that are not given have the value of `defaults_of`.

    Raises FormulaError, a ValueError with the place of what is wrong in the text, ValueError for a
    bad knob, and TypeError for what is no text.

    >>> x, rule = jnp.array([1.0, 2.0]), typed("x -= lr*g", lr=0.25)
    >>> rule.update(lambda x: x @ x, x, rule.init(x))[0]
    Array([0.5, 1. ], dtype=float64)
    """
    rule, tape = _read(text_of("text", text))
    allowed = knobs_of(rule)
    for name in values:
        if name not in allowed:
            said = _("The rule has no knob {name}; it has {knobs}.")
            raise ValueError(said.format(name=quoted(name), knobs=", ".join(allowed) or _("none")))
    numbers = defaults_of(rule) | {
        name: allowed[name].check(name, value) for name, value in values.items()
    }
    return Typed(
        tape=tape,
        values=rule.values(numbers),
        rates=rule.values({n: float(n == "lr" and n not in rule.fading) for n in numbers}),
        begins=rule.begins(),
    )


def knobs_of(rule: Rule) -> dict[str, Knob]:
    """The knobs of a typed rule: a name that another rule has means the same here, any other goes
    from 0 to 10.
    """
    known = _known()
    return {
        name: known[name][0] if name in known else ANY._replace(symbol=symbol(name))
        for name in rule.knobs
    }


def defaults_of(rule: Rule) -> dict[str, float]:
    """The values with which a typed rule opens."""
    known = _known()
    return {
        name: USUAL.get(name, known[name][1] if name in known else ANY_VALUE) for name in rule.knobs
    }


@functools.cache
def _known() -> dict[str, tuple[Knob, float]]:
    """The knobs that rules have, by name, and the value with which one of them opens."""
    shared = {"beta3": Beta3, "mu": Inertia, "wd": WeightDecay, "nu": Nu}
    found = {name: (get_args(alias)[1], ANY_VALUE) for name, alias in shared.items()}
    for kind in (kind for forms in FORMS.values() for kind in forms):
        found |= {name: (knob, float(getattr(kind(), name))) for name, knob in knobs(kind).items()}
    return found


@functools.lru_cache(maxsize=256)
def _read(text: str) -> tuple[Rule, Arrays]:
    rule = parse_rule(text)
    return rule, rule.arrays()
