"""Typed rules as they run: as Python would, as the built-in rules do to the last bit, and without compiling anything."""

import dataclasses
import math
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings

from optim import build
from optim._typed import State, Typed, defaults_of, knobs_of, typed
from ravine.core.formula import FormulaError, machine, parse_rule, tape
from ravine.core.formula.machine import OF_ONE, OF_TWO
from ravine.core.knob import Knob, knobs
from ravine.core.types import Height
from surfaces import SURFACES
from tests.checking import unchecked
from tests.formula.rolling import ADAM, BUILT_IN, ground, path, roll
from tests.formula.test_reading import GOOD_RULES, trees, written
from tests.growth import grown

LR = {"himmelblau": 0.01, "beale": 0.01, "rosenbrock": 0.0005, "rastrigin": 0.05}
GROUNDS = ["ravine", "himmelblau", "rosenbrock", "beale", "rastrigin", "quadratic"]


def built_in_path(rule, surface, start, steps=300):
    """The path of a rule of `optim`, by a roll of its own."""

    @jax.jit
    def roll(rule, start):
        def step(here, _):
            here = rule.update(surface, *here)
            return here, here[0]

        return jax.lax.scan(step, (start, rule.init(start)), length=steps)[1]

    return np.concatenate([[start], roll(rule, jnp.asarray(start))])


def settings_of(slug, ground):
    rule = build(slug)
    known = {name: getattr(rule, name) for name in knobs(type(rule))}
    return known | ({"lr": LR.get(ground, 0.1)} if "lr" in known else {})


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("slug", BUILT_IN)
def test_a_built_in_rule_that_is_typed_takes_the_very_same_path(slug, ground):
    values, surface = settings_of(slug, ground), SURFACES[ground]()
    rule = typed(
        BUILT_IN[slug], **{name: values[name] for name in parse_rule(BUILT_IN[slug]).knobs}
    )
    points, _memory = path(rule, surface, surface.start)
    expected = built_in_path(build(slug, **values), surface, surface.start)
    assert np.isfinite(expected).all()
    assert np.abs(expected - expected[0]).max() > 0
    np.testing.assert_array_equal(points, expected)


def test_the_states_are_the_rows_of_memory_in_order():
    rule = parse_rule("a = a + 1; b = 10*t; x = x - 0*g")
    _points, memory = path(typed(rule.text), SURFACES["bowl"](), (1.0, 2.0), 5)
    assert rule.state == ("a", "b")
    np.testing.assert_array_equal(memory[:, 0, 0], [0, 1, 2, 3, 4, 5])
    np.testing.assert_array_equal(memory[1:, 1], [[10 * t, 10 * t] for t in range(1, 6)])
    assert not memory[:, 2:].any()


