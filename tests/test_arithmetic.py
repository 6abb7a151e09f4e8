"""A step as arithmetic: what is shown is what runs, and what anyone can check by hand."""

import contextlib
import io
import re

import numpy as np
import pytest

from optim import build
from ravine.experiments.arithmetic import arithmetic
from ravine.experiments.link import decode
from ravine.experiments.race import default_race, rule_of, run_race
from ravine.experiments.trace import run
from ravine.experiments.verify import KINDS
from ravine.figures.arithmetic import latex_number, latex_of_step, latex_rows, step_script
from surfaces import build as surface
from surfaces import typed
from tests.cases import every_form

RAVINE = surface("ravine")
START = (-5.0, -2.0)
WRAPS = (
    "with-clip_norm~limit=0.5",
    "with-clip_value~limit=0.5",
    "with-l2~decay=0.1",
    "with-decoupled~decay=0.1",
    "with-cosine",
    "with-step",
    "with-exponential",
    "with-inverse_sqrt",
    "with-linear",
    "with-one_cycle",
    "with-plateau",
    "with-warmup_cosine",
    "with-clip_norm~limit=0.5~with-l2~decay=0.1~with-cosine",
)
TEXTS = (
    "v = gamma*v + lr*g; x = x - v",
    "m = beta1*m + (1 - beta1)*g; s = beta2*s + (1 - beta2)*g**2; x = x - lr*(m/(1 - beta1**t))/(sqrt(s) + eps)",
    "v = gamma*v + lr*grad(x - gamma*v); x = x - v",
    "x = x - lr*g/(norm(g) + eps)",
    "h = f(x)/dot(g, g); x = x - h*g",
    "x = x - 0.1*sign(g); x = x - 0.01*x",
    "a = max(a, abs(g)); x = x - lr*clip(g, -1, 1)/a; k = k + 1",
    "x -= 0.3*g",
)

