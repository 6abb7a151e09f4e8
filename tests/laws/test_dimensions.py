"""Laws of rules and wrappers with any number of coordinates: what walks a ravine can train a network."""

import functools
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optim import Wrapped, build, typed
from optim.newton import solved
from optim.wrappers import WRAPPERS
from optim.wrappers.clip_norm import length
from ravine.core.knob import knobs
from ravine.experiments.stepping import step
from surfaces import Surface
from tests.cases import KINDS, every_form

STEPS = 12
SCALES = np.array([0.3, 1.0, 2.0, 0.7, 1.3, 0.2, 3.0])
STARTS = np.array([1.0, -2.0, 0.5, 3.0, -0.4, 2.5, -1.5])
TEXT = "m = beta1*m + (1 - beta1)*g; s = beta2*s + (1 - beta2)*g**2; x = x - lr*m/(sqrt(s) + eps)"


class Separable(Surface):
    """A sum of curves, each in a coordinate of its own and each another one."""

    scales: jax.Array
    dimensions: ClassVar = None

    def __call__(self, x):
        return jnp.sum(self.scales * x**2 + 0.1 * self.scales**2 * x**4)


class Embedded(Surface):
    """A ravine in the first two of seven coordinates; in the others a bowl that no run leaves the middle of."""

    dimensions: ClassVar = None

    def __call__(self, x):
        return 0.1 * x[0] ** 2 + 2.0 * x[1] ** 2 + 0.3 * x[0] * x[1] + 0.5 * jnp.sum(x[2:] ** 2)


def tuned(kind):
    return kind(**({"lr": 0.05} if "lr" in knobs(kind) else {}))


def around(rule, slug):
    return Wrapped(rule=rule, wraps=(WRAPPERS[slug](),), total=float(STEPS))


@functools.partial(jax.jit, static_argnums=1)
def _walked(leaves, kind, x):
    rule, surface = jax.tree.unflatten(kind, leaves)

    def forward(here, k):
        here = step(rule, surface, k, here)
        return here, here

    return jax.lax.scan(forward, (x, rule.init(x)), jnp.arange(1, STEPS + 1))[1]


def walked(rule, surface, x):
    """The places and states of a run after each step, a row a step."""
    leaves, kind = jax.tree.flatten((rule, surface))
    return _walked([jnp.asarray(leaf) for leaf in leaves], kind, jnp.asarray(x))


def law_of_coordinates(form):
    """The reason why a form's coordinates are not runs by themselves; none where they are."""
    return KINDS[form].breaks.get("separable")


def one_by_one(rule):
    """The path on the separable surface, each coordinate walked alone."""
    alone = [walked(rule, Separable(scales=SCALES[[i]]), STARTS[[i]])[0] for i in range(7)]
    return np.concatenate(alone, axis=1)


ALONE = [form for form in KINDS if not law_of_coordinates(form)]
COUPLED = [form for form in KINDS if law_of_coordinates(form)]


@every_form
def test_seven_parameters_are_updated(name):
    rule, x = tuned(KINDS[name]), jnp.asarray(STARTS)
    path, states = walked(rule, Separable(scales=SCALES), x)
    assert path.shape == (STEPS, 7)
    assert np.isfinite(path).all()
    assert (path[0] != STARTS).all()
    for leaf in jax.tree.leaves(states):
        assert set(leaf.shape[1:]) <= {7}
    before, after = (jax.tree.map(lambda leaf, k=k: leaf[k], states) for k in (-2, -1))
    assert jnp.shape(rule.rate(before, after)) in {(), (7,)}


