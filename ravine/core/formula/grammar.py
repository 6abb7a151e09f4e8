"""The tree of a formula, and how it is read from Python source: by node types that are allowed,
never by running it.
"""

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ravine.core.formula.error import FormulaError
from ravine.core.formula.tokens import Grammar, Source
from ravine.core.words import _


@dataclass(frozen=True, slots=True)
class Number:
    """A constant as it was typed, never negative."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A name that stands for a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus something."""

    inner: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and one of + - * / **."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: "tuple[Node, ...]"


Node: TypeAlias = Number | Name | Negative | Binary | Call

SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
CONSTANTS = {"pi": math.pi, "e": math.e}
MOST_NODES = 260
FUNCTIONS = {  # of numbers, coordinate by coordinate: name -> fewest and most arguments
    **dict.fromkeys(
        (
            "sqrt", "abs", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos",
            "atan", "sinh", "cosh", "tanh", "sigmoid", "relu", "softplus", "sign",
        ),
        (1, 1),
    ),
    **dict.fromkeys(("min", "max"), (2, 4)),
    "clip": (3, 3),
}  # fmt: skip
SHORT: dict[str, Callable[..., "Node"]] = {  # what other functions say as well
    "pow": lambda a, b: Binary("**", a, b),
    "square": lambda a: Binary("**", a, Number(2.0)),
    "hypot": lambda a, b: Call("sqrt", (Binary("+", _squared(a), _squared(b)),)),
    "log1p": lambda a: Call("log", (Binary("+", Number(1.0), a),)),
    "expm1": lambda a: Binary("-", Call("exp", (a,)), Number(1.0)),
    "sec": lambda a: Binary("/", Number(1.0), Call("cos", (a,))),
    "csc": lambda a: Binary("/", Number(1.0), Call("sin", (a,))),
    "cot": lambda a: Binary("/", Number(1.0), Call("tan", (a,))),
    "rsqrt": lambda a: Binary("/", Number(1.0), Call("sqrt", (a,))),
    "reciprocal": lambda a: Binary("/", Number(1.0), a),
}
SHORT_TAKES = {name: (2, 2) if name in {"pow", "hypot"} else (1, 1) for name in SHORT}
EXACT: dict[str, Callable[..., Any]] = {  # what becomes of constants among themselves
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": math.pow,
    "negative": lambda a: -a,
    "abs": abs,
    "sign": lambda a: math.copysign(1.0, a) if a else 0.0,
    "min": min,
    "max": max,
    "clip": lambda value, low, high: min(max(value, low), high),
    **{
        name: getattr(math, name)
        for name in (
            "sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan",
            "sinh", "cosh", "tanh",
        )
    },
    "sigmoid": lambda a: (1 + math.tanh(a / 2)) / 2,
    "relu": lambda a: max(a, 0.0),
    "softplus": lambda a: max(a, 0.0) + math.log1p(math.exp(-abs(a))),
}  # fmt: skip


def _squared(node: "Node") -> "Node":
    return Binary("**", node, Number(2.0))


