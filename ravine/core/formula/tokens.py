"""From a line of plain ASCII to Python source that holds nothing but names, numbers, operators and
calls.

Whatever is left out, too much or out of place is found here, where there is a sentence and a place
for it.
"""

import keyword
import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ravine.core.formula.cleaning import Line, meaningless
from ravine.core.formula.error import FormulaError, Place
from ravine.core.words import _

TOKEN = re.compile(
    r"(?P<number>(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*=|\*\*|[-+*/]=|[-+*/^(),|=])|(?P<space> +)"
)
ASSIGNING = ("=", "+=", "-=", "*=", "/=", "**=")
LONGEST_NAME = 12
DEEPEST = 16  # brackets inside brackets
MOST_OPERATIONS = 100  # of one line


class Token(NamedTuple):
    """A word of a formula and where it stands."""

    kind: str  # number, name or sign
    text: str
    place: Place


class Grammar(NamedTuple):
    """What the names in a formula can mean."""

    functions: Mapping[str, tuple[int, int]]  # name -> fewest and most arguments
    constants: Mapping[str, float]
    given: Mapping[str, str]  # name -> how it is normally written
    free: bool = False  # any other name is allowed
    implicit: bool = False  # 2x is 2*x

    def means(self, name: str) -> bool:
        """Whether `name` stands for a value."""
        return (
            name in self.constants
            or name in self.given
            or (self.free and name not in self.functions)
        )


class Source(NamedTuple):
    """Python source of one expression, and for each of its characters where it was typed."""

    text: str
    places: tuple[Place, ...]

    def place(self, at: int) -> Place:
        """Where the character `at` was typed."""
        return self.places[min(at, len(self.places) - 1)]


def tokens(line: Line) -> list[Token]:
    """The words of a line. Raises FormulaError for a character or a name that the grammar has
    not.
    """
    found, at = [], 0
    while at < len(line.text):
        match = TOKEN.match(line.text, at)
        if match is None:
            raise FormulaError(
                _name_rule() if line.text[at] == "_" else meaningless(line.text[at]), line.place(at)
            )
        if match.lastgroup != "space":
            found.append(_checked(Token(str(match.lastgroup), match[0], line.place(at))))
        at = match.end()
    return found


def _checked(token: Token) -> Token:
    if token.kind == "number" and not math.isfinite(float(token.text)):
        raise FormulaError(_("This number is too large."), token.place)
    if token.kind == "name":
        if keyword.iskeyword(token.text):
            raise FormulaError(
                _("{name} is a word of Python; choose another name.").format(name=token.text),
                token.place,
            )
        if len(token.text) > LONGEST_NAME or "__" in token.text or token.text.endswith("_"):
            raise FormulaError(_name_rule(), token.place)
    return token


def _name_rule() -> str:
    said = _(
        "A name is letters, digits and single underscores between them, at most {most} characters."
    )
    return said.format(most=LONGEST_NAME)


def source(words: list[Token], grammar: Grammar, end: Place) -> Source:
    """Python source for the words of an expression that ends at `end`. Raises FormulaError when
    they are none.
    """
    text = ""
    places: list[Place] = []
    for part, place in _Reader(words, grammar, end).parts():
        text += part
        places += [place] * len(part)
    return Source(text, tuple(places))


def _split(word: Token, grammar: Grammar) -> list[Token]:
    """`xy` as `x` and `y`, where a product needs no sign and both are given."""
    letters = [*word.text]
    if (
        word.kind != "name"
        or not grammar.implicit
        or grammar.means(word.text)
        or word.text in grammar.functions
    ):
        return [word]
    if not all(letter in grammar.given for letter in letters):
        return [word]
    line, column = word.place
    return [Token("name", letter, Place(line, column + at)) for at, letter in enumerate(letters)]


