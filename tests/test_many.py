"""Many runs of a race: the fair race, maps of two knobs, basins of attraction; and their pictures."""

import numpy as np
import pytest

from ravine.experiments.fair import FLOOR, at_best, ranks, tune
from ravine.experiments.field import view_box
from ravine.experiments.floor import floor_of, is_inside
from ravine.experiments.lanes import lane
from ravine.experiments.link import decode, encode
from ravine.experiments.maps import (
    DRAWS,
    EACH,
    SIDE,
    along,
    basins,
    edge,
    ends_of,
    knob_map,
    success,
    wilson,
)
from ravine.experiments.race import KNOBS, default_race, rule_of, run_race, settings
from ravine.experiments.scores import goals_over, knobs_for, runs_over, swept, values_along
from ravine.experiments.search import SEEDS, STRATEGIES, searched
from ravine.experiments.trace import run
from ravine.figures.many import (
    Sides,
    basin_figure,
    basin_planes,
    best_figure,
    ends_figure,
    fair_figure,
    knob_figure,
    map_figure,
    map_planes,
)
from ravine.figures.plain import to_json
from ravine.figures.theme import PALETTES, styles
from surfaces import turned, typed
from tests.cases import plotted

SIX = ["gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop~gamma=0.9", "adam"]


def race(**query):
    return decode(
        {name: values if isinstance(values, list) else [values] for name, values in query.items()}
    )


def test_in_a_fair_race_adagrad_goes_from_last_to_first():
    of_six = race(run=SIX, lr="0.1", steps="50")
    found = tune(of_six)
    same, own = (
        ranks(np.array([one.now for one in found])),
        ranks(np.array([one.goal for one in found])),
    )
    assert (same[3], own[3]) == (6, 1)
    assert found[3].now == pytest.approx(3.09, abs=0.005)
    assert found[3].best == pytest.approx(6.7, abs=0.1)
    assert found[3].goal < 1e-55


@pytest.mark.parametrize("goal", ["height", "arrived"])
def test_every_goal_is_that_of_the_single_run(goal):
    one = race(
        run=["adam", "typed~text=v = gamma*v + lr*g; x = x - v", "momentum~with-cosine"], steps="40"
    )
    rates = np.array([1e-3, 0.1, 0.7, 9.0])
    for i, racer in enumerate(one.lanes):
        found = goals_over(one, racer, {"lr": rates}, goal)
        for k, lr in enumerate(rates):
            lanes = tuple(
                r._replace(own={**r.own, "lr": float(lr)}) if j == i else r
                for j, r in enumerate(one.lanes)
            )
            trace = run_race(one.replace(lanes=lanes))[i]
            near = np.flatnonzero(trace.loss <= one.tolerance)
            height = trace.loss[-1] if is_inside(trace.x[-1:], view_box(one.surface))[0] else np.inf
            expected = height if goal == "height" else (near[0] if len(near) else np.inf)
            assert found[k] == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_the_best_rate_is_the_best_of_all_that_were_tried_and_good_ones_lie_around_it():
    for one in tune(race(run=SIX, steps="50")):
        assert one.goal == one.goals.min()
        assert one.good[0] <= one.best <= one.good[1]
        inside = (one.rates >= one.good[0]) & (one.rates <= one.good[1])
        assert (one.goals[inside] <= max(2.0 * one.goal, FLOOR)).all()
        assert (np.diff(one.rates) >= 0).all()


def test_gradient_descent_is_best_where_theory_says():
    (one,) = tune(race(run="gradient_descent", on="quadratic", steps="200"))
    assert one.best == pytest.approx(2 / 21, rel=0.01)  # 2 / (λ1 + λ2)


def test_a_rule_without_a_rate_is_none_and_all_are_raced_at_their_best():
    of_two = race(run=["newton", "adam"])
    found = tune(of_two)
    assert found[0] is None
    made = at_best(of_two, found)
    assert made.lanes[0] == of_two.lanes[0]
    assert made.lanes[1].own["lr"] == found[1].best
    assert decode(encode(made)) == made


def test_where_nothing_is_known_of_a_minimum_the_height_counts():
    (one,) = tune(race(on="bounded_saddle", run="adam"))
    assert np.isfinite(one.goal)
    (one,) = tune(race(on="saddle", run="adam"))
    assert one.goal < 0