def tree(source: Source, grammar: Grammar) -> Node:
    """The tree of an expression. Raises FormulaError for anything that is not on the list of what
    is allowed.
    """
    try:
        parsed = ast.parse(source.text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(_not_allowed(), source.place(0)) from None
    try:
        return _Walk(source, grammar).walk(parsed.body)[0]
    except RecursionError:  # it is deep, and so is what has called us
        raise FormulaError(_not_allowed(), source.place(0)) from None


class _Walk:
    """Copies a Python tree, node by node, by exact type; the value of what is constant goes up with
    it.
    """

    def __init__(self, source: Source, grammar: Grammar) -> None:
        self.source, self.grammar = source, grammar
        self.skipped = len(source.text) - len(source.text.lstrip())
        self.nodes = 0

    def walk(self, node: ast.expr) -> tuple[Node, float | None]:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self._error(
                node, _("The formula has more than {most} parts.").format(most=MOST_NODES)
            )
        if type(node) is ast.Constant and type(node.value) is float:
            return self._constant(node, Number(node.value), node.value)
        if type(node) is ast.Name and self.grammar.means(node.id):
            return Name(node.id), self.grammar.constants.get(node.id)
        if type(node) is ast.UnaryOp:
            return self._signed(node)
        if type(node) is ast.BinOp and type(node.op) in SIGNS:
            sign = SIGNS[type(node.op)]
            return self._applied(
                node, sign, lambda parts: Binary(sign, *parts), node.left, node.right
            )
        if type(node) is ast.Call and type(node.func) is ast.Name and not node.keywords:
            return self._call(node, node.func.id)
        raise self._error(node, _not_allowed())

    def _signed(self, node: ast.UnaryOp) -> tuple[Node, float | None]:
        if type(node.op) is ast.UAdd:
            return self.walk(node.operand)
        if type(node.op) is ast.USub:
            return self._applied(node, "negative", lambda parts: Negative(*parts), node.operand)
        raise self._error(node, _not_allowed())

    def _call(self, node: ast.Call, name: str) -> tuple[Node, float | None]:
        takes = self.grammar.takes(name)
        if takes is None:
            raise self._error(node, _not_allowed())
        fewest, most = takes
        if not fewest <= len(node.args) <= most:
            counts = (
                f"{fewest}"
                if fewest == most
                else _("{few} to {many}").format(few=fewest, many=most)
            )
            said = _("{name} takes {counts} arguments, not {count}.")
            raise self._error(node, said.format(name=name, counts=counts, count=len(node.args)))
        if name in self.grammar.short:
            return self._short(node, name)
        return self._applied(node, name, lambda parts: Call(name, parts), *node.args)

    def _short(self, node: ast.Call, name: str) -> tuple[Node, float | None]:
        """What a function says that is short for others, with its value when it is constant."""
        made = SHORT[name](*(self.walk(argument)[0] for argument in node.args))
        value = constant_value(made, self.grammar.constants)
        return (made, None) if value is None else self._constant(node, made, value)

    def _applied(
        self,
        node: ast.expr,
        name: str,
        build: Callable[[tuple[Node, ...]], Node],
        *operands: ast.expr,
    ) -> tuple[Node, float | None]:
        pairs = [self.walk(operand) for operand in operands]
        values = [value for _node, value in pairs if value is not None]
        made = build(tuple(part for part, _value in pairs))
        if len(values) < len(pairs) or name not in EXACT:
            return made, None
        return self._constant(node, made, folded(name, *values))

    def _constant(self, node: ast.expr, made: Node, value: float) -> tuple[Node, float]:
        if not math.isfinite(value):
            raise self._error(node, _("This constant is no finite number."))
        return made, value

    def _error(self, node: ast.expr, sentence: str) -> FormulaError:
        return FormulaError(sentence, self.source.place(node.col_offset + self.skipped))


def constant_value(node: Node, constants: Mapping[str, float]) -> float | None:
    """What a tree is when it is constant; NaN where it is not defined."""
    match node:
        case Number(value):
            return value
        case Name(name):
            return constants.get(name)
        case Negative(inner):
            name, parts = "negative", (inner,)
        case Binary(name, left, right):
            parts = (left, right)
        case Call(name, parts):
            pass
    values = [constant_value(part, constants) for part in parts]
    known = [value for value in values if value is not None]
    return folded(name, *known) if len(known) == len(values) and name in EXACT else None


def folded(name: str, *values: float) -> float:
    """What an operation makes of constants; NaN where it is not defined."""
    try:
        return float(EXACT[name](*values))
    except (ValueError, ZeroDivisionError, OverflowError):
        return math.nan


def _not_allowed() -> str:
    return _("Only numbers, names, + - * / **, brackets and the functions on offer make a formula.")
