"""Laws that every rule obeys, over whole paths. A new module in `optim/` is tested here without an edit."""

import doctest
import importlib

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from core.knob import knobs
from experiments.trace import _roll, run
from optim import OPTIMIZERS, build
from surfaces import SURFACES, Surface
from tests.cases import every_rule, law

EXACT = {"rtol": 1e-9, "atol": 1e-12}
START = (1.0, -2.0)
BOWL = SURFACES["quadratic"](kappa=3.0)


class Raised(Surface):
    """The bowl, five higher."""

    def __call__(self, x):
        return BOWL(x) + 5.0


class Mirrored(Surface):
    """The bowl with its axes swapped."""

    def __call__(self, x):
        return BOWL(x[::-1])


class Skewed(Surface):
    """Separable, and a different curve along each axis."""

    def __call__(self, x):
        return x[0] ** 2 + 0.3 * x[1] ** 4


def path(slug, surface, start=START, steps=50, **values):
    return run(
        build(slug, **{"lr": 0.1, **values} if "lr" in knobs(OPTIMIZERS[slug]) else values), surface, start, steps
    )


@every_rule
def test_defaults_lie_inside_their_knobs(slug):
    rule = OPTIMIZERS[slug]()
    for name, knob in knobs(type(rule)).items():
        assert knob.check(name, getattr(rule, name)) == getattr(rule, name)


@every_rule
def test_every_default_is_a_stop_of_its_slider(slug):
    rule = OPTIMIZERS[slug]()
    for name, knob in knobs(type(rule)).items():
        assert getattr(rule, name) in knob.grid()


@every_rule
def test_every_knob_is_in_the_formula(slug):
    rule = OPTIMIZERS[slug]
    assert [k.symbol for k in knobs(rule).values() if k.symbol not in rule.formula] == []


@every_rule
def test_every_state_is_in_the_formula(slug):
    state = OPTIMIZERS[slug]().init(jnp.zeros(2))
    assert [name for name in getattr(state, "_fields", ()) if name not in OPTIMIZERS[slug].formula] == []


@every_rule
def test_the_paper_has_a_year(slug):
    assert any(word.strip(".,").isdigit() and len(word.strip(".,")) == 4 for word in OPTIMIZERS[slug].paper.split())


@law("rest")
def test_a_minimum_is_at_rest(slug):
    np.testing.assert_array_equal(path(slug, SURFACES["ravine"](), start=(0.0, 0.0)).x, 0.0)


@law("raise")
def test_raising_the_surface_changes_nothing(slug):
    np.testing.assert_allclose(path(slug, Raised()).x, path(slug, BOWL).x, **EXACT)


@law("mirror")
def test_swapping_the_axes_swaps_the_path(slug):
    np.testing.assert_allclose(path(slug, Mirrored(), start=START[::-1]).x[:, ::-1], path(slug, BOWL).x, **EXACT)


@law("separable")
def test_on_a_separable_surface_each_axis_minds_its_own_business(slug):
    here, there = path(slug, Skewed(), start=(1.0, -2.0)), path(slug, Skewed(), start=(1.0, 0.7))
    np.testing.assert_allclose(here.x[:, 0], there.x[:, 0], **EXACT)


@every_rule
def test_it_goes_downhill_with_a_small_step(slug):
    trace = path(slug, BOWL, steps=200)
    assert trace.loss[-1] < trace.loss[0]


@every_rule
def test_the_trace_holds_what_it_says(slug):
    trace = path(slug, BOWL, steps=30)
    for k in (0, 7, 30):
        loss, grad = jax.value_and_grad(BOWL)(jnp.asarray(trace.x[k]))
        np.testing.assert_allclose(trace.loss[k], loss, **EXACT)
        np.testing.assert_allclose(trace.grad[k], grad, **EXACT)
    assert {leaf.shape[0] for leaf in jax.tree.leaves(trace)} == {31}
    assert {leaf.dtype for leaf in jax.tree.leaves(trace)} == {np.dtype(np.float64)}


