"""A typed update rule: what a visitor writes, read into a tree, a tape and the one way to write
it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from ravine.core.formula.cleaning import (
    Line,
    check_count,
    check_size,
    cut,
    in_ascii,
    told_rows,
)
from ravine.core.formula.error import START, FormulaError, Place
from ravine.core.formula.grammar import (
    CONSTANTS,
    FUNCTIONS,
    SHORT_TAKES,
    Binary,
    Call,
    Name,
    Negative,
    Node,
    Number,
    tree,
)
from ravine.core.formula.latex import latex, symbol
from ravine.core.formula.naming import (
    GRADIENT_CALL,
    HEIGHT_CALL,
    Assignment,
    fading,
    is_gradient,
    meanings,
    point_of,
)
from ravine.core.formula.notation import in_grammar, joined
from ravine.core.formula.paste import update_in
from ravine.core.formula.spelling import SPELLINGS, spelled
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
from ravine.core.formula.tex import check_steps
from ravine.core.formula.tokens import ASSIGNING, Grammar, Token, check_word, source, tokens
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
    short=SHORT_TAKES,
)
RESERVED_NAMES = {"g", "t", *CONSTANTS, *GRAMMAR.functions}  # what cannot be assigned


@dataclass(frozen=True)
class Rule:
    """A typed update rule. Two are equal when they are written in the same way."""

    text: str  # as it is normally written, on one line; it reads back as this rule
    state: tuple[str, ...]  # the names that are assigned, without x, in order; they start at zero
    knobs: tuple[str, ...]  # the names that are not given, in order
    fading: tuple[str, ...]  # the knobs that are assigned too: they start from their value
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

    def begins(self) -> Int[np.ndarray, "_states"]:
        """For each state the number from 1 of the knob from which it starts, padded; 0 where it
        starts at zero.
        """
        row = np.zeros(STATES, np.int32)
        for name in self.fading:
            row[self.state.index(name)] = self.knobs.index(name) + 1
        return row


def parse_rule(text: str, linked: bool = False) -> Rule:
    """The rule that a text describes: lines, or statements with ";" between, of the form `name =
    expression`; or a loop of a program, out of which they are taken.

    `g` is the gradient where the step begins, `t` the number of the step from 1; `f(...)` and
    `grad(...)` are height and gradient at any place. A name that is assigned is state: it starts at
    zero, and before its assignment it has the value of the step before. The last value of x is the
    next point. Any other name is a knob. In a link (`linked`) a blank between two values was a
    plus. Raises FormulaError.

    >>> rule = parse_rule("v = gamma*v + lr*g; x -= v")
    >>> rule.state, rule.knobs, rule.text
    (('v',), ('gamma', 'lr'), 'v = gamma*v + lr*g; x = x - v')
    """
    return _rule(_statements(text, linked)[0])


def renamed_in(text: str, linked: bool = False) -> dict[str, str]:
    """What names in the text of a rule are called as Ravine calls them: {"alpha": "lr"}. Raises
    FormulaError.
    """
    return _statements(text, linked)[1]


class Statement(NamedTuple):
    """A line of a rule: what is assigned, what to, and where the line begins."""

    target: str
    node: Node
    place: Place


class _Words(NamedTuple):
    """A line as words."""

    target: Token
    sign: str
    words: list[Token]
    end: Place

    @property
    def assignment(self) -> Assignment:
        return Assignment(self.target.text, self.sign, [word.text for word in self.words])


def _statements(text: str, linked: bool) -> tuple[list[Statement], dict[str, str]]:
    """The statements of a text, in the names of Ravine, and what those are called in the text."""
    rows = update_in(told_rows(text))
    check_size(rows, LONGEST)
    check_steps(rows)
    lines = cut(joined(in_grammar(in_ascii(row), linked) for row in rows))
    check_count(lines, MOST_LINES)
    read = _without_gradient([_words(line, linked) for line in lines])
    names = meanings([one.assignment for one in read])
    statements = [_statement(_renamed(one, names), linked) for one in read]
    if not any(one.target == "x" for one in statements):
        end = statements[-1].place if statements else START
        raise FormulaError(_("A rule must say what x becomes, as in x = x - lr*g."), end)
    return statements, names


def _words(line: Line, linked: bool) -> _Words:
    """The words of a line. In a link, where a plus arrives as a blank, x =v was x+=v."""
    words = [*_with_products(tokens(line, any_length=True), linked)]
    if len(words) < 2 or words[0].kind != "name" or words[1].text not in ASSIGNING:
        said = _("A line is a name, = and an expression, as in x = x - lr*g.")
        raise FormulaError(said, words[0].place)
    is_plus = linked and words[1].gap and len(words) > 2 and not words[2].gap
    sign = "+=" if is_plus and words[1].text == "=" else words[1].text
    return _Words(words[0], sign, words[2:], line.place(len(line.text.rstrip())))


def _with_products(words: list[Token], linked: bool) -> Iterator[Token]:
    """The words with a sign between a name that is no function and a bracket: times behind a Greek
    letter, η(g + λx), and plus where a blank of a link was one.
    """
    before = Token("sign", "", START)
    for word in words:
        is_plus = linked and word.gap
        is_value = before.kind == "name" and not _is_call(before.text)
        if word.text == "(" and is_value and (word.seam or is_plus):
            yield Token("sign", "+" if is_plus else "*", word.place)
        yield word
        before = word


def _is_call(name: str) -> bool:
    known = GRAMMAR.takes(name) is not None or name in SPELLINGS
    return known or bool(GRADIENT_CALL.fullmatch(name) or HEIGHT_CALL.fullmatch(name))


def _without_gradient(read: list[_Words]) -> list[_Words]:
    """The lines without those that say no more than what the gradient is called."""
    point = point_of([one.assignment for one in read])
    kept: list[_Words] = []
    for one in read:
        moved = any(before.target.text == point for before in kept)
        if moved or not is_gradient(one.assignment, point):
            kept.append(one)
    return kept


def _renamed(one: _Words, names: Mapping[str, str]) -> _Words:
    behind = [*(word.text for word in one.words[1:]), ""][: len(one.words)]
    words = [
        word._replace(text=_meaning(word, following, names))
        for word, following in zip(one.words, behind, strict=True)
    ]
    target = one.target._replace(text=names.get(one.target.text, one.target.text))
    for word in (target, *words):
        check_word(word)
    return one._replace(target=target, words=words)


def _meaning(word: Token, following: str, names: Mapping[str, str]) -> str:
    if word.kind != "name" or following != "(":
        return names.get(word.text, word.text)
    if GRADIENT_CALL.fullmatch(word.text):
        return "grad"
    return "f" if HEIGHT_CALL.fullmatch(word.text) else word.text


def _statement(one: _Words, linked: bool) -> Statement:
    target, sign, place = one.target.text, one.sign, one.target.place
    if target in RESERVED_NAMES:
        said = _("{name} is given and cannot be assigned.").format(name=target)
        raise FormulaError(said, place)
    grammar = GRAMMAR._replace(linked=linked)
    node = tree(source(spelled(one.words, grammar), grammar, one.end), grammar)
    if sign in {"=", ":="}:
        return Statement(target, node, place)
    return Statement(target, Binary(sign.removesuffix("="), Name(target), node), place)


def _rule(statements: list[Statement]) -> Rule:
    text = "; ".join(f"{one.target} = {written(one.node)}" for one in statements)
    read = _first((name, one.place) for one in statements for name in names_in(one.node))
    assigned = _first((one.target, one.place) for one in statements if one.target != "x")
    fade = fading([Assignment(one.target, "=", names_in(one.node)) for one in statements])
    taken = ({*assigned} - {*fade}) | {*GIVEN_NAMES, *CONSTANTS, *GRAMMAR.functions}
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
    uses = tuple(name for name, is_so in asked.items() if is_so)
    return Rule(text, state, knobs, tuple(fade), uses, shown, tape)


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
    names: dict[str, Operand] = {"x": X, "t": T, **CONSTANTS}
    names |= {name: KNOB + row for row, name in enumerate(knobs)} | rows
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