def test_every_cell_of_a_map_is_the_single_run():
    one = race(on="quadratic", run="momentum")
    found = knob_map(one, one.lanes[0], "gamma", "surface.kappa", 12, "height")
    for i, j in ((0, 0), (5, 7), (11, 11)):
        there = one.replace(surface=type(one.surface)(kappa=float(found.y[j])))
        racer = one.lanes[0]._replace(own={"gamma": float(found.x[i])})
        trace = run(rule_of(there, racer), there.surface, one.start, one.steps)
        if found.lost[j, i]:
            assert not trace.loss[-1] <= trace.loss[0]
        else:
            assert found.goals[j, i] == trace.loss[-1]


def test_a_turned_surface_keeps_its_knobs():
    one = race(on="quadratic~turn=0.5", run="momentum")
    found = knob_map(one, one.lanes[0], "lr", "surface.kappa", 8, "height")
    there = one.replace(surface=turned(type(one.surface.ground)(kappa=float(found.y[2])), 0.5))
    racer = one.lanes[0]._replace(own={**one.lanes[0].own, "lr": float(found.x[3])})
    assert found.goals[2, 3] == pytest.approx(
        run(rule_of(there, racer), there.surface, one.start, one.steps).loss[-1]
    )


def test_what_is_lost_lies_beyond_the_limit():
    one = race(on="quadratic", run="momentum", steps="800")
    found = knob_map(one, one.lanes[0], "lr", "gamma", 64, "height")
    step, limit = found.x[1] / found.x[0], edge(one, one.lanes[0], "lr", "gamma", 64)
    np.testing.assert_allclose(limit[:, 1], found.y)
    for j in range(0, 60, 7):
        first = found.x[np.argmax(found.lost[j])]
        assert limit[j, 0] / step <= first <= limit[j, 0] * step * 1.001
        assert limit[j, 0] == pytest.approx((2 + 2 * found.y[j]) / 20)


@pytest.mark.parametrize("text", ["-x^2 - 3y^2", "7", "2x + y"])
def test_a_quadratic_that_never_rises_has_no_edge(text):
    one = race(on="quadratic", run="momentum").replace(surface=typed(text))
    assert edge(one, one.lanes[0], "lr", "gamma", 4) is None
    saddle = one.replace(surface=typed("x^2 - 3y^2"))
    assert (edge(saddle, one.lanes[0], "lr", "gamma", 4)[:, 0] > 0).all()


def test_along_one_knob_every_lane_that_has_it_is_the_single_run():
    one = race(
        on="quadratic",
        run=["momentum", "gradient_descent", "typed~text=v = gamma*v + lr*g; x = x - v"],
    )
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
    shown = [
        (racer.rule, look, one)
        for racer, look, one in zip(of_six.lanes, looks, tune(of_six), strict=True)
    ]
    for goal in ("height", "arrived"):
        figure = fair_figure(shown, goal, True, mode)
        to_json(figure)
        assert len(plotted(figure).data) == 12
    one = race(on="quadratic", run="momentum")
    limit, sides = (
        edge(one, one.lanes[0], "lr", "gamma", 16),
        Sides(("η", "γ"), ((1e-3, 10.0), (0.0, 0.999)), (1, 0)),
    )
    for goal in ("height", "arrived"):
        figure = plotted(map_figure(sides, limit, goal, True, mode))
        assert figure.data[-1].name == "theoretical stability limit"
        planes = map_planes(knob_map(one, one.lanes[0], "lr", "gamma", 16, goal), goal, True)
        assert len(planes) == len([trace for trace in figure.data if trace.type == "heatmap"])
        assert (np.sum(np.isfinite(planes), axis=0) == 1).all()  # every cell has one colour
        tried = searched(one, one.lanes[0], "lr", "gamma", goal)
        to_json(map_figure(sides, limit, goal, True, mode, tried))
        assert (
            len(plotted(map_figure(sides, limit, goal, True, mode, tried)).data)
            == len(figure.data) + 6
        )
        to_json(best_figure(tried, goal, True, mode))
        assert len(plotted(best_figure(tried, goal, True, mode)).data) == 9
    one = race(on="himmelblau", run="adam")
    for name, goal in (("beta1", "height"), ("lr", "arrived")):
        lines = [("Adam", looks[5], line) for line in along(one, name, 8, goal)]
        to_json(knob_figure(lines, name, name == "lr", goal, True, mode))
        plotted(knob_figure(lines, name, name == "lr", goal, True, mode))
    minima = floor_of(one.surface).places
    figure = basin_figure(one.surface.view, minima, "Adam", mode)
    to_json(figure)
    assert plotted(figure).data[-1].text == tuple(f"<b>{k}</b>" for k in (1, 2, 3, 4))
    planes = basin_planes(basins(one, one.lanes[0], 20), 4, one.steps)
    assert (np.sum(np.isfinite(planes), axis=0) == 1).all()
    assert np.nanmin(planes[:4]) >= 0.25
    ends = [("Adam", looks[5], ends_of(one, one.lanes[0]))]
    to_json(ends_figure(ends, 1e-3, mode))
    assert plotted(ends_figure(ends, 1e-3, mode)).data[-1].name == "near enough"


