"""A step as arithmetic: the very source of a rule's `update`, read line by line with the present
numbers in it.

Nothing is written a second time. The source that runs is parsed, and each of its expressions is
evaluated in NumPy while it is kept as a tree of terms, so that it can be shown with symbols, with
numbers, and as a script (ravine.figures.arithmetic). What a rule calls of its own (`self.rate`,
`super().update`, ...) is read in its place. A typed rule is Python too.
"""

import ast
import functools
import inspect
import operator
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from optim import Optimizer, Wrapped
from optim._wrapped import schedule_of
from optim.wrappers import FAMILIES, Wrapper, ordered
from optim.wrappers.clip_norm import length
from ravine.core.formula import Rule, symbol
from ravine.core.knob import knobs
from ravine.core.types import Height
from ravine.experiments.field import bends_at, slope_at
from ravine.experiments.kinds import rule_of_text
from ravine.experiments.trace import Trace
from surfaces import Surface

SIGNS: dict[type[ast.AST], tuple[str, Callable[..., Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", np.divide),
    ast.Pow: ("**", np.power),
    ast.MatMult: ("@", operator.matmul),
    ast.BitOr: ("|", np.logical_or),
    ast.BitAnd: ("&", np.logical_and),
    ast.Eq: ("==", operator.eq),
    ast.Lt: ("<", operator.lt),
    ast.Gt: (">", operator.gt),
    ast.LtE: ("<=", operator.le),
    ast.GtE: (">=", operator.ge),
    ast.USub: ("negative", operator.neg),
}
SLOPE, GIVEN = "slope", "given"
WRITABLE: dict[str, Callable[..., Any]] = {  # what a typed rule may call
    **{
        name: getattr(np, name)
        for name in (
            "sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan",
            "sinh", "cosh", "tanh", "sign", "clip", "mean",
        )
    },
    "sigmoid": lambda a: _of("/", 1.0, _exponential(_of("negative", a))),
    "softplus": lambda a: _called(np.log, [_exponential(a)]),
    "relu": lambda a: _called(np.maximum, [a, 0.0]),
    "abs": np.abs,
    "min": np.minimum,
    "max": np.maximum,
    "sum": np.sum,
    "dot": np.dot,
    "norm": np.linalg.norm,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Term:
    """A part of an expression and what it comes to: a number, a point (2,), a matrix (2, 2), or
    whether.

    `kind` is "number", "name", or what is done with `parts`: "+", "sqrt", "where", ... A name has
    its LaTeX, and `old` when it is what was remembered before the step.
    """

    kind: str
    value: Any
    parts: tuple["Term", ...] = ()
    name: str = ""
    latex: str = ""
    old: bool = False


class Line(NamedTuple):
    """A line of a step: what `name` becomes. Where `term` is of kind "slope" it is the gradient at
    its part.
    """

    name: str
    latex: str
    term: Term

    @property
    def value(self) -> Any:
        """What it comes to: a number, a point (2,), a matrix (2, 2), or whether."""
        return self.term.value


class Step(NamedTuple):
    """A step, line by line; the last line is x. `given` are the numbers that it starts from: x,
    memory and knobs.
    """

    given: tuple[Term, ...]
    lines: tuple[Line, ...]


def arithmetic(rule: Optimizer, surface: Surface, trace: Trace, k: int, text: str = "") -> Step:
    """Step number `k`, from 1, of a run of `rule` on `surface`. `text` is that of a typed rule."""
    state = jax.tree.map(lambda leaf: leaf[k - 1], trace.state)
    reader = Reader(surface.at(k))  # what the rule sees of it in this step
    with np.errstate(all="ignore"):
        return reader.step(rule, trace.x[k - 1], state, text)


class Scope(NamedTuple):
    """Where a name is looked up: what is assigned, what the module of the source knows, and the
    class it stands in.
    """

    names: dict[str, Any]
    module: dict[str, Any]
    owner: type | None = None


class Reader:
    """Reads source and collects lines."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.wraps: Sequence[Wrapper] = ()
        # the learning rate of this step, when something stands around the rule
        self.rate: Term | None = None
        self.seen: Height = surface  # the height that the rule sees
        self.lines: list[Line] = []
        self.given: dict[tuple[str, bool], Term] = {}

    def step(self, rule: Optimizer, x: np.ndarray, state: Any, text: str = "") -> Step:
        """One step from `x` with the memory `state`."""
        here = self.give(Term("name", x, name="x", latex="x"))
        end = (
            self.around(rule, here, state, text)
            if isinstance(rule, Wrapped)
            else self.bare(rule, here, state, text)
        )
        self.line("x", end, r"x")
        return Step(tuple(self.given.values()), tuple(self.lines))

    def bare(self, rule: Optimizer, here: Term, state: Any, text: str) -> Term:
        """Where a rule without wrappers goes."""
        if text:
            return self.written(rule_of_text(text), rule, here, state)
        after, _memory = self.method(rule, "update", self.seen, here, self.remembered(state))
        return after

    def remembered(self, state: Any) -> Any:
        """A state with terms in place of its numbers."""
        if not hasattr(state, "_fields"):
            return state
        olds = {
            name: Term("name", getattr(state, name), name=name, latex=symbol(name), old=True)
            for name in state._fields
        }
        return type(state)(**olds)

    def give(self, term: Term) -> Term:
        """A number that the step starts from is used."""
        return self.given.setdefault((term.name, term.old), term)

    def line(self, name: str, term: Term, latex: str = "") -> Term:
        """`name` becomes `term`. Returns it as the rest of the step speaks of it."""
        said = latex or symbol(name)
        self.lines.append(Line(name, said, term))
        return Term("name", term.value, name=name, latex=said)

    # What stands around a rule: the order of `optim._wrapped.Wrapped.update`.

    def around(self, rule: Wrapped, here: Term, state: Any, text: str) -> Term:
        self.wraps = ordered(rule.wraps)
        self.seen = functools.reduce(
            lambda height, wrap: wrap.height(height), self.wraps, self.surface
        )
        schedule = schedule_of(self.wraps)
        factor = Term("number", np.float64(1.0))
        if schedule:
            count, total = (
                _named("done", state.t, "k"),
                _named("total", np.float64(rule.total), "N"),
            )
            memory = self.remembered(state.schedule)
            made = self.method(schedule, "factor", self.give(count), self.give(total), memory)
            factor = self.line("phi", made, r"\phi")
        with_lr_factor = rule.rule.with_lr_factor(jnp.asarray(factor.value))
        if with_lr_factor is not None:
            lr = self.give(_named("lr", np.asarray(getattr(rule.rule, "lr")), r"\eta"))  # noqa: B009
            self.rate = self.line("lr_k", _of("*", lr, factor), r"\eta_k") if schedule else lr
        end = self.bare(_plain(with_lr_factor or rule.rule), here, state.rule, text)
        if schedule and with_lr_factor is None:
            end = _of(
                "+", here, _of("*", factor, _of("-", self.line("after", end, r"\tilde{x}"), here))
            )
        for wrap in self.wraps:
            if wrap.changes == "step":
                end = self.method(
                    wrap,
                    "after_step",
                    here,
                    self.line("after", end, r"\tilde{x}"),
                    self.rate or factor,
                )
        return end

    def slope(self, place: Term) -> Term:
        """The gradient that the rule sees at a place, as a line of its own, or several when
        something stands around.
        """
        if place.kind != "name":
            place = self.line("there", place, r"\tilde{x}")
        g = self.line(
            SLOPE, Term(SLOPE, self.gradient(place.value), (place,)), rf"\nabla f({place.latex})"
        )
        for wrap in self.wraps:
            if wrap.changes == "gradient":
                g = self.line(f"{SLOPE}_{wrap.family}", self.pulled(wrap, g, place), "G")
        return g

    def pulled(self, wrap: Wrapper, g: Term, place: Term) -> Term:
        """The gradient after a wrapper: cut, or with the slope of a penalty."""
        if wrap.family == FAMILIES[0]:
            return self.method(wrap, "clip", g)
        return _of("+", g, _of("*", self.knob(wrap, "decay"), place))

    def gradient(self, place: np.ndarray) -> np.ndarray:
        return slope_at(self.surface, place)

    # Source.

    def method(self, owner: Any, name: str, *values: Any, above: type | None = None) -> Any:
        """What a method of a rule or wrapper returns; its lines are collected. `above`: in a class
        above it.
        """
        kinds = type(owner).__mro__
        kinds = kinds[kinds.index(above) + 1 :] if above else kinds
        kind = next(kind for kind in kinds if name in vars(kind))
        return self.function(vars(kind)[name], (owner, *values), kind)

    def function(self, function: Any, values: Sequence[Any], owner: type | None = None) -> Any:
        """What a function returns whose source is assignments and a return."""
        function = inspect.unwrap(function)  # a decorator knows other names than the source
        read = _source(function)
        names = dict(zip((argument.arg for argument in read.args.args), values, strict=True))
        scope = Scope(names, function.__globals__, owner)
        for statement in read.body:
            match statement:
                case ast.Assign(targets=[target], value=value):
                    self.assign(target, self.value(value, scope), scope)
                case ast.Return(value=ast.AST() as value):
                    return self.value(value, scope)
                case ast.Expr(value=ast.Constant()):
                    pass
                case _:
                    raise TypeError(
                        f"{function.__qualname__}: a step is not told from {ast.unparse(statement)}"
                    )
        raise TypeError(f"{function.__qualname__} returns nothing")

    def assign(self, target: ast.AST, value: Any, scope: Scope) -> None:
        if isinstance(target, ast.Tuple):
            for one, part in zip(target.elts, value, strict=True):
                self.assign(one, part, scope)
            return
        name = target.id  # pyright: ignore[reportAttributeAccessIssue]
        if (
            isinstance(value, Term)
            and value.name.startswith(SLOPE)
            and self.lines[-1].name == value.name
        ):
            last = self.lines.pop()  # `g = grad(f)(x)` is one line, not two
            value = self.line(name, last.term, last.latex if last.latex == "G" else "")
        elif isinstance(value, Term) and value.kind != "name":
            free = name if (name, False) not in self.given else f"{name}_t"
            value = self.line(free, value, NAMES.get(name, ""))
        scope.names[name] = value

    def value(self, node: ast.AST, scope: Scope) -> Any:
        """What an expression is: a term where numbers of the step are in it, else what Python
        has.
        """
        match node:
            case ast.Constant(value=value):
                found = value
            case ast.Name(id=name):
                found = self.named(name, scope)
            case ast.Attribute(value=inner, attr=name):
                found = self.attribute(self.value(inner, scope), name)
            case ast.Tuple(elts=parts):
                found = tuple(self.value(part, scope) for part in parts)
            case (
                ast.BinOp(left=left, op=sign, right=right)
                | ast.Compare(left=left, ops=[sign], comparators=[right])
            ):
                found = _of(SIGNS[type(sign)][0], self.value(left, scope), self.value(right, scope))
            case ast.UnaryOp(op=sign, operand=inner):
                found = _of(SIGNS[type(sign)][0], self.value(inner, scope))
            case ast.Subscript(value=inner, slice=ast.Constant(value=int(index))):
                found = _part(self.value(inner, scope), index)
            case ast.Call():
                found = self.call(node, scope)
            case _:
                raise TypeError(f"a step is not told from {ast.unparse(node)}")
        return found

    def named(self, name: str, scope: Scope) -> Any:
        if name == "super":
            return functools.partial(_Above, scope.names["self"], scope.owner)
        if name in scope.names:
            return scope.names[name]
        return scope.module[name] if name in scope.module else getattr(jnp, name)

    def attribute(self, owner: Any, name: str) -> Any:
        if owner is jax:
            return {
                "grad": self.grad,
                "value_and_grad": self.value_and_grad,
                "hessian": self.hessian,
            }[name]
        if owner is jnp:
            return (
                Term("name", np.pi, name="np.pi", latex=r"\pi")
                if name == "pi"
                else getattr(np, name)
            )
        if isinstance(owner, Optimizer | Wrapper | _Above | type):
            return self.member(owner, name)
        found = getattr(owner.value if isinstance(owner, Term) else owner, name)
        return self.give(found) if isinstance(found, Term) and found.old else found

    def member(self, owner: Any, name: str) -> Any:
        """A knob of a rule or a wrapper, or a method of one, of `super()`, or of a class."""
        if isinstance(owner, _Above):
            return functools.partial(self.method, owner.rule, name, above=owner.kind)
        if isinstance(owner, type):
            return lambda rule, *values: self.function(getattr(owner, name), (rule, *values), owner)
        return (
            self.knob(owner, name)
            if name in knobs(type(owner))
            else functools.partial(self.method, owner, name)
        )

    def knob(self, owner: Any, name: str) -> Term:
        if name == "lr" and self.rate is not None:
            return self.rate
        value = np.float64(getattr(owner, name))
        return self.give(Term("name", value, name=name, latex=knobs(type(owner))[name].symbol))

    def grad(self, _f: Height) -> Callable[[Term], Term]:
        return self.slope

    def value_and_grad(self, f: Height) -> Callable[[Term], tuple[Term, Term]]:
        return lambda place: (self.height(f, place), self.slope(place))

    def hessian(self, _f: Height) -> Callable[[Term], Term]:
        return lambda place: self.line(
            "hessian", Term("hessian", self.bend(place.value), (place,)), r"\nabla^2 f"
        )

    def bend(self, place: np.ndarray) -> np.ndarray:
        """The curvature that the rule sees."""
        if self.wraps:
            return np.asarray(jax.hessian(self.seen)(jnp.asarray(place)))
        return bends_at(self.surface, place[None])[0]

    def height(self, f: Height, place: Term) -> Term:
        return Term("height", np.asarray(f(jnp.asarray(place.value))), (place,))

    def call(self, node: ast.Call, scope: Scope) -> Any:
        """What a call returns: source that is read in its place, a state, or a term."""
        made, values = self.value(node.func, scope), []
        for argument in node.args:
            many = isinstance(argument, ast.Starred)
            value = self.value(argument.value if many else argument, scope)
            values += list(value) if many else [value]
        if isinstance(made, type) and issubclass(made, tuple):
            return self.state(made, values)
        if made is self.seen:
            return self.height(made, values[0])
        if isinstance(made, np.ufunc) or getattr(made, "__module__", "").startswith("numpy"):
            return _called(made, values)
        if made is jnp.asarray:
            return values[0]
        if getattr(made, "shown_by_result", False):
            return self.whole(made, values)
        return made(*values)

    def state(self, kind: type, values: Sequence[Any]) -> Any:
        """What is remembered; what of it is only now computed is a line."""
        fields = kind._fields  # pyright: ignore[reportAttributeAccessIssue]
        terms = [_term(value) for value in values]

        def is_told(name: str, term: Term) -> bool:
            named = term.kind == "name" and (term.name == name or term.name in fields)
            return named and not term.old

        pairs = zip(fields, terms, strict=True)
        return kind(
            *(term if is_told(name, term) else self.line(name, term) for name, term in pairs)
        )

    def whole(self, function: Callable[..., Any], values: Sequence[Any]) -> Any:
        """A function that is shown by its result alone; a length with its coordinates."""
        if function is length:
            return _length(*values)
        plain = [jnp.asarray(value.value) if isinstance(value, Term) else value for value in values]
        terms = tuple(value for value in values if isinstance(value, Term))
        made = np.asarray(function(*plain))
        return Term(function.__name__, made, terms)

    # A rule that a visitor has typed: one statement a line, and Python too.

    def written(self, read: Rule, rule: Any, here: Term, state: Any) -> Term:
        values = [np.float64(v) for v in np.asarray(rule.values)]
        held = {n: _named(n, v) for n, v in zip(read.knobs, values, strict=False)}
        held = {name: value for name, value in held.items() if name not in read.fading}
        held |= {"lr": self.rate} if "lr" in held and self.rate is not None else {}
        olds = {
            n: Term("name", row, name=n, latex=symbol(n), old=True)
            for n, row in zip(read.state, np.asarray(state.memory), strict=False)
        }
        count = _named("t", np.asarray(state.t) + 1.0)
        given = {
            "pi": np.pi,
            "e": np.e,
            "grad": self.slope,
            "f": functools.partial(self.height, self.seen),
        }
        scope = Scope({"x": here, "t": count, **given, **WRITABLE, **held, **olds}, {})
        for term in (*held.values(), *olds.values(), *([count] if "t" in _used(read) else [])):
            if term is not self.rate:
                self.give(term)
        if "g" in _used(read):
            scope.names["g"] = self.slope(here)
            self.assign(ast.Name("g"), scope.names["g"], scope)
        for statement in ast.parse(read.text.replace("; ", "\n")).body:
            self.typed(statement, scope)
        end = scope.names["x"]
        share = np.asarray(rule.share)
        if share != 1.0 and not np.sum(rule.rates) > 0:
            end = _of("+", here, _of("*", _named("phi", share, r"\phi"), _of("-", end, here)))
        return end

    def typed(self, statement: ast.AST, scope: Scope) -> None:
        name = statement.targets[0].id  # pyright: ignore[reportAttributeAccessIssue]
        value = _term(self.value(statement.value, scope))  # pyright: ignore[reportAttributeAccessIssue]
        scope.names[name] = value if name == "x" else self.line(name, value)


class _Above(NamedTuple):
    """`super()` in a method of the class `kind`."""

    rule: Optimizer
    kind: type


NAMES = {
    "after": r"\tilde{x}",
    "lr": r"\eta_t",
    "mu": r"\mu_t",
    "following": r"\mu_{t+1}",
}  # of what a rule assigns


def _named(name: str, value: Any, latex: str = "") -> Term:
    return Term("name", value, name=name, latex=latex or symbol(name))


def _plain(rule: Optimizer) -> Optimizer:
    """The rule with NumPy's numbers: those that `with_lr_factor` made are JAX's."""
    return jax.tree.map(np.asarray, rule)


def _term(value: Any) -> Term:
    return value if isinstance(value, Term) else Term("number", np.float64(value))


def _of(sign: str, *values: Any) -> Any:
    """An operation on terms, or on Python's own numbers."""
    work = next(work for known, work in SIGNS.values() if known == sign)
    if not any(isinstance(value, Term) for value in values):
        return work(*values)
    terms = tuple(map(_term, values))
    return Term(sign, work(*(term.value for term in terms)), terms)


def _exponential(value: Any) -> Any:
    return _of("+", 1.0, _called(np.exp, [value]))


def _called(function: Callable[..., Any], values: Sequence[Any]) -> Any:
    """A function of NumPy on terms; a list of terms, as `stack` takes it, is one matrix."""
    if function is np.stack:
        (rows,) = values
        return Term("number", np.stack([row.value for row in rows]))
    if not any(isinstance(value, Term) for value in values):
        return function(*values)
    terms = tuple(map(_term, values))
    return Term(function.__name__, function(*(term.value for term in terms)), terms)


def _part(value: Any, index: int) -> Any:
    if not isinstance(value, Term):
        return value[index]
    return Term(
        "name",
        value.value[index],
        name=f"{value.name}[{index}]",
        latex=f"{value.latex}_{index + 1}",
    )


def _length(point: Term) -> Term:
    """The length of a point, with both coordinates."""
    return Term("hypot", np.hypot(*point.value), (_part(point, 0), _part(point, 1)))


def _used(read: Rule) -> set[str]:
    return {
        node.id
        for node in ast.walk(ast.parse(read.text.replace("; ", "\n")))
        if isinstance(node, ast.Name)
    }


@functools.lru_cache(maxsize=512)
def _source(function: Any) -> ast.FunctionDef:
    (read,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(read, ast.FunctionDef)
    return read
