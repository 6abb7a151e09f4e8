"""What a surface's lesson says is what the race shows with which the surface opens."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optim import build
from ravine.experiments.field import sample
from ravine.experiments.outcome import crossings, floor_of, outcome
from ravine.experiments.race import race_on, run_race
from ravine.experiments.trace import run
from surfaces import SURFACES

NAMES = ("descent", "momentum", "adagrad", "rmsprop", "adam")


def opened(slug, **changed):
    """The five runs with which a surface opens, by name; a start, steps or a learning rate may be another."""
    race = race_on(SURFACES[slug]())
    shared = {**race.shared, "lr": changed.pop("lr", race.shared["lr"])}
    return dict(zip(NAMES, run_race(race.replace(shared=shared, **changed)), strict=True))


def nearest(slug, trace):
    """The minimum next to which a run ends."""
    places = floor_of(SURFACES[slug]()).places
    return tuple(places[np.argmin(np.hypot(*(places - trace.x[-1]).T))].round(2).tolist())


def ends(slug, **changed):
    return {name: nearest(slug, trace) for name, trace in opened(slug, **changed).items()}


def kind(slug, trace):
    surface = SURFACES[slug]()
    return outcome(trace, surface, floor_of(surface), 1e-3).kind


def walked(trace):
    return np.hypot(*(trace.x[-1] - trace.x[0]))


def test_booth_gradient_descent_zigzags_all_the_way():
    descent = opened("booth")["descent"]
    assert crossings(descent, 25) == 25
    assert kind("booth", descent) == "reached"
    steep = jnp.linalg.eigh(jax.hessian(SURFACES["booth"]())(jnp.zeros(2)))[1][:, 1]
    # across the valley is at 45 degrees
    np.testing.assert_allclose(np.abs(steep), np.sqrt(0.5), atol=1e-12)


def test_matyas_every_rule_finds_the_floor_first():
    bends = jnp.linalg.eigvalsh(jax.hessian(SURFACES["matyas"]())(jnp.zeros(2)))
    np.testing.assert_allclose(bends, [0.04, 1.0], rtol=1e-12)
    for trace in opened("matyas").values():
        along, across = np.abs(trace.x @ [[1, 1], [1, -1]]).T / np.sqrt(2)
        floor = np.argmax(across < 0.2 * across[0])
        assert 0 < floor < 40
        assert along[floor] > 0.9 * along[0]
        assert (across[40:] < 0.2 * across[0]).all()


def test_three_hump_camel_the_rules_part():
    assert ends("three_hump_camel") == {
        "descent": (1.75, -0.87),
        "momentum": (1.75, -0.87),
        "adagrad": (0, 0),
        "rmsprop": (0, 0),
        "adam": (0, 0),
    }
    heights = floor_of(SURFACES["three_hump_camel"]()).heights
    assert heights[0] < min(heights[1:])


def test_six_hump_camel_only_momentum_leaves_the_highest():
    high, low = (-1.61, -0.57), (0.09, -0.71)
    assert ends("six_hump_camel") == {name: low if name == "momentum" else high for name in NAMES}
    floor, start = floor_of(SURFACES["six_hump_camel"]()), SURFACES["six_hump_camel"].start
    by_distance = np.argsort(np.hypot(*(floor.places - start).T))
    assert floor.heights[by_distance[0]] == pytest.approx(floor.heights.max())
    assert len(floor.places) == 6


def test_mccormick_the_first_dip_holds_all_but_the_fast():
    assert set(ends("mccormick", steps=200).values()) == {(2.59, 1.59)}
    surface = SURFACES["mccormick"]()
    fast = run(build("momentum", lr=surface.lr, gamma=0.9), surface, surface.start, 12)
    assert nearest("mccormick", fast) == (-0.55, -1.55)


@pytest.mark.parametrize("start", [(0.0, 0.5), (0.0, -0.5), (0.4, 0.5), (0.4, -0.5)])
def test_styblinski_tang_the_start_decides_and_the_axes_do_not_mix(start):
    top = 0.156731  # of both curves
    wells = tuple(2.75 if t > top else -2.9 for t in start)
    both = opened("styblinski_tang", start=start, steps=1500)
    assert {nearest("styblinski_tang", trace) for trace in both.values()} == {wells}
    alone = opened("styblinski_tang", start=(start[0], 3.3), steps=1500)
    for name in NAMES:
        np.testing.assert_allclose(both[name].x[:, 0], alone[name].x[:, 0], rtol=1e-12)


def test_goldstein_price_who_steps_by_the_gradient_flies_off():
    runs = opened("goldstein_price")
    heights = sample(SURFACES["goldstein_price"](), n=201).z
    assert (heights.min(), heights.max()) == pytest.approx((3, 1e6), rel=0.02)
    for name, trace in runs.items():
        if name in ("descent", "momentum"):
            assert kind("goldstein_price", trace) == "overflowed"
            assert not np.isfinite(trace.x[4]).all()
        else:
            assert trace.loss[-1] < 0.1 * trace.loss[0]
            assert trace.loss.max() <= 1.01 * trace.loss[0]


def test_easom_only_who_divides_gets_anywhere():
    runs = opened("easom")
    assert np.hypot(*runs["descent"].grad[0]) < 0.001
    assert walked(runs["descent"]) < walked(runs["momentum"]) < 0.02
    assert all(
        trace.loss[-1] < -0.9 for name, trace in runs.items() if name not in ("descent", "momentum")
    )


@pytest.mark.parametrize("lr", [0.1, 0.2, 0.4, 0.5])
def test_product_valley_rest_is_only_where_it_is_wide(lr):
    """Gradient descent can rest where the curvature is less than 2 / lr, and does."""
    surface, rested = SURFACES["product_valley"](), 0
    for start in [surface.start, (2.5, 1.0), (0.3, 2.0), (-2.0, -1.0), (1.5, 1.5)]:
        trace = run(build("gradient_descent", lr=lr), surface, start, 2000)
        if np.isfinite(trace.x[-1]).all() and trace.loss[-1] < 1e-12:
            assert np.sum(trace.x[-1] ** 2) <= 2 / lr + 1e-6
            rested += 1
    assert rested >= 3


def test_branin_the_fork():
    runs = opened("branin")
    assert kind("branin", runs["descent"]) == kind("branin", runs["momentum"]) == "reached"
    assert nearest("branin", runs["descent"]) == (3.14, 2.28)
    assert nearest("branin", runs["momentum"]) == (-3.14, 12.28)
    assert len(floor_of(SURFACES["branin"]()).places) == 3


def test_cliff_the_wall_throws_the_run_out():
    runs, left = opened("cliff"), SURFACES["cliff"].view[0][0]
    for name in ("descent", "momentum"):
        trace = runs[name]
        out = int(np.argmax(trace.x[:, 0] < left))
        assert kind("cliff", trace) == "left"
        assert trace.x[out - 1, 0] > 1.5  # at the wall, one step before
        assert np.hypot(*trace.grad[out - 1]) > 20 * np.hypot(*trace.grad[:4].T).max()
    for name in ("adagrad", "rmsprop", "adam"):
        assert (runs[name].x[:, 0] > left).all()


def test_plateau_gradient_descent_creeps():
    runs = opened("plateau")
    assert np.abs(runs["descent"].grad[:, 0]).max() < 0.01
    assert abs(runs["descent"].x[-1, 0] - runs["descent"].x[0, 0]) < 0.1
    assert abs(runs["momentum"].x[-1, 0] - runs["momentum"].x[0, 0]) < 0.2
    for name in ("adagrad", "rmsprop", "adam"):
        assert runs[name].x[-1, 0] > 0.4
        assert runs[name].loss[-1] < 0.02


def test_flat_and_sharp_long_steps_are_thrown_across():
    assert nearest("flat_and_sharp", opened("flat_and_sharp")["descent"]) == (4, 0)
    assert nearest("flat_and_sharp", opened("flat_and_sharp")["momentum"]) == (4, 0)
    short = opened("flat_and_sharp", lr=0.02, steps=200)["descent"]
    assert nearest("flat_and_sharp", short) == (0, 0)
    assert kind("flat_and_sharp", short) == "reached"
    assert 0.02 < 2 / 64 < SURFACES["flat_and_sharp"].lr  # the edge of stability in the sharp one
    assert floor_of(SURFACES["flat_and_sharp"]()).heights.tolist() == [0, 0]


@pytest.mark.parametrize("start", [None, (4.0, -2.5), (-2.0, -5.0), (5.5, 5.5)])
def test_egg_crate_the_hollow_beside_the_start(start):
    surface = SURFACES["egg_crate"]()
    start = start or surface.start
    places = floor_of(surface).places
    nearby = tuple(places[np.argmin(np.hypot(*(places - start).T))].round(2).tolist())
    assert nearby != (0, 0)
    assert set(ends("egg_crate", start=start, steps=2000).values()) == {nearby}
