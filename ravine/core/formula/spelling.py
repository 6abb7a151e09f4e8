"""Names and arguments as people write them, as words of the grammar: ln x, sin^2(x), 2pix, 0,5."""

from collections.abc import Iterator, Mapping

from ravine.core.formula.error import FormulaError, Place
from ravine.core.formula.tokens import Grammar, Token
from ravine.core.words import _

POWER_SIGNS = ("**", "^")
SPELLINGS: Mapping[str, str] = {  # a function by another name -> as it is called here
    "ln": "log", "loge": "log", "log_2": "log2", "log_10": "log10", "lg": "log10",
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan")},
    "tg": "tan", "arctg": "atan", "sh": "sinh", "ch": "cosh", "th": "tanh",
    "maximum": "max", "minimum": "min", "power": "pow", "sgn": "sign", "signum": "sign",
    "fabs": "abs", "absolute": "abs", "clamp": "clip", "logistic": "sigmoid", "expit": "sigmoid",
    "sigma": "sigmoid", "ReLU": "relu",
}  # fmt: skip
INVERSE = {"sin": "asin", "cos": "acos", "tan": "atan"}  # what is meant by sin^-1


def spelled(words: list[Token], grammar: Grammar) -> list[Token]:
    """The words of an expression as the grammar has them. Raises FormulaError for what can be read
    in two ways.
    """
    named: list[Token] = []
    for at, word in enumerate(words):
        following = words[at + 1].text if at + 1 < len(words) else ""
        named += _named(word, following, grammar)
    return [*_Arguments(named, grammar).words_of()]


def _named(word: Token, following: str, grammar: Grammar) -> list[Token]:
    """A name as it is called here, or the names that it consists of: xy is x and y."""
    if word.kind != "name" or grammar.takes(word.text) is not None:
        return [word]
    if not grammar.implicit:
        known = SPELLINGS.get(word.text) or _lower(word.text)
        is_call = following == "(" and grammar.takes(known) is not None
        return [word._replace(text=known)] if is_call else [word]
    if grammar.means(word.text):
        return [word]
    pieces = _pieces(word.text, following, grammar)
    return [*_placed(word, pieces, grammar)] if pieces else [word]


def _placed(word: Token, pieces: list[str], grammar: Grammar) -> Iterator[Token]:
    at = 0
    for piece in pieces:
        place = Place(word.place.line, word.place.column + at)
        known = grammar.means(piece) or grammar.takes(piece) is not None
        text = piece if known else SPELLINGS.get(piece) or _lower(piece)
        kind = "number" if piece.isdigit() else "name"
        yield Token(kind, text, place, word.gap and at == 0)
        at += len(piece)


def _lower(name: str) -> str:
    """A name in capitals, as here: Sin, LN, X."""
    return SPELLINGS.get(name.lower(), name.lower())


def _pieces(text: str, following: str, grammar: Grammar) -> list[str] | None:
    """The known names that make up `text`, the longest ones first; None when it is no chain of
    them.
    """
    calls = {*grammar.functions, *grammar.short, *SPELLINGS}
    names = {*grammar.given, *(name for name in grammar.constants if len(name) > 1)}
    ends: list[list[str] | None] = [[]] + [None] * len(text)  # the chain up to each character
    for end in range(1, len(text) + 1):
        for start in range(end):
            before, piece = ends[start], text[start:end]
            if before is None or not _fits(
                piece, before, end == len(text), following, calls, names
            ):
                continue
            if ends[end] is None:
                ends[end] = [*before, piece]
    chain = ends[-1]
    is_mixed = chain is not None and {"x1", "x2"} & {*chain} and {"x", "y"} & {*chain}
    return None if is_mixed else chain


def _fits(
    piece: str, before: list[str], is_last: bool, following: str, calls: set[str], names: set[str]
) -> bool:
    if piece in calls or piece.lower() in calls:
        return True
    if piece.isdigit():
        return bool(before) and before[-1] in calls
    is_name = piece in names or (piece in {"X", "Y"} and piece.lower() in names)
    return is_name or (piece == "e" and is_last and following in POWER_SIGNS)


