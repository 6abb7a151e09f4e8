"""The surfaces of real models: their data against what is published of them, their minima in closed form, their lessons."""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravine.experiments.field import view_box
from ravine.experiments.floor import floor_of
from ravine.experiments.outcome import outcome, progress
from ravine.experiments.race import race_on, run_race
from surfaces import SURFACES, build
from surfaces._data import FOLDER, standardized, table

MODELS = [slug for slug, kind in SURFACES.items() if kind.family == "models"]
LINES = ("regression_raw", "regression_minmax", "regression_standardized")
ANGLES = np.linspace(0, 2 * np.pi, 64, endpoint=False)
PENALTIES = [k / 20 for k in range(21)]
every_model = pytest.mark.parametrize("slug", MODELS)


def column(name, of):
    """A column, read from its file by other means than the surfaces'."""
    head, *rows = (FOLDER / f"{of}.csv").read_text(encoding="utf-8").split()
    place = head.split(",").index(name)
    return np.array([float(row.split(",")[place]) for row in rows])


SPEED, DIST = column("speed", "stopping"), column("dist", "stopping")
MPG, WT, QSEC = (column(name, "road_tests") for name in ("mpg", "wt", "qsec"))
TEMP, FAIL = column("temp", "flights"), column("fail", "flights")
Z = (TEMP - TEMP.mean()) / TEMP.std()
INPUTS = np.column_stack([(v - v.mean()) / v.std() for v in (WT, QSEC)])
TARGET = (MPG - MPG.mean()) / MPG.std()


def squares(fitted, y):
    return sum((f - v) ** 2 for f, v in zip(fitted, y, strict=True)) / len(y) / 2


def weighed(a, b):
    return squares(INPUTS @ [a, b], TARGET)


def chance(a, b):
    return 1 / (1 + np.exp(-(a + b * Z)))


LOSSES = {  # each model in plain NumPy
    "regression_raw": lambda a, b: squares(a + b * SPEED, DIST / 3),
    "regression_minmax": lambda a, b: squares(
        a + b * (SPEED - SPEED.min()) / np.ptp(SPEED), DIST / 3
    ),
    "regression_standardized": lambda a, b: squares(
        a + b * (SPEED - SPEED.mean()) / SPEED.std(), DIST / 3
    ),
    "regression_l1": lambda a, b: weighed(a, b) + 0.4 * (abs(a) + abs(b)),
    "regression_l2": lambda a, b: weighed(a, b) + 0.4 * (a * a + b * b) / 2,
    "logistic_mse": lambda a, b: squares(chance(a, b), FAIL),
    "logistic_cross_entropy": lambda a, b: (
        -np.mean(np.log(np.where(FAIL == 1, chance(a, b), chance(-a, -b))))
    ),
    "network_tanh": lambda a, b: squares(b * np.tanh(a * DIST / DIST.max()), SPEED / SPEED.max()),
    "network_sigmoid": lambda a, b: squares(
        b / (1 + np.exp(-a * DIST / DIST.max())), SPEED / SPEED.max()
    ),
    "network_relu": lambda a, b: squares(
        b * np.maximum(a * DIST / DIST.max(), 0), SPEED / SPEED.max()
    ),
}


@functools.cache
def lanes(slug):
    """What the default rules do where the surface opens: outcome, progress and trace of each."""
    race = race_on(build(slug))
    floor = floor_of(race.surface)
    return [
        (
            outcome(trace, race.surface, floor, race.tolerance),
            progress(trace, floor, view_box(race.surface)),
            trace,
        )
        for trace in run_race(race)
    ]


def left(slug):
    """What share of the height above the minimum each lane has left at its end."""
    return [far.gap[-1] / far.gap[0] for _end, far, _trace in lanes(slug)]


def ends(slug):
    return [end.kind for end, _far, _trace in lanes(slug)]


slope_of, hessian_of = (
    jax.jit(lambda surface, x, d=d: d(surface)(x)) for d in (jax.grad, jax.hessian)
)


def slope(surface, *place):
    return np.asarray(slope_of(surface, jnp.array(place, float)))


def bends(surface, *place):
    return np.linalg.eigvalsh(hessian_of(surface, jnp.array(place, float)))


# --- the data -------------------------------------------------------------------------------------------------------


