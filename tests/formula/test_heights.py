"""Heights from tapes against JAX's own derivatives of the same formulas, compiled directly."""

import functools
import random
import time

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optim import build
from optim._typed import typed
from ravine.core.formula import height_of, parse_expression
from ravine.core.formula.grammar import Binary, Call, Name, Negative, Number
from ravine.core.formula.height import LOCAL_OF_ONE, LOCAL_OF_TWO, Local
from ravine.core.formula.writing import written
from ravine.experiments.trace import run
from surfaces import SURFACES
from tests.formula.rolling import ADAM, ground, path, roll

COUNT, TOGETHER = 375, 125
POINTS = np.array([[0.7, -1.3], [-0.4, 0.9], [1.6, 2.1]])
ONE = ["sqrt", "abs", "exp", "log", "sin", "cos", "tan", "tanh", "sign"]
LIKE = {"rtol": 1e-8, "atol": 1e-8}


def random_tree(draw, depth):
    """A formula of at most this depth."""
    if depth == 0 or draw.random() < 0.12:
        return draw.choice(
            [Name("x"), Name("y"), Name("pi"), Number(draw.choice([0.5, 1.0, 2.0, 3.0, 0.1]))]
        )
    kind = draw.random()
    if kind < 0.5:
        return Binary(
            draw.choice("+-*/"), random_tree(draw, depth - 1), random_tree(draw, depth - 1)
        )
    if kind < 0.65:
        power = draw.choice(
            [Number(2.0), Number(3.0), Number(0.5), Negative(Number(1.0)), random_tree(draw, 1)]
        )
        return Binary("**", random_tree(draw, depth - 1), power)
    if kind < 0.72:
        return Negative(random_tree(draw, depth - 1))
    if kind < 0.92:
        return Call(draw.choice(ONE), (random_tree(draw, depth - 1),))
    name, count = draw.choice([("min", 2), ("max", 3), ("clip", 3)])
    return Call(name, tuple(random_tree(draw, depth - 1) for _ in range(count)))


def direct(node, x):
    """The same formula as a JAX program, by a walk of its own."""
    match node:
        case Number(value):
            return jnp.asarray(value)
        case Name(name):
            return {"x": x[0], "y": x[1], "pi": jnp.pi, "e": jnp.e}[name] * jnp.ones(())
        case Negative(inner):
            return -direct(inner, x)
        case Binary("**", left, Number(value)) if value.is_integer():
            return direct(left, x) ** int(value)
        case Binary("**", left, Negative(Number(value))) if value.is_integer():
            return direct(left, x) ** -int(value)
        case Binary(sign, left, right):
            a, b = direct(left, x), direct(right, x)
            return {
                "+": jnp.add,
                "-": jnp.subtract,
                "*": jnp.multiply,
                "/": jnp.divide,
                "**": jnp.power,
            }[sign](a, b)
        case Call("min" | "max" as name, arguments):
            pick = jnp.minimum if name == "min" else jnp.maximum
            return functools.reduce(pick, [direct(argument, x) for argument in arguments])
        case Call("clip", (value, low, high)):
            return jnp.minimum(jnp.maximum(direct(value, x), direct(low, x)), direct(high, x))
        case Call(name, (argument,)):
            return getattr(jnp, name)(direct(argument, x))


def formulas(seed, count):
    """Random formulas that the grammar takes: texts and trees."""
    draw, found = random.Random(seed), {}
    while len(found) < count:
        node = random_tree(draw, 4)
        try:
            made = parse_expression(written(node))
        except ValueError:
            continue
        assert made.tree == node
        found[made.text] = made
    return list(found.values())


def everything(f, x):
    return f(x), jax.grad(f)(x), jax.hessian(f)(x)


def by_jax(node, bent):
    """Value, gradient and, if asked for, Hessian at POINTS, operation by operation.

    Not in one program: there XLA turns log(a**b) into b*log|a|, which is a number where a**b is none.
    """
    return jax.vmap(
        lambda x: (everything if bent else everything_but)(lambda x: direct(node, x), x)
    )(POINTS)


def everything_but(f, x):
    return (*jax.value_and_grad(f)(x), jnp.full((2, 2), jnp.nan))


by_tape = jax.jit(jax.vmap(everything, (None, 0)))


