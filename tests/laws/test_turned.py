"""What turning a surface does: to the surface nothing, to rules that look at each coordinate by itself a lot."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optim import OPTIMIZERS, build
from ravine.experiments import trace as tracing
from ravine.experiments.grounds import TURN, carried, with_value
from ravine.experiments.link import checked
from ravine.experiments.race import lane, race_on
from ravine.experiments.trace import run
from ravine.experiments.turning import turning
from surfaces import SURFACES, Turned, turned, typed
from surfaces import build as surface_of
from surfaces._turned import QUARTER
from tests.cases import every_surface
from tests.cases import surfaces as any_surface
from tests.checking import unchecked

ANGLES = (0.3, math.radians(45), 1.2)
ROUND = {  # rules that turn along, on what they stay near enough to be compared after many steps
    "gradient_descent": {},
    "momentum": {"gamma": 0.9},
    "nesterov": {"gamma": 0.9},
    "qhm": {},
    "schedule_free": {},
    "newton": {},
    "bfgs": {},
    "polyak": {},
}
RAVINE = SURFACES["ravine"]()


def turn_of(angle):
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


@given(any_surface, st.floats(0.0, QUARTER), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_height_and_the_slope_turn_along(surface, angle, across, up):
    (left, right), (bottom, top) = surface.view
    place = (left + across * (right - left), bottom + up * (top - bottom))
    round_ = turned(surface, angle)
    height, slope = jax.value_and_grad(surface)(jnp.array(place))
    there = jnp.array(round_.onto(place))
    size = 1e-9 * (1.0 + float(jnp.abs(slope).max()) + abs(float(height)))
    np.testing.assert_allclose(round_(there), height, rtol=1e-9, atol=size)
    if "smooth" not in getattr(surface, "breaks", {}):
        np.testing.assert_allclose(
            jax.grad(round_)(there), turn_of(angle) @ slope, rtol=1e-6, atol=1e3 * size
        )
    np.testing.assert_allclose(round_.back(round_.onto(place)), place, atol=1e-9)


@every_surface
def test_the_view_holds_the_whole_surface_at_every_angle(surface):
    for angle in np.linspace(0.0, QUARTER, 7):
        round_ = turned(surface, angle)
        (left, right), (bottom, top) = round_.view
        corners = [round_.onto((x, y)) for x in surface.view[0] for y in surface.view[1]]
        for x, y in [*corners, round_.start, *round_.minima(), *round_.local_minima()]:
            assert left - 1e-9 <= x <= right + 1e-9
            assert bottom - 1e-9 <= y <= top + 1e-9
        assert round_.view == turned(surface, 0.1).view
        checked(race_on(round_))


@pytest.mark.parametrize("slug", ROUND)
@pytest.mark.parametrize("on", ["ravine", "himmelblau", "double_well"])
def test_the_path_of_a_rule_without_axes_turns_along(slug, on):
    surface = surface_of(on)
    lr = {"lr": surface.lr / 4} if hasattr(OPTIMIZERS[slug], "lr") else {}
    rule, steps = build(slug, **lr, **ROUND[slug]), 15
    for angle in ANGLES:
        round_ = turned(surface, angle)
        path, flat = (
            run(rule, round_, round_.start, steps).x,
            run(rule, surface, surface.start, steps).x,
        )
        np.testing.assert_allclose(
            path, [round_.onto(tuple(place)) for place in flat], rtol=1e-6, atol=1e-7
        )


@pytest.mark.parametrize(
    "slug", ["adagrad", "rmsprop", "adadelta", "adam", "lion", "sign_sgd", "rprop", "adan"]
)
def test_the_path_of_a_rule_with_axes_does_not(slug):
    rule, round_ = build(slug), turned(RAVINE, math.radians(30))
    path, flat = run(rule, round_, round_.start, 20).x, run(rule, RAVINE, RAVINE.start, 20).x
    assert np.abs(path - [round_.onto(tuple(place)) for place in flat]).max() > 1e-2


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_a_quarter_turn_is_none_for_any_rule(slug):
    """It only swaps the axes and changes the sign of one. The middle is the origin, to which weight decay pulls."""
    ground = SURFACES["quadratic"](kappa=7.0)
    rule, round_ = build(slug), turned(ground, QUARTER)
    path, flat = run(rule, round_, (-2.0, -4.0), 10).x, run(rule, ground, (-4.0, 2.0), 10).x
    np.testing.assert_allclose(
        path, [round_.onto(tuple(place)) for place in flat], rtol=1e-6, atol=1e-8
    )


@pytest.mark.parametrize(
    ("slug", "lr", "heights"),
    [
        ("adam", 0.1, (0.0927, 0.598, 1.36, 1.37)),
        ("adagrad", 0.4, (0.137, 0.386, 1.07, 1.16)),
        ("gradient_descent", 0.4, (0.000598,) * 4),
    ],
)
def test_the_known_heights_after_fifty_steps(slug, lr, heights):
    grounds = [turned(RAVINE, math.radians(angle)) for angle in (0, 15, 30, 45)]
    ends = [run(build(slug, lr=lr), ground, ground.start, 50).loss[-1] for ground in grounds]
    np.testing.assert_allclose(ends, heights, rtol=5e-3)


def test_the_chart_is_flat_for_some_and_humped_for_others():
    lanes = tuple(
        lane(slug) for slug in ("gradient_descent", "momentum", "nesterov", "adagrad", "adam")
    )
    race = race_on(turned(RAVINE, 0.5), lanes).replace(steps=50, start=(-4.0, 1.0))
    found = turning(race)
    assert found.final.shape == (5, 37)
    assert found.now == 0.5
    for line in found.final[:3]:
        np.testing.assert_allclose(line, line[0], rtol=1e-6, atol=1e-15)
    for line in found.final[3:]:
        np.testing.assert_allclose(line[-1], line[0], rtol=1e-6, atol=1e-12)
        assert line[1:-1].max() > 2 * line[0] or line[1:-1].min() < line[0] / 2
    assert turning(race_on(RAVINE)) is None


def test_the_chart_says_what_each_race_ends_at():
    race = race_on(turned(SURFACES["beale"](), 0.2), (lane("adam"), lane("momentum")))
    race = race.replace(start=carried(race.surface, race.surface, (1.5, 1.0)))
    found = turning(race)
    for i, angle in [(0, found.angles[0]), (17, found.angles[17]), (36, found.angles[36])]:
        ground = with_value(race.surface, TURN, angle)
        start = carried(race.surface, ground, race.start)
        ends = [run(build(slug, lr=race.shared["lr"], **own), ground, start, race.steps).loss[-1] for slug, own in
                (("adam", {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}), ("momentum", {"gamma": 0.5}))]  # fmt: skip
        np.testing.assert_allclose(found.final[:, i], ends, rtol=1e-9)


def test_the_start_turns_along_and_comes_back():
    before = turned(RAVINE, 0.0)
    place = (-4.9, 0.7)
    there = carried(before, turned(RAVINE, 1.0), place)
    assert there != place
    np.testing.assert_allclose(carried(turned(RAVINE, 1.0), before, there), place)
    np.testing.assert_allclose(carried(turned(RAVINE, 1.0), RAVINE, there), place)
    assert (
        carried(turned(RAVINE, 1.0), turned(RAVINE, 0.3), turned(RAVINE, 1.0).start)
        == turned(RAVINE, 0.3).start
    )


def test_a_start_in_a_corner_of_the_picture_stays_in_it():
    before, after = turned(RAVINE, 0.0), turned(RAVINE, 0.6)
    (left, _right), (bottom, top) = before.view
    for corner in [(left, bottom), (left, top)]:
        checked(race_on(after).replace(start=carried(before, after, corner)))


def test_turning_compiles_nothing():
    rule = build("adam")
    run(rule, turned(RAVINE, 0.1), (-1.0, 1.0), 5)
    before = tracing._simulate.compiled
    for angle in (0.0, 0.4, 1.5):
        run(rule, turned(RAVINE, angle), (-1.0, 1.0), 5)
    assert tracing._simulate.compiled == before


def test_what_is_turned_twice_is_turned_anew():
    assert turned(turned(RAVINE, 0.7), 0.2) == turned(RAVINE, 0.2)
    assert hash(turned(RAVINE, 0.2)) == hash(turned(RAVINE, 0.2))
    assert turned(RAVINE, 0.2) != turned(SURFACES["bowl"](), 0.2)


@pytest.mark.parametrize("angle", [-0.1, 1.6, math.nan, math.inf, "x", None])
def test_another_angle_is_refused(angle):
    with pytest.raises(ValueError, match="turn = "):
        unchecked(turned)(RAVINE, angle)


def test_a_typed_function_turns_too():
    one, other = turned(typed("0.1x^2 + 2y^2", (-5.5, 1.5, -2.5, 2.0)), 0.5), turned(RAVINE, 0.5)
    assert isinstance(one, Turned)
    np.testing.assert_allclose(
        run(build("adam"), one, (-3.0, 1.0), 30).x, run(build("adam"), other, (-3.0, 1.0), 30).x
    )