@pytest.mark.parametrize("name", ALONE)
def test_on_a_separable_surface_each_coordinate_is_a_run_of_its_own(name):
    rule = tuned(KINDS[name])
    together = walked(rule, Separable(scales=SCALES), STARTS)[0]
    np.testing.assert_allclose(together, one_by_one(rule), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", COUPLED)
def test_what_says_that_it_couples_the_coordinates_does(name):
    rule = tuned(KINDS[name])
    together = walked(rule, Separable(scales=SCALES), STARTS)[0]
    assert not np.allclose(together, one_by_one(rule), rtol=1e-3)


@every_form
def test_coordinates_that_rest_change_nothing(name):
    """The law that every rule obeys: a path in the plane is the same one in seven coordinates."""
    rule, flat = tuned(KINDS[name]), np.array([-5.0, -2.0])
    high = walked(rule, Embedded(), np.concatenate([flat, np.zeros(5)]))[0]
    low = walked(rule, Embedded(), flat)[0]
    np.testing.assert_allclose(high[:, :2], low, rtol=1e-7, atol=1e-9)
    if "rest" not in rule.breaks:
        np.testing.assert_array_equal(high[:, 2:], 0.0)


@pytest.mark.parametrize("slug", WRAPPERS)
@pytest.mark.parametrize("rule", ["momentum", "polyak", "newton"])
def test_every_wrapper_stands_around_seven_parameters(slug, rule):
    wrapped = around(build(rule), slug)
    path, _states = walked(wrapped, Separable(scales=SCALES), 0.2 * STARTS)
    assert path.shape == (STEPS, 7)
    assert np.isfinite(path).all()


@pytest.mark.parametrize(
    "slug", [slug for slug in WRAPPERS if slug not in {"clip_norm", "plateau"}]
)
def test_around_a_rule_each_coordinate_is_a_run_of_its_own(slug):
    """Not with the norm, which is that of all coordinates, nor with what waits for the height of all of them."""
    rule = around(build("momentum", lr=0.05), slug)
    together = walked(rule, Separable(scales=SCALES), STARTS)[0]
    np.testing.assert_allclose(together, one_by_one(rule), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("slug", WRAPPERS)
def test_around_a_rule_coordinates_that_rest_change_nothing(slug):
    rule, flat = around(build("momentum", lr=0.05), slug), np.array([-5.0, -2.0])
    high = walked(rule, Embedded(), np.concatenate([flat, np.zeros(5)]))[0]
    np.testing.assert_allclose(high[:, :2], walked(rule, Embedded(), flat)[0], rtol=1e-9)
    np.testing.assert_array_equal(high[:, 2:], 0.0)


def test_a_typed_rule_takes_seven_coordinates():
    rule = typed(TEXT, lr=0.05, beta1=0.8, beta2=0.9, eps=1e-8)
    together = walked(rule, Separable(scales=SCALES), STARTS)[0]
    np.testing.assert_allclose(together, one_by_one(rule), rtol=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = x - mean(x)", lambda x: x - np.mean(x)),
        ("x = x - sum(x)", lambda x: x - np.sum(x)),
        ("x = x/norm(x)", lambda x: x / np.linalg.norm(x)),
        ("x = x*dot(x, x) + f(x)", lambda x: x * (x @ x) + np.sum(x**2)),
        ("x = x + t", lambda x: x + 1.0),
    ],
)
@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_what_a_typed_rule_brings_together_are_all_coordinates(text, expected, n):
    rule, x = typed(text), jnp.asarray(STARTS[:n])
    after, _state = rule.update(lambda x: jnp.sum(x**2), x, rule.init(x))
    np.testing.assert_allclose(after, expected(STARTS[:n]), rtol=1e-12)


def symmetric(n, rank=None):
    drawn = np.random.default_rng(n).normal(size=(n, rank or n))
    return drawn @ np.diag((-1.0) ** np.arange(drawn.shape[1])) @ drawn.T


@pytest.mark.parametrize("n", [1, 2, 3, 7, 20])
def test_newton_solves_for_any_number_of_coordinates(n):
    h, g = symmetric(n), np.arange(1.0, n + 1)
    np.testing.assert_allclose(h @ solved(jnp.asarray(h), jnp.asarray(g)), g, rtol=1e-7)


@pytest.mark.parametrize(("n", "rank"), [(3, 1), (7, 4), (7, 6)])
def test_newton_takes_the_shortest_step_where_the_curvature_is_singular(n, rank):
    h, g = symmetric(n, rank), np.arange(1.0, n + 1)
    nearest = np.linalg.lstsq(h, g, rcond=1e-10)[0]
    np.testing.assert_allclose(solved(jnp.asarray(h), jnp.asarray(g)), nearest, rtol=1e-7)
    np.testing.assert_array_equal(solved(jnp.zeros((n, n)), jnp.asarray(g)), np.zeros(n))


def test_newton_is_at_the_minimum_of_a_quadratic_after_one_step():
    h, lowest = symmetric(7) + 10.0 * np.eye(7), np.linspace(-1.0, 2.0, 7)
    valley = lambda x: 0.5 * (x - lowest) @ h @ (x - lowest)  # noqa: E731
    after, _state = build("newton").update(valley, jnp.asarray(STARTS), ())
    np.testing.assert_allclose(after, lowest, rtol=1e-9, atol=1e-9)


def test_bfgs_is_at_the_minimum_of_a_quadratic_and_knows_its_curvature():
    h = symmetric(3) @ symmetric(3) + np.eye(3)
    rule, x = build("bfgs"), jnp.asarray(STARTS[:3])
    state = rule.init(x)
    for _ in range(60):
        x, state = rule.update(lambda x: 0.5 * x @ h @ x, x, state)
    np.testing.assert_allclose(x, 0.0, atol=1e-6)
    np.testing.assert_allclose(state.h, np.linalg.inv(h), rtol=1e-3)


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_a_length_is_that_of_all_coordinates_and_does_not_overflow(n):
    x = STARTS[:n]
    for size in (1.0, 1e200, 1e-200):
        assert float(length(jnp.asarray(size * x))) == pytest.approx(size * np.linalg.norm(x))
    assert float(length(jnp.zeros(n))) == 0.0
    assert np.isposinf(length(jnp.full(n, jnp.inf)))
    assert np.isnan(length(jnp.full(n, jnp.nan)))


# Planted faults: rules and wrappers that know of two coordinates only must not pass.


def clipped_by_two(self, g):
    norm = jnp.hypot(g[0], g[1])
    return jnp.where(norm > self.limit, g * (self.limit / norm), g)


def test_a_norm_of_two_coordinates_is_found_out(monkeypatch):
    rule, high = around(build("gradient_descent", lr=0.1), "clip_norm"), np.zeros(7)
    high[6] = 9.0
    surface = Separable(scales=SCALES)
    assert np.abs(np.diff(walked(rule, surface, high)[0], axis=0)).max() <= 0.1 + 1e-12
    monkeypatch.setattr(WRAPPERS["clip_norm"], "clip", clipped_by_two)
    _walked.clear_cache()
    first = walked(rule, surface, high)[0][0]
    _walked.clear_cache()
    assert np.abs(first - high).max() > 0.1


def test_a_step_that_depends_on_its_neighbours_is_found_out():
    class Leaning(KINDS["gradient_descent"]):
        """Gradient descent in the measure of its steepest coordinate."""

        def update(self, f, x, state):
            g = jax.grad(f)(x)
            return x - self.lr * g / jnp.max(jnp.abs(g)), state

    rule = Leaning(lr=0.05)
    together = walked(rule, Separable(scales=SCALES), STARTS)[0]
    assert not np.allclose(together, one_by_one(rule), rtol=1e-6)
