"""Laws that every surface obeys. A new module in `surfaces/` is tested here without an edit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.knob import knobs
from experiments.field import sample
from experiments.race import KNOBS
from surfaces import SURFACES, build
from tests.cases import every_surface
from tests.cases import surfaces as any_surface

MINIMA = {  # what is known of them elsewhere: place, height
    "ravine": [((0, 0), 0)],
    "quadratic": [((0, 0), 0)],
    "bowl": [((0, 0), 0)],
    "rosenbrock": [((1, 1), 0)],
    "beale": [((3, 0.5), 0)],
    "himmelblau": [((3, 2), 0), ((-2.805118, 3.131312), 0), ((-3.779310, -3.283186), 0), ((3.584428, -1.848126), 0)],
    "rastrigin": [((0, 0), 0)],
    "ackley": [((0, 0), 0)],
    "saddle": [],
    "bounded_saddle": [((0, 1), -0.25), ((0, -1), -0.25)],
    "monkey_saddle": [],
    "double_well": [((-0.9363, 0), -2.063090)],
}


def places(surface):
    return [*surface.minima(), *surface.local_minima()]


@every_surface
def test_the_gradient_vanishes_at_every_listed_minimum(surface):
    for place in places(surface):
        np.testing.assert_allclose(jax.grad(surface)(jnp.array(place)), 0.0, atol=1e-9)


@every_surface
def test_every_listed_minimum_is_one(surface):
    for place in places(surface):
        ring = np.array([[np.cos(a), np.sin(a)] for a in np.linspace(0, 6.28, 16)]) * 1e-3 + np.array(place)
        assert float(jax.vmap(surface)(jnp.asarray(ring)).min()) > float(surface(jnp.array(place)))


@every_surface
def test_nothing_in_view_is_lower_than_the_minima(surface):
    if surface.minima():
        heights = [float(surface(jnp.array(place))) for place in surface.minima()]
        np.testing.assert_allclose(heights, heights[0], atol=1e-9)
        assert float(sample(surface, n=301).z.min()) >= heights[0] - 1e-9


@every_surface
def test_a_local_minimum_is_higher_than_the_global_ones(surface):
    for place in surface.local_minima():
        assert float(surface(jnp.array(place))) > float(surface(jnp.array(surface.minima()[0]))) + 1e-6


@every_surface
def test_the_minima_are_where_they_are_known_to_be(surface):
    known = MINIMA[surface.slug()]
    assert len(known) == len(surface.minima())
    for (place, height), mine in zip(known, surface.minima(), strict=True):
        np.testing.assert_allclose(mine, place, atol=1e-4)
        np.testing.assert_allclose(float(surface(jnp.array(mine))), height, atol=1e-6)


@every_surface
def test_a_surface_without_minima_falls_for_ever(surface):
    if not surface.minima():
        assert float(sample(surface, (-1e3, 1e3, -1e3, 1e3)).z.min()) < -1e5


@pytest.mark.parametrize("slug", ["rastrigin", "ackley"])
def test_an_egg_box_has_121_minima_in_view(slug):
    assert len({(round(a, 6), round(b, 6)) for a, b in places(build(slug))}) == 121


def test_the_second_well_is_known_too():
    surface = build("double_well")
    np.testing.assert_allclose(surface.local_minima(), [(0.9053, 0.0)], atol=1e-4)
    np.testing.assert_allclose(float(surface(jnp.array(surface.local_minima()[0]))), -1.092732, atol=1e-6)


@given(any_surface, st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_autodiff_equals_finite_differences(surface, across, up):
    (left, right), (bottom, top) = surface.view
    x = np.array([left + across * (right - left), bottom + up * (top - bottom)])
    h = 1e-5 * np.array([right - left, top - bottom])
    f = lambda x: float(surface(jnp.asarray(x)))  # noqa: E731
    step = [np.array([h[0], 0.0]), np.array([0.0, h[1]])]
    measured = [(8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * np.hypot(*e)) for e in step]
    size = 1.0 + abs(f(x))
    np.testing.assert_allclose(jax.grad(surface)(jnp.asarray(x)), measured, rtol=1e-5, atol=1e-5 * size)


@every_surface
def test_the_start_is_in_view_and_the_settings_are_in_range(surface):
    (left, right), (bottom, top) = surface.view
    assert left < surface.start[0] < right
    assert bottom < surface.start[1] < top
    assert surface.lr in KNOBS["lr"].grid()
    assert 1 <= surface.steps <= 2000
    assert all((left <= a <= right and bottom <= b <= top) for a, b in places(surface))


@every_surface
def test_words_are_there(surface):
    assert surface.title
    assert surface.lesson.endswith(".")
    assert [k.symbol for k in knobs(type(surface)).values() if k.symbol not in surface.formula] == []


def test_the_curvatures_of_the_ravine():
    np.testing.assert_allclose(jnp.linalg.eigvalsh(jax.hessian(build("ravine"))(jnp.zeros(2))), [0.2, 4.0])


def test_the_curvatures_of_rosenbrock():
    values = jnp.linalg.eigvalsh(jax.hessian(build("rosenbrock"))(jnp.ones(2)))
    np.testing.assert_allclose(values, [0.399, 1001.6], rtol=1e-3)


@pytest.mark.parametrize("theta", [0.0, 0.3, 1.2, 3.0])
def test_the_quadratic_turns(theta):
    surface = build("quadratic", kappa=7.0, theta=theta)
    turn = np.array([[np.cos(theta), -np.sin(theta)], [np.sin(theta), np.cos(theta)]])
    hessian = jax.hessian(surface)(jnp.zeros(2))
    np.testing.assert_allclose(hessian, turn @ np.diag([1.0, 7.0]) @ turn.T, atol=1e-12)


def test_ackley_is_flat_at_the_tip_of_its_cone():
    np.testing.assert_array_equal(jax.grad(build("ackley"))(jnp.zeros(2)), 0.0)


def test_every_surface_is_known_here():
    assert set(SURFACES) == set(MINIMA)
