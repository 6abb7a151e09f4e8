"""What is said of a run is true of it."""

import numpy as np
import pytest

from optim import build
from ravine.experiments.field import view_box
from ravine.experiments.floor import floor_of
from ravine.experiments.lanes import Lane
from ravine.experiments.outcome import Outcome, crossings, outcome, progress, steps_to
from ravine.experiments.race import race_on, run_race
from ravine.experiments.trace import run
from ravine.figures.sentences import place, sentence, short_height, story
from surfaces import SURFACES
from surfaces import build as surface
from tests.cases import every_surface


def ended(slug, on, start=None, steps=200, tolerance=1e-3, **values):
    ground = surface(on)
    trace = run(build(slug, **values), ground, start or ground.start, steps)
    return trace, outcome(trace, ground, floor_of(ground), tolerance)


def test_it_reached_the_minimum():
    _, end = ended("gradient_descent", "ravine", lr=0.4)
    assert end == Outcome("reached", place=(0.0, 0.0))
    assert sentence(end) == "Reached the minimum at (0, 0)."


def test_it_reached_one_of_four():
    _, end = ended("gradient_descent", "himmelblau", start=(-3.0, 3.0), lr=0.01)
    assert sentence(end) == "Reached the minimum at (-2.81, 3.13)."


def test_a_local_minimum_is_said_to_be_one():
    _, end = ended("gradient_descent", "double_well", lr=0.05)
    assert sentence(end) == "Reached a local minimum at (0.905, 0)."


def test_it_is_still_moving():
    assert sentence(ended("adagrad", "ravine", steps=20, lr=0.4)[1]) == "Still moving."


def test_it_left_the_picture_for_good():
    trace, end = ended("gradient_descent", "saddle", lr=0.1)
    assert end.kind == "left"
    assert abs(trace.x[end.step - 1, 1]) <= 2 < abs(trace.x[end.step, 1])
    assert sentence(end) == f"Left the picture at step {end.step}."


def test_one_that_left_and_came_back_has_not_left():
    trace, end = ended("momentum", "bowl", start=(-3.9, 3.9), steps=400, lr=0.1, gamma=0.9)
    assert (np.abs(trace.x) > 3.4).any()
    assert end.kind == "reached"


def test_it_overflowed():
    trace, end = ended("gradient_descent", "ravine", steps=2000, lr=1.0)
    assert end.kind == "overflowed"
    assert np.isfinite(trace.loss[end.step - 1])
    assert not np.isfinite(trace.loss[end.step])
    assert sentence(end) == f"Overflowed at step {end.step}."


def test_on_the_ridge_of_a_saddle_it_is_stuck():
    _, end = ended("gradient_descent", "bounded_saddle", start=(-1.5, 0.0), steps=400, lr=0.2)
    assert sentence(end) == "Stuck at (0, 0): the gradient vanishes, but this is not a minimum."


def test_a_dimple_is_a_local_minimum_even_where_none_is_listed():
    class Unlisted(type(surface("ackley"))):
        def local_minima(self):
            return []

    ground = Unlisted()
    trace = run(build("gradient_descent", lr=0.01), ground, (-3.1, 2.1), 500)
    assert (
        sentence(outcome(trace, ground, floor_of(ground), 1e-3))
        == "Reached a local minimum at (-2.97, 1.98)."
    )


@every_surface
def test_every_race_ends_in_a_sentence(surface):
    floor = floor_of(surface)
    for trace in run_race(race_on(surface, (Lane("momentum"), Lane("adam")))):
        assert sentence(outcome(trace, surface, floor, 1e-3)).endswith(".")


def test_progress_is_measured_from_the_minimum():
    ground = surface("bounded_saddle")
    trace = run(build("gradient_descent", lr=0.2), ground, (0.5, 0.8), 30)
    made = progress(trace, floor_of(ground), view_box(ground))
    np.testing.assert_allclose(made.gap, trace.loss + 0.25)
    np.testing.assert_allclose(made.slope, np.sqrt((trace.grad**2).sum(axis=1)))
    np.testing.assert_allclose(made.distance[0], np.hypot(0.5, 0.2))