@pytest.mark.parametrize("seed", range(COUNT // TOGETHER))
def test_a_tape_is_what_jax_makes_of_the_formula(seed):
    """Hundreds of formulas; the Hessian of every tenth."""
    compared = 0
    for number, made in enumerate(formulas(seed, TOGETHER)):
        theirs, mine = by_jax(made.tree, number % 10 == 0), by_tape(ground(made.text), POINTS)
        np.testing.assert_allclose(mine[0], theirs[0], **LIKE, err_msg=made.text)
        for k, value in enumerate(theirs[0]):
            for own, other in [
                (own[k], np.asarray(other[k]))
                for own, other in zip(mine[1:], theirs[1:], strict=True)
            ]:
                if np.isfinite(value) and np.isfinite(other).all() and np.abs(other).max() < 1e8:
                    np.testing.assert_allclose(own, other, **LIKE, err_msg=made.text)
                    compared += 1
    assert compared > TOGETHER * 2


FAULTS = {
    "product": ("*", lambda a, b: Local(a * b, b, a)),
    "quotient": (
        "/",
        lambda a, b: Local(a / b, 1 / b, a / (b * b), 0.0, -1 / (b * b), 2 * a / (b * b * b)),
    ),
    "difference": ("-", lambda a, b: Local(a - b, 1.0, 1.0)),
    "root": ("sqrt", lambda a: Local(jnp.sqrt(a), 1 / jnp.sqrt(a))),
    "cosine": ("cos", lambda a: Local(jnp.cos(a), jnp.sin(a), aa=-jnp.cos(a))),
    "logarithm": ("log", lambda a: Local(jnp.log(a), 1 / a, aa=1 / (a * a))),
}


def forget():
    """The fault is in the compiled programs."""
    by_tape.clear_cache()
    height_of.clear_cache()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_derivative_is_caught(fault, monkeypatch):
    name, wrong = FAULTS[fault]
    monkeypatch.setitem(LOCAL_OF_TWO if name in LOCAL_OF_TWO else LOCAL_OF_ONE, name, wrong)
    forget()
    with pytest.raises(AssertionError):
        test_a_tape_is_what_jax_makes_of_the_formula(0)
    forget()


@pytest.mark.parametrize(
    "text", ["sqrt(x^2 + y^2)", "exp(x)/y + x^y", "tanh(3x)tan(y)", "x^3 y - log(y+2)"]
)
def test_it_can_be_differentiated_in_any_mode(text):
    f, x = ground(text), jnp.array([0.3, 0.8])
    slope, bend = jax.grad(f)(x), jax.hessian(f)(x)
    np.testing.assert_allclose(jax.jacfwd(f)(x), slope, rtol=1e-13)
    np.testing.assert_allclose(
        jax.jvp(f, (x,), (jnp.array([1.0, 2.0]),))[1], slope @ jnp.array([1.0, 2.0]), rtol=1e-13
    )
    for outer in (jax.jacfwd, jax.jacrev):
        for inner in (jax.jacfwd, jax.jacrev):
            np.testing.assert_allclose(outer(inner(f))(x), bend, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(jax.value_and_grad(f)(x)[0], f(x), rtol=1e-15)


@pytest.mark.parametrize(
    ("text", "at", "value", "slope"),
    [
        (
            "sqrt(x^2)*0 + y",
            (0.0, 1.0),
            1.0,
            (0.0, 1.0),
        ),  # what stands still has no slope, however steep the root
        ("|x| + |y|", (0.0, -2.0), 2.0, (0.0, -1.0)),
        ("max(x, y)", (1.0, 1.0), 1.0, (0.5, 0.5)),
        ("min(x, 1)", (1.0, 1.0), 1.0, (0.5, 0.0)),
        ("x^2 + 0*log(y)", (3.0, 1.0), 9.0, (6.0, 0.0)),
        ("x^y", (0.0, 2.0), 0.0, (0.0, 0.0)),
        ("y^1.5", (0.0, 0.0), 0.0, (0.0, 0.0)),
        ("sqrt(3)*y", (0.0, 2.0), 2 * 3**0.5, (0.0, 3**0.5)),
        ("5", (1.0, 2.0), 5.0, (0.0, 0.0)),
        ("x", (1.0, 2.0), 1.0, (1.0, 0.0)),
    ],
)
def test_edges(text, at, value, slope):
    f = ground(text)
    np.testing.assert_allclose(f(jnp.array(at)), value, rtol=1e-15)
    np.testing.assert_allclose(jax.grad(f)(jnp.array(at)), slope, rtol=1e-15)
    assert np.isfinite(np.asarray(jax.hessian(f)(jnp.array([0.5, 0.7])))).all()


@pytest.mark.parametrize("text", ["log(x) + y", "sqrt(x) + y^2", "x^0.5"])
def test_where_the_height_is_no_number_neither_is_its_slope(text):
    f, x = ground(text), jnp.array([-1.0, 1.0])
    assert np.isnan(f(x))
    assert np.isnan(jax.grad(f)(x)).all()
    trace = run(build("gradient_descent", lr=0.1), f, (-1.0, 1.0), 5)
    assert np.isnan(trace.x[1:]).all()


@pytest.mark.parametrize(
    ("slug", "text", "rtol"),
    [
        ("ravine", "0.1x^2 + 2y^2", 1e-9),
        ("himmelblau", "(x^2 + y - 11)^2 + (x + y^2 - 7)^2", 1e-9),
        ("rastrigin", "20 + x^2 - 10cos(2πx) + y^2 - 10cos(2πy)", 1e-9),
    ],
)
def test_a_surface_that_is_typed_is_the_built_in_one(slug, text, rtol):
    surface = SURFACES[slug]()
    for rule in (build("momentum", lr=0.001), build("adam", lr=0.01)):
        built, mine = (
            run(rule, surface, surface.start, 50),
            run(rule, ground(text), surface.start, 50),
        )
        np.testing.assert_allclose(mine.x, built.x, rtol=rtol)
        np.testing.assert_allclose(mine.loss, built.loss, rtol=rtol, atol=1e-12)


def test_a_typed_rule_on_a_typed_surface_is_quick_and_compiles_nothing():
    texts = ["sin(3x) exp(-y^2)", "|x| + y^4", "x^2 + 10 y^2 - cos(x)"]
    run(typed(ADAM), ground("x"), (1.0, 0.5), 300)
    took = []
    for text in texts * 5:
        begin = time.thread_time()
        trace = run(typed(ADAM, lr=0.01), ground(text), (1.0, 0.5), 300)
        took.append(time.thread_time() - begin)
    assert np.isfinite(trace.x).all()
    assert min(took) < 0.02


def test_other_surfaces_take_the_same_program():
    path(typed("x = x - lr*g"), ground("x y"), (1.0, 2.0), 3)
    before = roll._cache_size()
    for text in ("x^2 + y^2", "sin(x)cos(y)", "7", "e^(x/9) + |y|"):
        path(typed("x = x - lr*g"), ground(text), (1.0, 2.0), 3)
    assert roll._cache_size() == before


NONE = np.nan


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [
        ("|x|^0.5 + y", (0.0, 1.0), (NONE, 1.0)),  # a cusp
        ("sqrt(|y|) + 3x", (1.0, 0.0), (3.0, NONE)),
        ("x^(2/3)*(x^2)^0.1", (0.0, 1.0), (NONE, 0.0)),
        ("sqrt(x)", (0.0, 1.0), (np.inf, 0.0)),  # a side alone
        ("sqrt(y) + x", (1.0, 0.0), (1.0, np.inf)),
        ("sqrt(x^2 + y^2)", (0.0, 0.0), (NONE, NONE)),  # the tip of a cone
        ("1/x", (0.0, 1.0), (-np.inf, 0.0)),  # poles
        ("1/x", (-0.0, 1.0), (-np.inf, 0.0)),
        ("1/x^2 + y^2", (0.0, 1.0), (NONE, 2.0)),
        ("x^-2", (0.0, 1.0), (NONE, 0.0)),
        ("log(x)", (0.0, 1.0), (np.inf, 0.0)),
        ("log(x^2)", (0.0, 1.0), (NONE, 0.0)),
        ("x^y", (0.0, 0.0), (NONE, NONE)),
        ("y/x", (1e200, 1e200), (-1e-200, 1e-200)),  # its square is too large, it is not
        ("y/x", (1e-200, 1e-200), (-1e200, 1e200)),
        ("log(x)/x", (1e-180, 1.0), (np.inf, 0.0)),
        ("sqrt(x^2 + y^2)", (3e200, 4e200), (NONE, NONE)),  # too large a number in between
        ("hypot(x, y) + y", (3e200, 1.0), (NONE, NONE)),
        ("log(x^2 + y^2)", (1e200, 1.0), (NONE, NONE)),
        ("(x^2)^0.25", (1e200, 1.0), (NONE, 0.0)),
        ("x^2 + y", (1e200, 0.0), (2e200, 1.0)),  # too large a height, and yet a slope
        ("exp(-x^2) + y", (1e200, 0.0), (0.0, 1.0)),  # it has come to rest
        ("atan(x^2) + tanh(x)", (1e200, 0.0), (0.0, 0.0)),
        ("sqrt(x^2)*0 + y", (0.0, 1.0), (0.0, 1.0)),
        ("0*sqrt(|x|) + |y|", (0.0, 0.0), (0.0, 0.0)),
    ],
)
def test_where_there_is_no_slope_no_number_is_told(text, at, slope):
    """A derivative is the right one, infinite or NaN: at poles, cusps, and where squares overflow."""
    f, x = ground(text), jnp.array(at)
    np.testing.assert_allclose(jax.grad(f)(x), slope, rtol=1e-14)


@pytest.mark.parametrize("power", [0.25, 0.5, 0.75, 1.0, 1.5, 2.5])
@pytest.mark.parametrize("inner", ["|x|", "x^2", "|x|^3", "x^2*|y|", "|sin(x)|", "|y - 0.7|"])
def test_a_slope_at_a_corner_is_the_mean_of_both_sides_or_none(power, inner):
    """Against differences; and where it is none neither are the curvatures."""
    f, x, step = ground(f"({inner})^{power} + 3x*y"), np.array([0.0, 0.7]), 1e-9
    told = np.asarray(jax.grad(f)(jnp.asarray(x)))
    height = float(f(jnp.asarray(x)))
    for k, unit in enumerate(np.eye(2)):
        right, left = (float(f(jnp.asarray(x + side * step * unit))) for side in (1, -1))
        if np.isfinite(told[k]):
            np.testing.assert_allclose(told[k], (right - left) / (2 * step), atol=1e-3)
            assert abs(right + left - 2 * height) / step < 2.1  # a kink, no cusp
    bend = np.asarray(jax.hessian(f)(jnp.asarray(x)))
    assert not np.isfinite(bend[~np.isfinite(told)]).any()
