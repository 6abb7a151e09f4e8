"""One step for all engines: what a rule sees of a surface may be another height at each step."""

import dataclasses
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optim import build
from ravine.experiments.anatomy import anatomy
from ravine.experiments.arithmetic import arithmetic
from ravine.experiments.fan import fan
from ravine.experiments.inside import seen_gradients
from ravine.experiments.race import Lane, race_on
from ravine.experiments.sweep import grid, sweep
from ravine.experiments.trace import run
from ravine.experiments.whatif import parted, what_if
from surfaces import SURFACES, Surface, turned

GROUND, START, STEPS = SURFACES["ravine"](), (-5.0, -2.0), 20
EXACT = {"rtol": 1e-12, "atol": 1e-12}


class Tilted(Surface):
    """A ground that every step sees tilted at random, by `sigma` times a normal vector."""

    ground: Surface
    sigma: float
    tilt: tuple = (0.0, 0.0)
    start = property(lambda self: self.ground.start)
    lr = property(lambda self: self.ground.lr)
    view = property(lambda self: self.ground.view)

    def minima(self):
        return self.ground.minima()

    def __call__(self, x):
        return self.ground(x) + self.tilt[0] * x[0] + self.tilt[1] * x[1]

    def at(self, k):
        drawn = jax.random.normal(jax.random.fold_in(jax.random.key(1), k), (2,), jnp.float64)
        return dataclasses.replace(self, tilt=(self.sigma * drawn[0], self.sigma * drawn[1]))


class Shifting(Surface):
    """A bowl whose lowest point is at (k, -k) in step k, and at the origin otherwise."""

    middle: float = 0.0
    view = ((-4.0, 4.0), (-4.0, 4.0))

    def __call__(self, x):
        return 0.5 * ((x[0] - self.middle) ** 2 + (x[1] + self.middle) ** 2)

    def at(self, k):
        return dataclasses.replace(self, middle=jnp.asarray(k, jnp.float64))


def by_hand(rule, surface, start, steps):
    """The path, a step at a time, without a program around it."""
    x = jnp.array(start)
    path, state = [x], rule.init(x)
    for k in range(1, steps + 1):
        x, state = rule.update(surface.at(k), x, state)
        path.append(x)
    return np.array(path)


def test_a_rule_sees_the_surface_of_its_step_counted_from_one():
    trace = run(build("gradient_descent", lr=1.0), Shifting(), START, 4)
    np.testing.assert_allclose(trace.x[1:], [[k, -k] for k in (1, 2, 3, 4)], **EXACT)
    np.testing.assert_allclose(
        trace.loss[1:], [k**2 for k in (1, 2, 3, 4)], **EXACT
    )  # the true one
    np.testing.assert_allclose(trace.grad, trace.x, **EXACT)


@pytest.mark.parametrize("slug", ["momentum", "adam", "newton", "bfgs"])
def test_all_engines_see_the_same(slug):
    rule, surface = build(slug), Tilted(ground=GROUND, sigma=0.3)
    path = run(rule, surface, START, STEPS).x
    np.testing.assert_allclose(path, by_hand(rule, surface, START, STEPS), rtol=1e-9, atol=1e-9)
    race = race_on(GROUND).replace(lanes=(Lane(slug),), start=START, steps=STEPS, surface=surface)
    rule_of_race = build(slug, **{n: v for n, v in race.shared.items() if hasattr(rule, n)})
    expected = run(rule_of_race, surface, START, STEPS).x
    np.testing.assert_allclose(fan([race])[0, 0], expected, **EXACT)
    ends = sweep(grid(rule, surface, {}, START), STEPS, keep=("x1", "x2"))
    np.testing.assert_allclose([ends["x1"][0], ends["x2"][0]], path[-1], **EXACT)


def test_without_noise_the_path_is_the_old_one_to_the_last_bit():
    rule = build("adam", lr=0.4)
    quiet, loud = (run(rule, Tilted(ground=GROUND, sigma=s), START, STEPS) for s in (0.0, 0.3))
    np.testing.assert_array_equal(quiet.x, run(rule, GROUND, START, STEPS).x)
    assert np.abs(loud.x - quiet.x).max() > 0.1