@pytest.mark.parametrize(
    ("text", "after"),
    [  # from (3, 4) on x1² + x2²: g = (6, 8), f = 25
        ("x = -x**2", (-9, -16)),
        ("x = (-x)**2", (9, 16)),
        ("x = 2**3**x/2**3**x*2**3**2", (512, 512)),
        ("x = x - g - 1", (-4, -5)),
        ("x = x/2/2", (0.75, 1)),
        ("x = 2*-x", (-6, -8)),
        ("x = 2**-x", (1 / 8, 1 / 16)),
        ("x = x**-2", (1 / 9, 1 / 16)),
        ("x = x**0", (1, 1)),
        ("x = x**5", (243, 1024)),
        ("x = x**33", (3.0**33, 4.0**33)),
        ("x = x**0.5*x**0.5", (3, 4)),
        ("x = t*x", (3, 4)),
        ("x = f(x)", (25, 25)),
        ("x = f(0)", (0, 0)),
        ("x = f(x - x)+ f(2*x)", (100, 100)),
        ("x = grad(2*x)", (12, 16)),
        ("x = grad(grad(x))", (12, 16)),
        ("x = x - 1; x = g", (6, 8)),
        ("x = x - 1; x = grad(x)", (4, 6)),
        ("m = x; x = x + 1; x = m", (3, 4)),
        ("x = m + 1; m = 5", (1, 1)),
        ("x = norm(x)", (5, 5)),
        ("x = norm(f(x))", (25, 25)),
        ("x = norm(-2)", (2, 2)),
        ("x = norm(t) + norm(k - k)", (1, 1)),
        ("s = s + norm(g)**2; x = norm(s)", (100, 100)),
        ("s = m; m = g; x = norm(s) + norm(m)", (10, 10)),
        ("x = dot(x, g)", (50, 50)),
        ("x = dot(2, x)", (14, 14)),
        ("x = dot(2, 3)", (6, 6)),
        ("x = sum(x) + mean(x)", (10.5, 10.5)),
        ("x = sum(7) + mean(t)", (8, 8)),
        ("x = clip(g, 7, 7.5)", (7, 7.5)),
        ("x = min(x, g, 3.5) + max(0, x, 1)", (6, 7.5)),
        ("x = |x - 10|", (7, 6)),
        ("x = sign(x - 3.5)", (-1, 1)),
        ("x = x - x + sqrt(16) + log(e) + exp(0) + cos(0) + tanh(0) + tan(0) + sin(0)", (7, 7)),
        ("x = log(exp(x))", (3, 4)),
        ("x = sin(x)**2 + cos(x)**2", (1, 1)),
        ("x = tan(x)*cos(x)/sin(x)*tanh(100*x)", (1, 1)),
        ("x = x/sqrt(x)*sqrt(x)", (3, 4)),
        ("x = x/norm(x)", (0.6, 0.8)),
        ("x = x/(t + 1)", (1.5, 2)),
        ("x = t/x", (1 / 3, 1 / 4)),
        ("x = x/4", (0.75, 1)),
        ("x = 1/x/4", (1 / 12, 1 / 16)),
        ("x = x/0", (math.inf, math.inf)),
        ("x = x*pi/pi", (3, 4)),
        ("k = 2; x = k*x", (6, 8)),
        ("x **= 2; x -= 1; x /= 4; x *= 2; x += 1", (5, 8.5)),
    ],
)
def test_what_a_step_makes(text, after):
    points, _memory = path(typed(text), ground("x^2 + y^2"), (3.0, 4.0), 1)
    np.testing.assert_allclose(points[1], after, rtol=1e-14, atol=1e-14)


def by_python(text, value, start, steps):
    """The path of a rule on the ravine by Python itself and NumPy, every knob at the same value."""
    names = {
        "sin": np.sin,
        "abs": np.abs,
        "max": np.maximum,
        "pi": math.pi,
        "x": np.array(start),
        "m": np.zeros(2),
    }
    names["f"] = lambda v: 0.1 * (v * np.ones(2))[0] ** 2 + 2 * (v * np.ones(2))[1] ** 2
    names["grad"] = lambda v: np.array([0.2, 4.0]) * v
    names |= dict.fromkeys(parse_rule(text).knobs, np.float64(value))
    points = [names["x"]]
    for t in range(1, steps + 1):
        names |= {"g": names["grad"](names["x"]), "t": np.float64(t)}
        with np.errstate(all="ignore"):
            exec(text, names)
        points.append(names["x"] * np.ones(2))
    return np.array(points)


@given(one=trees, two=trees)
@settings(max_examples=max(200, settings().max_examples))
def test_a_rule_means_what_python_means(one, two):
    """All but the norm, which of a number is another thing in NumPy; it has rows above."""
    try:
        rule = parse_rule(
            f"m = {written(one)}; x = x - 0.1*({written(two)})".replace("norm", "sin")
        )
    except FormulaError:
        return
    mine, _memory = path(typed(rule.text, **dict.fromkeys(rule.knobs, 0.3)), RAVINE, START, 3)
    theirs = by_python(rule.text, 0.3, START, 3)
    # further out a sine shows rounding, not meaning
    near = np.cumprod((np.abs(theirs) <= 1e6).all(1)).astype(bool)
    np.testing.assert_allclose(mine[near], theirs[near], rtol=1e-7, atol=1e-9)


RAVINE, START = SURFACES["ravine"](), (1.3, -0.7)


def test_the_first_step_is_number_one():
    points, _memory = path(typed("x = x + t"), SURFACES["bowl"](), (0.0, 0.0), 4)
    np.testing.assert_array_equal(points[:, 0], [0, 1, 3, 6, 10])


