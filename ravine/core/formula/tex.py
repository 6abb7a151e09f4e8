"""LaTeX as people paste it, as the plain text of a formula. Unknown commands are refused."""

import re
from collections.abc import Iterable, Iterator

from ravine.core.formula.cleaning import SEAM, Line
from ravine.core.formula.error import FormulaError, Place
from ravine.core.words import _

IS_TEX = re.compile(r"\\|[\^_]\{")
TEX_LETTERS = {
    **{
        name: name
        for name in ("alpha", "beta", "gamma", "delta", "zeta", "theta", "kappa", "mu", "nu", "xi",
                     "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega")
    },
    "eta": "lr", "lambda": "wd", "epsilon": "eps", "varepsilon": "eps", "nabla": "grad",
    "varphi": "phi", "vartheta": "theta", "ell": "l",
}  # fmt: skip
CALLS = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "ln", "min", "max", "arcsin",
         "arccos", "arctan", "sqrt")  # fmt: skip
SIGNS_OF = {
    **dict.fromkeys(("cdot", "times", "ast", "odot", "circ"), "*"), "div": "/",
    **dict.fromkeys(("leftarrow", "gets", "coloneqq"), "="), "backslash": "",
    **dict.fromkeys(("|", "lVert", "rVert", "Vert"), "||"),
    **dict.fromkeys(("lvert", "rvert", "vert"), "|"), "\\": ";",
}  # fmt: skip
SKIPPED = ("left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "displaystyle", "limits",
           "quad", "qquad", ",", ";", "!", ":", " ", "(", ")", "[", "]")  # fmt: skip
UPRIGHT = ("mathrm", "mathbf", "mathit", "boldsymbol", "text", "operatorname", "bm", "vec",
           "mathcal")  # fmt: skip
ACCENTED = ("hat", "bar", "tilde")
COMMAND = re.compile(r"\\([A-Za-z]+|.)")
FRAME = re.compile(r"\\(begin|end) *\{(aligned|align\*?|equation\*?|gathered|split)\}")
# of what a gradient is taken, and along what: \nabla_\theta J
OF_WHAT = re.compile(
    r"(?: *_ *(?:\{[^{}]*\}|\\[a-z]+|[a-z]))?(?: *(?:[fJLE](?![A-Za-z])|\\ell(?![A-Za-z])"
    r"|\\mathcal *\{?[A-Z]\}?))?"
)
# the number of a step
STEP_INDEX = re.compile(r"_(\{ *[tkn] *([+-] *1 *)?\}|[tkn](?![A-Za-z0-9]))")

STATEMENT = re.compile(r"(?:(?!\\\\|;).)+")
ASSIGNMENT = re.compile(r":?=|←|\\(?:left|long)?(?:left)?arrow\b|\\gets\b")
AT_STEP = re.compile(
    r"([A-Za-z]+|\\[A-Za-z]+|[α-ω])_(?:\{ *t *(?:([+-]) *1)? *\}|t(?![A-Za-z0-9]))"
)
OFFSETS = {"-": -1, None: 0, "+": 1}


def check_steps(rows: Iterable[Line]) -> None:
    """Raises FormulaError where a name is read as it was before the step, v_{t-1}, after it has
    been assigned: a rule would read the new one.
    """
    assigned: dict[str, int] = {}
    for row in rows:
        for statement in STATEMENT.finditer(row.text):
            sign = ASSIGNMENT.search(statement[0])
            start = statement.start() + (sign.end() if sign else 0)
            for read in AT_STEP.finditer(row.text, start, statement.end()):
                if OFFSETS[read[2]] < assigned.get(read[1], OFFSETS[read[2]]):
                    said = _(
                        "{name} is new already when this line is read: keep the old one under a "
                        "name of its own before it is assigned."
                    )
                    raise FormulaError(said.format(name=read[1]), row.place(read.start()))
            target = AT_STEP.search(row.text, statement.start(), start)
            assigned |= {target[1]: OFFSETS[target[2]]} if target else {}


def without_tex(line: Line, blanks: bool = False) -> Line:
    r"""The line with LaTeX as plain text: `\frac{1}{2}x^{2}` is ((1)/(2))x^(2). Blanks mean nothing
    there, unless they are to be kept.

    Raises FormulaError for a command that a formula has no use for.
    """
    if not IS_TEX.search(line.text):
        return line
    found = [*_Reader(line, blanks).characters()]
    return Line("".join(text for text, _place in found), tuple(place for _text, place in found))


