"""A typed update rule: what a visitor writes, read into a tree, a tape and the one way to write
it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from ravine.core.formula.cleaning import Line
from ravine.core.formula.error import START, FormulaError, Place
from ravine.core.formula.grammar import (
    CONSTANTS,
    FUNCTIONS,
    Binary,
    Call,
    Name,
    Negative,
    Node,
    Number,
    tree,
)
from ravine.core.formula.latex import latex, symbol
from ravine.core.formula.tape import (
    GIVEN,
    KNOB,
    KNOBS,
    LONG_TAPE,
    STATE,
    STATES,
    Arrays,
    Operand,
    T,
    Tape,
    Writer,
    X,
)
from ravine.core.formula.tokens import ASSIGNING, Grammar, source, tokens
from ravine.core.formula.writing import written
from ravine.core.words import _

LONGEST, MOST_LINES = 600, 20
GIVEN_NAMES = ("g", "x", "t")
GRAMMAR = Grammar(
    functions={
        **FUNCTIONS,
        "f": (1, 1),
        "grad": (1, 1),
        "norm": (1, 1),
        "dot": (2, 2),
        "sum": (1, 1),
        "mean": (1, 1),
    },
    constants=CONSTANTS,
    given={},
    free=True,
)


@dataclass(frozen=True)
class Rule:
    """A typed update rule. Two are equal when they are written in the same way."""

    text: str  # as it is normally written, on one line; it reads back as this rule
    state: tuple[str, ...]  # the names that are assigned, without x, in order; they start at zero
    knobs: tuple[str, ...]  # the names that are not given, in order
    uses: tuple[str, ...]  # which of f and grad are asked for
    latex: tuple[str, ...]  # the lines, in math mode
    tape: Tape

    @property
    def formula(self) -> str:
        """The lines below each other, in LaTeX, as other rules show theirs."""
        lines = r"\\ ".join(line.replace(r" \leftarrow", r" &\leftarrow", 1) for line in self.latex)
        return rf"\begin{{aligned}}{lines}\end{{aligned}}"

    def arrays(self) -> Arrays:
        """The tape for the program. All are of one length, so that all rules run in one program."""
        return self.tape.padded(LONG_TAPE)

    def values(self, knobs: Mapping[str, float]) -> Float[np.ndarray, "knobs"]:
        """The values of the knobs in the order in which the tape has them, padded."""
        row = np.zeros(KNOBS)
        row[: len(self.knobs)] = [knobs[name] for name in self.knobs]
        return row


def parse_rule(text: str) -> Rule:
    """The rule that a text describes: lines, or statements with ";" between, of the form `name =
    expression`.

    `g` is the gradient where the step begins, `t` the number of the step from 1; `f(...)` and
    `grad(...)` are height and gradient at any place. A name that is assigned is state: it starts at
    zero, and before its assignment it has the value of the step before. The last value of x is the
    next point. Any other name is a knob. Raises FormulaError.

    >>> rule = parse_rule("v = gamma*v + lr*g; x -= v")
    >>> rule.state, rule.knobs, rule.text
    (('v',), ('gamma', 'lr'), 'v = gamma*v + lr*g; x = x - v')
    """
    statements = [_statement(line) for line in clean(text, LONGEST, MOST_LINES)]
    if not any(one.target == "x" for one in statements):
        end = statements[-1].place if statements else START
        raise FormulaError(_("A rule must say what x becomes, as in x = x - lr*g."), end)
    return _rule(statements)


class Statement(NamedTuple):
    """A line of a rule: what is assigned, what to, and where the line begins."""

    target: str
    node: Node
    place: Place


def _statement(line: Line) -> Statement:
    words = tokens(line)
    start = words[0].place
    if len(words) < 2 or words[0].kind != "name" or words[1].text not in ASSIGNING:
        raise FormulaError(_("A line is a name, = and an expression, as in x = x - lr*g."), start)
    target, sign = words[0].text, words[1].text
    if target in {"g", "t", *CONSTANTS, *GRAMMAR.functions}:
        raise FormulaError(_("{name} is given and cannot be assigned.").format(name=target), start)
    node = tree(source(words[2:], GRAMMAR, line.place(len(line.text.rstrip()))), GRAMMAR)
    return Statement(
        target, node if sign == "=" else Binary(sign.removesuffix("="), Name(target), node), start
    )


def _rule(statements: list[Statement]) -> Rule:
    text = "; ".join(f"{one.target} = {written(one.node)}" for one in statements)
    read = _first((name, one.place) for one in statements for name in names_in(one.node))
    assigned = _first((one.target, one.place) for one in statements if one.target != "x")
    taken = {*assigned, *GIVEN_NAMES, *CONSTANTS, *GRAMMAR.functions}
    state = _few(
        assigned, STATES, _("A rule has at most {most} names that are assigned, beside x.")
    )
    knobs = _few(
        {n: p for n, p in read.items() if n not in taken},
        KNOBS,
        _("A rule has at most {most} knobs."),
    )
    if len(text) > LONGEST:
        said = _("Written out, the text is longer than {most} characters.").format(most=LONGEST)
        raise FormulaError(said, statements[-1].place)
    asked = {"f": "f" in read, "grad": "grad" in read or "g" in read}
    shown = tuple(rf"{symbol(one.target)} \leftarrow {latex(one.node)}" for one in statements)
    tape = _tape(statements, state, knobs)
    return Rule(
        text, state, knobs, tuple(name for name, is_so in asked.items() if is_so), shown, tape
    )


def _first(pairs: Iterable[tuple[str, Place]]) -> dict[str, Place]:
    """Where each name stands first, in that order."""
    found: dict[str, Place] = {}
    for name, place in pairs:
        found.setdefault(name, place)
    return found


def _few(found: dict[str, Place], most: int, said: str) -> tuple[str, ...]:
    if len(found) > most:
        raise FormulaError(said.format(most=most), [*found.values()][most])
    return tuple(found)


def _tape(statements: list[Statement], state: tuple[str, ...], knobs: tuple[str, ...]) -> Tape:
    """The tape. Which states are points and which are numbers follows from what they are assigned,
    over and over.
    """
    points: set[str] = set()
    while True:
        writer, names = _write(statements, state, knobs, points)
        found = {
            name for name in state if isinstance(names[name], int) and names[name] in writer.points
        }
        if found <= points:
            unused = range(STATE + len(state), STATE + STATES)
            return writer.tape(names["x"], *(names[name] for name in state), *unused)
        points |= found


def _write(
    statements: list[Statement], state: tuple[str, ...], knobs: tuple[str, ...], points: set[str]
) -> tuple[Writer, dict[str, Operand]]:
    rows = {name: STATE + row for row, name in enumerate(state)}
    names: dict[str, Operand] = {"x": X, "t": T, **CONSTANTS, **rows}
    names |= {name: KNOB + row for row, name in enumerate(knobs)}
    writer = Writer(GIVEN, {X, *(rows[name] for name in points)})
    for target, node, writer.place in statements:
        names[target] = writer.emit(node, names)
    return writer, names


def names_in(node: Node) -> list[str]:
    """Every name and function of a tree, from left to right."""
    match node:
        case Number():
            return []
        case Name(name):
            return [name]
        case Negative(inner):
            return names_in(inner)
        case Binary(_sign, left, right):
            return names_in(left) + names_in(right)
        case Call(name, arguments):
            return [name, *(found for argument in arguments for found in names_in(argument))]
