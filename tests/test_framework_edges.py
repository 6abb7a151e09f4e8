"""The scripts for the frameworks where sliders end: they are right there, or say in a sentence why they do not run.

PyTorch and Keras are not installed where the tests run. Their argument limits are written down here as their sources
have them (torch 2.13, keras 3.15), and the function of a script runs on stand-ins of their arrays.
"""

import ast
import contextlib
import math
import os
import random
import sys
import types
import zlib

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ravine
from optim import build
from optim.gradient_descent import GradientDescent
from optim.lion import Lion
from optim.rprop import WaitingRprop
from optim.schedule_free import WeighedScheduleFree
from ravine.core.knob import knobs
from ravine.core.words import speak
from ravine.experiments.frameworks import FRAMEWORKS, FUNCTIONS, TAKEN, available, script
from ravine.experiments.trace import run
from ravine.experiments.verify import KINDS
from surfaces import SURFACES, turned, typed
from surfaces._turned import QUARTER
from tests.test_frameworks import executed, unformatted

CALLS = [(name, framework) for name, kind in KINDS.items() for framework in available(kind)]
EVERYTHING = "EXAMPLES" in os.environ  # else a part, another one with every version
PART = zlib.crc32(ravine.__version__.encode())


def part(cases, size):
    """All cases with EXAMPLES; else a few, the same ones as long as the version is the same."""
    cases = list(cases)
    return cases if EVERYTHING else random.Random(PART).sample(cases, min(size, len(cases)))


def edges(kind):
    """The values at the ends of every slider of a rule, one knob at a time."""
    return [{name: end} for name, knob in knobs(kind).items() for end in (knob.low, knob.high)]


def at_least(low, strict=False):
    return lambda value: value > low if strict else value >= low


def below_one(value):
    return 0.0 <= value < 1.0


class Refusing:
    """An optimizer of a framework that raises ValueError for what its constructor refuses."""

    def __init__(self, **limits):
        self.limits = limits

    def __call__(self, *given, **named):
        rates = [("lr", one) for one in given if isinstance(one, float)]
        for name, value in [*rates, *named.items()]:
            for one, allows in zip(np.ravel(value), np.ravel(self.limits[name]), strict=True):
                if not allows(one):
                    raise ValueError(f"{name} = {value}")


ANY, POSITIVE = at_least(-math.inf), at_least(0.0)
SHARED = {"lr": POSITIVE, "eps": POSITIVE, "weight_decay": POSITIVE}
BETAS = {**SHARED, "betas": (below_one, below_one), "amsgrad": ANY, "momentum_decay": POSITIVE}
RMSPROP = {**SHARED, "alpha": POSITIVE, "momentum": POSITIVE, "centered": ANY}
SGD = {**SHARED, "momentum": POSITIVE, "dampening": ANY, "nesterov": ANY}
ETAS = (lambda value: 0.0 < value < 1.0, at_least(1.0, strict=True))
TORCH = {
    "SGD": Refusing(**SGD),
    "Adagrad": Refusing(**SHARED),
    "Adadelta": Refusing(**SHARED, rho=lambda value: 0.0 <= value <= 1.0),
    "RMSprop": Refusing(**RMSPROP),
    "Rprop": Refusing(**SHARED, etas=ETAS, step_sizes=(ANY, ANY)),
    **{name: Refusing(**BETAS) for name in ("Adam", "AdamW", "Adamax", "NAdam", "RAdam")},
}
FREE = dict.fromkeys(
    ("lr", "epsilon", "rho", "beta_1", "beta_2", "weight_decay", "amsgrad", "centered", "nesterov",
     "initial_accumulator_value", "momentum"), ANY
)  # fmt: skip
SHARE = lambda value: 0.0 <= value <= 1.0  # noqa: E731
KERAS = {
    **{
        name: Refusing(**FREE)
        for name in ("Adam", "AdamW", "Adamax", "Nadam", "Adagrad", "Adadelta", "RMSprop")
    },
    "SGD": Refusing(**FREE | {"momentum": SHARE}),
    "Lion": Refusing(**FREE | {"beta_1": lambda value: 0.0 < value <= 1.0}),
}


class Module:
    """A module with these names."""

    def __init__(self, **names):
        self.__dict__ |= names