def test_the_stopping_distances_are_those_of_ezekiel():
    assert len(SPEED) == len(DIST) == 50
    assert (SPEED.mean(), DIST.mean()) == pytest.approx((15.4, 42.98))
    assert (SPEED.var(), DIST.var(ddof=1)) == pytest.approx((27.4, 664.0608), abs=1e-4)
    assert np.polyfit(SPEED, DIST, 1) == pytest.approx([3.932409, -17.579095], abs=1e-6)
    assert np.sum((DIST - np.polyval(np.polyfit(SPEED, DIST, 1), SPEED)) ** 2) == pytest.approx(
        11353.52, abs=0.01
    )


def test_the_road_tests_are_those_of_henderson_and_velleman():
    assert len(MPG) == len(WT) == len(QSEC) == 32
    assert [v.mean() for v in (MPG, WT, QSEC)] == pytest.approx([20.090625, 3.21725, 17.84875])
    assert np.corrcoef(WT, MPG)[0, 1] == pytest.approx(-0.8676594, abs=1e-7)
    assert np.polyfit(WT, MPG, 1) == pytest.approx([-5.3445, 37.2851], abs=1e-4)
    fit = np.linalg.lstsq(np.column_stack([np.ones(32), WT, QSEC]), MPG)[0]
    assert fit == pytest.approx([19.7462, -5.0480, 0.9292], abs=1e-4)


def test_the_flights_are_those_of_dalal_fowlkes_and_hoadley():
    assert (len(TEMP), FAIL.sum(), TEMP.min(), TEMP.max()) == (23, 7, 53, 81)
    assert sorted(TEMP[FAIL == 1]) == [53, 57, 58, 63, 70, 70, 75]


def test_a_table_has_the_columns_of_its_file_and_only_documented_tables_are_there():
    for name in ("stopping", "road_tests", "flights"):
        for title, numbers in table(name).items():
            np.testing.assert_array_equal(numbers, column(title, name))
        assert f"`{name}.csv`" in (FOLDER / "README.md").read_text(encoding="utf-8")
    assert {path.stem for path in FOLDER.glob("*.csv")} == {"stopping", "road_tests", "flights"}


def test_what_is_standardized_has_mean_0_and_mean_square_1():
    for name in ("wt", "qsec", "mpg"):
        own = np.array(build("regression_l1").data[name])
        assert (own.mean(), np.mean(own**2)) == pytest.approx((0, 1), abs=1e-12)
    assert standardized(np.array([1.0, 3.0])).tolist() == [-1, 1]


@every_model
def test_the_height_is_that_of_plain_numpy(slug):
    surface = build(slug)
    low, high = np.array(surface.view).T
    for place in np.random.default_rng(1).uniform(low, high, (50, 2)):
        np.testing.assert_allclose(
            float(surface(jnp.array(place))), LOSSES[slug](*place), rtol=1e-12
        )


def test_every_model_is_tested_here():
    assert set(MODELS) == set(LOSSES)


# --- lines ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", LINES)
def test_a_line_is_that_of_the_normal_equations(slug):
    scaled = {
        "regression_raw": SPEED,
        "regression_minmax": (SPEED - SPEED.min()) / np.ptp(SPEED),
        "regression_standardized": (SPEED - SPEED.mean()) / SPEED.std(),
    }[slug]
    rows = np.column_stack([np.ones(50), scaled])
    np.testing.assert_allclose(
        build(slug).minima()[0], np.linalg.solve(rows.T @ rows, rows.T @ DIST / 3), rtol=1e-11
    )
    hessian = jax.hessian(build(slug))(jnp.zeros(2))
    np.testing.assert_allclose(hessian, rows.T @ rows / 50, rtol=1e-12, atol=1e-12)


def test_the_three_lines_are_one():
    (a, b), (c, d), (e, g) = (build(slug).minima()[0] for slug in LINES)
    assert (3 * a, 3 * b) == pytest.approx((-17.579095, 3.932409), abs=1e-6)
    assert (c - 4 * d / 21, d / 21) == pytest.approx((a, b))
    assert (e - 15.4 * g / 27.4**0.5, g / 27.4**0.5) == pytest.approx((a, b))


def test_scaling_makes_the_valley_rounder():
    raw, scaled, standard = (bends(build(slug), 0, 0) for slug in LINES)
    assert raw == pytest.approx([0.10322, 265.46], rel=1e-4)
    assert scaled == pytest.approx([0.047451, 1.3094], rel=1e-4)
    assert raw[1] / raw[0] == pytest.approx(2571.8, abs=0.05)
    assert scaled[1] / scaled[0] == pytest.approx(27.594, abs=5e-4)
    assert (raw[1] / raw[0]) / (scaled[1] / scaled[0]) == pytest.approx(93, abs=0.5)
    np.testing.assert_allclose(standard, 1.0, rtol=1e-12)