def test_the_surface_is_asked_only_where_the_formula_asks():
    """A height that is no number anywhere does not disturb a rule that does not look."""
    nowhere: Height = lambda x: jnp.sum(x) * jnp.nan  # noqa: E731
    rule = typed("x = x - 1")
    after, _state = rule.update(nowhere, jnp.array([1.0, 2.0]), rule.init(jnp.zeros(2)))
    np.testing.assert_array_equal(after, [0.0, 1.0])
    after, _state = typed("x = x - g").update(
        nowhere, jnp.array([1.0, 2.0]), rule.init(jnp.zeros(2))
    )
    assert np.isnan(after).all()


FAULTS = {
    "minus the other way round": (OF_TWO, "-", lambda a, b: b - a),
    "quotient the other way round": (OF_TWO, "/", lambda a, b: b / a),
    "power the other way round": (OF_TWO, "**", lambda a, b: b**a),
    "min for max": (OF_TWO, "max", jnp.minimum),
    "max for min": (OF_TWO, "min", jnp.maximum),
    "no sign change": (OF_ONE, "negative", lambda a: a),
    "sine for cosine": (OF_ONE, "cos", jnp.sin),
    "root forgotten": (OF_ONE, "sqrt", lambda a: a),
    "inverse forgotten": (OF_ONE, "rsqrt", jnp.sqrt),
}


@pytest.fixture
def anew():
    """Programs are compiled anew before and after, because the faults are inside them."""
    roll.clear_cache()
    yield
    roll.clear_cache()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_an_operation_is_caught(fault, monkeypatch, anew):
    table, name, wrong = FAULTS[fault]
    monkeypatch.setitem(table, name, wrong)
    with pytest.raises(AssertionError):
        every_step_of_the_table()


def every_step_of_the_table():
    (marked,) = test_what_a_step_makes.pytestmark
    for text, after in marked.args[1]:
        test_what_a_step_makes(text, after)


def test_a_late_clock_is_caught(monkeypatch, anew):
    monkeypatch.setattr(Typed, "init", lambda self, x: State(jnp.zeros((12, 2)), jnp.ones(())))
    with pytest.raises(AssertionError):
        test_the_first_step_is_number_one()
    with pytest.raises(AssertionError):
        test_a_built_in_rule_that_is_typed_takes_the_very_same_path("adam", "ravine")


def test_a_quotient_in_another_order_is_caught(monkeypatch, anew):
    """The last bit of a path is decided by how XLA divides; a tape that divides plainly is not the built-in rule."""
    monkeypatch.setattr(tape.Writer, "_quotient", lambda self, a, b: self.apply("/", a, b))
    unchecked(typed).__globals__["_read"].cache_clear()
    with pytest.raises(AssertionError):
        test_a_built_in_rule_that_is_typed_takes_the_very_same_path("rmsprop", "ravine")
    unchecked(typed).__globals__["_read"].cache_clear()


def test_two_texts_have_one_structure():
    one, two = typed("x = x - lr*g"), typed("v = gamma*v + k*g; x = x - v", k=2.0)
    assert jax.tree.structure(one) == jax.tree.structure(two)
    assert [*map(np.shape, jax.tree.leaves(one))] == [*map(np.shape, jax.tree.leaves(two))]
    assert jax.tree.structure(one) != jax.tree.structure(build("momentum"))
    assert Typed.slug() == "typed"


def other_rule(k):
    """The k-th of very many rules, none of which has the same tape."""
    a, b, c = k % 10, k // 10 % 10, k // 100
    lines = [
        f"m = 0.{a}*m + sin({b + 2}*g)",
        f"x = x - lr*({'m + ' * (c + 1)}{k + 1}*g)",
        f"u{k} = m*x",
    ]
    return "; ".join(lines)


def with_a_rule(k):
    """A run of a rule that a visitor typed; how many programs roll it."""
    rule = typed(parse_rule(other_rule(k * 7 % 500)).text, lr=1e-3 * (1 + k % 7))
    path(rule, SURFACES["bowl"](), (1.0, 2.0), 20)
    return roll._cache_size()


