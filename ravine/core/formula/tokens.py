"""From a line of plain ASCII to Python source that holds nothing but names, numbers, operators and
calls.

Whatever is left out, too much or out of place is found here, where there is a sentence and a place
for it.
"""

import keyword
import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from ravine.core.formula.cleaning import Line, meaningless
from ravine.core.formula.error import FormulaError, Place
from ravine.core.formula.naming import LONGEST_NAME
from ravine.core.words import _

TOKEN = re.compile(
    r"(?P<number>(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*=|\*\*|[-+*/:]=|[-+*/^(),|=[\]])|(?P<space> +)|(?P<seam>\x1f+)"
)
ASSIGNING = ("=", ":=", "+=", "-=", "*=", "/=", "**=")
DEEPEST = 16  # brackets inside brackets
MOST_OPERATIONS = 100  # of one line


class Token(NamedTuple):
    """A word of a formula and where it stands."""

    kind: str  # number, name or sign
    text: str
    place: Place
    gap: bool = False  # a blank stands before it
    seam: bool = False  # it stands behind a letter that is a whole name: η(


class Grammar(NamedTuple):
    """What the names in a formula can mean."""

    functions: Mapping[str, tuple[int, int]]  # name -> fewest and most arguments
    constants: Mapping[str, float]
    given: Mapping[str, str]  # name -> how it is normally written
    free: bool = False  # any other name is allowed
    implicit: bool = False  # xy and x y are x*y; 2x is 2*x in any case
    short: Mapping[str, tuple[int, int]] = {}  # further functions, which others stand for
    linked: bool = False  # in a link a plus arrives as a blank

    def means(self, name: str) -> bool:
        """Whether `name` stands for a value."""
        return (
            name in self.constants
            or name in self.given
            or (self.free and name not in self.functions)
        )

    def takes(self, name: str) -> tuple[int, int] | None:
        """The fewest and most arguments of a function; None when `name` is none."""
        return self.functions.get(name) or self.short.get(name)


class Source(NamedTuple):
    """Python source of one expression, and for each of its characters where it was typed."""

    text: str
    places: tuple[Place, ...]

    def place(self, at: int) -> Place:
        """Where the character `at` was typed."""
        return self.places[min(at, len(self.places) - 1)]


def tokens(line: Line, any_length: bool = False) -> list[Token]:
    """The words of a line. Raises FormulaError for a character or a name that the grammar has
    not; `any_length`: a longer name is looked at later.
    """
    found: list[Token] = []
    at, before = 0, {""}
    while at < len(line.text):
        match = TOKEN.match(line.text, at)
        if match is None:
            raise FormulaError(
                _name_rule() if line.text[at] == "_" else meaningless(line.text[at]), line.place(at)
            )
        if match.lastgroup in {"space", "seam"}:
            before.add(match.lastgroup)
        else:
            place, (gap, seam) = line.place(at), ("space" in before, "seam" in before)
            found.append(Token(str(match.lastgroup), match[0], place, gap, seam))
            before = {""}
            check_word(found[-1], any_length)
        at = match.end()
    return found


def check_word(token: Token, any_length: bool = False) -> None:
    """Raises FormulaError for a number that is too large, or a name that is none."""
    if token.kind == "number" and not math.isfinite(float(token.text)):
        raise FormulaError(_("This number is too large."), token.place)
    if token.kind == "name":
        if keyword.iskeyword(token.text):
            raise FormulaError(
                _("{name} is a word of Python; choose another name.").format(name=token.text),
                token.place,
            )
        is_long = len(token.text) > LONGEST_NAME and not any_length
        if is_long or "__" in token.text or token.text.endswith("_"):
            raise FormulaError(_name_rule(), token.place)


def _name_rule() -> str:
    said = _(
        "A name is letters, digits and single underscores between them, at most {most} characters."
    )
    return said.format(most=LONGEST_NAME)


def _no_length() -> str:
    return _(
        "A length needs a point, and here x and y are numbers: write |x|, or sqrt(x^2 + y^2) for "
        "the length of (x, y)."
    )


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


def _is_close(before: Token, word: Token) -> bool:
    """Whether two values stand so close to each other that a product is meant: 2x, (a)b, ηg; but
    not 0x10 or 1j, which are numbers elsewhere.
    """
    if before.kind == "number" and word.kind == "name":
        return not word.gap and float(before.text) != 0 and word.text not in {"j", "J"}
    return not word.gap