def test_raw_input_the_slope_is_found_at_once_and_the_intercept_takes_for_ever():
    _end, _far, trace = lanes("regression_raw")[0]
    a, b = trace.x[30]
    # the best one for this a
    assert b == pytest.approx(np.mean(SPEED * (DIST / 3 - a)) / np.mean(SPEED**2), rel=0.02)
    for _end, _far, trace in lanes("regression_raw"):
        assert (trace.x[:, 0] - -5.8597).min() > 4  # of 5.86
    assert ends("regression_raw") == ["moving"] * 5
    slow = run_race(race_on(build("regression_raw")).replace(steps=2000))[0]
    assert (
        slow.loss[-1]
        > build("regression_raw")(jnp.array(build("regression_raw").minima()[0])) + 0.1
    )


def test_from_0_to_1_momentum_gets_through():
    assert ends("regression_minmax")[1] == "reached"
    assert left("regression_minmax")[1] < 1e-9 < left("regression_raw")[1]


def test_standardized_the_gradient_points_at_the_minimum_from_everywhere():
    surface = build("regression_standardized")
    for place in np.random.default_rng(2).uniform(-50, 50, (20, 2)):
        np.testing.assert_allclose(
            slope(surface, *place), place - np.array(surface.minima()[0]), rtol=1e-9, atol=1e-12
        )
    assert ends("regression_standardized")[:2] == ["reached"] * 2


# --- penalties ------------------------------------------------------------------------------------------------------


def valley(a, b, lam):
    return weighed(a, b) + lam * (np.abs(a) + np.abs(b))


@pytest.mark.parametrize("lam", PENALTIES)
def test_no_place_of_a_fine_grid_is_lower_than_the_lasso(lam):
    (minimum,) = build("regression_l1", lam=lam).minima()
    moments, pulls = INPUTS.T @ INPUTS / 32, INPUTS.T @ TARGET / 32
    a, b = np.meshgrid(np.linspace(-1.2, 0.4, 801), np.linspace(-0.4, 0.8, 601))
    heights = 0.5 * (1 + moments[0, 0] * a**2 + moments[1, 1] * b**2) + moments[0, 1] * a * b
    heights += lam * (abs(a) + abs(b)) - pulls[0] * a - pulls[1] * b
    lowest = np.unravel_index(heights.argmin(), heights.shape)
    assert valley(*minimum, lam) <= heights.min() + 1e-12
    np.testing.assert_allclose(minimum, (a[lowest], b[lowest]), atol=0.003)


@pytest.mark.parametrize("lam", PENALTIES)
def test_from_the_lasso_it_goes_up_every_way(lam):
    minimum = np.array(build("regression_l1", lam=lam).minima()[0])
    for h in (1e-3, 1e-5):
        around = [valley(*(minimum + h * np.array([np.cos(t), np.sin(t)])), lam) for t in ANGLES]
        assert min(around) >= valley(*minimum, lam) - 1e-15


def test_the_lasso_is_on_an_axis_from_a_penalty_on():
    for lam, zeros in ((0.3, 0), (0.32, 0), (0.33, 1), (0.4, 1), (0.85, 1), (0.87, 2), (1.0, 2)):
        assert [
            weight for (place,) in [build("regression_l1", lam=lam).minima()] for weight in place
        ].count(0) == zeros
    (p, q), r = INPUTS.T @ TARGET / 32, np.corrcoef(INPUTS.T)[0, 1]
    # where |q - r (p + lam)| = lam
    assert ((q - r * p) / (1 + r), -p) == pytest.approx((0.3237, 0.8677), abs=1e-4)


@pytest.mark.parametrize("lam", PENALTIES)
def test_ridge_is_its_closed_form(lam):
    expected = np.linalg.solve(INPUTS.T @ INPUTS / 32 + lam * np.eye(2), INPUTS.T @ TARGET / 32)
    surface = build("regression_l2", lam=lam)
    np.testing.assert_allclose(surface.minima(), [expected], rtol=1e-12)
    np.testing.assert_allclose(slope(surface, *surface.minima()[0]), 0.0, atol=1e-14)


def test_without_a_penalty_both_are_least_squares():
    best = np.linalg.lstsq(INPUTS, TARGET)[0]
    for slug in ("regression_l1", "regression_l2"):
        np.testing.assert_allclose(build(slug, lam=0).minima(), [best], rtol=1e-12)


