"""Every rule against numbers that come from elsewhere: printed results, closed forms, frameworks, plain NumPy."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from optim import build
from ravine.core.knob import knobs
from ravine.experiments.trace import run
from ravine.experiments.verify import NUMPY, STEPS, Case, goldens
from surfaces import SURFACES
from surfaces import build as surface
from tests.cases import KINDS, every_form
from tests.goldens.report import by_hand
from tests.ground import SAME
from tests.references.rules import BY_HAND

RAVINE = SURFACES["ravine"]()
FROM = (-5.0, -2.0)
GROUNDS = {
    "ravine": FROM,
    "himmelblau": (0.5, -1.0),
    "rosenbrock": (-1.2, 1.0),
}
CLOSE = {"rtol": 1e-9, "atol": 1e-12}
LR = {"ravine": 0.1, "himmelblau": 0.01, "rosenbrock": 0.0005}


@pytest.mark.parametrize(
    ("slug", "values", "end"),
    [
        ("gradient_descent", {"lr": 0.4}, (-0.943467, -0.000073)),
        ("momentum", {"lr": 0.4, "gamma": 0.5}, (-0.062843, 0.001202)),
        ("adagrad", {"lr": 0.4}, (-2.382563, -0.158591)),
    ],
)
def test_the_results_that_dive_into_deep_learning_prints(slug, values, end):
    x = run(build(slug, **values), RAVINE, FROM, 20).x[-1]
    assert tuple(f"{v:.6f}" for v in x) == tuple(f"{v:.6f}" for v in end)


def test_adam_with_a_large_epsilon_ends_where_pytorch_does():
    x = run(build("adam", lr=0.4, eps=0.1), RAVINE, FROM, 20).x[-1]
    assert [f"{v:.6f}" for v in x] == ["0.602029", "-0.176852"]


def settings(name, ground):
    """The usual knobs of a form, with the learning rate that suits the ground."""
    return {"lr": LR[ground]} if "lr" in knobs(KINDS[name]) else {}


@functools.cache
def recorded():
    """What the frameworks printed: (form, surface) -> [(framework, values, path)]."""
    found = {}
    for case, _digest, path in goldens().paths:
        found.setdefault((case.form, case.surface), []).append((case.framework, case.values, path))
    return found


def walked(name, ground):
    """The path by the few lines of NumPy that a test file has for this form."""
    usual = {knob: float(getattr(KINDS[name](), knob)) for knob in knobs(KINDS[name])}
    return by_hand(Case(NUMPY, name, ground, {**usual, **settings(name, ground)}))


def references(name, ground):
    """What the form is held against: [(who, values of the knobs, path)]."""
    found = list(recorded().get((name, ground), ())) if KINDS[name].calls else []
    if name in BY_HAND:
        found.append(("by hand", settings(name, ground), walked(name, ground)))
    return found


@pytest.mark.parametrize("slug", SAME)
def test_a_ground_is_the_surface_of_its_name(slug):
    for x in jax.random.uniform(jax.random.key(0), (20, 2), minval=-2.0, maxval=2.0):
        np.testing.assert_allclose(SAME[slug](x), surface(slug)(x), rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("ground", GROUNDS)
@every_form
def test_equals_an_independent_implementation_step_for_step(name, ground):
    found = references(name, ground)
    assert found, (
        f"{name} has no path to be held against: record one (tests/goldens) or write one into tests/references/rules"
    )
    assert {*KINDS[name].calls} <= {who for who, _values, _path in found}, (
        f"{name}: record again (tests/goldens)"
    )
    for who, values, expected in found:
        rule = KINDS[name](**values)
        if not close(
            drawn(rule, SAME[ground], ground), expected
        ):  # it may be one whose rounding grows
            near = drawn(rule, surface(ground), ground)
            np.testing.assert_allclose(near, expected, **CLOSE, err_msg=who)


def drawn(rule, on, ground):
    return run(rule, on, GROUNDS[ground], STEPS).x


def close(one, other):
    return np.allclose(one, other, **CLOSE, equal_nan=True)


def test_nesterov_is_optax_seen_from_the_look_ahead_point():
    """optax's iterate is our look-ahead point x - gamma v: the two are one path, seen from two places."""
    rule, tx = build("nesterov", lr=0.1, gamma=0.9), optax.sgd(0.1, 0.9, nesterov=True)
    trace = run(rule, RAVINE, FROM, STEPS)
    x, path = jnp.array(FROM), [np.array(FROM)]
    memory = tx.init(x)
    for _ in range(STEPS):
        delta, memory = tx.update(jax.grad(RAVINE)(x), memory, x)
        x = optax.apply_updates(x, delta)
        path.append(np.asarray(x))
    np.testing.assert_allclose(trace.x - rule.gamma * trace.state.v, path, rtol=1e-9)


