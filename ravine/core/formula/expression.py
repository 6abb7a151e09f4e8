"""A typed height: one expression in the coordinates of a point."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ravine.core.formula.cleaning import clean
from ravine.core.formula.error import START, FormulaError
from ravine.core.formula.grammar import (
    CONSTANTS,
    FUNCTIONS,
    Binary,
    Call,
    Negative,
    Node,
    Number,
    tree,
)
from ravine.core.formula.latex import latex
from ravine.core.formula.tape import LONG_TAPE, SHORT_TAPE, Arrays, Tape, Writer
from ravine.core.formula.tokens import Grammar, source, tokens
from ravine.core.formula.writing import written
from ravine.core.words import _

LONGEST = 300
PLANE = {
    "x": "x",
    "y": "y",
    "x1": "x",
    "x2": "y",
}  # names of the coordinates -> how they are normally written


@dataclass(frozen=True)
class Expression:
    """A typed expression. Two are equal when they are written in the same way."""

    text: str  # as it is normally written; it reads back as this expression
    latex: str  # in math mode
    tree: Node
    tape: Tape  # over registers that begin with the coordinates

    def arrays(self) -> Arrays:
        """The tape for the program, in one of two lengths: on a grid every register is as large as
        the grid.
        """
        return self.tape.padded(SHORT_TAPE if len(self.tape.code) <= SHORT_TAPE else LONG_TAPE)

    def code(self) -> str:
        """Python for frameworks whose functions take arrays and no numbers: what is constant is
        computed.
        """
        return written(_settled(self.tree))


def parse_expression(text: str, names: Mapping[str, str] = PLANE) -> Expression:
    """The expression that a text describes, in the given names: each is mapped to how it is
    normally written.

    A product needs no sign: 3x, 2(x + 1), xy. Raises FormulaError.

    >>> parse_expression("x^2 + 10 y^2").text
    'x**2 + 10*y**2'
    """
    lines = clean(text, LONGEST, 1)
    if not lines:
        raise FormulaError(_("Type an expression, as in x^2 + 10 y^2."), START)
    grammar = Grammar(FUNCTIONS, CONSTANTS, names, implicit=True)
    end = lines[0].place(len(lines[0].text.rstrip()))
    node = tree(source(tokens(lines[0]), grammar, end), grammar)
    normal = written(node)
    if len(normal) > LONGEST:
        raise FormulaError(
            _("Written out, the text is longer than {most} characters.").format(most=LONGEST)
        )
    return Expression(normal, latex(node), node, tape_of(node, names))


def _settled(node: Node) -> Node:
    """The tree with calls of functions on nothing but constants as numbers."""
    match node:
        case Negative(inner):
            return Negative(_settled(inner))
        case Binary(sign, left, right):
            return Binary(sign, _settled(left), _settled(right))
        case Call(name, arguments):
            value = _value(node)
            settled = tuple(map(_settled, arguments))
            return Call(name, settled) if value is None else _constant(value)
        case _:
            return node


def _value(node: Node) -> float | None:
    """What a tree is when it is constant."""
    operand = Writer(0, set()).emit(node, _Unknown(CONSTANTS))
    return operand if isinstance(operand, float) else None


class _Unknown(dict[str, float]):
    """Constants by name; any other name is a register."""

    def __missing__(self, _name: str) -> int:
        return 0


def _constant(value: float) -> Node:
    return Number(value) if math.copysign(1.0, value) > 0 else Negative(Number(-value))


def tape_of(node: Node, names: Mapping[str, str]) -> Tape:
    """The tape of a tree over these names, whose registers are the first ones, in order."""
    coordinates = dict.fromkeys(names.values())
    writer = Writer(len(coordinates), set())
    registers = {name: at for at, name in enumerate(coordinates)}
    return writer.tape(writer.emit(node, {**CONSTANTS, **registers}))
