"""A typed height: one expression in the coordinates of a point."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ravine.core.formula.cleaning import (
    Line,
    check_count,
    check_size,
    cut,
    in_ascii,
    told_rows,
)
from ravine.core.formula.error import START, FormulaError
from ravine.core.formula.grammar import (
    CONSTANTS,
    FUNCTIONS,
    SHORT_TAKES,
    Binary,
    Call,
    Negative,
    Node,
    Number,
    constant_value,
    tree,
)
from ravine.core.formula.latex import latex
from ravine.core.formula.notation import in_grammar, joined
from ravine.core.formula.spelling import spelled
from ravine.core.formula.tape import LONG_TAPE, SHORT_TAPE, Arrays, Tape, Writer
from ravine.core.formula.tokens import Grammar, Token, source, tokens
from ravine.core.formula.writing import written
from ravine.core.words import _

LONGEST = 300
LARGE_CONSTANT = 1e9  # a larger constant is written out in code: it may be no 32-bit number
PLANE = {
    "x": "x",
    "y": "y",
    "x1": "x",
    "x2": "y",
}  # names of the coordinates -> how they are normally written
# what stands before a function: f(x, y) = , z = , lambda x, y:
FUNCTION_HEAD = re.compile(
    r"[ \x1f]*(?:return\b|(?P<name>[A-Za-z]\w*)[ \x1f]*(?:\([\w, \x1f]*\)[ \x1f]*)?:?=(?!=))"
    r"?[ \x1f]*(?:lambda +\w+(?: *, *\w+)* *:)?"
)
CAPITALS = {"X": "x", "Y": "y"}
INDEXED = re.compile(r"(x|X|w|W|theta)_?([0-9])")  # one of the coordinates, by its number
STEMS = ("x", "X", "w", "W", "theta")


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
        """Python for frameworks whose functions take arrays and no numbers: functions of constants
        and their powers are computed, and large constants, which a framework takes for whole
        numbers with an end.
        """
        return written(_settled(self.tree))


def parse_expression(
    text: str, names: Mapping[str, str] = PLANE, linked: bool = False
) -> Expression:
    """The expression that a text describes, in the given names: each is mapped to how it is
    normally written.

    A product needs no sign: 3x, 2(x + 1), xy. In a link (`linked`) a blank between two values was a
    plus. Raises FormulaError.

    >>> parse_expression("x^2 + 10 y^2").text
    'x**2 + 10*y**2'
    """
    lines = [_without_head(line, names) for line in _lines(text, linked)]
    if not lines:
        raise FormulaError(_("Type an expression, as in x^2 + 10 y^2."), START)
    grammar = Grammar(FUNCTIONS, CONSTANTS, names, False, True, SHORT_TAKES, linked)
    end = lines[0].place(len(lines[0].text.rstrip()))
    words = spelled(_coordinates(tokens(lines[0], any_length=True), names), grammar)
    node = tree(source(words, grammar, end), grammar)
    normal = written(node)
    if len(normal) > LONGEST:
        raise FormulaError(
            _("Written out, the text is longer than {most} characters.").format(most=LONGEST)
        )
    return Expression(normal, latex(node), node, tape_of(node, names))


def _lines(text: str, linked: bool) -> list[Line]:
    rows = told_rows(text)
    check_size(rows, LONGEST)
    lines = cut(joined(in_grammar(in_ascii(row), linked) for row in rows))
    check_count(lines, 1)
    return lines


def _without_head(line: Line, names: Mapping[str, str]) -> Line:
    """The line without what the function is called."""
    head = FUNCTION_HEAD.match(line.text)
    if head is None or head["name"] in {*names, *FUNCTIONS, *CONSTANTS} or not head[0].strip():
        return line
    rest = line.part(head.end())
    if not rest.text.strip():
        raise FormulaError(_("Type an expression, as in x^2 + 10 y^2."), line.places[0])
    return rest


def _coordinates(words: list[Token], names: Mapping[str, str]) -> list[Token]:
    """The words with x[0], x_1 or X as the names of the coordinates. Raises FormulaError for
    numbers that two coordinates do not have.
    """
    if not {"x", "y", "x1", "x2"} <= {*names}:
        return words
    words = [*_grouped(words)]
    numbers = {match[2] for word in words if (match := INDEXED.fullmatch(word.text))}
    first = 0 if "0" in numbers else 1
    found = []
    for word in words:
        match = INDEXED.fullmatch(word.text)
        if match and int(match[2]) - first not in {0, 1}:
            said = _("There are two coordinates, not one with the number {number}.")
            raise FormulaError(said.format(number=match[2]), word.place)
        name = f"x{int(match[2]) - first + 1}" if match else CAPITALS.get(word.text, word.text)
        found.append(word._replace(text=name))
    return found


def _grouped(words: list[Token]) -> Iterator[Token]:
    """The words with x[0] as one of them, and other square brackets as round ones."""
    at = 0
    while at < len(words):
        word, following = words[at], [one.text for one in words[at + 1 : at + 4]]
        if word.text in STEMS and following[:1] == ["["] and following[2:] == ["]"]:
            yield word._replace(text=f"{word.text}_{following[1]}")
            at += 4
            continue
        yield word._replace(text={"[": "(", "]": ")"}.get(word.text, word.text))
        at += 1


def _settled(node: Node) -> Node:
    """The tree with numbers in the place of what Python would compute otherwise, or a framework
    not at all, and relu as the maximum that it is.
    """
    value = constant_value(node, CONSTANTS)
    match node:
        case Negative(inner):
            return Negative(_settled(inner))
        case Binary(sign, left, right):
            if value is not None and (sign == "**" or abs(value) > LARGE_CONSTANT):
                return _constant(value)
            return Binary(sign, _settled(left), _settled(right))
        case Call(name, arguments):
            if value is not None:
                return _constant(value)
            settled = tuple(map(_settled, arguments))
            return Call("max", (*settled, Number(0.0))) if name == "relu" else Call(name, settled)
        case _:
            return node


def _constant(value: float) -> Node:
    return Number(value) if math.copysign(1.0, value) > 0 else Negative(Number(-value))


def tape_of(node: Node, names: Mapping[str, str]) -> Tape:
    """The tape of a tree over these names, whose registers are the first ones, in order."""
    coordinates = dict.fromkeys(names.values())
    writer = Writer(len(coordinates), set())
    registers = {name: at for at, name in enumerate(coordinates)}
    return writer.tape(writer.emit(node, {**CONSTANTS, **registers}))