class _Reader:
    """Walks over the words of an expression and knows whether a value or an operator has to come
    next.
    """

    def __init__(self, words: list[Token], grammar: Grammar, end: Place) -> None:
        self.words = [part for word in words for part in _split(word, grammar)]
        self.grammar, self.end = grammar, end
        self.open: list[Token] = []  # the brackets that are open; a function stands for its own
        self.operations = 0
        self.value = False  # a value stands in front of what comes next
        self.signed = False  # a sign of its own does

    def parts(self) -> Iterator[tuple[str, Place]]:
        """Pieces of Python source. Raises FormulaError at the first word that is out of place."""
        before = Token("sign", "", self.end)
        for at, word in enumerate(self.words):
            following = self.words[at + 1].text if at + 1 < len(self.words) else ""
            self.signed = self.signed and before.text in {"+", "-"}
            if self.value and self._begins(word):
                yield self._times(before, word)
            yield (
                (self._behind(word) if self.value else self._value(word, before, following)),
                word.place,
            )
            before = word
        if not self.value:
            raise FormulaError(
                _("Something is missing here: a number, a name or a bracket."), self.end
            )
        if self.open:
            raise FormulaError(_("This bracket is not closed."), self.open[-1].place)

    def _begins(self, word: Token) -> bool:
        closes = bool(self.open) and self.open[-1].text == "|"
        return word.kind != "sign" or word.text == "(" or (word.text == "|" and not closes)

    def _times(self, before: Token, word: Token) -> tuple[str, Place]:
        """The product that is meant by 2x, for a value that begins where another has just ended."""
        if (
            before.kind == "name"
            and word.text == "("
            and not (self.grammar.implicit and self.grammar.means(before.text))
        ):
            raise FormulaError(self._no_function(before.text), before.place)
        if not self.grammar.implicit or word.kind == "number":
            raise FormulaError(_("An operator is missing here: + - * / or **."), word.place)
        self._count(word)
        self.value = False
        return "*", word.place

    def _value(self, word: Token, before: Token, following: str) -> str:
        if word.kind == "number":
            self.value = True
            return f" {float(word.text)!r} "
        if word.kind == "name":
            return self._name(word, following)
        if word.text in {"(", "|"}:
            call = before if before.text in self.grammar.functions else word
            self._open(call)
            return "abs(" if word.text == "|" else "("
        if word.text in {"+", "-"} and not self.signed:
            self.signed = True
            self._count(word)
            return word.text
        said = _("Something is missing before {sign}: a number, a name or a bracket.").format(
            sign=word.text
        )
        raise FormulaError(said, word.place)

    def _name(self, word: Token, following: str) -> str:
        name, grammar = word.text, self.grammar
        if name in grammar.functions:
            if following != "(":
                said = _("{name} is a function: write {name}(...).").format(name=name)
                raise FormulaError(said, word.place)
            self._count(word)
            return name
        if not grammar.means(name):
            raise FormulaError(
                self._no_function(name) if following == "(" else self._unknown(name), word.place
            )
        self.value = True
        return f" {grammar.given.get(name, name)} "

    def _behind(self, word: Token) -> str:
        """What may follow a value: an operator, a comma, the end of a bracket."""
        last = self.open[-1].text if self.open else ""
        if word.text in {")", "|"}:
            if not last or (last == "|") != (word.text == "|"):
                raise FormulaError(_("This bracket was not opened."), word.place)
            self.open.pop()
            return ")"
        self.value = False
        if word.text == "," and last in self.grammar.functions:
            return ","
        if word.text in {"+", "-", "*", "/", "**", "^"}:
            self._count(word)
            return "**" if word.text == "^" else word.text
        if word.text == ",":
            raise FormulaError(
                _("A comma stands only between the arguments of a function."), word.place
            )
        raise FormulaError(
            _("{sign} has no place inside an expression.").format(sign=word.text), word.place
        )

    def _open(self, word: Token) -> None:
        if len(self.open) == DEEPEST:
            said = _("Brackets are nested more than {most} deep.").format(most=DEEPEST)
            raise FormulaError(said, word.place)
        self.open.append(word)

    def _count(self, word: Token) -> None:
        self.operations += 1
        if self.operations > MOST_OPERATIONS:
            said = _("There are more than {most} operations in one line.").format(
                most=MOST_OPERATIONS
            )
            raise FormulaError(said, word.place)

    def _no_function(self, name: str) -> str:
        said = _("{name} is no function; the functions are {names}.")
        return said.format(name=name, names=", ".join(self.grammar.functions))

    def _unknown(self, name: str) -> str:
        said = _("{name} is unknown; the names are {names}.")
        return said.format(
            name=name, names=", ".join([*self.grammar.given, *self.grammar.constants])
        )
