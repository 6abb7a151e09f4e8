"""A tree as LaTeX, in commands that KaTeX and MathJax both have. Nothing of the visitor's text gets
here but names.
"""

import re

from ravine.core.formula.grammar import Binary, Call, Name, Negative, Node, Number
from ravine.core.formula.writing import MINUS, number, sides, strength

GREEK = ("alpha", "beta", "gamma", "delta", "zeta", "theta", "kappa", "mu", "nu", "xi", "pi", "rho",
         "sigma", "tau", "phi", "chi", "psi", "omega")  # fmt: skip
SYMBOLS = {
    "lr": r"\eta",
    "eps": r"\epsilon",
    "wd": r"\lambda",
    "f_star": r"f^\ast",
    **{n: rf"\{n}" for n in GREEK},
}
ACCENTS = {"hat": "hat", "bar": "bar", "tilde": "tilde"}
NAMED = {
    **{
        name: rf"\{name}"
        for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "min", "max")
    },
    **{f"a{name}": rf"\arc{name}" for name in ("sin", "cos", "tan")},
    **{f"log{base}": rf"\log_{{{base}}}" for base in (2, 10)},
    "sigmoid": r"\sigma",
}
FENCES = {"abs": (r"\left|", r"\right|"), "norm": (r"\left\|", r"\right\|")}


def symbol(name: str) -> str:
    r"""A name as it stands on paper: `beta1` is \\beta_1, `m_hat` is \\hat{m}, `speed` is upright.

    >>> [symbol(name) for name in ("lr", "beta1", "m_hat", "speed", "x2")]
    ['\\eta', '\\beta_1', '\\hat{m}', '\\mathrm{speed}', 'x_2']
    """
    if name in SYMBOLS:
        return SYMBOLS[name]
    stem, _under, below = name.partition("_")
    if below in ACCENTS:
        return rf"\{ACCENTS[below]}{{{symbol(stem)}}}"
    if below:
        return f"{{{symbol(stem)}}}_{{{_upright(below.replace('_', ','))}}}"
    match = re.fullmatch(r"([A-Za-z]+)([0-9]+)", name)
    if match:
        return f"{symbol(match[1])}_{match[2] if len(match[2]) == 1 else f'{{{match[2]}}}'}"
    return _upright(name)


def latex(node: Node) -> str:
    """`node` as LaTeX, in math mode."""
    match node:
        case Number(value):
            return _number(value)
        case Name(name):
            return symbol(name)
        case Negative(inner):
            return f"-{_within(inner, MINUS + 1)}"
        case Call(name, arguments):
            return _call(name, arguments)
        case Binary():
            return _binary(node)


def _binary(node: Binary) -> str:
    left, right = node.left, node.right
    if node.sign == "/":
        return rf"\frac{{{latex(left)}}}{{{latex(right)}}}"
    if node.sign == "**":
        return f"{_base(left)}^{{{latex(right)}}}"
    if node.sign == "*":
        return _product(left, right)
    least, most = sides(node.sign)
    inner = MINUS + 1 if isinstance(right, Negative) else most
    return f"{_within(left, least)} {node.sign} {_within(right, inner)}"


def _product(left: Node, right: Node) -> str:
    least, most = sides("*")
    factor = _within(right, MINUS + 1 if isinstance(right, Negative) else most)
    between = r" \cdot " if factor[0].isdigit() else r"\,"
    return f"{_within(left, least)}{between}{factor}"


def _base(node: Node) -> str:
    """What a power is taken of: in brackets when it is no single symbol."""
    inner = latex(node)
    single = isinstance(node, Name | Number) or (isinstance(node, Call) and node.name in FENCES)
    return inner if single and "^" not in inner else rf"\left({inner}\right)"


def _call(name: str, arguments: tuple[Node, ...]) -> str:
    inner = [latex(argument) for argument in arguments]
    if name == "sqrt":
        return rf"\sqrt{{{inner[0]}}}"
    if name in FENCES:
        left, right = FENCES[name]
        return f"{left}{inner[0]}{right}"
    if name == "dot":
        return rf"\left\langle {inner[0]}, {inner[1]} \right\rangle"
    head = {"grad": r"\nabla f", "f": "f"}.get(name) or NAMED.get(name, rf"\mathrm{{{name}}}")
    return rf"{head}\left({', '.join(inner)}\right)"


def _number(value: float) -> str:
    digits, _e, power = number(value).partition("e")
    if not power:
        return digits
    return rf"{digits} \cdot 10^{{{int(power)}}}" if digits != "1" else f"10^{{{int(power)}}}"


def _upright(name: str) -> str:
    return name if len(name) == 1 else rf"\mathrm{{{name}}}"


def _within(node: Node, least: int) -> str:
    return latex(node) if strength(node) >= least else rf"\left({latex(node)}\right)"
