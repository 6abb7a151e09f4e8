"""What a rule does inside its steps: effective learning rates, the steps of memory alone, and their names."""

import numpy as np
import pytest

from optim import OPTIMIZERS, build
from ravine.experiments import inside
from ravine.experiments.inside import CURVES, STATES, coasts, rates, steps_of
from ravine.experiments.lanes import Lane
from ravine.experiments.trace import run
from surfaces import SURFACES
from tests.cases import every_rule

RAVINE = SURFACES["ravine"]()
START = (-5.0, -2.0)
MEMORYLESS = [("gradient_descent", {}), ("adagrad", {}), ("rmsprop", {}), ("adadelta", {})]
MADE_SO = [("momentum", {"gamma": 0.0}), ("nesterov", {"gamma": 0.0}), ("adam", {"beta1": 0.0})]


@pytest.mark.parametrize(("slug", "knobs"), MEMORYLESS + MADE_SO)
@pytest.mark.parametrize("surface", ["ravine", "himmelblau"])
def test_a_step_is_the_rate_times_the_gradient(slug, knobs, surface):
    ground = SURFACES[surface]()
    rule = build(slug, **({"lr": 0.01} if slug != "adadelta" else {}), **knobs)
    trace = run(rule, ground, ground.start, 40)
    rate = rates(rule, trace)
    assert np.isnan(rate[0]).all()
    np.testing.assert_allclose(
        trace.x[1:], trace.x[:-1] - rate[1:] * trace.grad[:-1], rtol=1e-12, atol=1e-14
    )


def test_adam_s_rate_is_that_of_the_paper():
    rule = build("adam", lr=0.1, beta1=0.9, beta2=0.99, eps=1e-3)
    trace = run(rule, RAVINE, START, 30)
    t = np.arange(1, 31)[:, None]
    expected = 0.1 / (np.sqrt(trace.state.v[1:] / (1 - 0.99**t)) + 1e-3)
    np.testing.assert_allclose(rates(rule, trace)[1:], expected, rtol=1e-12)


def test_adagrad_s_rate_only_ever_falls():
    rule = build("adagrad", lr=0.4)
    rate = rates(rule, run(rule, RAVINE, START, 100))[1:]
    assert (np.diff(rate, axis=0) <= 0).all()


def test_momentum_is_memory_and_a_plain_gradient_step():
    rule = build("momentum", lr=0.4, gamma=0.5)
    trace = run(rule, RAVINE, START, 20)
    coast = coasts(rule, trace)
    np.testing.assert_allclose(coast, -0.5 * trace.state.v, rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(
        (coast - 0.4 * trace.grad)[:-1], steps_of(trace)[1:], rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("slug", [slug for slug, _knobs in MEMORYLESS])
def test_who_remembers_no_direction_does_not_coast(slug):
    rule = build(slug)
    assert not coasts(rule, run(rule, RAVINE, START, 20)).any()


def test_adam_coasts():
    rule = build("adam", lr=0.1)
    trace = run(rule, RAVINE, START, 20)
    assert (coasts(rule, trace)[1:] > 0).all()
    assert not coasts(rule, trace)[0].any()


@every_rule
def test_a_new_length_compiles_nothing(slug):
    rule = build(slug)
    for steps in (3, 20, 31):
        trace = run(rule, RAVINE, START, steps)
        assert rates(rule, trace).shape == coasts(rule, trace).shape == (steps + 1, 2)
        if steps == 3:
            before = inside._rates.compiled, inside._coasts.compiled
    assert (inside._rates.compiled, inside._coasts.compiled) == before


def test_a_run_that_overflows_is_data():
    rule = build("gradient_descent", lr=10.0)
    trace = run(rule, RAVINE, START, 600)
    assert np.isinf(trace.x).any() or np.isnan(trace.x).any()
    assert rates(rule, trace).shape == (601, 2)
    assert steps_of(trace).shape == (601, 2)


def test_states_are_found_in_the_rules():
    assert Lane("adam").kind.vectors == ("m", "v")
    assert Lane("gradient_descent").kind.vectors == ()
    assert {"v1", "v2", "s1", "s2", "u1", "u2"} <= set(STATES)
    assert len(set(CURVES)) == len(CURVES)


def test_a_race_has_the_curves_of_its_rules_and_its_surface():
    assert "height" not in inside.available([Lane("adam")], bounded=True)
    assert not {"gap", "distance"} & set(inside.available([Lane("adam")], bounded=False))
    assert "distance" not in inside.available([Lane("adam")], bounded=True, isolated=False)
    assert "u1" not in inside.available([Lane("adam"), Lane("momentum")], bounded=True)
    assert "u1" in inside.available([Lane("adam"), Lane("adadelta")], bounded=True)
    for bounded in (True, False):
        assert set(inside.usual(bounded)) <= set(inside.available(map(Lane, OPTIMIZERS), bounded))
