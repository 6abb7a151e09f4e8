"""Laws that every rule obeys, over whole paths. A new module in `optim/` is tested here without an edit."""

import doctest
import importlib

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optim import build
from ravine.core.bounded_jit import MOST_RESIDENT, Shelf, bounded_jit
from ravine.core.knob import knobs
from ravine.experiments import trace as tracing
from ravine.experiments.trace import _simulate, run
from surfaces import SURFACES
from tests.cases import KINDS, every_form, law
from tests.checking import unchecked
from tests.ground import BOWL as BOWL_TERMS
from tests.ground import SAME, ground

EXACT = {"rtol": 1e-9, "atol": 1e-12}
START = (1.0, -2.0)
BOWL, MIRRORED = ground(BOWL_TERMS), ground({(j, i): c for (i, j), c in BOWL_TERMS.items()})
RAISED = ground({**BOWL_TERMS, (0, 0): 5.0})
SKEWED = ground({(2, 0): 1.0, (0, 4): 0.3})  # separable, and a different curve along each axis
STEPS = 100  # of every law but where it says otherwise: one program serves them


def path(name, surface, start=START, steps=STEPS, **values):
    return run(tuned(name, 0.1, **values), surface, start, steps)


def tuned(name, lr, **values):
    """The form called `name`, with this learning rate if it has one."""
    return KINDS[name](**{"lr": lr, **values} if "lr" in knobs(KINDS[name]) else values)


def defaults(name):
    """The values with which a form opens: of its fields, and of every dialect that writes it so."""
    kind = KINDS[name]
    fields = {knob: getattr(kind(), knob) for knob in knobs(kind)}
    return [fields, *kind.dialects.values()]


@every_form
def test_defaults_lie_inside_their_knobs(name):
    for values in defaults(name):
        for knob, value in values.items():
            assert knobs(KINDS[name])[knob].check(knob, value) == value


@every_form
def test_every_default_is_a_stop_of_its_slider(name):
    for values in defaults(name):
        assert [k for k, value in values.items() if value not in knobs(KINDS[name])[k].grid()] == []


@every_form
def test_every_knob_is_in_the_formula(name):
    rule = KINDS[name]
    assert [k.symbol for k in knobs(rule).values() if k.symbol not in rule.formula] == []


@every_form
def test_every_state_is_in_the_formula(name):
    state = KINDS[name]().init(jnp.zeros(2))
    assert [
        field for field in getattr(state, "_fields", ()) if field not in KINDS[name].formula
    ] == []


@every_form
def test_the_paper_has_a_year(name):
    assert any(
        word.strip(".,").isdigit() and len(word.strip(".,")) == 4
        for word in KINDS[name].paper.split()
    )


@law("rest")
def test_a_minimum_is_at_rest(name):
    np.testing.assert_array_equal(path(name, SAME["ravine"], start=(0.0, 0.0)).x, 0.0)


@law("raise")
def test_raising_the_surface_changes_nothing(name):
    np.testing.assert_allclose(path(name, RAISED).x, path(name, BOWL).x, **EXACT)


@law("mirror")
def test_swapping_the_axes_swaps_the_path(name):
    np.testing.assert_allclose(
        path(name, MIRRORED, start=START[::-1]).x[:, ::-1], path(name, BOWL).x, **EXACT
    )


@law("separable")
def test_on_a_separable_surface_each_axis_minds_its_own_business(name):
    here, there = path(name, SKEWED, start=(1.0, -2.0)), path(name, SKEWED, start=(1.0, 0.7))
    np.testing.assert_allclose(here.x[:, 0], there.x[:, 0], **EXACT)


@every_form
def test_it_goes_downhill_with_a_small_step(name):
    trace = path(name, BOWL)
    assert trace.loss[-1] < trace.loss[0]