def test_without_a_minimum_there_is_no_gap_and_no_distance():
    ground = surface("saddle")
    made = progress(
        run(build("gradient_descent"), ground, (0.5, 0.8), 3), floor_of(ground), view_box(ground)
    )
    assert np.isnan(made.gap).all()
    assert np.isinf(made.distance).all()


@pytest.mark.parametrize(
    ("gap", "step"), [([3, 2, 0.5], 2), ([3, 2, 1.5], None), ([np.nan, 0.1], 1), ([0.5], 0)]
)
def test_steps_to_a_tolerance(gap, step):
    assert steps_to(np.array(gap), 1.0) == step


def test_the_floor_knows_global_and_local_minima():
    floor = floor_of(surface("double_well"))
    assert floor.lowest == pytest.approx(-2.063090, abs=1e-6)
    assert len(floor.places) == 2
    assert floor_of(surface("saddle")).lowest is None
    assert all(
        floor_of(kind()).heights.min(initial=np.inf) >= (floor_of(kind()).lowest or -np.inf) - 1e-15
        for kind in SURFACES.values()
    )


def test_numbers_are_written_for_people():
    assert [short_height(v) for v in (0.0890129, np.inf, np.nan, -1.5, 1e-20)] == [
        "0.08901",
        "∞",
        "–",
        "-1.5",
        "1e-20",
    ]
    assert place((-1e-12, 2.123456)) == "(0, 2.12)"


def crossing(rule, steps=20, on="ravine", **knobs):
    ground = SURFACES[on]()
    trace = run(build(rule, **knobs), ground, ground.start, steps)
    return crossings(trace), trace


def test_each_zigzag_of_gradient_descent_is_a_crossing():
    """On a quadratic of one curvature L it crosses at every step exactly when 1 < lr L < 2."""
    for lr, every in ((0.1, 0), (0.49, 0), (0.51, 9), (0.9, 9)):
        ground = SURFACES["bowl"]()
        assert crossings(run(build("gradient_descent", lr=lr), ground, (1.0, 1.0), 9)) == every


def test_a_step_uphill_is_no_crossing():
    count, trace = crossing("momentum", lr=0.1, gamma=0.9, steps=40)
    uphill = np.sum(np.diff(trace.loss) > 0)
    assert 0 < count < uphill


def test_crossings_are_counted_on_the_way():
    count, trace = crossing("rmsprop", lr=0.4, steps=300)
    assert count > 100
    assert crossings(trace, 15) == 0
    assert crossings(trace, 0) == 0


def test_a_run_that_overflows_has_crossings_too():
    count, _trace = crossing("gradient_descent", lr=10.0, steps=2000)
    assert 10 < count < 2000


@pytest.mark.parametrize(
    ("outcome_", "crossed", "arrived", "stays", "said"),
    [
        (
            Outcome("reached", place=(0.0, 0.0)),
            7,
            41,
            41,
            (
                "Overshoots 7 times: from downhill to uphill in one step. "
                "f is within 0.001 of f* from step 41 on."
            ),
        ),
        (
            Outcome("reached", place=(0.0, 0.0)),
            0,
            3,
            9,
            "f is within 0.001 of f* first at step 3, for good from 9.",
        ),
        (
            Outcome("reached", place=(1.0, 2.0), is_global=False),
            1,
            9,
            None,
            (
                "Overshoots once: from downhill to uphill in one step. "
                "Reached a local minimum at (1, 2)."
            ),
        ),
        (Outcome("moving"), 0, 5, None, "Still moving."),
        (
            Outcome("left", step=4),
            2,
            None,
            None,
            "Overshoots 2 times: from downhill to uphill in one step. Left the picture at step 4.",
        ),
    ],
)
def test_the_story_of_a_run(outcome_, crossed, arrived, stays, said):
    assert story(outcome_, crossed, arrived, stays, 1e-3) == said