class _Reader:
    """Walks over the words of an expression and knows whether a value or an operator has to come
    next.
    """

    def __init__(self, words: list[Token], grammar: Grammar, end: Place) -> None:
        self.words, self.grammar, self.end = words, grammar, end
        self.made: list[tuple[str, Place]] = []
        # the brackets that are open, and where in `made`; a function stands for its own
        self.open: list[tuple[Token, int]] = []
        self.closed = -1  # where the bar was opened that the word before has closed
        self.operations = 0
        self.value = False  # a value stands in front of what comes next
        self.signs = 0  # so many signs do

    def parts(self) -> list[tuple[str, Place]]:
        """Pieces of Python source. Raises FormulaError at the first word that is out of place."""
        before = Token("sign", "", self.end)
        for at, word in enumerate(self.words):
            following = self.words[at + 1].text if at + 1 < len(self.words) else ""
            self.signs = self.signs + 1 if before.text in {"+", "-"} else 0
            if self.value and self._begins(word):
                self.made.append(self._between(before, word))
            made = self._behind(word) if self.value else self._value(word, before, following)
            self.made.append((made, word.place))
            before = word
        if not self.value:
            raise FormulaError(
                _("Something is missing here: a number, a name or a bracket."), self.end
            )
        if self.open:
            raise FormulaError(_("This bracket is not closed."), self.open[-1][0].place)
        return self.made

    def _begins(self, word: Token) -> bool:
        closes = bool(self.open) and self.open[-1][0].text == "|"
        return word.kind != "sign" or word.text == "(" or (word.text == "|" and not closes)

    def _between(self, before: Token, word: Token) -> tuple[str, Place]:
        """What is meant where a value begins and another has just ended: a product, as in 2x. In a
        link a blank was a plus.
        """
        if word.gap and self.grammar.linked:
            self._count(word)
            self.value = False
            return "+", word.place
        if (
            before.kind == "name"
            and word.text == "("
            and not (self.grammar.implicit and self.grammar.means(before.text))
        ):
            raise FormulaError(self._no_function(before.text), before.place)
        if word.kind == "number" or not (self.grammar.implicit or _is_close(before, word)):
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
            self._open(word if self.grammar.takes(before.text) is None else before)
            return "abs(" if word.text == "|" else "("
        if word.text in {"+", "-"} and self.signs < 2:
            self._count(word)
            return word.text
        if word.text in {"[", "]"}:
            raise FormulaError(meaningless(word.text), word.place)
        said = _("Something is missing before {sign}: a number, a name or a bracket.").format(
            sign=word.text
        )
        raise FormulaError(said, word.place)

    def _name(self, word: Token, following: str) -> str:
        name, grammar = word.text, self.grammar
        if grammar.takes(name) is not None and (following == "(" or not grammar.means(name)):
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
        last = self.open[-1][0].text if self.open else ""
        if word.text in {")", "|"}:
            if not last or (last == "|") != (word.text == "|"):
                raise FormulaError(_("This bracket was not opened."), word.place)
            self._close(word)
            return ")"
        self.value = False
        if word.text == "," and self.grammar.takes(last) is not None:
            return ","
        if word.text in {"+", "-", "*", "/", "**", "^"}:
            self._count(word)
            return "**" if word.text == "^" else word.text
        if word.text in {"[", "]"}:
            raise FormulaError(meaningless(word.text), word.place)
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
        self.open.append((word, len(self.made)))

    def _close(self, word: Token) -> None:
        """Close the last bracket. Two bars that were opened side by side and close side by side
        are a length.
        """
        opened, at = self.open.pop()
        inside, self.closed = self.closed, at if word.text == "|" else -1
        touching = self.made[-1][0] == ")" and not word.gap
        if word.text != "|" or not touching or inside != at + 1:
            return
        if "norm" not in self.grammar.functions:
            raise FormulaError(_no_length(), opened.place)
        self.made[at] = ("norm(", opened.place)
        self.made[at + 1] = ("(", opened.place)

    def _count(self, word: Token) -> None:
        self.operations += 1
        if self.operations > MOST_OPERATIONS:
            said = _("There are more than {most} operations in one line.").format(
                most=MOST_OPERATIONS
            )
            raise FormulaError(said, word.place)

    def _no_function(self, name: str) -> str:
        if name == "norm":
            return _no_length()
        said = _("{name} is no function; the functions are {names}.")
        return said.format(name=name, names=", ".join(self.grammar.functions))

    def _unknown(self, name: str) -> str:
        said = _("{name} is unknown; the names are {names}.")
        return said.format(
            name=name, names=", ".join([*self.grammar.given, *self.grammar.constants])
        )