def test_runs_of_a_sweep_share_their_noise_and_not_its_size():
    rule, sigmas = build("momentum", lr=0.1), np.array([0.0, 0.1, 0.5])
    surface = Tilted(ground=GROUND, sigma=0.0)
    runs = grid(rule, surface, {"surface.sigma": sigmas}, START)
    ends = sweep(runs, STEPS, keep=("x1", "x2"))
    for i, sigma in enumerate(sigmas):
        alone = run(rule, Tilted(ground=GROUND, sigma=float(sigma)), START, STEPS).x[-1]
        np.testing.assert_allclose([ends["x1"][i], ends["x2"][i]], alone, **EXACT)


def test_a_turned_surface_passes_the_step_on_to_its_ground():
    one = turned(Shifting(), 0.5)
    still = turned(GROUND, 0.5)
    assert still.at(3) is still
    assert float(one.at(3).ground.middle) == 3.0
    assert one.at(3).turn == one.turn
    lowest = np.array(one.onto((2.0, -2.0)))
    trace = run(build("gradient_descent", lr=1.0), one, START, 2)
    np.testing.assert_allclose(trace.x[2], lowest, **EXACT)


@pytest.mark.parametrize("surface", [kind() for kind in SURFACES.values()], ids=SURFACES)
def test_every_surface_shows_all_of_itself(surface):
    assert surface.at(1) is surface
    assert surface.at(jnp.asarray(7)) is surface


def test_inside_the_step_stands_the_gradient_that_the_rule_saw():
    rule, surface = build("gradient_descent", lr=0.5), Shifting()
    trace = run(rule, surface, START, 6)
    seen = seen_gradients(surface, trace)
    for k in range(1, 7):
        place = trace.x[k - 1]
        expected = place - np.array([k, -k])
        np.testing.assert_allclose(seen[k - 1], expected, **EXACT)
        parts = anatomy(rule, surface, trace, k, lr=0.5)
        np.testing.assert_allclose(parts.slope, expected, **EXACT)
        np.testing.assert_allclose(parts.plain, parts.step, **EXACT)
        told = arithmetic(rule, surface, trace, k)
        np.testing.assert_allclose(told.lines[0].value, expected, **EXACT)
        np.testing.assert_allclose(told.lines[-1].value, trace.x[k], **EXACT)


def test_the_matrix_of_newton_is_of_the_curvature_that_it_saw():
    class Bending(Shifting):
        """A bowl that is k times as bent along x1 in step k."""

        def __call__(self, x):
            return 0.5 * ((1 + self.middle) * x[0] ** 2 + x[1] ** 2)

    rule, surface = build("newton", alpha=0.5), Bending()
    trace = run(rule, surface, (2.0, 1.0), 3)
    for k in (1, 2, 3):
        shape = anatomy(rule, surface, trace, k, lr=None).shape
        assert shape[0, 0] / shape[1, 1] == pytest.approx(1 / (1 + k))


def test_what_is_seen_of_a_quiet_surface_is_what_the_trace_holds():
    trace = run(build("adam"), GROUND, START, 5)
    assert seen_gradients(GROUND, trace) is trace.grad


def test_another_run_of_the_same_rule_sees_the_same_noise():
    rule, surface = build("adam", lr=0.4), Tilted(ground=GROUND, sigma=0.3)
    one = run(rule, surface, START, STEPS)
    other = what_if("frozen", rule, surface, START, STEPS, at=7)
    assert parted(one, other) == 8


def test_no_engine_writes_the_step_itself():
    """A rule meets a surface in one place; elsewhere `update` is asked about ground that is made up."""
    folder = Path(__file__).parent.parent / "ravine"
    found = [
        path.name for path in sorted(folder.rglob("*.py")) if ".update(surface" in path.read_text()
    ]
    assert found == ["stepping.py"]
