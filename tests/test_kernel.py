"""The weights of past gradients, and the states that are sums with such weights."""

import numpy as np
import pytest

import surfaces
from optim import around, build, typed
from optim.wrappers import build as wrapper
from ravine.experiments.kernel import Average, averages, kernel
from ravine.experiments.trace import run
from ravine.experiments.verify import KINDS
from tests.cases import every_form

RAVINE = surfaces.build("ravine")
START = (-5.0, -2.0)
STEPS = 40
WITH = [  # forms of which a state is a weighted sum of the gradients of its path, or of their squares
    *(
        "adabelief",
        "adadelta",
        "adadelta.pytorch",
        "adagrad",
        "adagrad.paper",
        "adagrad.keras",
        "adam",
        "adam.keras",
    ),
    *(
        "adamax",
        "adamax.paper",
        "adamax.keras",
        "adamw",
        "adamw.paper",
        "adamw.keras",
        "adan.optax",
        "amsgrad",
    ),
    *(
        "amsgrad.paper",
        "amsgrad.keras",
        "amsgrad.optax",
        "lion",
        "momentum",
        "momentum.optax",
        "momentum.pytorch",
    ),
    *(
        "nadam",
        "nadam.paper",
        "nadam.keras",
        "nadam.optax",
        "nesterov.pytorch",
        "nesterov.keras",
        "qhm",
        "radam",
    ),
    *(
        "radam.paper",
        "radam.optax",
        "rmsprop",
        "rmsprop.paper",
        "rmsprop.pytorch",
        "rmsprop_centered",
    ),
    *(
        "rmsprop_centered.pytorch",
        "rmsprop_centered.paper",
        "rmsprop_momentum",
        "rmsprop_momentum.pytorch",
    ),
    *("yogi", "yogi.paper"),
]


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("t", [0, 1, 7, 300])
def test_the_weights_sum_to_what_the_correction_divides_by(beta, t):
    weights = kernel(beta, t)
    assert weights.shape == (t,)
    np.testing.assert_allclose(weights.sum(), 1 - beta**t, rtol=1e-12, atol=1e-15)


def test_the_newest_weight_is_last_and_largest():
    np.testing.assert_allclose(kernel(0.9, 3), [0.1 * 0.81, 0.1 * 0.9, 0.1], rtol=1e-15)
    assert kernel(0.0, 3).tolist() == [0.0, 0.0, 1.0]


FOUND = {  # field, knob, beta, of, kind, factor
    "adam": [
        ("m", "beta1", 0.8, "g", "average", 1 - 0.8),
        ("v", "beta2", 0.99, "g^2", "average", 1 - 0.99),
    ],
    "rmsprop": [("s", "gamma", 0.8, "g^2", "average", 1 - 0.8)],
    "momentum": [("v", "gamma", 0.8, "g", "sum", 0.3)],
    "momentum.optax": [("b", "gamma", 0.8, "g", "sum", 1.0)],
    "adadelta": [("s", "rho", 0.8, "g^2", "average", 1 - 0.8)],
    "adagrad": [("s", "", 1.0, "g^2", "sum", 1.0)],
    "lion": [("m", "beta2", 0.99, "g", "average", 1 - 0.99)],
    "rmsprop_centered": [
        ("s", "gamma", 0.8, "g^2", "average", 1 - 0.8),
        ("m", "gamma", 0.8, "g", "average", 1 - 0.8),
    ],
    "gradient_descent": [],
    "nesterov": [],
}
KNOBS = {"lr": 0.3, "gamma": 0.8, "rho": 0.8, "beta1": 0.8, "beta2": 0.99}


def tuned(name, **values):
    """A form with these knobs, as far as it has them."""
    own = KINDS[name].__dataclass_fields__
    return KINDS[name](**{knob: value for knob, value in values.items() if knob in own})


@pytest.mark.parametrize("name", FOUND)
def test_averages_are_found_with_their_knobs(name):
    assert averages(tuned(name, **KNOBS)) == tuple(Average(*row) for row in FOUND[name])


@every_form
def test_no_rule_hides_an_average(name):
    assert bool(averages(KINDS[name]())) == (name in WITH)


@pytest.mark.parametrize(
    "values", [{}, {"lr": 0.03, "gamma": 0.3, "rho": 0.3, "beta1": 0.3, "beta2": 0.7, "s0": 0.5}]
)
@pytest.mark.parametrize("name", WITH)
def test_a_state_is_the_weighted_sum_of_the_gradients_of_its_path(name, values):
    rule = tuned(name, **values)
    trace = run(rule, RAVINE, START, STEPS)
    for one in averages(rule):
        states = getattr(trace.state, one.field)
        powers = trace.grad ** (2 if one.of == "g^2" else 1)
        for t in range(1, STEPS + 1):
            by_hand = one.start * one.beta**t + one.weights(t) @ powers[:t]
            np.testing.assert_allclose(
                by_hand, states[t], rtol=1e-12, atol=1e-12 * np.abs(states).max()
            )
            np.testing.assert_array_equal(one.of_gradients(trace.grad[:t]), by_hand)


@every_form
def test_an_average_has_the_weights_of_the_kernel(name):
    for one in averages(KINDS[name]()):
        same = np.array_equal(one.weights(9), kernel(one.beta, 9))
        assert same == (one.kind == "average")


def test_a_sum_is_no_average_by_accident():
    assert averages(build("momentum", lr=0.5, gamma=0.5))[0].kind == "sum"
    assert averages(build("momentum", "optax", gamma=0.0))[0].kind == "sum"
    assert averages(build("adam", beta1=0.0))[0].kind == "average"


def test_a_first_gradient_that_is_spared_the_dampening_is_no_such_sum():
    assert averages(build("momentum", "pytorch", dampening=0.5)) == ()


def test_what_wraps_or_is_typed_has_none():
    assert averages(around(build("adam"), wrapper("cosine"), steps=20)) == ()
    assert averages(typed("v = gamma*v + lr*g; x -= v")) == ()