@every_rule
def test_a_trace_can_be_stepped_again_from_its_own_state(slug):
    rule, trace = build(slug), path(slug, BOWL, steps=20, **({"lr": 0.1} if "lr" in knobs(OPTIMIZERS[slug]) else {}))
    rule = OPTIMIZERS[slug](**{name: 0.1 if name == "lr" else getattr(rule, name) for name in knobs(type(rule))})
    for k in (0, 5, 19):
        state = jax.tree.map(lambda rows, k=k: jnp.asarray(rows[k]), trace.state)
        x, after = rule.update(BOWL, jnp.asarray(trace.x[k]), state)
        np.testing.assert_allclose(x, trace.x[k + 1], **EXACT)
        for mine, kept in zip(jax.tree.leaves(after), jax.tree.leaves(trace.state), strict=True):
            np.testing.assert_allclose(mine, kept[k + 1], **EXACT)


@every_rule
def test_turning_a_knob_never_recompiles(slug):
    bowl = SURFACES["quadratic"]
    run(build(slug), bowl(), START, 7)
    before = _roll._cache_size()
    for name, knob in knobs(OPTIMIZERS[slug]).items():
        for value in (knob.low, knob.grid()[len(knob.grid()) // 2], knob.high):
            run(build(slug, **{name: value}), bowl(kappa=2.0 + value), START, 7)
    run(OPTIMIZERS[slug](), bowl(theta=1), (1, 2), 5)
    assert _roll._cache_size() == before


def test_the_number_of_steps_compiles_only_when_its_bucket_is_left():
    rule, bowl = build("adam"), SURFACES["bowl"]()
    run(rule, bowl, START, 1)
    before = _roll._cache_size()
    for steps in (2, 20, 31, 32):
        assert run(rule, bowl, START, steps).x.shape == (steps + 1, 2)
    assert _roll._cache_size() == before
    run(rule, bowl, START, 33)
    assert _roll._cache_size() == before + 1


@every_rule
def test_a_longer_run_begins_as_the_shorter_one(slug):
    np.testing.assert_array_equal(path(slug, BOWL, steps=20).x, path(slug, BOWL, steps=40).x[:21])


@every_rule
def test_overflow_stays_in_the_arrays(slug):
    wild = build(slug, **({"lr": 10.0} if "lr" in knobs(OPTIMIZERS[slug]) else {}))
    trace = run(wild, SURFACES["monkey_saddle"](), (-1.9, 1.9), 200)
    assert trace.x.shape == (201, 2)
    assert trace.loss.shape == (201,)
    assert np.isfinite(trace.x[0]).all()


def test_a_diverging_run_is_not_clipped():
    trace = run(build("gradient_descent", lr=0.6), SURFACES["ravine"](), (-5.0, -2.0), 200)
    np.testing.assert_allclose(trace.x[100, 1], -2.0 * (1 - 0.6 * 4) ** 100, rtol=1e-9)
    assert abs(trace.x[100, 1]) > 1e14


@every_rule
def test_docstring_examples_are_true(slug):
    assert doctest.testmod(importlib.import_module(OPTIMIZERS[slug].__module__)).failed == 0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"lr": 99}, r"Adam\.lr = 99 is outside \[1e-06, 10\]"),
        ({"lr": float("nan")}, "outside"),
        ({"lr": "much"}, "'much' is not a number"),
        ({"lr": None}, "not a number"),
        ({"speed": 1}, "has no knob 'speed'; it has lr, beta1, beta2, eps"),
    ],
)
def test_the_door_refuses_with_a_sentence(values, said):
    with pytest.raises(ValueError, match=said):
        build("adam", **values)


def test_the_door_names_the_choices():
    with pytest.raises(ValueError, match="choose one of adadelta, adagrad, adam"):
        build("adamw2")


@pytest.mark.parametrize("start", [(1.0,), (1.0, float("nan")), "ab", "12", None, (1.0, 2.0, 3.0)])
def test_a_start_that_is_none_is_refused(start):
    with pytest.raises(ValueError, match="start = "):
        run(build("adam"), BOWL, start, 3)


@pytest.mark.parametrize("steps", [-1, 1.5, "3", None])
def test_a_number_of_steps_that_is_none_is_refused(steps):
    with pytest.raises(ValueError, match="steps = "):
        run(build("adam"), BOWL, START, steps)
