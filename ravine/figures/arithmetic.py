"""A step in lines of LaTeX, once with symbols and once with the present numbers, and as a script
that prints them.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ravine.core.words import _
from ravine.experiments.arithmetic import SLOPE, Line, Step, Term

BREAK = r" \\ "
DIGITS = 6  # significant ones
SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4  # how strongly an expression holds together
BINDING = {
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "**": POWER,
    "@": PRODUCT,
    "negative": SUM,
}
COMPARED = {"<": "<", ">": ">", "<=": r"\le", ">=": r"\ge", "==": "="}
LATEX_FUNCTIONS = {  # functions as they stand on paper
    "sqrt": r"\sqrt{{{}}}",
    "absolute": r"\left|{}\right|",
    "norm": r"\left\|{}\right\|",
    "hypot": r"\sqrt{{\left({}\right)^2 + \left({}\right)^2}}",
    "slope": r"\nabla f({})",
    "hessian": r"\nabla^2 f({})",
    "height": "f({})",
    "solved": r"\left({}\right)^{{-1}} {}",
    "eye": "I",
}
LATEX_WORDS = {"maximum": r"\max", "minimum": r"\min"}
LATEX_WORDS |= {
    name: rf"\{name}"
    for name in (
        "exp", "log", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh",
    )
} | {f"log{base}": rf"\log_{{{base}}}" for base in (2, 10)}  # fmt: skip
PYTHON = {"absolute": "abs", "norm": "linalg.norm"}
PLAIN = {
    "hessian",
    "height",
    "solved",
    "low_enough",
    "learned",
    SLOPE,
}  # in a script they are given, as numbers

SHOWING = (
    "def show(name, value):",
    '    print(name, "=", *(f"{number:.6g}" for number in np.ravel(value)))',
)
NO_WARNINGS = 'np.seterr(all="ignore")  # what is not chosen may be no number'

Text = tuple[str, int]  # LaTeX, and how strongly it holds together


class Row(NamedTuple):
    """A line for one coordinate, for both when `axis` is None: LaTeX with symbols, and with numbers
    and the result.
    """

    symbols: str
    numbers: str
    axis: int | None


def latex_rows(step: Step) -> list[Row]:
    """The lines of a step, coordinate by coordinate, each as "what = with symbols", "= with numbers
    = result".
    """
    anew = {"x", *(term.name for term in step.given if term.old)}
    return [row for line in step.lines for row in _rows(line, line.name in anew)]


def latex_of_step(step: Step) -> str:
    """All lines as one aligned block."""
    lines = []
    for row in latex_rows(step):
        symbols = [_aligned(row.symbols)] if row.axis in {None, 0} else []
        lines += [*symbols, _aligned(row.numbers)]
    return rf"\begin{{aligned}}{BREAK.join(lines)}\end{{aligned}}"


def _aligned(row: str) -> str:
    """A row with the place where those of a block stand one below the other."""
    return re.sub(r"=|\\leftarrow|\\iff", r"&\g<0>", row, count=1)


def _rows(line: Line, anew: bool) -> list[Row]:
    told, becomes = term_text(line.term, None)[0], r"\leftarrow" if anew else "="
    if _is_truth(line):  # a comparison is no equation
        becomes = r"\iff"
    symbols = line.latex if told == line.latex else f"{line.latex} {becomes} {told}"
    axes = (0, 1) if np.shape(line.value) == (2,) else (None,)
    return [Row(symbols, _counted(line, axis), axis) for axis in axes]


def _counted(line: Line, axis: int | None) -> str:
    """A line with numbers: "= 0.5 * 2 + 1 = 2"; what has no more to show than its result only
    that.
    """
    result = _value(line.value, axis)
    if line.term.kind == SLOPE:
        at = ", ".join(latex_number(v) for v in line.term.parts[0].value)
        return rf"\partial_{1 if axis == 0 else 2} f({at}) = {result}"
    left = line.latex if axis is None else _coordinate(line.latex, axis)
    numbers = term_text(line.term, 0 if axis is None else axis, numeric=True)[0]
    if numbers == result:
        return f"{left} = {result}"
    if _is_truth(line):
        return rf"{left} \iff {numbers}:\ {result}"
    return f"{left} = {numbers} = {result}"


def _is_truth(line: Line) -> bool:
    """Whether a line says that something holds or not."""
    return np.asarray(line.value).dtype == bool


def _coordinate(latex: str, axis: int) -> str:
    whole = rf"\left({latex}\right)" if "_" in latex or "(" in latex else latex
    return f"{whole}_{axis + 1}"


def term_text(term: Term, axis: int | None, numeric: bool = False) -> Text:
    """A term as LaTeX. `numeric`: with the numbers of one coordinate in place of names."""
    if term.kind == "name":
        return _number(term.value, axis) if numeric else (term.latex, ATOM)
    if term.kind == "number":
        return _number(term.value, axis)
    if numeric and (np.ndim(term.value) == 2 or term.kind in PLAIN):
        return _number(term.value, axis)
    return _operation(term, lambda part: term_text(part, axis, numeric), axis if numeric else None)


def _operation(term: Term, say: Callable[[Term], Text], axis: int | None) -> Text:
    kind, parts = term.kind, term.parts
    if kind in BINDING:
        return _arithmetic(kind, [say(part) for part in parts], numeric=axis is not None)
    if kind in COMPARED:
        return f"{say(parts[0])[0]} {COMPARED[kind]} {say(parts[1])[0]}", SUM
    if kind in {"|", "&"}:
        word = _("or") if kind == "|" else _("and")
        return rf"{say(parts[0])[0]} \text{{ {word} }} {say(parts[1])[0]}", SUM
    if kind == "where":
        return _chosen(term, say, axis)
    if axis is not None and kind in {"sum", "dot"}:
        return _summed(term)
    return _function(kind, [say(part)[0] for part in parts]), ATOM


def _arithmetic(kind: str, parts: list[Text], numeric: bool) -> Text:
    if kind == "negative":
        return f"-{_held(parts[0], PRODUCT)}", SUM
    left, right = parts
    if kind == "/":
        return rf"\frac{{{left[0]}}}{{{right[0]}}}", ATOM
    if kind == "**":
        return f"{_held(left, ATOM)}^{{{right[0]}}}", POWER
    if kind in {"*", "@"}:
        dot = r" \cdot " if numeric or right[0][0].isdigit() else r"\,"
        return f"{_held(left, PRODUCT)}{dot}{_held(right, POWER, sign=True)}", PRODUCT
    least = SUM if kind == "+" else PRODUCT
    return f"{left[0]} {kind} {_held(right, least, sign=True)}", SUM


def _held(text: Text, least: int, sign: bool = False) -> str:
    """In brackets when it does not hold together strongly enough, or begins with a sign where one
    stands already.
    """
    loose = text[1] < least or (sign and text[0].startswith("-"))
    return rf"\left({text[0]}\right)" if loose else text[0]


def _chosen(term: Term, say: Callable[[Term], Text], axis: int | None) -> Text:
    """A choice: all of it with symbols, with numbers only what was chosen."""
    whether, yes, no = term.parts
    if axis is not None:
        truth = np.broadcast_to(whether.value, (2,))[axis]
        return say(yes if truth else no)
    otherwise = _("otherwise")
    cases = rf"{say(yes)[0]} & {say(whether)[0]} \\ {say(no)[0]} & \text{{{otherwise}}}"
    return rf"\begin{{cases}}{cases}\end{{cases}}", ATOM


def _summed(term: Term) -> Text:
    """A sum over both coordinates, written out."""
    kinds = [
        term_text(
            Term("*", 0.0, term.parts) if term.kind == "dot" else term.parts[0], i, numeric=True
        )
        for i in (0, 1)
    ]
    return f"{kinds[0][0]} + {_held(kinds[1], PRODUCT, sign=True)}", SUM


def _function(kind: str, parts: list[str]) -> str:
    if kind in LATEX_FUNCTIONS:
        return LATEX_FUNCTIONS[kind].format(*parts)
    head = LATEX_WORDS.get(kind, rf"\operatorname{{{kind.replace('_', ' ')}}}")
    return rf"{head}\left({', '.join(parts)}\right)"


def _number(value: Any, axis: int | None) -> Text:
    text = _value(value, axis)
    return text, SUM if text.startswith("-") else PRODUCT if "cdot" in text else ATOM


def _value(value: Any, axis: int | None) -> str:
    """A number; of a point that of one coordinate; a matrix whole."""
    array = np.asarray(value)
    if array.ndim == 2:
        cells = BREAK.join(" & ".join(map(latex_number, row)) for row in array)
        return rf"\begin{{pmatrix}}{cells}\end{{pmatrix}}"
    if array.ndim == 1:
        return (
            latex_number(array[axis]) if axis is not None else ", ".join(map(latex_number, array))
        )
    return latex_number(array[()])


def latex_number(value: Any) -> str:
    r"""A number in LaTeX, six significant digits: `-1.25`, `3.2 \cdot 10^{-7}`; whether something
    is so in a word.

    >>> number(-1.25), number(3.2e-7), number(1e10), number(2.0)
    ('-1.25', '3.2 \\cdot 10^{-7}', '10^{10}', '2')
    """
    if isinstance(value, bool | np.bool_):
        said = _("yes") if value else _("no")
        return rf"\text{{{said}}}"
    if np.isnan(value):
        return r"\text{NaN}"
    if np.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    digits, _e, power = f"{float(value):.{DIGITS}g}".partition("e")
    if not power:
        return "0" if digits == "-0" else digits
    base = "" if digits == "1" else "-" if digits == "-1" else rf"{digits} \cdot "
    return f"{base}10^{{{int(power)}}}"


# The script.


def step_script(step: Step) -> str:
    """The step as Python with NumPy: the numbers that it starts from, each line, and what it
    prints.
    """
    given = [f"{_name(term)} = {_array(term.value)}" for term in step.given]
    quiet = [NO_WARNINGS] if any(_has_choice(line.term) for line in step.lines) else []
    head = ["import numpy as np", "", "", *SHOWING, "", "", *quiet, *given, ""]
    return "\n".join([*head, *(part for line in step.lines for part in _written(line))]) + "\n"


def _written(line: Line) -> list[str]:
    return [f"{line.name} = {_python(line.term)[0]}", f'show("{line.name}", {line.name})']


def _has_choice(term: Term) -> bool:
    return term.kind == "where" or any(map(_has_choice, term.parts))


def _name(term: Term) -> str:
    return f"{term.name}_before" if term.old else term.name


def _array(value: Any) -> str:
    array = np.asarray(value)
    if array.ndim == 0:
        return repr(array.item()).replace("nan", "np.nan").replace("inf", "np.inf")
    return f"np.array({array.tolist()!r})".replace("nan", "np.nan").replace("inf", "np.inf")


def _python(term: Term) -> Text:
    if term.kind == "name":
        return _name(term), ATOM
    if term.kind == "number" or term.kind in PLAIN:
        text = _array(term.value)
        return text, SUM if text.startswith("-") else ATOM
    parts = [_python(part) for part in term.parts]
    if term.kind == "negative":
        return f"-{_within(parts[0], PRODUCT)}", SUM
    if term.kind in BINDING:
        strength = BINDING[term.kind]
        left, right = (
            _within(parts[0], strength + (term.kind == "**")),
            _within(parts[1], strength + 1),
        )
        return f"{left} {term.kind} {right}" if strength < POWER else f"{left}**{right}", strength
    if term.kind in COMPARED or term.kind in {"|", "&"}:
        return f"({_within(parts[0], SUM)} {term.kind} {_within(parts[1], SUM)})", ATOM
    inner = ", ".join(text for text, _strength in parts)
    return f"np.{PYTHON.get(term.kind, term.kind)}({inner})", ATOM


def _within(text: Text, least: int) -> str:
    return f"({text[0]})" if text[1] < least else text[0]