def constructed(kind, values, framework):
    """Whether the framework would make the optimizer that a script of these values asks for."""
    numbers = {name: repr(getattr(kind(**values), name)) for name in knobs(kind)}
    names = {
        "torch": Module(optim=Module(**TORCH)),
        "keras": Module(optimizers=Module(**KERAS)),
        "x": None,
    }
    try:
        eval(kind.calls[framework].make.format(**numbers), names)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(("name", "framework"), CALLS)
def test_what_a_framework_refuses_is_a_sentence_and_nothing_else_is(name, framework):
    kind = KINDS[name]
    for values in [{}, *edges(kind)]:
        source = script(kind, values, SURFACES["bowl"](), (1.0, 2.0), 3, framework)
        refused = source.endswith("raise SystemExit(__doc__)\n")
        if framework != "optax":
            assert refused != constructed(kind, values, framework), values
        else:
            assert refused == (name == "schedule_free.optax" and values == {"beta1": 0.0}), values


REFUSED = [
    (WaitingRprop, {"grow": 1.0}, "pytorch", "PyTorch refuses Rprop with grow = 1", "1 < grow"),
    (WaitingRprop, {"shrink": 0.0}, "pytorch", "with shrink = 0", "0 < shrink < 1"),
    (WaitingRprop, {"shrink": 1.0}, "pytorch", "with shrink = 1", "0 < shrink < 1"),
    (Lion, {"beta1": 0.0}, "keras", "Keras refuses Lion with beta1 = 0", "0 < beta1"),
    (WeighedScheduleFree, {"beta1": 0.0}, "optax", "optax refuses Schedule-Free SGD", "0 < beta1"),
]


@pytest.mark.parametrize(("kind", "values", "framework", "said", "limits"), REFUSED)
def test_a_refusal_is_a_script_that_says_so(kind, values, framework, said, limits, tmp_path):
    sources = {}
    for language in ("en", "zh-CN"):
        speak(language)
        try:
            sources[language] = script(kind, values, SURFACES["bowl"](), (1.0, 2.0), 3, framework)
        finally:
            speak("en")
    assert unformatted(tmp_path, sources) == ""
    with pytest.raises(SystemExit) as told:
        exec(
            compile(sources["en"], "script.py", "exec"),
            {"__doc__": ast.get_docstring(ast.parse(sources["en"]))},
        )
    assert said in str(told.value)
    assert limits in str(told.value)


@pytest.mark.parametrize(
    ("name", "values"),
    part(
        (
            (name, values)
            for name, framework in CALLS
            if framework == "optax"
            for values in edges(KINDS[name])
            if (name, values) != ("schedule_free.optax", {"beta1": 0.0})
        ),
        4,
    ),
)
def test_at_the_end_of_a_slider_optax_prints_what_is_drawn(name, values):
    kind, surface = KINDS[name], SURFACES["quadratic"]()
    told = executed(script(kind, values, surface, (1.0, 2.0), 4, "optax"))
    trace = run(kind(**values), surface, (1.0, 2.0), 4)
    np.testing.assert_allclose(told[:, 1:3], trace.x, rtol=1e-7, atol=1e-9)


class Tensor:
    """A number or a row of them as in PyTorch: Python's numbers go with it, and come out as one."""

    def __init__(self, value):
        self.value = np.asarray(value)

    def __iter__(self):
        return map(Tensor, self.value)

    def item(self):
        return self.value.item()


def plain(value):
    """What stands in a tensor, or a Python number that PyTorch can take."""
    if isinstance(value, Tensor):
        return value.value
    assert type(value) in {float, bool} or (type(value) is int and abs(value) < 2**63), value
    return value


for sign in ("add", "sub", "mul", "truediv", "pow"):
    operate = getattr(np, {"sub": "subtract", "mul": "multiply", "truediv": "divide", "pow":
                           "power"}.get(sign, sign))  # fmt: skip
    setattr(Tensor, f"__{sign}__",
            lambda a, b, work=operate: Tensor(work(plain(a), plain(b))))  # fmt: skip
    setattr(Tensor, f"__r{sign}__",
            lambda a, b, work=operate: Tensor(work(plain(b), plain(a))))  # fmt: skip
Tensor.__neg__ = lambda a: Tensor(-a.value)
Tensor.__lt__ = lambda a, b: bool(plain(a) < plain(b))
Tensor.__gt__ = lambda a, b: bool(plain(a) > plain(b))