# By hand: the first three steps on f = 0.1 x1^2 + 2 x2^2 from (-5, -2), with 40 digits from the textbooks' formulas.
BY_HAND = {
    "gradient_descent": (
        {"lr": 0.4},
        [{"x": (-4.6, 1.2)}, {"x": (-4.232, -0.72)}, {"x": (-3.89344, 0.432)}],
    ),
    "momentum": (
        {"lr": 0.4, "gamma": 0.5},
        [
            {"v": (-0.4, -3.2), "x": (-4.6, 1.2)},
            {"v": (-0.568, 0.32), "x": (-4.032, 0.88)},
            {"v": (-0.60656, 1.568), "x": (-3.42544, -0.688)},
        ],
    ),
    "nesterov": (
        {"lr": 0.4, "gamma": 0.5},
        [
            {"v": (-0.4, -3.2), "x": (-4.6, 1.2)},
            {"there": (-4.4, 2.8), "v": (-0.552, 2.88), "x": (-4.048, -1.68)},
            {"there": (-3.772, -3.12), "v": (-0.57776, -3.552), "x": (-3.47024, 1.872)},
        ],
    ),
    "adagrad": (
        {"lr": 0.4, "eps": 1e-6},
        [
            {"s": (1, 64), "x": (-4.6, -1.6)},
            {"s": (1.8464, 104.96), "x": (-4.32918, -1.35012)},
            {"s": (2.59607, 134.125), "x": (-4.11423, -1.1636)},
        ],
    ),
    "rmsprop": (
        {"lr": 0.4, "gamma": 0.9, "eps": 1e-6},
        [
            {"s": (0.1, 6.4), "x": (-3.7351, -0.735089)},
            {"s": (0.145804, 6.62457), "x": (-2.95256, -0.278126)},
            {"s": (0.166094, 6.08588), "x": (-2.37298, -0.0977412)},
        ],
    ),
    "adadelta": (
        {"rho": 0.9, "eps": 1e-5},
        [
            {"s": (0.1, 6.4), "u": (9.999e-6, 9.99998e-6), "x": (-4.99, -1.99)},
            {"s": (0.1896, 12.0962), "u": (1.95044e-5, 1.94763e-5), "x": (-4.97975, -1.97976)},
            {"s": (0.269832, 17.1577), "u": (2.83995e-5, 2.83023e-5), "x": (-4.96934, -1.96939)},
        ],
    ),
    "adam": (
        {"lr": 0.4, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        [
            {
                "m": (-0.1, -0.8),
                "v": (0.001, 0.064),
                "m_hat": (-1, -8),
                "v_hat": (1, 64),
                "x": (-4.6, -1.6),
            },
            {"m": (-0.182, -1.36), "v": (0.0018454, 0.104896), "x": (-4.20121, -1.20475)},
            {"m": (-0.247824, -1.7059), "v": (0.00254956, 0.128014), "x": (-3.80462, -0.819485)},
        ],
    ),
}


def told(rule, k, ground=RAVINE, text="", steps=12):
    return arithmetic(rule, ground, run(rule, ground, START, steps), k, text)


def printed(step):
    """What the script of a step leaves behind, and what it prints."""
    out, left = io.StringIO(), {}
    with contextlib.redirect_stdout(out):
        exec(step_script(step), left)  # our own text, of numbers and of the source of a rule
    return left, out.getvalue()


@pytest.mark.parametrize("slug", BY_HAND)
def test_the_first_three_steps_are_those_by_hand(slug):
    knobs, steps = BY_HAND[slug]
    for k, known in enumerate(steps, 1):
        step = told(build(slug, **knobs), k)
        values = {line.name: line.value for line in step.lines}
        for name, expected in known.items():
            shown = [float(f"{v:.6g}") for v in values[name]]
            assert shown == pytest.approx(expected, rel=1e-12), (k, name)


def test_the_seeds_momentum_at_step_three_reads_as_on_paper():
    step = told(build("momentum", lr=0.4, gamma=0.5), 3)
    assert [(row.axis, row.symbols, row.numbers) for row in latex_rows(step)] == [
        (0, r"\nabla f(x)", r"\partial_1 f(-4.032, 0.88) = -0.8064"),
        (1, r"\nabla f(x)", r"\partial_2 f(-4.032, 0.88) = 3.52"),
        (0, r"v \leftarrow \gamma\,v + \eta\,\nabla f(x)",
         r"v_1 = 0.5 \cdot \left(-0.568\right) + 0.4 \cdot \left(-0.8064\right) = -0.60656"),
        (1, r"v \leftarrow \gamma\,v + \eta\,\nabla f(x)", r"v_2 = 0.5 \cdot 0.32 + 0.4 \cdot 3.52 = 1.568"),
        (0, r"x \leftarrow x - v", r"x_1 = -4.032 - \left(-0.60656\right) = -3.42544"),
        (1, r"x \leftarrow x - v", r"x_2 = 0.88 - 1.568 = -0.688"),
    ]  # fmt: skip


@every_form
@pytest.mark.parametrize("k", [1, 2, 7])
def test_the_arithmetic_is_the_step_that_runs(name, k):
    rule = KINDS[name]()
    trace = run(rule, RAVINE, START, 12)
    step = arithmetic(rule, RAVINE, trace, k)
    np.testing.assert_allclose(step.lines[-1].value, trace.x[k], rtol=1e-12, atol=1e-14)
    for field, rows_of in trace.state._asdict().items() if hasattr(trace.state, "_fields") else ():
        found = [line.value for line in step.lines if line.name == field]
        if found:
            np.testing.assert_allclose(found[-1], rows_of[k], rtol=1e-12, atol=1e-14)
    left, out = printed(step)
    np.testing.assert_allclose(left["x"], trace.x[k], rtol=1e-12, atol=1e-14)
    assert out.count("\n") >= len(step.lines)


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize(
    "rule", ["gradient_descent", "adam", "polyak", "newton", "rprop", f"typed~text={TEXTS[2]}"]
)
def test_what_stands_around_a_rule_is_told_too(rule, wrap):
    head, sign, text = rule.partition("~text=")
    _lane_is_told(f"{head}~{wrap}{sign}{text}")


@pytest.mark.parametrize("text", TEXTS)
def test_a_typed_rule_is_told(text):
    _lane_is_told(f"typed~text={text}")


def _lane_is_told(link):
    race = decode({"run": [link]})
    (lane,), (trace,) = race.lanes, run_race(race)
    for k in (1, 2, 5):
        step = arithmetic(rule_of(race, lane), race.surface, trace, k, lane.text)
        np.testing.assert_allclose(step.lines[-1].value, trace.x[k], rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(printed(step)[0]["x"], trace.x[k], rtol=1e-12, atol=1e-14)
        assert latex_of_step(step).count("{") == latex_of_step(step).count("}")


def test_on_a_typed_and_turned_ground_too():
    ground = typed("sin(3x) + y^2")
    rule = build("adam", lr=0.1)
    trace = run(rule, ground, (0.5, 1.0), 9)
    np.testing.assert_allclose(
        arithmetic(rule, ground, trace, 9).lines[-1].value, trace.x[9], rtol=1e-12
    )


def test_a_run_that_leaves_the_numbers_is_told_as_far_as_it_goes():
    rule = build("gradient_descent", lr=10.0)
    trace = run(rule, RAVINE, START, 400)
    k = int(np.flatnonzero(~np.isfinite(trace.x).all(axis=1))[0])
    assert r"\infty" in latex_of_step(arithmetic(rule, RAVINE, trace, k))
    printed(arithmetic(rule, RAVINE, trace, k))


def test_the_script_prints_the_numbers_that_are_shown():
    step = told(build("adam", lr=0.4), 3)
    _left, out = printed(step)
    shown = {line.name: line.value for line in step.lines}
    printed_ones = dict(re.findall(r"^(\w+) = (.*)$", out, re.MULTILINE))
    assert printed_ones.keys() == shown.keys()
    for name, text in printed_ones.items():
        assert text.split() == [f"{v:.6g}" for v in np.ravel(shown[name])]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"),
        (-1.25, "-1.25"),
        (3.2e-7, r"3.2 \cdot 10^{-7}"),
        (1e-8, "10^{-8}"),
        (-1e10, "-10^{10}"),
        (1 / 3, "0.333333"),
        (-0.0, "0"),
        (np.inf, r"\infty"),
        (-np.inf, r"-\infty"),
        (np.nan, r"\text{NaN}"),
        (np.True_, r"\text{yes}"),
    ],
)
def test_a_number_has_six_digits(value, text):
    assert latex_number(value) == text


def test_every_lane_of_the_seeds_race_is_told_at_every_step():
    race = default_race()
    for lane, trace in zip(race.lanes, run_race(race), strict=True):
        for k in range(1, race.steps + 1):
            step = arithmetic(rule_of(race, lane), race.surface, trace, k)
            np.testing.assert_allclose(step.lines[-1].value, trace.x[k], rtol=1e-12, atol=1e-14)


@every_form
def test_a_comparison_is_told_as_one_and_never_as_an_equation(name):
    rule = KINDS[name]()
    trace = run(rule, RAVINE, START, 3)
    for k in (1, 3):
        for row in latex_rows(arithmetic(rule, RAVINE, trace, k)):
            if row.numbers.endswith((r"\text{yes}", r"\text{no}")):
                assert r"\iff" in row.symbols
                assert re.search(r"\\iff .*:\\ \\text\{(yes|no)\}$", row.numbers)
            else:
                assert r"\iff" not in row.numbers


def test_that_adan_is_at_its_first_step_is_a_comparison():
    rule = build("adan")
    rows = latex_rows(arithmetic(rule, RAVINE, run(rule, RAVINE, START, 3), 3))
    assert any(row.numbers.endswith(r"2 = 0:\ \text{no}") for row in rows)
