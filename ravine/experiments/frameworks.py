"""A run as a script for PyTorch, Keras or optax: what a reader runs with their own framework, to
see the same path.
"""

import ast
import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, get_args

from optim import DIALECTS, Optimizer
from ravine.core.knob import knobs
from ravine.core.words import _
from ravine.experiments.trace import Start
from surfaces import Surface, Turned

Framework: TypeAlias = Literal["pytorch", "keras", "optax"]
FRAMEWORKS: tuple[Framework, ...] = get_args(Framework)
CHECKED: dict[str, str] = {  # with what the recorded paths were made
    "pytorch": "torch 2.13.0",
    "keras": "keras 3.15.1, jax 0.10.2",
    "optax": "optax 0.2.8, jax 0.10.2",
}
WIDTH = 88  # of a line, as ruff has it where nobody says otherwise
# what the code of a surface may use
FUNCTIONS = (
    "abs", "acos", "asin", "atan", "cos", "cosh", "e", "exp", "log", "log10", "log2", "mean", "pi",
    "sign", "sin", "sinh", "sqrt", "tan", "tanh",
)  # fmt: skip
WANT_HEIGHTS = (
    "polyak",
    "momo",
    "lbfgs",
    "linesearch",
    "reduce_on_plateau",
)  # what in optax asks for more than slopes

PYTORCH = """\
{head}

import torch
{imports}
torch.set_default_dtype(torch.float64)
{knobs}

{height}


def show(step, point):
    print(step, *point.tolist(), f(point).item())


x = torch.tensor([{x1}, {x2}], requires_grad=True)
{make}

show(0, x)
for step in range(1, {end}):
    optimizer.zero_grad()
    f(x).backward()
    optimizer.step()
{read}
"""

KERAS = """\
{head}

import os

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
{imports}
jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
{knobs}

{height}


def show(step, point):
    point = keras.ops.convert_to_tensor(point)
    print(step, *point.tolist(), f(point).item())


x = keras.Variable([{x1}, {x2}])
{make}

show(0, x)
for step in range(1, {end}):
    gradient = jax.grad(f)(x.value)
    optimizer.apply([gradient], [x])
{read}
"""

OPTAX = """\
{head}

import jax
import jax.numpy as jnp
import optax
{imports}
jax.config.update("jax_enable_x64", True)
{knobs}

{height}


def show(step, point):
    print(step, *point.tolist(), f(point).item())


x = jnp.array([{x1}, {x2}])
{make}
state = optimizer.init(x)

show(0, x)
for step in range(1, {end}):
    {slope}
{update}
    x = optax.apply_updates(x, updates)
{read}
"""

BODIES: dict[str, str] = {"pytorch": PYTORCH, "keras": KERAS, "optax": OPTAX}
NUMBERS = {
    "pytorch": "torch",
    "keras": "jax.numpy",
    "optax": "jax.numpy",
}  # where each has its cosine
ARRAYS = {
    "pytorch": "torch.tensor",
    "keras": "jax.numpy.array",
    "optax": "jnp.array",
}  # what makes one of a list


# what a script calls its own things: no knob and no column of a surface may be called so
TAKEN = (
    "clip", "f", "grad", "gradient", "jax", "jnp", "keras", "max", "min", "optax", "optimizer",
    "os", "point", "show", "sigmoid", "softplus", "state", "step", "torch", "updates", "value",
    "x", "x1", "x2",
)  # fmt: skip
TURNED_NAMES = (
    ("a", "b"),
    ("across", "up"),
    ("p", "q"),
    ("u", "v"),
)  # the place before it is turned back

REFUSED = """\
{head}

raise SystemExit(__doc__)
"""

# What a typed function may need and a framework has not, or not for numbers. The larger of two is
# the framework's own: at a tie each has half of the slope, as in Ravine, and a number never comes
# out of it.
LARGER = """\
def {name}(first, *others):
    for other in others:
        first = {of_two}
    return first


"""
CLIP = """\
def clip(value, low, high):
    return min(max(value, low), high)


"""
SOFTPLUS = """\
def softplus(value):
    return torch.logaddexp(value, torch.zeros_like(value))


"""
SMOOTHED = ("sigmoid", "softplus")  # of which PyTorch has one as a function
AS_CODE_OF_TWO = {
    "pytorch": "torch.{name}imum(torch.as_tensor(first), torch.as_tensor(other))",
    "keras": "jax.numpy.{name}imum(first, other)",
    "optax": "jnp.{name}imum(first, other)",
}


def available(form: type[Optimizer]) -> list[Framework]:
    """The frameworks that can be asked for the very path of this form."""
    return [name for name in FRAMEWORKS if name in form.calls]