@given(st.floats(-1, 1, allow_subnormal=False), st.floats(0, 1, allow_subnormal=False))
def test_on_a_kink_the_slope_is_that_of_the_smooth_part(weight, lam):
    surface = build("regression_l1", lam=lam)
    smooth = INPUTS.T @ (INPUTS @ [weight, 0] - TARGET) / 32
    np.testing.assert_allclose(
        slope(surface, weight, 0), smooth + np.array([lam * np.sign(weight), 0]), atol=1e-12
    )


def test_the_lowest_point_of_l1_is_on_a_kink_and_steps_jump_across_it():
    assert build("regression_l1").minima()[0][1] == 0.0
    for (_end, _far, trace), jumps in zip(
        lanes("regression_l1"), (True, True, False, True, True), strict=True
    ):
        assert (np.count_nonzero(np.diff(np.sign(trace.x[:, 1]))) >= 2) == jumps


def test_l2_draws_both_weights_towards_0_and_neither_gets_there():
    weights = np.abs([build("regression_l2", lam=lam).minima()[0] for lam in PENALTIES])
    assert (np.diff(weights, axis=0) < 0).all()
    assert weights.min() > 0.1
    for _end, _far, trace in lanes("regression_l2"):
        assert np.abs(trace.x[-1]).min() > 0.1


# --- classifiers ----------------------------------------------------------------------------------------------------


def test_the_cross_entropy_is_lowest_at_the_published_fit():
    a, b = build("logistic_cross_entropy").minima()[0]
    assert (a - b * TEMP.mean() / TEMP.std(), b / TEMP.std()) == pytest.approx(
        (15.0429, -0.2322), abs=5e-5
    )
    np.testing.assert_allclose(slope(build("logistic_cross_entropy"), a, b), 0.0, atol=1e-14)


@given(st.floats(-30, 30), st.floats(-30, 30))
def test_the_cross_entropy_is_convex(a, b):
    assert bends(build("logistic_cross_entropy"), a, b)[0] >= -1e-12


def test_the_squared_error_is_not_convex():
    assert bends(build("logistic_mse"), 2.0, 3.5)[0] < -0.01


def test_far_outside_the_picture_the_squared_error_is_lower_still():
    surface = build("logistic_mse")
    threshold = (64.5 - TEMP.mean()) / TEMP.std()
    heights = [float(surface(jnp.array([k * threshold, -k]))) for k in (3.0, 30.0, 300.0)]
    assert heights[0] > heights[1] >= heights[2] == pytest.approx(3 / 46)
    assert heights[2] < float(surface(jnp.array(surface.minima()[0]))) - 1e-3
    assert sum((TEMP < 64.5) != FAIL) == 3


def test_far_out_the_heights_are_numbers():
    for slug in ("logistic_mse", "logistic_cross_entropy"):
        for place in ((1e4, -1e4), (-1e4, 1e4), (1e4, 1e4)):
            assert np.isfinite(float(build(slug)(jnp.array(place))))
            assert np.isfinite(slope(build(slug), *place)).all()


def test_both_classifiers_open_alike():
    one, other = SURFACES["logistic_mse"], SURFACES["logistic_cross_entropy"]
    assert [getattr(one, name) for name in ("view", "start", "lr", "steps")] == [
        getattr(other, name) for name in ("view", "start", "lr", "steps")
    ]


def test_where_the_model_is_wrong_and_sure_the_squared_error_is_flat_and_the_cross_entropy_steep():
    one, other = build("logistic_mse"), build("logistic_cross_entropy")
    for far in (4.0, 6.0, 8.0):
        assert np.hypot(*slope(one, far, far)) < 0.06 < 0.5 < np.hypot(*slope(other, far, far))
    assert left("logistic_mse")[0] > 0.8
    assert left("logistic_cross_entropy")[0] < 0.001
    assert max(left("logistic_cross_entropy")) < 0.1


@given(st.sampled_from(list(ANGLES)), st.floats(0.1, 5), st.floats(1.1, 3))
def test_the_more_wrong_the_steeper(angle, near, more):
    """Along every ray from the minimum the slope outwards grows."""
    surface, way = build("logistic_cross_entropy"), np.array([np.cos(angle), np.sin(angle)])
    here, there = (
        slope(surface, *(np.array(surface.minima()[0]) + r * way)) @ way
        for r in (near, near * more)
    )
    assert 0 < here <= there + 1e-12


# --- networks -------------------------------------------------------------------------------------------------------