@pytest.mark.skipif(
    sys.platform != "linux", reason="memory is read from /proc, which Linux alone has"
)
def test_hundreds_of_rules_compile_nothing_and_leave_nothing_behind():
    assert len({parse_rule(other_rule(k)).tape for k in range(500)}) == 500
    before, after, left = grown(with_a_rule, 201, 500)
    assert before == after == 1
    assert left < 8192  # bytes a rule; a compiled program is 2.6 MB


def test_turning_a_knob_compiles_nothing():
    bowl = SURFACES["bowl"]()
    path(typed(ADAM), bowl, (1.0, 2.0), 3)
    before = roll._cache_size()
    for lr in (1e-6, 0.1, 10.0):
        path(typed(ADAM, lr=lr), bowl, (1.0, 2.0), 3)
    assert roll._cache_size() == before


def test_a_knob_may_be_mapped_over():
    """What a live slider needs: the values in a batch, the tape not."""
    bowl, rates = SURFACES["bowl"](), [0.01, 0.1, 0.3]
    rules = [typed(ADAM, lr=lr) for lr in rates]
    many = dataclasses.replace(rules[0], values=np.stack([rule.values for rule in rules]))
    axes = Typed(tape=None, values=0, rates=None, share=None)
    points, _ = jax.vmap(lambda rule: roll(rule, bowl, np.array([1.0, 2.0]), 30), (axes,))(many)
    for rule, mine in zip(rules, points, strict=True):
        np.testing.assert_allclose(mine[:31], path(rule, bowl, (1.0, 2.0), 30)[0], rtol=1e-12)


def test_knobs_of_other_rules_keep_their_range():
    rule = parse_rule("x = x - lr*gamma*rho*beta1*beta2*eps*mu*nu*wd*beta3*speed*g")
    found = knobs_of(rule)
    assert list(found) == list(rule.knobs)
    assert found["lr"] == knobs(type(build("adam")))["lr"]
    assert found["beta2"].high == 0.9999
    assert found["speed"] == Knob(r"\mathrm{speed}", 0.0, 10.0, "from zero")
    assert [name for name, knob in found.items() if knob.symbol not in rule.formula] == []


@pytest.mark.parametrize("text", GOOD_RULES)
def test_a_rule_opens_inside_its_knobs(text):
    rule = parse_rule(text)
    for name, value in defaults_of(rule).items():
        assert knobs_of(rule)[name].check(name, value) == value
        assert value in knobs_of(rule)[name].grid()
    assert typed(text).values[: len(rule.knobs)].tolist() == [*defaults_of(rule).values()]


def test_defaults():
    rule = parse_rule("x = x - lr*gamma*rho*beta1*beta2*eps*mu*speed")
    assert [*defaults_of(rule).values()] == [0.4, 0.9, 0.9, 0.9, 0.999, 1e-8, 0.9, 0.1]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"lr": 99}, r"lr = 99 is outside \[1e-06, 10\]"),
        ({"k": -1}, r"k = -1 is outside \[0, 10\]"),
        ({"k": "much"}, "k = 'much' is not a number"),
        ({"speed": 1}, "The rule has no knob 'speed'; it has lr, k"),
    ],
)
def test_the_door_refuses_with_a_sentence(values, said):
    with pytest.raises(ValueError, match=said):
        typed("x = x - lr*k*g", **values)


def test_a_text_that_is_none_is_refused_at_the_door():
    with pytest.raises(FormulaError, match=r"Line 1, column 8"):
        typed("x = x - ")


def test_the_longest_tape_there_is():
    """96 operations, 12 states, 12 knobs and 24 constants at once."""
    states = "; ".join(f"a{k} = a{k}*k{k} + {k + 2}.5*{'g' if k % 2 else 'x'}" for k in range(12))
    rule = parse_rule(f"{states}; x = x - 1e-9*(a1 + a11)")
    points, memory = path(typed(rule.text), SURFACES["bowl"](), (1.0, 2.0), 1)
    assert (len(rule.state), len(rule.knobs)) == (12, 12)
    np.testing.assert_allclose(
        memory[1, :, 1], [(k + 2.5) * (4.0 if k % 2 else 2.0) for k in range(12)]
    )
    assert np.isfinite(points).all()


def test_every_operation_has_a_program():
    assert {*OF_TWO, *OF_ONE} == {*tape.ON_NUMBERS}
    assert machine.branch("-")(3.0, 1.0) == 2.0
