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


CLIP = """\
def clip(value, low, high):
    return min(max(value, low), high)


"""


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
    formatted as ruff does. Raises ValueError, with a sentence for a reader, when the framework has
    no call for this form.
    """
    if framework not in BODIES or framework not in form.calls:
        said = _("{framework} has no call that gives this form of {rule}.")
        raise ValueError(said.format(framework=_title(framework), rule=_(form.title)))
    rule, call = form(**values), form.calls[framework]
    written = {name: repr(float(getattr(rule, name))) for name in knobs(form)}
    make, read = (code.format(**written).replace("'", '"') for code in (call.make, call.read))
    return BODIES[framework].format(
        head="\n".join(_head(form, framework)),
        imports=_imports(surface, framework),
        knobs=_knobs(surface, framework) + _columns(surface, framework),
        height=_height(surface),
        x1=repr(float(start[0])),
        x2=repr(float(start[1])),
        make=fitted(make, lead="optimizer = "),
        read=fitted(f"show(step, {read})", 4),
        end=steps + 1,
        **_asked(make),
    )


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
    names = {node.id for node in ast.walk(ast.parse(surface.code)) if isinstance(node, ast.Name)}
    used = [name for name in FUNCTIONS if name in names]
    return f"from {NUMBERS[framework]} import {', '.join(used)}\n" if used else ""


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


def _height(surface: Surface) -> str:
    """The function `f`, with what it needs before it."""
    is_typed, code = surface.bare.written, surface.code
    returned = _as_typed(code) if is_typed else _returned(code)
    clip = CLIP if is_typed and "clip(" in code else ""
    return "\n".join([f"{clip}def f(x):", "    x1, x2 = x", *_turned_back(surface), *returned])


def _turned_back(surface: Surface) -> list[str]:
    """Lines that lead from the picture to the ground of a turned surface."""
    if not isinstance(surface, Turned):
        return []
    (p, q), c, s = surface.pivot, math.cos(surface.turn), math.sin(surface.turn)
    back = [f"    x1 = {p!r} + {c!r} * a + {s!r} * b", f"    x2 = {q!r} + {c!r} * b - {s!r} * a"]
    return [f"    a, b = x1 - {p!r}, x2 - {q!r}", *back]


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
