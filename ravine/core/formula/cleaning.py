"""From what a visitor types to lines of plain ASCII.

Letters that only look like others are refused: Python's own parser folds them (a full-width x is x
to `ast`).
"""

import re
from typing import NamedTuple

from ravine.core.formula.error import FormulaError, Place
from ravine.core.words import _

SIGNS = {
    **dict.fromkeys("−–", "-"),
    **dict.fromkeys("·×⋅∗", "*"),
    **dict.fromkeys("÷∕", "/"),
    **dict.fromkeys("←⟵", "="),
    **dict.fromkeys("\u00a0\u2009\u202f", " "),
}
WORDS = {  # as Ravine calls what the letter stands for
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "ϵ": "eps", "ζ": "zeta",
    "η": "lr", "θ": "theta", "κ": "kappa", "λ": "wd", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega", "√": "sqrt", "∇": "grad", "∇f": "grad",
}  # fmt: skip
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
PIECE = re.compile(r"∇f(?![A-Za-z0-9_])|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+(\s*(\^|\*\*))?|.", re.DOTALL)


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


def clean(text: str, longest: int, lines: int) -> list[Line]:
    """The statements of a text: its lines, cut at semicolons, without the empty ones.

    Raises FormulaError for a text of more than `longest` characters or `lines` statements, or with
    a foreign character.
    """
    if len(text) > longest:
        said = _("The text is longer than {most} characters.").format(most=longest)
        raise FormulaError(said, _place_of(text, longest))
    rows = text.replace("\r\n", "\n").split("\n")
    found = [
        part
        for row, typed in enumerate(rows, 1)
        for part in _cut(_plain(typed, row))
        if part.text.strip()
    ]
    if len(found) > lines:
        said = _("There are more than {most} lines.").format(most=lines)
        raise FormulaError(said, found[lines].places[0])
    return found


def _place_of(text: str, at: int) -> Place:
    before = text[:at]
    return Place(before.count("\n") + 1, at - before.rfind("\n"))


def _plain(typed: str, row: int) -> Line:
    text = ""
    places: list[Place] = []
    glued = False  # the last letter was Greek, so that a Latin one begins another name
    for match in PIECE.finditer(typed):
        piece, place = match[0], Place(row, match.start() + 1)
        part = _ascii(piece, text, place)
        text += f" {part}" if glued and piece.isascii() and piece.isalpha() else part
        places += [place] * (len(text) - len(places))
        glued = (
            (part.strip().isalpha() and not piece.isascii())
            or piece in SUBSCRIPTS
            or (glued and piece.isdigit())
        )
    return Line(text, tuple(places))


def _ascii(piece: str, before: str, place: Place) -> str:
    """What a piece of a text is in ASCII; `before` is what stands in front of it."""
    if " " <= piece <= "~":
        return piece
    if piece in SIGNS:
        return SIGNS[piece]
    if piece in WORDS:
        return f" {WORDS[piece]}" if before[-1:].isalnum() else WORDS[piece]
    if piece in SUBSCRIPTS and before[-1:].isalnum():
        return SUBSCRIPTS[piece]
    if piece[-1] in SUPERSCRIPTS and piece != "⁻":
        return "**" + "".join(SUPERSCRIPTS[digit] for digit in piece)
    if piece[0] in SUPERSCRIPTS and piece != "⁻":
        raise FormulaError(_("Put parentheses around a power of which a power is taken."), place)
    raise FormulaError(meaningless(piece), place)


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


def _cut(line: Line) -> list[Line]:
    bounds = [at for at, char in enumerate(line.text) if char == ";"]
    pairs = zip([0, *(at + 1 for at in bounds)], [*bounds, len(line.text)], strict=True)
    return [Line(line.text[a:b], line.places[a:b]) for a, b in pairs]