def test_a_name_is_letters_to_plotly():
    of_one = race(run="adam~name=<a href='x'>&</a>", steps="5")
    (look,) = styles(["adam"])
    (one,), (line,) = tune(of_one), along(of_one, "lr", 4, "height")
    shown = "&lt;a href='x'&gt;&amp;&lt;/a&gt;"
    name = of_one.lanes[0].name
    assert plotted(fair_figure([(name, look, one)], "height", True, "light")).data[0].name == shown
    assert (
        plotted(knob_figure([(name, look, line)], "η", True, "height", True, "light")).data[0].name
        == shown
    )
    ends = ends_of(of_one, of_one.lanes[0])
    assert plotted(ends_figure([(name, look, ends)], 1e-3, "light")).data[0].name == shown
    minima = floor_of(of_one.surface).places
    assert (
        plotted(basin_figure(of_one.surface.view, minima, name, "light")).layout.title.text == shown
    )


@pytest.mark.parametrize("rows", [(0, 5), (5, 12), (11, 12)])
def test_some_rows_of_a_map_are_those_of_the_whole(rows):
    one = race(on="himmelblau", run="adam", steps="60")
    whole, part = (
        knob_map(one, one.lanes[0], "lr", "beta1", 12, "height", r) for r in (None, rows)
    )
    np.testing.assert_array_equal(part.goals, whole.goals[slice(*rows)])
    np.testing.assert_array_equal(part.y, whole.y[slice(*rows)])
    whole, part = (basins(one, one.lanes[0], 12, r) for r in (None, rows))
    np.testing.assert_array_equal(part.reached, whole.reached[slice(*rows)])
    np.testing.assert_array_equal(part.steps, whole.steps[slice(*rows)])


def test_a_typed_rule_has_a_map():
    one = race(on="beale", run="typed~text=v = gamma*v + lr*g; x = x - v", steps="30")
    found = knob_map(one, one.lanes[0], "gamma", "lr", 8, "height")
    racer = one.lanes[0]._replace(own={"gamma": float(found.x[5]), "lr": float(found.y[2])})
    assert found.goals[2, 5] == pytest.approx(
        run(rule_of(one, racer), one.surface, one.start, 30).loss[-1], rel=1e-9
    )


def test_tuning_all_knobs_is_no_worse_than_tuning_the_rate_and_is_what_the_race_then_gives():
    of_five = race(
        run=["momentum", "adam", "rmsprop", "polyak", "typed~text=v = gamma*v + lr*g; x = x - v"],
        steps="50",
    )
    rate, everything = tune(of_five), tune(of_five, everything=True)
    for one, all_ in zip(rate, everything, strict=True):
        if one is not None:
            assert all_.now == one.now
            assert "f_star" not in all_.others
    assert everything[0].goal < 1e-3 * rate[0].goal  # momentum on a quadratic needs both
    traces = run_race(at_best(of_five, everything))
    for trace, one in zip(traces, everything, strict=True):
        if one is not None:
            assert trace.loss[-1] == pytest.approx(one.goal, rel=1e-6)
    assert set(everything[1].others) == {"beta1", "beta2", "eps"}