@pytest.mark.parametrize("lr", [0.05, 0.3, 0.49, 0.51])
def test_gradient_descent_on_a_quadratic_has_its_closed_form(lr):
    steps = np.arange(101)[:, None]
    expected = (1 - lr * np.array([0.2, 4.0])) ** steps * np.array(FROM)
    np.testing.assert_allclose(
        run(build("gradient_descent", lr=lr), RAVINE, FROM, 100).x, expected, rtol=1e-9, atol=1e-15
    )


def heavy_ball(lr, gamma, curvature, x, steps):
    """x_k by the powers of its companion matrix: x_{k+1} = (1 + gamma - lr L) x_k - gamma x_{k-1}."""
    move = np.array([[1 + gamma - lr * curvature, -gamma], [1.0, 0.0]])
    return np.array([(np.linalg.matrix_power(move, k) @ [x, x])[0] for k in range(steps + 1)])


@pytest.mark.parametrize(("lr", "gamma"), [(0.4, 0.5), (0.1, 0.9), (0.7, 0.5)])
def test_momentum_on_a_quadratic_has_its_closed_form(lr, gamma):
    x = run(build("momentum", lr=lr, gamma=gamma), RAVINE, FROM, 60).x
    expected = np.stack(
        [heavy_ball(lr, gamma, c, a, 60) for c, a in zip((0.2, 4.0), FROM, strict=True)], axis=1
    )
    np.testing.assert_allclose(x, expected, rtol=1e-8, atol=1e-12)


def grows(slug, **values):
    """Whether the run on the ravine's steep axis, L = 4, gets out of hand."""
    x = run(build(slug, **values), RAVINE, (0.0, 1e-3), 2000).x[-1, 1]
    return not abs(x) < 1.0


@pytest.mark.parametrize("gamma", [0.0, 0.5, 0.9])
@pytest.mark.parametrize(
    ("slug", "limit"),
    [
        ("gradient_descent", lambda gamma: 2.0),
        ("momentum", lambda gamma: 2 + 2 * gamma),
        ("nesterov", lambda gamma: (2 + 2 * gamma) / (1 + 2 * gamma)),
    ],
)
def test_the_limit_of_stability(slug, limit, gamma):
    values = {} if slug == "gradient_descent" else {"gamma": gamma}
    assert not grows(slug, lr=0.99 * limit(gamma) / 4, **values)
    assert grows(slug, lr=1.01 * limit(gamma) / 4, **values)


def test_complex_modes_of_momentum_shrink_by_the_root_of_gamma():
    trace = run(build("momentum", lr=0.3, gamma=0.81), RAVINE, (0.0, 1.0), 400)
    energy = np.abs(trace.x[:, 1]) + np.abs(trace.state.v[:, 1])
    np.testing.assert_allclose(
        (energy[300:400].max() / energy[100:200].max()) ** (1 / 200), 0.9, rtol=1e-3
    )


def test_the_best_momentum_of_a_quadratic():
    small, large = 0.2, 4.0
    lr = (2 / (np.sqrt(small) + np.sqrt(large))) ** 2
    gamma = ((np.sqrt(large) - np.sqrt(small)) / (np.sqrt(large) + np.sqrt(small))) ** 2
    best = run(build("momentum", lr=lr, gamma=gamma), RAVINE, FROM, 60).loss[-1]
    around = [
        (lr * a, gamma * b)
        for a in (0.8, 1.0, 1.2)
        for b in (0.8, 1.0, 1.2)
        if (a, b) != (1.0, 1.0)
    ]
    assert all(
        run(build("momentum", lr=a, gamma=b), RAVINE, FROM, 60).loss[-1] > best for a, b in around
    )


