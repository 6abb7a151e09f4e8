"""Many runs of a race: the fair race, maps of two knobs, basins of attraction; and their pictures."""

import numpy as np
import pytest

from experiments.fair import at_best, goals_at, ranks, tuned
from experiments.lanes import lane
from experiments.link import decode, encode
from experiments.maps import along, basins, knob_map, knobs_for, success, values_along, wilson
from experiments.outcome import floor_of
from experiments.race import KNOBS, default_race, rule_of, run_race, settings
from experiments.trace import run
from figures.many import basin_figure, fair_figure, knob_figure, map_figure
from figures.plain import to_json
from figures.theme import PALETTES, styles
from surfaces import turned
from tests.cases import plotted

SIX = ["gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop~gamma=0.9", "adam"]


def race(**query):
    return decode({name: values if isinstance(values, list) else [values] for name, values in query.items()})


def test_in_a_fair_race_adagrad_goes_from_last_to_first():
    of_six = race(run=SIX, lr="0.1", steps="50")
    found = tuned(of_six)
    same, own = ranks(np.array([one.now for one in found])), ranks(np.array([one.goal for one in found]))
    assert (same[3], own[3]) == (6, 1)
    assert found[3].now == pytest.approx(3.09, abs=0.005)
    assert found[3].best == pytest.approx(6.7, abs=0.1)
    assert found[3].goal < 1e-55


@pytest.mark.parametrize("goal", ["height", "arrived"])
def test_every_goal_is_that_of_the_single_run(goal):
    one = race(run=["adam", "typed~text=v = gamma*v + lr*g; x = x - v", "momentum~with-cosine"], steps="40")
    rates = np.array([1e-3, 0.1, 0.7, 9.0])
    for i, racer in enumerate(one.lanes):
        found = goals_at(one, racer, rates, goal)
        for k, lr in enumerate(rates):
            lanes = tuple(r._replace(own={**r.own, "lr": float(lr)}) if j == i else r for j, r in enumerate(one.lanes))
            trace = run_race(one._replace(lanes=lanes))[i]
            near = np.flatnonzero(trace.loss <= one.tolerance)
            expected = trace.loss[-1] if goal == "height" else (near[0] if len(near) else np.inf)
            assert found[k] == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_the_best_rate_is_the_best_of_all_that_were_tried_and_good_ones_lie_around_it():
    for one in tuned(race(run=SIX, steps="50")):
        assert one.goal == one.goals.min()
        assert one.good[0] <= one.best <= one.good[1]
        inside = (one.rates >= one.good[0]) & (one.rates <= one.good[1])
        assert (one.goals[inside] <= 2.0 * one.goal).all()
        assert (np.diff(one.rates) >= 0).all()


def test_gradient_descent_is_best_where_theory_says():
    (one,) = tuned(race(run="gradient_descent", on="quadratic", steps="200"))
    assert one.best == pytest.approx(2 / 21, rel=0.01)  # 2 / (λ1 + λ2)


def test_a_rule_without_a_rate_is_none_and_all_are_raced_at_their_best():
    of_two = race(run=["newton", "adam"])
    found = tuned(of_two)
    assert found[0] is None
    made = at_best(of_two, found)
    assert made.lanes[0] == of_two.lanes[0]
    assert made.lanes[1].own["lr"] == found[1].best
    assert decode(encode(made)) == made


def test_where_nothing_is_known_of_a_minimum_the_height_counts():
    (one,) = tuned(race(on="bounded_saddle", run="adam"))
    assert np.isfinite(one.goal)
    (one,) = tuned(race(on="saddle", run="adam"))
    assert one.goal < 0


def test_every_cell_of_a_map_is_the_single_run():
    one = race(on="quadratic", run="momentum")
    found = knob_map(one, one.lanes[0], "gamma", "surface.kappa", 12, "height")
    for i, j in ((0, 0), (5, 7), (11, 11)):
        there = one._replace(surface=type(one.surface)(kappa=float(found.y[j])))
        racer = one.lanes[0]._replace(own={"gamma": float(found.x[i])})
        trace = run(rule_of(there, racer), there.surface, one.start, one.steps)
        if found.lost[j, i]:
            assert not trace.loss[-1] <= trace.loss[0]
        else:
            assert found.goals[j, i] == trace.loss[-1]


def test_a_turned_surface_keeps_its_knobs():
    one = race(on="quadratic~turn=0.5", run="momentum")
    found = knob_map(one, one.lanes[0], "lr", "surface.kappa", 8, "height")
    there = one._replace(surface=turned(type(one.surface.ground)(kappa=float(found.y[2])), 0.5))
    racer = one.lanes[0]._replace(own={**one.lanes[0].own, "lr": float(found.x[3])})
    assert found.goals[2, 3] == pytest.approx(run(rule_of(there, racer), there.surface, one.start, one.steps).loss[-1])


def test_what_is_lost_lies_beyond_the_limit():
    one = race(on="quadratic", run="momentum", steps="800")
    found = knob_map(one, one.lanes[0], "lr", "gamma", 64, "height")
    step = found.x[1] / found.x[0]
    for j in range(0, 60, 7):
        first = found.x[np.argmax(found.lost[j])]
        assert found.edge[j] / step <= first <= found.edge[j] * step * 1.001
        assert found.edge[j] == pytest.approx((2 + 2 * found.y[j]) / 20)


