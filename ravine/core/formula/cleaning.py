"""From what a visitor types to lines of plain ASCII.

What a Chinese keyboard writes full-width is read as what it is. Letters that only look like others
are refused: Python's own parser folds them (a mathematical italic x is x to `ast`).
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from ravine.core.formula.error import FormulaError, Place
from ravine.core.words import _

MOST_TYPED = 4000  # characters that are looked at, with comments and what stands around a rule
SEAM = "\x1f"  # where one name ends and another begins though nothing stands between them: ηg
SIGNS = {
    **dict.fromkeys("−–‒—﹣", "-"),
    **dict.fromkeys("·×⋅∗∙•", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("←⟵≔", "="),
    **dict.fromkeys("‖∥", "||"),
    **dict.fromkeys("\t\u00a0\u2002\u2003\u2004\u2005\u2009\u200a\u202f", " "),
    "√": f"sqrt{SEAM}",
}
FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
FRACTIONS = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5",
    "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
}  # fmt: skip
WORDS = {  # as Ravine calls what the letter stands for
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "ϵ": "eps", "ζ": "zeta",
    "η": "lr", "θ": "theta", "κ": "kappa", "λ": "wd", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega", "∇": "grad",
}  # fmt: skip
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
PIECE = re.compile(
    r"∇(_?[θwx](?=\s*[fJL]?\s*\())?( ?[fJL](?![A-Za-z0-9_]))?"  # of whatever it is the gradient
    r"|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+(\s*(\^|\*\*))?|.",
    re.DOTALL,
)


class Line(NamedTuple):
    """A statement in plain ASCII, and for each of its characters where it was typed."""

    text: str
    places: tuple[Place, ...]

    def place(self, at: int) -> Place:
        """Where the character `at` was typed; just behind the last one for what is missing at the
        end.
        """
        if at < len(self.places):
            return self.places[at]
        last = self.places[-1]
        return Place(last.line, last.column + 1)

    def part(self, start: int, end: int | None = None) -> "Line":
        """The characters from one to another."""
        return Line(self.text[start:end], self.places[start:end])


Piece: TypeAlias = str | tuple[int, int]  # new characters, or those from one to another


def rewritten(
    line: Line, pattern: re.Pattern[str], write: Callable[[re.Match[str]], Iterable[Piece]]
) -> Line:
    """The line with each match of `pattern` written anew; what is new stands where the match
    begins.
    """
    kept: list[Line] = []
    end = 0
    for match in pattern.finditer(line.text):
        kept.append(line.part(end, match.start()))
        for part in write(match):
            if isinstance(part, str):
                kept.append(Line(part, (line.place(match.start()),) * len(part)))
            else:
                kept.append(line.part(*part))
        end = match.end()
    return chained([*kept, line.part(end)]) if kept else line


def chained(lines: Iterable[Line]) -> Line:
    """Lines one behind the other, as one."""
    pairs = [*lines]
    places = tuple(place for line in pairs for place in line.places)
    return Line("".join(line.text for line in pairs), places)


def told_rows(text: str) -> list[Line]:
    """The rows of a text as they were typed, without comments and empty ones. No more than
    MOST_TYPED characters are looked at.
    """
    rows = text[: MOST_TYPED + 1].translate(FULL_WIDTH).replace("\r\n", "\n").split("\n")
    told = ((number, row.partition("#")[0].rstrip(" ")) for number, row in enumerate(rows, 1))
    return [
        Line(row, tuple(Place(number, column) for column in range(1, len(row) + 1)))
        for number, row in told
        if row
    ]


def in_ascii(typed: Line) -> Line:
    """A row in plain ASCII. Raises FormulaError for a foreign character."""
    text = ""
    places: list[Place] = []
    glued = False  # the last letter was Greek, so that a Latin one begins another name
    for match in PIECE.finditer(typed.text):
        piece, place = match[0], typed.places[match.start()]
        part = _ascii(piece, text, place)
        apart = glued and part[:1].isascii() and (part[:1].isalpha() or part[:1] == "(")
        text += f"{SEAM}{part}" if apart else part
        places += [place] * (len(text) - len(places))
        glued = _is_glued(piece, part, glued)
    return Line(text, tuple(places))


def _is_glued(piece: str, part: str, glued: bool) -> bool:
    if piece in SIGNS:
        return False
    is_word = part.strip(SEAM).isalpha() and not piece.isascii()
    return is_word or piece in SUBSCRIPTS or (glued and piece.isdigit())


def _ascii(piece: str, before: str, place: Place) -> str:
    """What a piece of a text is in ASCII; `before` is what stands in front of it."""
    if " " <= piece <= "~":
        return piece
    if piece in FRACTIONS:
        return _fraction(piece, before, place)
    word = WORDS.get(piece[0]) if piece[0] == "∇" else WORDS.get(piece)
    word = SIGNS.get(piece, word)
    if word:
        return f"{SEAM}{word}" if word[0].isalpha() and before[-1:].isalnum() else word
    if piece == "₂" and before.endswith("||"):
        return ""  # the usual length
    if piece in SUBSCRIPTS and before[-1:].isalnum():
        return SUBSCRIPTS[piece]
    if piece[-1] in SUPERSCRIPTS and piece != "⁻":
        return "**" + "".join(SUPERSCRIPTS[digit] for digit in piece)
    if piece[0] in SUPERSCRIPTS and piece != "⁻":
        raise FormulaError(_("Put parentheses around a power of which a power is taken."), place)
    raise FormulaError(meaningless(piece), place)


def _fraction(piece: str, before: str, place: Place) -> str:
    if before[-1:].isdigit():
        said = _("Write {number} as a decimal number: 2.5 for two and a half.")
        raise FormulaError(said.format(number=f"'{piece}'"), place)
    return f"({FRACTIONS[piece]})"


def meaningless(char: str) -> str:
    """The sentence for a character that is no part of the grammar."""
    shown = (
        f"'{char}'"
        if " " < char <= "~" or (char.isprintable() and char.isalnum())
        else f"U+{ord(char):04X}"
    )
    said = _(
        "{char} has no meaning here; a formula has letters, digits, spaces and + - * / ** ^ ( ) "
        ", | = alone."
    )
    return said.format(char=shown)


def cut(lines: Iterable[Line]) -> list[Line]:
    """The statements of lines: cut at semicolons, without the empty ones."""
    return [part for line in lines for part in parts_of(line) if part.text.strip(f" {SEAM}")]


def parts_of(line: Line) -> list[Line]:
    """A line, cut at semicolons."""
    bounds = [at for at, char in enumerate(line.text) if char == ";"]
    pairs = zip([0, *(at + 1 for at in bounds)], [*bounds, len(line.text)], strict=True)
    return [line.part(a, b) for a, b in pairs]


def check_size(rows: Iterable[Line], longest: int) -> None:
    """Raises FormulaError, at the first character too many, for more than `longest` of them, the
    ends of rows included.
    """
    left = longest
    for row in rows:
        if row.text and len(row.text) > left:
            said = _("The text is longer than {most} characters.").format(most=longest)
            raise FormulaError(said, row.places[max(left, 0)])
        left -= len(row.text) + 1


def check_count(statements: list[Line], most: int) -> None:
    """Raises FormulaError at the first statement of more than `most`."""
    if len(statements) > most:
        said = _("There are more than {most} lines.").format(most=most)
        raise FormulaError(said, statements[most].places[0])