def script(
    form: type[Optimizer],
    values: Mapping[str, float],
    surface: Surface,
    start: Start,
    steps: int,
    framework: str,
) -> str:
    """Python source that runs this form in a framework and prints a line a step, from 0 to `steps`:
    `step x1 x2 f`.

    A knob that `values` does not name has its default. The script needs only the framework, and is
    formatted as ruff does. Where the framework refuses these values the script is the sentence that
    says so. Raises ValueError, with a sentence for a reader, when the framework has no call for
    this form.
    """
    if framework not in BODIES or framework not in form.calls:
        said = _("{framework} has no call that gives this form of {rule}.")
        raise ValueError(said.format(framework=_title(framework), rule=_(form.title)))
    rule, call = form(**values), form.calls[framework]
    if said := refused_values(rule, framework):
        return REFUSED.format(head=f'"""{textwrap.fill(said, WIDTH - 6)}"""')
    written = {name: repr(float(getattr(rule, name))) for name in knobs(form)}
    make, read = (code.format(**written).replace("'", '"') for code in (call.make, call.read))
    return BODIES[framework].format(
        head="\n".join(_head(form, framework)),
        imports=_imports(surface, framework),
        knobs=_knobs(surface, framework) + _columns(surface, framework),
        height=_height(surface, framework),
        x1=repr(float(start[0])),
        x2=repr(float(start[1])),
        make=fitted(make, lead="optimizer = "),
        read=fitted(f"show(step, {read})", 4),
        end=steps + 1,
        **_asked(make),
    )


def refused_values(rule: Optimizer, framework: str) -> str:
    """Why a framework does not run a rule with these values; nothing when it does."""
    for name, (low, high) in rule.calls[framework].between.items():
        value = float(getattr(rule, name))
        if not low < value < high:
            limits = f"{low:g} < {name}" + (f" < {high:g}" if math.isfinite(high) else "")
            said = _(
                "{framework} refuses {rule} with {knob} = {value}: it asks for {limits}. Another "
                "value gives a script that runs."
            )
            return said.format(
                framework=_title(framework),
                rule=_(rule.title),
                knob=name,
                value=f"{value:g}",
                limits=limits,
            )
    return ""


def _title(framework: str) -> str:
    return DIALECTS.get(framework, framework)


def _head(form: type[Optimizer], framework: str) -> list[str]:
    titles = ", ".join(_(DIALECTS[name]) for name in form.dialects)
    said = [
        _("{rule} in {framework}: the path that Ravine draws, a line a step: step x1 x2 f."),
        _("The rule: {paper}"),
        *([_("Who writes it in this form: {titles}.")] if titles else []),
        _("Checked step for step with {versions}. MIT licence."),
    ]
    words = {
        "rule": _(form.title),
        "framework": _title(framework),
        "paper": form.paper,
        "titles": titles,
    }
    return [
        row for line in said for row in _comment(line.format(**words, versions=CHECKED[framework]))
    ]


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ")


def _imports(surface: Surface, framework: str) -> str:
    """The line that imports what the height needs, and the blank line after the imports."""
    names = _names(surface.code)
    used, near = [name for name in FUNCTIONS if name in names], sorted(names & {*SMOOTHED})
    if framework == "pytorch":
        return _import("torch", [*used, *(name for name in near if name == "sigmoid")])
    return _import(NUMBERS[framework], used) + _import("jax.nn", near)


def _import(module: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) <= WIDTH + 1:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")", ""])