def test_along_one_knob_every_lane_that_has_it_is_the_single_run():
    one = race(on="quadratic", run=["momentum", "gradient_descent", "typed~text=v = gamma*v + lr*g; x = x - v"])
    found = along(one, "gamma", 9, "height")
    assert found[1] is None
    for line, i in ((found[0], 0), (found[2], 2)):
        for k in (0, 4):
            racer = one.lanes[i]._replace(own={**one.lanes[i].own, "gamma": float(line.values[k])})
            trace = run(rule_of(one, racer), one.surface, one.start, one.steps)
            assert line.goals[k] == pytest.approx(trace.loss[-1], rel=1e-9)
        assert line.now == settings(one, one.lanes[i])["gamma"]
    assert all(line is not None for line in along(one, "surface.kappa", 9, "arrived"))


def test_success_is_counted_with_its_interval():
    steps = np.array([3.0, 5.0, np.nan, 8.0, 4.0, 5.0, 6.0, 7.0, np.nan, 9.0])
    made = success(steps)
    assert made.fraction == 0.8
    assert (made.low, made.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert made.median == 5.5
    assert wilson(0, 20)[0] == 0.0
    assert wilson(20, 20)[1] == 1.0
    assert wilson(0, 20)[1] == pytest.approx(0.1611, abs=1e-4)
    assert np.isnan(success(np.full(4, np.nan)).median)


def test_a_map_needs_knobs_that_there_are():
    one = race(on="quadratic", run="adam")
    assert [*knobs_for(one, one.lanes[0])][:2] == ["lr", "beta1"]
    assert "surface.kappa" in knobs_for(one, one.lanes[0])
    with pytest.raises(ValueError, match="gamma"):
        knob_map(one, one.lanes[0], "lr", "gamma", 8, "height")


def test_values_are_spaced_as_the_slider_is():
    assert np.allclose(np.diff(np.log(values_along(KNOBS["lr"], 9))), np.log(10_000) / 8)
    assert values_along(KNOBS["gamma"], 3).tolist() == [0.0, 0.4995, 0.999]


def test_basins_are_symmetric_where_the_surface_is():
    one = race(on="six_hump_camel", run="gradient_descent")
    found, minima = basins(one, one.lanes[0], 41), floor_of(one.surface).places
    opposite = [int(np.argmin(np.linalg.norm(minima + place, axis=1))) for place in minima]
    np.testing.assert_allclose(minima[opposite], -minima, atol=1e-6)
    turned = np.where(found.reached >= 0, np.array(opposite)[found.reached], -1)
    assert (turned == found.reached[::-1, ::-1]).all()
    assert found.shares[0] == found.shares[1] > 0.3


def test_every_start_ends_where_the_single_run_does():
    one = race(on="himmelblau", run="momentum", steps="150")
    found, minima = basins(one, one.lanes[0], 15), floor_of(one.surface).places
    rule = rule_of(one, one.lanes[0])
    for i, j in ((0, 0), (3, 11), (14, 2), (7, 7)):
        trace = run(rule, one.surface, (float(found.x[i]), float(found.y[j])), 150)
        away = np.linalg.norm((trace.x[-1] - minima) / 0.2, axis=1)
        assert found.reached[j, i] == (np.argmin(away) if away.min() <= 1 else -1)
    assert found.shares.sum() == pytest.approx(1.0)
    assert len(found.shares) == 5


@pytest.mark.parametrize("mode", PALETTES)
def test_the_pictures_are_figures(mode):
    of_six = race(run=SIX, steps="50")
    looks = styles([racer.rule for racer in of_six.lanes])
    shown = [(racer.rule, look, one) for racer, look, one in zip(of_six.lanes, looks, tuned(of_six), strict=True)]
    for goal in ("height", "arrived"):
        figure = fair_figure(shown, goal, True, mode)
        to_json(figure)
        assert len(plotted(figure).data) == 12
    one = race(on="quadratic", run="momentum")
    for goal in ("height", "arrived"):
        found = knob_map(one, one.lanes[0], "lr", "gamma", 16, goal)
        figure = plotted(map_figure(found, "η", "γ", (True, False), goal, True, mode))
        assert figure.data[-1].name == "the limit of theory"
        to_json(map_figure(found, "η", "γ", (True, False), goal, True, mode))
    one = race(on="himmelblau", run="adam")
    for name, goal in (("beta1", "height"), ("lr", "arrived")):
        lines = [("Adam", looks[5], line) for line in along(one, name, 8, goal)]
        to_json(knob_figure(lines, name, name == "lr", goal, True, mode))
        plotted(knob_figure(lines, name, name == "lr", goal, True, mode))
    figure = basin_figure(basins(one, one.lanes[0], 20), floor_of(one.surface).places, "Adam", mode)
    to_json(figure)
    assert plotted(figure).data[-1].text == tuple(f"<b>{k}</b>" for k in (1, 2, 3, 4))


@pytest.mark.parametrize(
    "query", [{"many": "none"}, {"goal": "fame"}, {"over": "lr"}, {"over": "lr,<b>"}, {"over": "lr,gamma,eps"}]
)
def test_a_wrong_link_is_a_sentence(query):
    with pytest.raises(ValueError, match=r"\.$"):
        race(**query)


def test_the_link_holds_the_picture():
    one = race(many="map", goal="arrived", over="lr,surface.kappa")
    assert decode(encode(one)) == one
    assert encode(default_race()) == {}
    assert lane("adam") in one.lanes