def on_tensors(work):
    """A function that refuses numbers, as those of PyTorch do."""

    def called(*given):
        if not all(isinstance(one, Tensor) for one in given):
            raise TypeError("argument must be Tensor")
        return Tensor(work(*(one.value for one in given)))

    return called


def torch():
    """A stand-in of the module."""
    made = types.ModuleType("torch")
    found = {name: getattr(np, name) for name in FUNCTIONS}
    made.__dict__.update(
        {name: on_tensors(work) if callable(work) else work for name, work in found.items()}
    )
    made.float64, made.set_default_dtype = np.float64, lambda dtype: None
    made.tensor = lambda value, requires_grad=False: Tensor(np.asarray(value, np.float64))
    made.as_tensor = lambda value: value if isinstance(value, Tensor) else Tensor(value)
    made.sigmoid = on_tensors(jax.nn.sigmoid)
    for name in ("maximum", "minimum", "logaddexp", "zeros_like"):
        setattr(made, name, on_tensors(getattr(np, name)))
    return made


def keras():
    """A stand-in of the module; a height of Keras is computed by JAX."""
    made = types.ModuleType("keras")
    made.config = Module(set_floatx=lambda name: None)
    return made


def height_in(source, framework, monkeypatch):
    """The function of a script, from a row of two numbers to the height."""
    monkeypatch.setitem(sys.modules, "torch", torch())
    monkeypatch.setitem(sys.modules, "keras", keras())
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    names = {}
    exec(compile(source[: source.index("\n\ndef show(")], "script.py", "exec"), names)
    row = Tensor if framework == "pytorch" else jnp.asarray
    return lambda place: names["f"](row(place))


@contextlib.contextmanager
def as_elsewhere():
    """JAX as it is where Ravine does not ask for more care."""
    with jax.numpy_rank_promotion("allow"), jax.numpy_dtype_promotion("standard"):
        yield


def places_of(surface, count=4):
    low, high = np.array(surface.view).T
    drawn = np.random.default_rng(zlib.crc32(surface.slug().encode()))
    return np.concatenate([[surface.start], low + drawn.uniform(size=(count, 2)) * (high - low)])


def assert_right(surface, framework, monkeypatch):
    """A script has the heights of the surface, and where JAX can tell, its gradients."""
    source = script(GradientDescent, {"lr": 0.1}, surface, surface.start, 3, framework)
    places = places_of(surface)
    heights, slopes = (
        np.asarray(one) for one in jax.vmap(jax.value_and_grad(surface))(jnp.asarray(places))
    )
    size = 1e-11 * (1 + np.abs(heights[np.isfinite(heights)]).max(initial=0.0))
    with as_elsewhere(), np.errstate(all="ignore"):
        f = height_in(source, framework, monkeypatch)
        told = [f(place).item() for place in places]
        np.testing.assert_allclose(told, heights, rtol=1e-10, atol=size, err_msg=source)
        if framework == "optax":
            here = [jax.grad(f)(jnp.asarray(place)) for place in places[:2]]
            size = 1e-9 * (1 + np.abs(slopes[np.isfinite(slopes)]).max(initial=0.0))
            np.testing.assert_allclose(here, slopes[:2], rtol=1e-8, atol=size, err_msg=source)


def ends_of(kind):
    """A surface as it opens and with all sliders at one end, and each by itself."""
    found = knobs(kind)
    yield kind()
    for name, knob in found.items():
        yield kind(**{name: knob.low})
        yield kind(**{name: knob.high})


EDGES = [
    (surface, angle, framework)
    for kind in SURFACES.values()
    for surface in ends_of(kind)
    for angle in (None, 0.0, 0.7, QUARTER)
    for framework in FRAMEWORKS
]


def turned_by(surface, angle):
    return surface if angle is None else turned(surface, angle)


@pytest.mark.parametrize(
    ("surface", "angle", "framework"),
    [(kind(), 0.7, framework) for kind in SURFACES.values() for framework in ("pytorch", "optax")]
    + part(EDGES, 40),
)
def test_the_function_of_a_script_is_the_surface(surface, angle, framework, monkeypatch):
    assert_right(turned_by(surface, angle), framework, monkeypatch)