def test_tanh_has_two_minima_a_saddle_between_them_and_plateaus():
    surface = build("network_tanh")
    (a, b), (c, d) = surface.minima()
    assert (a, b) == pytest.approx((-c, -d), abs=1e-12)
    np.testing.assert_array_equal(slope(surface, 0, 0), 0.0)
    assert bends(surface, 0, 0)[0] < -0.1 < 0.1 < bends(surface, 0, 0)[1]
    inner = [abs(slope(surface, x, 0.8)[0]) for x in (2, 8, 32, 128, 512, 2048)]
    assert [small < large / 4 for large, small in itertools.pairwise(inner)] == [True] * 5
    assert inner[-1] < 1e-12


def test_where_tanh_is_saturated_gradient_descent_only_finds_the_outer_weight():
    descent, momentum, _adagrad, rmsprop, adam = lanes("network_tanh")
    for _end, _far, trace in (descent, momentum):
        assert abs(trace.x[-1, 0] - -6.0) < 0.05 < 1.5 < abs(trace.x[-1, 1] - 1.0)
    for end, _far, _trace in (rmsprop, adam):
        assert end.kind == "reached"


def test_where_the_sigmoid_is_nearly_shut_gradient_descent_stays():
    surface, (descent, momentum, _adagrad, rmsprop, adam) = (
        build("network_sigmoid"),
        lanes("network_sigmoid"),
    )
    for _end, _far, trace in (descent, momentum):
        assert abs(trace.x[-1, 0] - -6.0) < 0.5
    assert [end.kind for end, _far, _trace in (rmsprop, adam)] == ["reached"] * 2
    assert np.hypot(*slope(surface, -6, 1)) < 0.1 * np.hypot(*slope(surface, 6, 1.5))
    np.testing.assert_allclose(slope(surface, -1e4, 1), 0.0, atol=1e-6)


def test_a_dead_unit_has_no_gradient_and_never_comes_back():
    surface = build("network_relu")
    for place in np.random.default_rng(3).uniform((-4, -2), (0, 5), (50, 2)):
        np.testing.assert_array_equal(slope(surface, *place), 0.0)
    np.testing.assert_array_equal(slope(surface, 0, 2), 0.0)
    assert ends("network_relu")[:3] == ["reached"] * 3
    for _end, _far, trace in lanes("network_relu")[3:]:
        over = int(np.argmax(trace.x[:, 0] < 0))
        assert over > 0
        assert (trace.x[over:, 0] < 0).all()
        np.testing.assert_array_equal(trace.grad[over:], 0.0)


def test_only_the_product_of_the_weights_counts_where_the_unit_is_alive():
    surface, product = build("network_relu"), np.sum(DIST * SPEED) / np.sum(DIST**2) * 120 / 25
    assert product == pytest.approx(1.4789, abs=5e-5)
    for a in (0.3, 1.0, 4.0):
        np.testing.assert_allclose(slope(surface, a, product / a), 0.0, atol=1e-14)
        assert bends(surface, a, product / a)[0] == pytest.approx(0, abs=1e-12)


def test_from_speed_to_distance_tanh_would_have_no_best_weight():
    """The smaller the inner weight the better, down to the straight line that no finite weights are."""
    x, y = (SPEED - SPEED.mean()) / SPEED.std(), (DIST - DIST.mean()) / DIST.std()
    best = [
        squares(np.tanh(w * x) * (np.tanh(w * x) @ y) / np.sum(np.tanh(w * x) ** 2), y)
        for w in np.geomspace(4, 0.01)
    ]
    assert (np.diff(best) < 0).all()
    assert best[-1] > squares(x * np.mean(x * y), y)


LESSONS = {  # the test that holds the sentence under the surface's title against its race
    "regression_raw": test_raw_input_the_slope_is_found_at_once_and_the_intercept_takes_for_ever,
    "regression_minmax": test_from_0_to_1_momentum_gets_through,
    "regression_standardized": test_standardized_the_gradient_points_at_the_minimum_from_everywhere,
    "regression_l1": test_the_lowest_point_of_l1_is_on_a_kink_and_steps_jump_across_it,
    "regression_l2": test_l2_draws_both_weights_towards_0_and_neither_gets_there,
    "logistic_mse": test_where_the_model_is_wrong_and_sure_the_squared_error_is_flat_and_the_cross_entropy_steep,
    "logistic_cross_entropy": test_the_more_wrong_the_steeper,
    "network_tanh": test_tanh_has_two_minima_a_saddle_between_them_and_plateaus,
    "network_sigmoid": test_where_the_sigmoid_is_nearly_shut_gradient_descent_stays,
    "network_relu": test_a_dead_unit_has_no_gradient_and_never_comes_back,
}
