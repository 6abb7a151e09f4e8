"""Laws that every surface obeys. A new module in `surfaces/` is tested here without an edit."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize, rosen

from ravine.core.knob import knobs
from ravine.experiments.field import sample
from ravine.experiments.race import KNOBS
from surfaces import SURFACES, build
from tests.cases import every_surface
from tests.cases import surfaces as any_surface
from tests.references.surfaces import told

# of surfaces by name: what is known of their minima, what was worked out by hand
MINIMA, HIGHER, COUNTS = told("MINIMA"), told("HIGHER"), told("COUNT")
VALUES, RIPPLES = told("VALUES"), told("RIPPLES")


def places(surface):
    return [*surface.minima(), *surface.local_minima()]


def height_at(surface, place):
    return float(surface(jnp.array(place)))


def missing(surface, n=121):
    """Minima in view that are not listed, found with SciPy from every point of a grid that is lower than its neighbours."""
    field = sample(surface, n=n)
    around = [
        np.roll(field.z, shift, (0, 1))
        for shift in itertools.product((-1, 0, 1), (-1, 0, 1))
        if any(shift)
    ]
    lowest = (field.z < np.min(around, axis=0))[1:-1, 1:-1]
    f, (left, right), (bottom, top) = jax.jit(surface), *surface.view
    found = []
    for j, i in np.argwhere(lowest) + 1:
        corner, cell = (
            np.array([field.x[i], field.y[j]]),
            np.array([right - left, top - bottom]) / n,
        )
        simplex = corner + cell * np.array([(-0.1, -0.1), (0.1, -0.1), (0.0, 0.1)])
        options = {"xatol": 1e-7, "fatol": 1e-14, "initial_simplex": simplex, "maxfev": 4000}
        end = minimize(f, corner, method="Nelder-Mead", options=options)
        inside = left < end.x[0] < right and bottom < end.x[1] < top
        flat = abs(end.fun) < RIPPLES.get(surface.slug(), 0.0)
        if (
            inside
            and not flat
            and not any(np.allclose(end.x, place, atol=1e-4) for place in places(surface))
        ):
            found.append((*end.x, end.fun))
    return found


def law(name):
    """Test every surface; one that says that it breaks the law must really break it."""

    def case(kind):
        breaks = getattr(kind, "breaks", {})
        marks = pytest.mark.xfail(reason=breaks[name], strict=True) if name in breaks else ()
        return pytest.param(kind(), id=kind.slug(), marks=marks)

    return pytest.mark.parametrize("surface", [case(kind) for kind in SURFACES.values()])


@law("rest")
def test_the_gradient_vanishes_at_every_listed_minimum(surface):
    for place in places(surface):
        np.testing.assert_allclose(jax.grad(surface)(jnp.array(place)), 0.0, atol=1e-9)


@every_surface
def test_every_listed_minimum_is_one(surface):
    for place in places(surface):
        ring = np.array(
            [[np.cos(a), np.sin(a)] for a in np.linspace(0, 6.28, 16)]
        ) * 1e-3 + np.array(place)
        assert float(jax.vmap(surface)(jnp.asarray(ring)).min()) > float(surface(jnp.array(place)))


@every_surface
def test_minima_that_are_no_points_are_a_curve(surface):
    """Along it the ground neither rises nor bends; across it it bends upwards."""
    for place in surface.minima() if not surface.isolated else []:
        along, across = jnp.linalg.eigh(jax.hessian(surface)(jnp.array(place)))[1].T
        assert float(surface(jnp.array(place) + 1e-3 * along)) == pytest.approx(
            height_at(surface, place), abs=1e-12
        )
        assert float(surface(jnp.array(place) + 1e-3 * across)) > height_at(surface, place) + 1e-7


@every_surface
def test_nothing_in_view_is_lower_than_the_minima(surface):
    if surface.minima():
        heights = [float(surface(jnp.array(place))) for place in surface.minima()]
        np.testing.assert_allclose(heights, heights[0], atol=1e-9)
        assert float(sample(surface, n=301).z.min()) >= heights[0] - 1e-9


@every_surface
def test_a_local_minimum_is_higher_than_the_global_ones(surface):
    for place in surface.local_minima():
        assert (
            float(surface(jnp.array(place))) > float(surface(jnp.array(surface.minima()[0]))) + 1e-6
        )


@every_surface
def test_the_minima_are_where_they_are_known_to_be(surface):
    known = MINIMA[surface.slug()]
    assert len(known) == len(surface.minima())
    for (place, height), mine in zip(known, surface.minima(), strict=True):
        np.testing.assert_allclose(mine, place, atol=1e-4)
        np.testing.assert_allclose(float(surface(jnp.array(mine))), height, atol=1e-6)


@every_surface
def test_no_minimum_in_view_is_missing(surface):
    if surface.isolated:
        assert missing(surface) == []


def test_a_minimum_that_is_missing_is_found():
    class Wrong(SURFACES["himmelblau"]):
        def minima(self):
            return super().minima()[:3]

    (found,) = missing(Wrong())
    np.testing.assert_allclose(found, [3.584428, -1.848126, 0.0], atol=1e-4)


@pytest.mark.parametrize("slug", HIGHER)
def test_the_higher_minima_are_where_they_are_known_to_be(slug):
    surface = build(slug)
    for (place, height), mine in zip(HIGHER[slug], surface.local_minima(), strict=True):
        np.testing.assert_allclose(mine, place, atol=1e-4)
        np.testing.assert_allclose(float(surface(jnp.array(mine))), height, atol=1e-6)


@pytest.mark.parametrize("slug", COUNTS)
def test_all_minima_in_view_are_listed_once(slug):
    assert (
        len(places(build(slug)))
        == len({(round(a, 6), round(b, 6)) for a, b in places(build(slug))})
        == COUNTS[slug]
    )


@pytest.mark.parametrize("slug", VALUES)
def test_the_heights_are_those_worked_out_by_hand(slug):
    for place, height in VALUES[slug]:
        np.testing.assert_allclose(
            float(build(slug)(jnp.array(place, float))), height, rtol=1e-12, atol=1e-15
        )


@given(st.floats(-2, 2), st.floats(-1, 3))
def test_rosenbrock_is_that_of_scipy(a, b):
    np.testing.assert_allclose(
        float(build("rosenbrock")(jnp.array([a, b]))), rosen([a, b]), rtol=1e-12
    )


@every_surface
def test_a_surface_without_minima_falls_for_ever(surface):
    if not surface.minima():
        assert float(sample(surface, (-1e3, 1e3, -1e3, 1e3)).z.min()) < -1e5


@given(any_surface, st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_autodiff_equals_finite_differences(surface, across, up):
    (left, right), (bottom, top) = surface.view
    x = np.array([left + across * (right - left), bottom + up * (top - bottom)])
    h = 1e-5 * np.array([right - left, top - bottom])
    if "smooth" in getattr(surface, "breaks", {}):  # its kinks lie along the axes
        assume((np.sign(x - 2 * h) == np.sign(x + 2 * h)).all())
    f = lambda x: float(surface(jnp.asarray(x)))  # noqa: E731
    step = [np.array([h[0], 0.0]), np.array([0.0, h[1]])]
    measured = [
        (8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * np.hypot(*e))
        for e in step
    ]
    size = 1.0 + abs(f(x))
    np.testing.assert_allclose(
        jax.grad(surface)(jnp.asarray(x)), measured, rtol=1e-5, atol=1e-5 * size
    )


@law("smooth")
def test_there_is_no_kink_along_an_axis(surface):
    """A hair to either side of an axis the slopes are the same."""
    sizes = np.diff(surface.view)[:, 0]
    for axis, share in itertools.product((0, 1), (0.13, 0.37, 0.61, 0.89)):
        place = np.array(surface.view)[:, 0] + share * sizes
        place[axis] = 0.0
        hair = 1e-9 * sizes * np.eye(2)[axis]
        before, after = (jax.grad(surface)(jnp.asarray(place + side * hair)) for side in (-1, 1))
        np.testing.assert_allclose(
            before, after, rtol=1e-5, atol=1e-5 * (1.0 + np.abs(before).max())
        )


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
    assert [
        k.symbol for k in knobs(type(surface)).values() if k.symbol not in surface.formula
    ] == []


def test_the_curvatures_of_the_ravine():
    np.testing.assert_allclose(
        jnp.linalg.eigvalsh(jax.hessian(build("ravine"))(jnp.zeros(2))), [0.2, 4.0]
    )


def test_the_curvatures_of_rosenbrock():
    values = jnp.linalg.eigvalsh(jax.hessian(build("rosenbrock"))(jnp.ones(2)))
    np.testing.assert_allclose(values, [0.399, 1001.6], rtol=1e-3)


@pytest.mark.parametrize("theta", [0.0, 0.3, 1.2, 3.0])
def test_the_quadratic_turns(theta):
    surface = build("quadratic", kappa=7.0, theta=theta)
    turn = np.array([[np.cos(theta), -np.sin(theta)], [np.sin(theta), np.cos(theta)]])
    hessian = jax.hessian(surface)(jnp.zeros(2))
    np.testing.assert_allclose(hessian, turn @ np.diag([1.0, 7.0]) @ turn.T, atol=1e-12)


@pytest.mark.parametrize("d", [0.0, 0.3, 0.65, 0.7, 1.0, 1.9, 2.5, 2.95, 3.0])
def test_the_wells_follow_their_depth(d):
    surface = build("double_well", d=d)
    test_the_gradient_vanishes_at_every_listed_minimum(surface)
    test_nothing_in_view_is_lower_than_the_minima(surface)
    assert missing(surface) == []
    assert (len(surface.minima()), len(surface.local_minima())) == (
        (2, 0) if d == 3 else (1, int(d > 0.667))
    )


@pytest.mark.parametrize("b", [1.0, 10.0, 100.0, 1000.0])
def test_the_valley_of_rosenbrock_is_as_steep_as_its_knob_says(b):
    surface = build("rosenbrock", b=b)
    assert float(surface(jnp.array([1.0, 3.0]))) == 4 * b
    hessian = [[2 + 8 * b, -4 * b], [-4 * b, 2 * b]]
    np.testing.assert_allclose(jax.hessian(surface)(jnp.ones(2)), hessian, rtol=1e-12)


@pytest.mark.parametrize("w", [0.2, 0.5, 1.0, 2.0])
def test_the_sharp_minimum_is_as_deep_as_the_flat_one(w):
    surface = build("flat_and_sharp", w=w)
    assert [height_at(surface, place) for place in surface.minima()] == [0.0, 0.0]
    bends = [
        jnp.linalg.eigvalsh(jax.hessian(surface)(jnp.array(place))) for place in surface.minima()
    ]
    np.testing.assert_allclose(bends, [[16 / (16 + w**2)] * 2, [16 / w**2] * 2], rtol=1e-12)
    assert missing(surface) == []


@pytest.mark.parametrize("a", [0.4, 1.0, -1.7, 2.9])
def test_every_product_that_is_one_is_a_minimum(a):
    """The sharpness is the larger eigenvalue, x1^2 + x2^2; along the curve there is none."""
    surface, place = build("product_valley"), jnp.array([a, 1 / a])
    assert float(surface(place)) < 1e-30
    np.testing.assert_allclose(jax.grad(surface)(place), 0.0, atol=1e-15)
    np.testing.assert_allclose(
        jnp.linalg.eigvalsh(jax.hessian(surface)(place)), [0, a**2 + 1 / a**2], atol=1e-12
    )


def test_the_ripples_of_easom_are_as_flat_as_they_are_said_to_be():
    left_out = [jnp.pi + s * jnp.array([1.8366, t * 1.8366]) for s in (1, -1) for t in (1, -1)]
    for place in left_out:
        np.testing.assert_allclose(jax.grad(build("easom"))(place), 0.0, atol=1e-7)
        assert -RIPPLES["easom"] < float(build("easom")(place)) < -8e-5
    assert np.abs(jax.grad(build("easom"))(jnp.array([6.5, 0.0]))).max() < 1e-8


def test_ackley_is_flat_at_the_tip_of_its_cone():
    np.testing.assert_array_equal(jax.grad(build("ackley"))(jnp.zeros(2)), 0.0)


def test_every_surface_is_known_here():
    assert set(SURFACES) == set(MINIMA)
