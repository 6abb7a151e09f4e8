r"""Two formulas beside each other: the terms in which they differ are marked.

A formula is read as LaTeX is: into terms, which are numbers, letters with their indices, commands
with their arguments. Statements that say the same with other letters count as the same, and the
letters are told: RMSProp's s is Adam's v, its γ is β₂.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

_Key: TypeAlias = "str | tuple[_Key, ...]"
_Letters: TypeAlias = dict[str, str]

_SPACE = re.compile(r"(?:\s|\\[,;:! ]|\\q?quad\b|~)+")
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|.", re.DOTALL)
_OF_TWO = {r"\frac", r"\tfrac", r"\dfrac"}
_OF_ONE = {
    *(r"\sqrt", r"\hat", r"\bar", r"\tilde"),
    *(r"\mathrm", r"\mathbf", r"\operatorname", r"\text"),
}
_SIZES = re.compile(r"\\([bB]igg?)[lr]?$")
_GREEK = "alpha beta gamma delta lambda mu nu rho sigma tau psi omega"
_LETTER = re.compile(rf"(?:[a-eh-su-wyzA-Z]|\\(?:{_GREEK.replace(' ', '|')}))(?:_.+)?$")
_BETWEEN = {"&", "=", r"\leftarrow", ","}  # what a statement is made with: never marked
_ALIGNED = re.compile(r"^\\begin\{aligned\}(.*)\\end\{aligned\}$", re.DOTALL)
_ENVIRONMENT = re.compile(r"\{(\w+)\}(.*?)\\end\{\1\}", re.DOTALL)  # what follows \begin
_ALIKE = 0.45  # as similar as this are two statements that are held against each other
BOXED = r"\boxed"


class _Term(NamedTuple):
    """A part of a formula that is not divided: how it is written, the space behind it, and what it
    is, whatever the spaces and braces.
    """

    text: str
    space: str
    key: _Key


class _UnreadError(ValueError):
    """This is no LaTeX that can be read here."""


def marked(one: str, other: str) -> tuple[str, str, _Letters]:
    r"""Both formulas with their differing terms marked, and the letters of the first by what they
    are called in the second. What cannot be read is left as it is.

    >>> marked(r"x \leftarrow x - \eta g", r"x \leftarrow x - g")[0]
    'x \\leftarrow x - \\boxed{\\eta} g'
    >>> marked(r"s \leftarrow s + g", r"v \leftarrow v + g")[2]
    {'s': 'v'}
    """
    try:
        ours, theirs = _statements(one), _statements(other)
    except _UnreadError:
        return one, other, {}
    pairs, names = _held_together(ours, theirs)
    there = [theirs[pairs[i]] if i in pairs else None for i in range(len(ours))]
    back = {j: i for i, j in pairs.items()}
    here = [ours[back[j]] if j in back else None for j in range(len(theirs))]
    return (
        _written(one, ours, there, names),
        _written(other, theirs, here, {new: old for old, new in names.items()}),
        {old: new for old, new in names.items() if old != new},
    )


# Reading.


def _terms(text: str) -> list[_Term]:
    reader = _Reader(text)
    found = [*reader.all_terms()]
    if reader.at != len(text):
        raise _UnreadError(text)
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def all_terms(self) -> Iterator[_Term]:
        begin = self.spaces()
        if begin:
            yield _Term("", begin, ())
        while self.at < len(self.text):
            yield self.term()

    def term(self) -> _Term:
        start = self.at
        key = self.bare()
        while self.at < len(self.text) and self.text[self.at] in "^_":
            sign = self.token()
            script = self.argument()
            is_index = sign == "_" and isinstance(key, str)
            key = f"{key}_{script}" if is_index else (key, sign, script)
        return _Term(self.text[start : self.at], self.spaces(), key)

    def bare(self) -> _Key:
        head = self.token()
        match head:
            case "{":
                return ("{", self.until("}"))
            case "}" | "" | "\\":
                raise _UnreadError(self.text)
            case r"\left":
                return ("left", self.token(), self.until(r"\right"), self.token())
            case r"\begin":
                return self.environment()
        if _SIZES.match(head):
            return self.token()
        wanted = 2 if head in _OF_TWO else 1 if head in _OF_ONE else 0
        return (head, *(self.argument() for _ in range(wanted))) if wanted else head

    def environment(self) -> _Key:
        found = _ENVIRONMENT.match(self.text, self.at)
        if not found:
            raise _UnreadError(self.text)
        self.at = found.end()
        return ("begin", *(token for token in _TOKEN.findall(found.group(2)) if token.strip()))

    def argument(self) -> _Key:
        self.spaces()
        if self.text[self.at : self.at + 1] != "{":
            return self.bare()
        self.token()
        keys = self.until("}")
        return keys[0] if isinstance(keys, tuple) and len(keys) == 1 else keys

    def until(self, end: str) -> _Key:
        self.spaces()
        keys = []
        while self.text[self.at : self.at + len(end)] != end:
            if self.at >= len(self.text):
                raise _UnreadError(self.text)
            keys.append(self.term().key)
        self.at += len(end)
        return tuple(keys)

    def token(self) -> str:
        found = _TOKEN.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found.group() if found else ""

    def spaces(self) -> str:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found.group() if found else ""


def _statements(text: str) -> list[list[_Term]]:
    """What a formula says, one thing after the other: its rows, and what commas divide."""
    inside = _ALIGNED.match(text)
    statements: list[list[_Term]] = [[]]
    for term in _terms(inside.group(1) if inside else text):
        statements[-1].append(term)
        if term.key == "\\\\" or (term.key == "," and "quad" in term.space):
            statements.append([])
    return [statement for statement in statements if statement]


# Comparing.


def _held_together(
    ours: Sequence[Sequence[_Term]], theirs: Sequence[Sequence[_Term]]
) -> tuple[dict[int, int], _Letters]:
    """Which statement is held against which, the most similar first, and the letters that are
    other names for the same.
    """
    pairs: dict[int, int] = {}
    names: _Letters = {}
    for _round in range(2):  # the letters that the first one finds bring more together
        scores = sorted(
            (
                (_similar(_keys(a), _keys(b), names), -i, -j)
                for i, a in enumerate(ours)
                for j, b in enumerate(theirs)
            ),
            reverse=True,
        )
        pairs = {}
        for score, i, j in scores:
            if score >= _ALIKE and -i not in pairs and -j not in pairs.values():
                pairs[-i] = -j
        for i, j in sorted(pairs.items()):
            names = _unified(_keys(ours[i]), _keys(theirs[j]), names) or names
    return pairs, names


def _similar(one: tuple[_Key, ...], b: tuple[_Key, ...], names: _Letters) -> float:
    """1 for the same statement, nearly 1 for the same in other letters, and less for others."""
    a = tuple(_named(key, names) for key in one)
    if a == b:
        return 1.0
    if _unified(a, b, {}) is not None:
        return 0.95
    ratio = difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()
    return 0.6 * ratio + (0.3 if a[:1] == b[:1] else 0.0)


def _keys(statement: Sequence[_Term]) -> tuple[_Key, ...]:
    """What a statement is made of, without what only sets it."""
    return tuple(term.key for term in statement if term.key not in ((), "&", ",", "\\\\"))


def _unified(one: _Key, other: _Key, names: _Letters) -> _Letters | None:
    """The names with which both are the same; None when there are none."""
    if isinstance(one, str) and isinstance(other, str):
        if one in names or other in names.values():
            return names if names.get(one) == other else None
        if one == other:
            return {**names, one: other} if _LETTER.match(one) else names
        renames = _LETTER.match(one) and _LETTER.match(other)
        return {**names, one: other} if renames else None
    if isinstance(one, str) or isinstance(other, str) or len(one) != len(other):
        return None
    for a, b in zip(one, other, strict=True):
        found = _unified(a, b, names)
        if found is None:
            return None
        names = found
    return names


def _named(key: _Key, names: Mapping[str, str]) -> _Key:
    if isinstance(key, str):
        return names.get(key, key)
    return tuple(_named(part, names) for part in key)


# Writing.


def _written(
    formula: str,
    statements: Sequence[Sequence[_Term]],
    others: Sequence[Sequence[_Term] | None],
    names: _Letters,
) -> str:
    text = "".join(
        _with_marks(statement, _different(statement, other, names))
        for statement, other in zip(statements, others, strict=True)
    )
    return rf"\begin{{aligned}}{text}\end{{aligned}}" if _ALIGNED.match(formula) else text


def _different(
    statement: Sequence[_Term], other: Sequence[_Term] | None, names: _Letters
) -> list[bool]:
    """For each term whether the other statement does not have it; of no other one it has none."""
    if other is None:
        return [True] * len(statement)
    ours = [_named(term.key, names) for term in statement]
    matcher = difflib.SequenceMatcher(None, ours, [term.key for term in other], autojunk=False)
    same = {k for a, _b, size in matcher.get_matching_blocks() for k in range(a, a + size)}
    return [k not in same for k in range(len(statement))]


def _with_marks(statement: Sequence[_Term], differs: Sequence[bool]) -> str:
    """A statement with a mark around each run of terms that differ."""
    runs: list[tuple[bool, list[_Term]]] = []
    for term, apart in zip(statement, differs, strict=True):
        marks = apart and term.key not in (*_BETWEEN, "\\\\", ())
        if not runs or runs[-1][0] != marks:
            runs.append((marks, []))
        runs[-1][1].append(term)
    return "".join(_run(terms) if marks else _plain_run(terms) for marks, terms in runs)


def _run(terms: Sequence[_Term]) -> str:
    text = _plain_run(terms)
    space = terms[-1].space
    return f"{BOXED}{{{text[: len(text) - len(space)]}}}{space}"


def _plain_run(terms: Sequence[_Term]) -> str:
    return "".join(term.text + term.space for term in terms)