def _names(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _knobs(surface: Surface, framework: str) -> str:
    """An assignment for each knob of the surface. torch has the cosine of a tensor and not that of
    a number.
    """
    form = "{} = torch.tensor({!r})" if framework == "pytorch" else "{} = {!r}"
    lines = [form.format(name, float(value)) for name, value in surface.bare.values().items()]
    return "".join(f"\n{line}" for line in lines) + ("\n" if lines else "")


def _columns(surface: Surface, framework: str) -> str:
    """An assignment for each column of the surface's data, in full lines: ruff would give each
    number a line.
    """
    if not surface.data:
        return ""
    source = _comment(_("The data: {source}").format(source=surface.source))
    lines = [
        row
        for name, column in surface.data.items()
        for row in _column(name, column, ARRAYS[framework])
    ]
    return "\n".join(["", *source, "# fmt: off", *lines, "# fmt: on", ""])


def _column(name: str, column: Sequence[float], array: str) -> list[str]:
    numbers = " ".join(f"{number!r}," for number in column)
    rows = textwrap.wrap(
        numbers, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
    )
    return [f"{name} = {array}([", *rows, "])"]


def _height(surface: Surface, framework: str) -> str:
    """The function `f`, with what it needs before it."""
    is_typed, code = surface.bare.written, surface.code
    returned = _as_typed(code) if is_typed else _returned(code)
    needs = _needs(code, framework) if is_typed else ""
    return "\n".join([f"{needs}def f(x):", "    x1, x2 = x", *_turned_back(surface), *returned])


def _needs(code: str, framework: str) -> str:
    """Functions that a typed function uses and that are nowhere to be imported from."""
    used = _names(code)
    used |= {"min", "max"} if "clip" in used else set()
    larger = [
        LARGER.format(name=name, of_two=AS_CODE_OF_TWO[framework].format(name=name))
        for name in ("max", "min")
        if name in used
    ]
    clip = CLIP if "clip" in used else ""
    softplus = SOFTPLUS if framework == "pytorch" and "softplus" in used else ""
    return "".join([*larger, clip, softplus])


def _turned_back(surface: Surface) -> list[str]:
    """Lines that lead from the picture to the ground of a turned surface. The two new names are
    none that its code uses.
    """
    if not isinstance(surface, Turned):
        return []
    used = _names(surface.code)
    a, b = next(pair for pair in TURNED_NAMES if not used & {*pair})
    (p, q), c, s = surface.pivot, math.cos(surface.turn), math.sin(surface.turn)
    return [
        *_assigned(f"{a}, {b}", f"x1 - {p!r}, x2 - {q!r}"),
        *_assigned("x1", f"{p!r} + {c!r} * {a} + {s!r} * {b}"),
        *_assigned("x2", f"{q!r} + {c!r} * {b} - {s!r} * {a}"),
    ]


def _assigned(name: str, value: str) -> list[str]:
    """An assignment in a function, in brackets of its own where it is too long for one line."""
    line = f"    {name} = {value}"
    return [line] if len(line) <= WIDTH else [f"    {name} = (", f"        {value}", "    )"]


def _returned(code: str) -> list[str]:
    """The statement that returns a height, its terms one a line where they are too long for one."""
    if len(code) + 11 <= WIDTH:
        return [f"    return {code}"]
    terms = [code] if len(code) + 8 <= WIDTH else _terms(code)
    if max(map(len, terms)) + 8 <= WIDTH:
        return ["    return (", *(f"        {term}" for term in terms), "    )"]
    return _as_typed(code)  # ruff would give each factor of a factor a line


def _as_typed(code: str) -> list[str]:
    """The statement that returns a height, spaced as it is."""
    rows = textwrap.wrap(code, WIDTH - 8, break_long_words=False, break_on_hyphens=False)
    return [
        "    # fmt: off",
        "    return (",
        *(f"        {row}" for row in rows),
        "    )",
        "    # fmt: on",
    ]


def _terms(code: str) -> list[str]:
    """A sum, cut before each sign that stands in no bracket.

    >>> _terms("-a * (b - c) + d - e")
    ['-a * (b - c)', '+ d', '- e']
    """
    signs = [i for i in range(len(code)) if code[i : i + 3] in (" + ", " - ")]
    cuts = [i for i in signs if code.count("(", 0, i) == code.count(")", 0, i)]
    return [code[a:b].strip() for a, b in zip([0, *cuts], [*cuts, None], strict=True)]


def _asked(make: str) -> dict[str, str]:
    """What a transformation of optax is given: the slope, and where it asks for them, the height
    and the function.
    """
    high = any(name in make for name in WANT_HEIGHTS)
    given = "grad, state, x, value=value, grad=grad, value_fn=f" if high else "grad, state, x"
    return {
        "slope": "value, grad = jax.value_and_grad(f)(x)" if high else "grad = jax.grad(f)(x)",
        "update": fitted(f"optimizer.update({given})", 4, "updates, state = "),
    }


def fitted(code: str, indent: int = 0, lead: str = "", tail: str = "") -> str:
    """An expression on one line, or where it is too long, its arguments one a line.

    >>> print(fitted("f(" + "a" * 40 + ", b=[" + "c" * 40 + "])", lead="x = "))
    x = f(
        aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,
        b=[cccccccccccccccccccccccccccccccccccccccc],
    )
    """
    line = f"{' ' * indent}{lead}{code}{tail}"
    node = ast.parse(code, mode="eval").body
    if len(line) <= WIDTH or not isinstance(node, ast.Call):
        return line
    before, after = code[: node.func.end_col_offset], code[-1]
    parts = [
        *(("", part) for part in node.args),
        *((f"{word.arg}=", word.value) for word in node.keywords),
    ]
    lines = [
        fitted(ast.get_source_segment(code, part) or "", indent + 4, name, ",")
        for name, part in parts
    ]
    return "\n".join([f"{' ' * indent}{lead}{before}(", *lines, f"{' ' * indent}{after}{tail}"])