class _Arguments:
    """Walks over words and puts brackets around what a function is taken of."""

    def __init__(self, words: list[Token], grammar: Grammar) -> None:
        self.words, self.grammar = words, grammar
        self.at = 0
        # for each open bracket: what stands behind it when it is closed, and how many arguments it
        # may have; 0: it is no call
        self.open: list[tuple[list[Token], int]] = []

    def words_of(self) -> Iterator[Token]:
        while self.at < len(self.words):
            word = self.words[self.at]
            if word.kind == "name" and self._is_call(word):
                yield from self._call(word)
            elif word.kind == "number":
                yield self._number(word)
            else:
                self.at += 1
                yield word
                if word.text == "(":
                    self.open.append(([], 0))
                elif word.text == ")" and self.open:
                    yield from self.open.pop()[0]

    def _is_call(self, word: Token) -> bool:
        return self.grammar.takes(word.text) is not None and (
            self._text(1) in {"(", *POWER_SIGNS} or not self.grammar.means(word.text)
        )

    def _text(self, further: int) -> str:
        at = self.at + further
        return self.words[at].text if at < len(self.words) else ""

    def _number(self, word: Token) -> Token:
        """A number; with a decimal comma where that can be nothing else."""
        comma, rest = self.words[self.at + 1 : self.at + 2], self.words[self.at + 2 : self.at + 3]
        self.at += 1
        if not comma or not rest or comma[0].text != "," or rest[0].kind != "number":
            return word
        touching = not comma[0].gap and not rest[0].gap
        if not touching or not word.text.isdigit() or not rest[0].text[0].isdigit():
            return word
        if "." in rest[0].text or (self.open and self._is_pair()):
            return word
        self.at += 2
        return word._replace(text=f"{word.text}.{rest[0].text}")

    def _is_pair(self) -> bool:
        """Whether the comma behind the present number parts two arguments, or the two numbers of a
        bracket that has nothing else.
        """
        most = self.open[-1][1]
        if most > 1:
            return True
        before = self.words[self.at - 2].text if self.at > 1 else ""
        behind = self.words[self.at + 2].text if self.at + 2 < len(self.words) else ""
        return most == 0 and before == "(" and behind == ")"

    def _call(self, word: Token) -> Iterator[Token]:
        """A function with its argument in brackets, and the power of it: sin^2 x is sin(x)^2."""
        power = self._power(word)
        if power is not None and not power:
            word = word._replace(text=INVERSE[word.text])
        self.at += 1
        behind = power or []
        _fewest, most = self.grammar.takes(word.text) or (1, 1)
        yield word
        if self._text(0) == "(":
            yield self.words[self.at]
            self.at += 1
            self.open.append((behind, most))
            return
        bare = self._bare(word) if most == 1 else []
        if bare:
            place = bare[0].place
            yield from (Token("sign", "(", place), *bare, Token("sign", ")", place), *behind)

    def _power(self, word: Token) -> list[Token] | None:
        """The power between a function and its argument; nothing for the inverse, sin^-1, and None
        when there is none. The words of it are taken away.
        """
        if self._text(1) not in POWER_SIGNS:
            return None
        end = self.at + 2
        while end < len(self.words) and self.words[end].text in {"(", ")", "-"}:
            end += 1
        inner = self.words[self.at + 2 : end + 1]
        if not inner or inner[-1].kind != "number":
            return None
        end += 1
        closes = self.words[end : end + 1]
        if closes and closes[0].text == ")" and any(one.text == "(" for one in inner):
            inner, end = [*inner, closes[0]], end + 1
        is_inverse = [one.text for one in inner if one.text not in {"(", ")"}] == ["-", "1"]
        if is_inverse and word.text not in INVERSE:
            said = _("{name}^-1 can be read in two ways: write 1/{name}(...).")
            raise FormulaError(said.format(name=word.text), word.place)
        power = [] if is_inverse else [self.words[self.at + 1], *inner]
        del self.words[self.at + 1 : end]
        return power

    def _bare(self, word: Token) -> list[Token]:
        """An argument without brackets: sin 2x; of a root sign √ the next factor alone."""
        start, at = self.at, self.at
        alone = word.text == "sqrt" and at < len(self.words) and not self.words[at].gap
        while at < len(self.words) and self.words[at].text in {"+", "-"} and at - start < 2:
            at += 1
        first = at
        while at < len(self.words) and self._goes_on(at, first, alone):
            at += 1
        if at == first:
            return []
        self.at = at
        if self._text(0) in ({*POWER_SIGNS} if alone else {"*", "/", "(", "|"}):
            said = _("Put brackets around what {name} is taken of: {name}(...).")
            raise FormulaError(said.format(name=word.text), word.place)
        return self.words[start:at]

    def _goes_on(self, at: int, first: int, alone: bool) -> bool:
        word = self.words[at]
        if at > first and (alone or (word.gap and self.grammar.linked)):
            return False
        if word.text in POWER_SIGNS:
            return at > first and self.words[at - 1].text not in POWER_SIGNS
        if word.kind == "number":
            return at == first or self.words[at - 1].text in POWER_SIGNS
        return word.kind == "name" and self.grammar.means(word.text)