class _Reader:
    """Walks over LaTeX and writes plain characters, each with its place."""

    def __init__(self, line: Line, blanks: bool) -> None:
        self.line, self.at = line, 0
        self.blank = " " if blanks else SEAM
        # what each open brace ends with: "" alone, or the number of groups that are still to come
        self.open: list[tuple[str, int]] = []

    def characters(self) -> Iterator[tuple[str, Place]]:
        while self.at < len(self.line.text):
            place = self.line.place(self.at)
            yield from ((char, place) for char in self.next())
        if self.open:
            raise FormulaError(_("This bracket is not closed."), self.line.place(self.at))

    def next(self) -> str:
        """The next characters; `at` goes on behind what was read for them."""
        text, at = self.line.text, self.at
        if match := FRAME.match(text, at) or STEP_INDEX.match(text, at):
            self.at = match.end()
            return ""
        if match := COMMAND.match(text, at):
            self.at = match.end()
            return self.command(match[1])
        self.at += 1
        char = text[at]
        if char == "{":
            self.open.append(("plain", 0))
            return "("
        if char == "}":
            return self.closed()
        if char == "_" and text[self.at : self.at + 1] == "{":
            return self.below()
        return {"&": "", " ": self.blank}.get(char, char)

    def closed(self) -> str:
        if not self.open:
            raise FormulaError(_("This bracket was not opened."), self.line.place(self.at - 1))
        kind, left = self.open.pop()
        if kind == "bare":
            return "" if self.follows() == "_" else SEAM
        if not left:
            return "))" if kind == "frac" else ")"
        return f")/{self.group(kind, left - 1)}"

    def command(self, name: str) -> str:
        """What a command is in plain text. Raises FormulaError for one that is not known."""
        if name in {"frac", "dfrac", "tfrac"}:
            return f"({self.group('frac', 1)}"
        if name in ACCENTED:
            return f"{SEAM}{self.word()}_{name}{self.behind()}"
        if name in SIGNS_OF:
            return SIGNS_OF[name]
        if name in SKIPPED or name in UPRIGHT:
            return self.skipped(name)
        return f"{SEAM}{self.named(name)}"

    def skipped(self, name: str) -> str:
        """Nothing, for a command that says how something looks; what it is said of has no
        brackets.
        """
        if name in UPRIGHT and self.follows() == "{":
            self.at += 1
            self.open.append(("bare", 0))
        return SEAM

    def named(self, name: str) -> str:
        """A letter or a function."""
        if name == "nabla":
            match = OF_WHAT.match(self.line.text, self.at)
            self.at = match.end() if match else self.at
            return f"grad{SEAM}"
        if name == "sqrt" and self.follows() == "{":
            return f"sqrt{self.group('plain', 0)}"
        if name in TEX_LETTERS:
            return f"{TEX_LETTERS[name]}{self.behind()}"
        if name in CALLS and not (name == "sqrt" and self.follows() == "["):
            return f"{name} "
        said = _("{command} is no part of a formula here; write it without LaTeX.")
        shown = f"\\{name}" if name.isprintable() else "\\"
        raise FormulaError(said.format(command=shown), self.line.place(self.at - 1))

    def behind(self) -> str:
        """What keeps a letter apart from what follows: its index belongs to it."""
        while STEP_INDEX.match(self.line.text, self.at):
            self.at += len(STEP_INDEX.match(self.line.text, self.at)[0])  # pyright: ignore[reportOptionalSubscript]
        return "" if self.follows() in {"_", "^"} else SEAM

    def follows(self) -> str:
        """The next character that is no space; `at` goes there."""
        while self.line.text[self.at : self.at + 1] == " ":
            self.at += 1
        return self.line.text[self.at : self.at + 1]

    def group(self, kind: str, left: int) -> str:
        """The beginning of the group that comes next: in braces, or one character."""
        char = self.follows()
        if char == "{":
            self.at += 1
            self.open.append((kind, left))
            return "("
        if not char.isalnum():
            said = _("Something is missing here: a number, a name or a bracket.")
            raise FormulaError(said, self.line.place(self.at))
        self.at += 1
        self.open.append((kind, left))
        return f"({char}{self.closed()}"

    def word(self) -> str:
        r"""The letters of a group, as in `\hat{m}`."""
        match = re.compile(r"\{? *\\?([A-Za-z]+)(?:_(?:t|\{t\}))? *\}?").match(
            self.line.text, self.at
        )
        self.follows()
        if match is None:
            said = _("Something is missing here: a number, a name or a bracket.")
            raise FormulaError(said, self.line.place(self.at))
        self.at = match.end()
        return TEX_LETTERS.get(match[1], match[1])

    def below(self) -> str:
        """A subscript in braces, which is part of a name."""
        match = re.compile(r"\{ *\\?([A-Za-z0-9]+) *\}").match(self.line.text, self.at)
        if match is None:
            said = _("An index is a number or a name, as in x_1.")
            raise FormulaError(said, self.line.place(self.at))
        self.at = match.end()
        return f"_{match[1]}"