@pytest.mark.parametrize("start", [(-5.0, -2.0), (3.0, 1e-3), (0.01, -40.0)])
def test_the_first_step_of_adam(start):
    trace = run(build("adam", lr=0.3, eps=1e-2), RAVINE, start, 1)
    g = trace.grad[0]
    np.testing.assert_allclose(
        trace.x[0] - trace.x[1], 0.3 * np.sign(g) * np.abs(g) / (np.abs(g) + 1e-2), rtol=1e-9
    )


def test_the_first_step_of_rmsprop_is_as_long_whatever_the_gradient():
    trace = run(build("rmsprop", lr=0.1, gamma=0.9, eps=1e-12), RAVINE, FROM, 1)
    np.testing.assert_allclose(np.abs(trace.x[0] - trace.x[1]), 0.1 / np.sqrt(0.1), rtol=1e-9)


def test_the_first_step_of_adadelta_is_decided_by_epsilon():
    trace = run(build("adadelta", rho=0.9, eps=1e-6), RAVINE, FROM, 1)
    np.testing.assert_allclose(np.abs(trace.x[0] - trace.x[1]), np.sqrt(1e-6 / 0.1), rtol=1e-4)


def test_the_learning_rate_of_adagrad_only_falls():
    s = run(build("adagrad"), RAVINE, FROM, 100).state.s
    assert (np.diff(s, axis=0) >= 0).all()
    assert (s[-1] > s[1]).all()


@pytest.mark.parametrize("slug", ["momentum", "nesterov"])
def test_without_memory_it_is_gradient_descent(slug):
    plain = run(build("gradient_descent", lr=0.1), RAVINE, FROM, 50)
    still = run(build(slug, lr=0.1, gamma=0.0), RAVINE, FROM, 50)
    # the compiler may fuse a product and a sum
    np.testing.assert_allclose(still.x, plain.x, rtol=1e-14)


def test_adam_without_a_mean_is_corrected_rmsprop():
    x, s, path = np.array(FROM), np.zeros(2), [FROM]
    for t in range(1, 51):
        g = np.array([0.2, 4.0]) * x
        s = 0.9 * s + 0.1 * g**2
        x = x - 0.1 * g / (np.sqrt(s / (1 - 0.9**t)) + 1e-8)
        path.append(tuple(x))
    adam = run(build("adam", lr=0.1, beta1=0.0, beta2=0.9, eps=1e-8), RAVINE, FROM, 50)
    np.testing.assert_allclose(adam.x, path, rtol=1e-9)


SPUN = {  # f after 50 steps on the ravine, turned by 0, 15, 30 and 45 degrees about the minimum
    ("adam", 0.1): (0.0927, 0.598, 1.36, 1.37),
    ("adagrad", 0.4): (0.137, 0.386, 1.07, 1.16),
    ("gradient_descent", 0.4): (0.000598,) * 4,
}


@pytest.mark.parametrize(("slug", "lr"), SPUN)
def test_only_rules_that_look_at_each_coordinate_notice_a_turn(slug, lr):
    ends = []
    for degrees in (0, 15, 30, 45):
        angle = np.radians(degrees)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        f = surface("quadratic", kappa=20.0, theta=angle)  # the ravine is 0.2 of it
        rule = build(
            slug,
            lr=lr * (0.2 if slug == "gradient_descent" else 1.0),
            **({"eps": 1e-12} if slug == "adam" else {}),
        )
        ends.append(0.2 * float(run(rule, f, tuple(turn @ FROM), 50).loss[-1]))
    np.testing.assert_allclose(ends, SPUN[slug, lr], rtol=6e-3)


@pytest.mark.parametrize("slug", ["adam", "rmsprop", "adagrad"])
def test_the_scale_of_the_surface_does_not_matter_as_epsilon_vanishes(slug):
    class Taller(type(RAVINE)):
        def __call__(self, x):
            return 1000.0 * super().__call__(x)

    values = {"eps": 1e-12}
    np.testing.assert_allclose(
        run(build(slug, **values), Taller(), FROM, 20).x,
        run(build(slug, **values), RAVINE, FROM, 20).x,
        rtol=1e-5,
    )