def test_searches_have_the_same_budget_and_lie_where_they_should():
    one = race(on="quadratic", run="momentum", tries="49")
    found = searched(one, one.lanes[0], "lr", "gamma", "height")
    assert tuple(found) == STRATEGIES
    low, high = values_along(KNOBS["lr"], 2)
    for search in found.values():
        assert search.places.shape == (49, 2)
        assert ((search.places[:, 0] >= low) & (search.places[:, 0] <= high)).all()
        assert (search.best[:, 1:] <= search.best[:, :-1]).all()  # the best so far never gets worse
        assert (search.best[1:] >= search.best[:-1]).all()  # quantiles in order
        k = 17
        racer = one.lanes[0]._replace(
            own={"lr": float(search.places[k, 0]), "gamma": float(search.places[k, 1])}
        )
        trace = run(rule_of(one, racer), one.surface, one.start, one.steps)
        stayed = is_inside(trace.x[-1:], view_box(one.surface))[0]
        assert search.goals[k] == (pytest.approx(trace.loss[-1], rel=1e-9) if stayed else np.inf)
    assert (
        len({*found["grid"].places[:, 0].round(12)})
        == len({*found["grid"].places[:, 1].round(12)})
        == 7
    )
    assert len({*found["random"].places[:, 0]}) == 49
    assert np.ptp(found["grid"].best[:, -1]) == 0  # every seed tries the same cells


def test_the_last_third_of_coarse_to_fine_lies_around_the_best_of_the_others():
    one = race(on="quadratic", run="momentum", tries="36")
    fine = searched(one, one.lanes[0], "lr", "gamma", "height")["fine"]
    shares = np.column_stack(
        [np.log(fine.places[:, 0] / 1e-3) / np.log(1e4), fine.places[:, 1] / 0.999]
    )
    for turn, side in ((12, 1 / 3), (24, 1 / 9)):
        best = shares[np.argmin(fine.goals[:turn])]
        there = shares[turn : turn + 12]
        assert (np.ptp(there, axis=0) <= side).all()
        assert (np.abs(there - best) <= side).all()


def test_the_seed_draws_again():
    ends, tries = [], []
    for seed in ("1", "1", "2"):
        one = race(on="himmelblau", run="adam", seed=seed)
        ends.append(ends_of(one, one.lanes[0]))
        tries.append(searched(one, one.lanes[0], "lr", "beta1", "height")["random"].places)
    np.testing.assert_array_equal(tries[0], tries[1])
    np.testing.assert_array_equal(ends[0].draws, ends[1].draws)
    assert not (tries[0] == tries[2]).any()
    assert (ends[0].draws != ends[2].draws).any()
    assert SEEDS == 100


def test_ends_are_those_of_the_lattice_and_of_the_draws():
    one = race(on="himmelblau", run="momentum", steps="60", seed="3")
    found, (x, y) = ends_of(one, one.lanes[0]), one.surface.view
    assert (np.diff(found.heights) >= 0).all()
    places = np.stack(np.meshgrid(np.linspace(*x, SIDE), np.linspace(*y, SIDE)), axis=-1).reshape(
        -1, 2
    )
    heights = swept(one, runs_over(one, one.lanes[0], {}, places), ("best", "height"))
    np.testing.assert_allclose(found.heights, np.sort(heights["height"]))
    assert found.success.fraction >= np.mean(heights["height"] <= one.tolerance)
    drawn = np.random.default_rng(3).uniform([x[0], y[0]], [x[1], y[1]], (DRAWS * EACH, 2))
    near = swept(one, runs_over(one, one.lanes[0], {}, drawn), ("best",))["best"] <= one.tolerance
    np.testing.assert_array_equal(found.draws, near.reshape(DRAWS, EACH).mean(axis=1))


@pytest.mark.parametrize(
    "query",
    [
        {"many": "none"},
        {"goal": "fame"},
        {"over": "lr"},
        {"over": "lr,<b>"},
        {"over": "lr,gamma,eps"},
        {"tune": "x"},
        {"tries": "17"},
        {"tries": "many"},
        {"seed": "0"},
        {"seed": "10000"},
        {"seed": "-1"},
    ],
)
def test_a_wrong_link_is_a_sentence(query):
    with pytest.raises(ValueError, match=r"\.$"):
        race(**query)


def test_the_link_holds_the_picture():
    one = race(
        many="search", goal="arrived", over="lr,surface.kappa", tune="all", tries="64", seed="12"
    )
    assert decode(encode(one)) == one
    assert encode(default_race()) == {}
    assert lane("adam") in one.lanes