def test_no_surface_has_a_name_that_a_script_uses():
    own = {name for kind in SURFACES.values() for name in (*knobs(kind), *kind.data)}
    assert not own & {*TAKEN, *FUNCTIONS}
    for framework in FRAMEWORKS:
        written = script(GradientDescent, {}, turned(typed("clip(softplus(x), 0, 1) + sigmoid(y)"), 0.5),
                         (1.0, 2.0), 3, framework)  # fmt: skip
        names = {
            node.id
            for node in ast.walk(ast.parse(written))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        assert names <= {*TAKEN, "a", "b", "first", "other"}
        rosen = script(
            GradientDescent, {}, turned(SURFACES["rosenbrock"](), 0.5), (1.0, 2.0), 3, framework
        )
        (f,) = [one for one in ast.parse(rosen).body if getattr(one, "name", "") == "f"]
        assert "b" not in {
            node.id
            for node in ast.walk(f)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }


TYPED = [
    "max(0, 1-x)", "max(x^2, 3)", "min(x, y, 2, x*y)", "max(x, 1) + min(3, y)", "max(x, x)*y",
    "clip(x*y, -1, 2)^2", "clip(5, 0, 1)^(-1)*x", "sqrt(clip(4, 0, 9))*y", "relu(x)*relu(-y)",
    "sigmoid(900x) + sigmoid(-900y)", "softplus(900x) - softplus(-900y)", "softplus(x - 40)",
    "2^1000*x*1e-300", "1e14*1e14*x/1e28", "x^100*y^-3", "(1/3)^2000*x + y", "2^x + x^y",
    "abs(x)^0.5 + sign(y)*y", "log2(x^2) + log10(y^2)", "hypot(x, y) + rsqrt(1 + x^2)", "7",
    "e^x*pi - atan(sin(pi)*y)", "max(1, 2)*x + min(pi, e)*y", "x/0.1/3", "-x^2 - -y", "exp(-x)^3",
    "asin(tanh(x)) + acos(sin(y)) + cosh(x)/sinh(2)", "sin(sqrt(abs(x*y)))", "x^1e10*0.5^1e3",
]  # fmt: skip


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("text", TYPED)
def test_the_function_of_a_typed_script_is_the_function(text, framework, monkeypatch):
    assert_right(typed(text), framework, monkeypatch)
    assert_right(turned(typed(text, (0.5, 3.25, -1 / 3, 10.1)), 0.7), framework, monkeypatch)


def test_all_functions_at_once_are_formatted(tmp_path):
    text = " + ".join(f"{name}(x/9)" for name in FUNCTIONS if name not in {"e", "pi", "mean"})
    surface = turned(typed(f"{text} + sigmoid(y) + softplus(y) + clip(x, pi, 4) + e*x",
                           (-1234.56789, 987.654321, -1 / 3e5, 1 / 7)), 0.7)  # fmt: skip
    sources = {
        framework: script(GradientDescent, {}, surface, (1 / 3, 2 / 3), 3, framework)
        for framework in FRAMEWORKS
    }
    assert unformatted(tmp_path, sources) == ""


@pytest.mark.parametrize("text", ["max(0, 1-x) + y^2", "relu(x) + relu(-y)", "max(x, y, 1)"])
def test_a_script_draws_the_path_through_a_kink(text):
    surface = typed(text)
    for place in ((1.0, 1.0), (0.0, 0.0), (0.8, -0.5)):
        told = executed(script(GradientDescent, {"lr": 0.3}, surface, place, 6, "optax"))
        trace = run(build("gradient_descent", lr=0.3), surface, place, 6)
        np.testing.assert_allclose(told[:, 1:3], trace.x, rtol=1e-12, atol=1e-14)


atoms = st.sampled_from(["x", "y", "0", "1", "2", "0.5", "pi", "3e11", "1e-7"])
formulas = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("({}^{})".format, inner, st.sampled_from(["2", "-1", "0.5", "3", "(-2)"])),
        st.builds("{}({})".format, st.sampled_from(
            ["sin", "exp", "abs", "sqrt", "relu", "sigmoid", "softplus", "tanh", "log", "sign"]
        ), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "hypot"]), inner, inner),
        st.builds("clip({}, {}, 2)".format, inner, inner),
    ),
    max_leaves=6,
)  # fmt: skip


def legible(text):
    try:
        typed(text)
    except ValueError:
        return False
    return True


@given(formulas.filter(legible), st.sampled_from(["pytorch", "optax"]))
def test_any_typed_script_is_the_function(text, framework):
    with pytest.MonkeyPatch.context() as patch:
        assert_right(typed(text, (0.3, 3.0, 0.2, 4.0)), framework, patch)