@every_form
def test_the_trace_holds_what_it_says(name):
    trace = path(name, BOWL)
    for k in (0, 7, STEPS):
        loss, grad = jax.value_and_grad(BOWL)(jnp.asarray(trace.x[k]))
        np.testing.assert_allclose(trace.loss[k], loss, **EXACT)
        np.testing.assert_allclose(trace.grad[k], grad, **EXACT)
    assert {leaf.shape[0] for leaf in jax.tree.leaves(trace)} == {STEPS + 1}
    assert {leaf.dtype for leaf in jax.tree.leaves(trace)} == {np.dtype(np.float64)}


@every_form
def test_a_trace_can_be_stepped_again_from_its_own_state(name):
    rule, trace = tuned(name, 0.1), path(name, BOWL)
    for k in (0, 5, 19):
        state = jax.tree.map(lambda rows, k=k: jnp.asarray(rows[k]), trace.state)
        x, after = rule.update(BOWL, jnp.asarray(trace.x[k]), state)
        np.testing.assert_allclose(x, trace.x[k + 1], **EXACT)
        for mine, kept in zip(jax.tree.leaves(after), jax.tree.leaves(trace.state), strict=True):
            np.testing.assert_allclose(mine, kept[k + 1], **EXACT)


@every_form
def test_turning_a_knob_never_recompiles(name):
    run(KINDS[name](), BOWL, START, STEPS)
    before = _simulate.compiled
    for turned, knob in knobs(KINDS[name]).items():
        for value in (knob.low, knob.grid()[len(knob.grid()) // 2], knob.high):
            run(KINDS[name](**{turned: value}), ground({(2, 0): 2.0 + value}), START, STEPS)
    run(KINDS[name](), RAISED, (1, 2), STEPS - 5)
    assert _simulate.compiled == before


def test_the_number_of_steps_compiles_only_when_its_bucket_is_left(monkeypatch):
    """In programs of its own: which others this process has compiled before is chance."""
    counted = bounded_jit("kinds", "length", shelf=Shelf(MOST_RESIDENT))(_simulate.__wrapped__)
    monkeypatch.setattr(tracing, "_simulate", counted)
    rule, bowl = build("adam"), SURFACES["bowl"]()
    for steps in (1, 2, 20, 31, 32):
        assert run(rule, bowl, START, steps).x.shape == (steps + 1, 2)
    assert counted.compiled == 1
    run(rule, bowl, START, 33)
    assert counted.compiled == 2


@every_form
def test_a_longer_run_begins_as_the_shorter_one(name):
    np.testing.assert_array_equal(path(name, BOWL, steps=40).x, path(name, BOWL).x[:41])


@every_form
def test_overflow_stays_in_the_arrays(name):
    trace = run(tuned(name, 10.0), SAME["monkey_saddle"], (-1.9, 1.9), STEPS)
    assert trace.x.shape == (STEPS + 1, 2)
    assert trace.loss.shape == (STEPS + 1,)
    assert np.isfinite(trace.x[0]).all()


def test_a_diverging_run_is_not_clipped():
    trace = run(build("gradient_descent", lr=0.6), SURFACES["ravine"](), (-5.0, -2.0), 200)
    np.testing.assert_allclose(trace.x[100, 1], -2.0 * (1 - 0.6 * 4) ** 100, rtol=1e-9)
    assert abs(trace.x[100, 1]) > 1e14


@every_form
def test_docstring_examples_are_true(name):
    assert doctest.testmod(importlib.import_module(KINDS[name].__module__)).failed == 0


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
    with pytest.raises(ValueError, match="The nearest names are adamw"):
        build("adamw2")


@pytest.mark.parametrize("start", [(1.0,), (1.0, float("nan")), "ab", "12", None, (1.0, 2.0, 3.0)])
def test_a_start_that_is_none_is_refused(start):
    with pytest.raises(ValueError, match="start = "):
        unchecked(run)(build("adam"), BOWL, start, 3)


@pytest.mark.parametrize("steps", [-1, 1.5, "3", None])
def test_a_number_of_steps_that_is_none_is_refused(steps):
    with pytest.raises(ValueError, match="steps = "):
        unchecked(run)(build("adam"), BOWL, START, steps)
