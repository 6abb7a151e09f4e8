"""How low a surface is, where, and what is said of the runs that end there."""

import os

import numpy as np
import pytest

import optim
from optim import OPTIMIZERS
from ravine.experiments.fair import tune
from ravine.experiments.field import heights_at, view_box
from ravine.experiments.floor import Floor, corrected, floor_of
from ravine.experiments.lanes import Lane
from ravine.experiments.maps import basins, ends_of
from ravine.experiments.outcome import outcome, progress, stays_from, steps_to
from ravine.experiments.race import race_on, run_race
from ravine.experiments.scores import goals_over
from ravine.experiments.trace import Trace, run
from surfaces import SURFACES, build, typed

USUAL = (-4.0, 4.0, -4.0, 4.0)
EGGHOLDER = "-(y+47)sin(sqrt(abs(x/2+y+47)))-x sin(sqrt(abs(x-(y+47))))"
DROP_WAVE = "-(1+cos(12sqrt(x^2+y^2)))/(0.5(x^2+y^2)+2)"


def box(half):
    return (-half, half, -half, half)


# Text, window, f*, a place of it: closed forms, and where a paper is named, its numbers.
POINTS = {
    "a bowl": ("x^2+y^2", USUAL, 0.0, (0, 0)),
    "a bowl far up": ("x^2+y^2+500", USUAL, 500.0, (0, 0)),
    "two wells": ("x^4-30x^2+y^2", USUAL, -225.0, (15**0.5, 0)),
    "drop-wave": (DROP_WAVE, USUAL, -1.0, (0, 0)),
    "Bohachevsky": ("x^2+2y^2-0.3cos(3pi x)-0.4cos(4pi y)+0.7", box(10.0), 0.0, (0, 0)),
    "Griewank": ("(x^2+y^2)/4000-cos(x)cos(y/sqrt(2))+1", box(50.0), 0.0, (0, 0)),
    "Rastrigin, wide": ("20+x^2-10cos(2pi x)+y^2-10cos(2pi y)", box(20.0), 0.0, (0, 0)),
    "Ackley's": (
        "-20exp(-0.2sqrt(0.5(x^2+y^2)))-exp(0.5(cos(2pi x)+cos(2pi y)))+e+20",
        box(5.0),
        0.0,
        (0, 0),
    ),
    "Easom's": ("-cos(x)cos(y)exp(-(x-pi)^2-(y-pi)^2)", USUAL, -1.0, (np.pi, np.pi)),
    "Booth's": ("(x+2y-7)^2+(2x+y-5)^2", box(10.0), 0.0, (1, 3)),
    "Rosenbrock's": ("(1-x)^2+100(y-x^2)^2", USUAL, 0.0, (1, 1)),
    "tiny": ("1e-7x^2+1e-7y^2", USUAL, 0.0, (0, 0)),
    "huge": ("1e9((x-1)^2+(y+2)^2)", USUAL, 0.0, (1, -2)),
    "flat at its foot": ("x^4+y^4", USUAL, 0.0, (0, 0)),
    "flat one way": ("x^6+y^2", USUAL, 0.0, (0, 0)),
    "nearly a valley": ("x^2+1e-13y^2", USUAL, 0.0, (0, 0)),
    "a cone": ("sqrt(x^2+y^2)", USUAL, 0.0, (0, 0)),
    "a cusp": ("sqrt(abs(x))+y^2", USUAL, 0.0, (0, 0)),
    "a sharp cusp": ("abs(x)^0.1+y^2", USUAL, 0.0, (0, 0)),
    "a fold": ("abs(x)+abs(y-1)", USUAL, 0.0, (0, 1)),
    "a fold across": ("abs(1-x)+10abs(y-x^2)", USUAL, 0.0, (1, 1)),
    "a thin hole": ("0.1(x^2+y^2)-5exp(-200((x-1.3)^2+(y+0.7)^2))", USUAL, -4.782, (1.3, -0.7)),
    "many wells": ("sin(x)^2+sin(y)^2", USUAL, 0.0, (0, 0)),
    "a parabola in a parabola": ("(y-x^2)^2+x^6", USUAL, 0.0, (0, 0)),
}
CURVES = {
    "a circle": ("(x^2+y^2-1)^2", USUAL, 0.0),
    "a line": ("x^2", USUAL, 0.0),
    "a slanted line": ("(x+y)^2-3", USUAL, -3.0),
    "lines": ("sin(x)^2", USUAL, 0.0),
    "a cross": ("x^2*y^2", USUAL, 0.0),
    "a turned cross": ("((x+y)(x-y))^2", USUAL, 0.0),
    "a cross of folds": ("abs(x*y)", USUAL, 0.0),
    "a fold": ("abs(x)", USUAL, 0.0),
    "a hyperbola": ("(x*y-1)^2", USUAL, 0.0),
    "a half-plane": ("max(0,1-x)", USUAL, 0.0),
    "a disc": ("max(0,x^2+y^2-1)", USUAL, 0.0),
    "a clipped bowl": ("clip(x^2+y^2,0.5,3)", USUAL, 0.5),
    "a plain": ("3", USUAL, 3.0),
    "a smooth half-plane": ("max(x,0)^2", USUAL, 0.0),
}
FALLS = ("x+y", "x*y", "x^2-y^2", "x^3-3x+y^2", "log(x)", "-1/(x^2+y^2)", "(x^2-y)(x^2-3y)")


@pytest.mark.parametrize(("text", "window", "lowest", "place"), POINTS.values(), ids=POINTS)
def test_the_lowest_height_is_found_and_it_is_a_point(text, window, lowest, place):
    surface = typed(text, window)
    floor = floor_of(surface)
    at = float(heights_at(surface, np.array([place], float))[0])
    assert floor.lowest == pytest.approx(lowest, abs=1e-3 * floor.span)
    assert floor.lowest <= at + floor.noise
    assert floor.isolated
    assert np.hypot(*(floor.places - place).T).min() <= 1e-3 * (window[1] - window[0])


@pytest.mark.parametrize(("text", "window", "lowest"), CURVES.values(), ids=CURVES)
def test_a_curve_or_a_region_of_minima_is_none_of_points(text, window, lowest):
    floor = floor_of(typed(text, window))
    assert floor.lowest == pytest.approx(lowest, abs=1e-9)
    assert not floor.isolated
    assert len(floor.numbered) == 1


@pytest.mark.parametrize("text", FALLS)
def test_what_falls_out_of_view_has_no_lowest_height(text):
    assert floor_of(typed(text)).lowest is None


def test_the_lowest_height_of_eggholder_is_at_the_edge_of_its_picture():
    surface = typed(EGGHOLDER, box(512.0))
    assert floor_of(surface).lowest is None
    assert heights_at(surface, np.array([[512.0, 404.2319]]))[0] == pytest.approx(-959.6407)


def random_texts(count):
    chance = np.random.default_rng(26)
    for _k in range(count):
        a, b, c, d = (f"{v:.2f}" for v in chance.uniform(0.2, 3.0, 4))
        u, v = (f"{w:+.2f}" for w in chance.uniform(-3.0, 3.0, 2))
        yield chance.choice([
            f"{a}*x^2 + {b}*y^2 + {c}*sin({d}*x)*cos({a}*y)",
            f"{a}*abs(x{u}) + {b}*(y{v})^2",
            f"(x^2{u})^2 + {a}*(y{v})^2",
            f"exp(-{a}*(x{u})^2)*{b} + 0.1*(y{v})^2 + 0.05*x^4",
            f"-exp(-{a}*((x{u})^2+(y{v})^2)) + 0.01*(x^2+y^2)",
            f"{a}*(x^2+y^2) - {b}*cos({c}*9*x) - {b}*cos({d}*9*y)",
            f"max({a}*abs(x{u}), {b}*abs(y{v}))",
            f"({a}*x{u} + {b}*y)^2",
            f"log(1 + {a}*(x{u})^2 + {b}*(y{v})^2)",
            f"{a}*x*y + 0.1*x^4 + 0.1*y^4",
        ])  # fmt: skip


@pytest.mark.parametrize("text", [*random_texts(int(os.environ.get("EXAMPLES", "60")))])
def test_no_height_in_view_and_no_run_is_below_the_lowest(text):
    surface = typed(text)
    floor = floor_of(surface)
    x, y = np.meshgrid(np.linspace(-4, 4, 333), np.linspace(-4, 4, 333))
    seen = eval(
        surface.code, vars(np) | {"x1": x, "x2": y, "max": np.maximum}
    )  # NumPy, and not the tape
    if floor.lowest is None:
        edge = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]])
        assert edge.min() <= seen.min() + 1e-3 * np.ptp(seen)
        return
    assert seen.min() >= floor.lowest - floor.noise
    traces = [run(optim.build(slug), surface, surface.start, 60) for slug in ("adam", "momentum")]
    floor = corrected(floor, surface, traces)
    for trace in traces:
        gap = progress(trace, floor, view_box(surface)).gap
        assert (gap[~np.isnan(gap)] >= 0.0).all()


def test_a_run_that_is_lower_corrects_what_the_search_has_missed():
    surface = typed("x^2+y^2")
    missed = Floor(np.array([[1.0, 0.0]]), np.array([1.0]), 1.0, span=10.0)
    trace = run(optim.build("gradient_descent", lr=0.1), surface, (3.0, 1.0), 99)
    floor = corrected(missed, surface, [trace])
    assert floor.lowest == trace.loss.min()
    assert tuple(floor.places[0]) == tuple(trace.x[trace.loss.argmin()])
    assert outcome(trace, surface, floor, 1e-3).kind == "reached"


# --- outcomes, each checked against its definition by other code


def pool():
    """Races of every rule, some surfaces each, from three starts."""
    chance = np.random.default_rng(16)
    slugs = sorted(SURFACES)
    for k, rule in enumerate(sorted(OPTIMIZERS)):
        for slug in (slugs[k % len(slugs)], slugs[(7 * k + 5) % len(slugs)]):
            ground = build(slug)
            (left, right), (bottom, top) = ground.view
            start = chance.uniform((left, bottom), (right, top))
            yield pytest.param(rule, ground, tuple(start.tolist()), id=f"{rule}-{slug}")
    for text in (*(row[0] for row in CURVES.values()), "1e-7x^2+1e-7y^2", "x^2-y^2", "abs(x)+y^2"):
        for rule in ("adam", "gradient_descent"):
            yield pytest.param(rule, typed(text), (1.3, -2.1), id=f"{rule}-{text}")


def around(surface, place, radius):
    angles = np.linspace(0, 2 * np.pi, 97)
    ring = np.array(place) + radius * np.column_stack([np.cos(angles), np.sin(angles)])
    return heights_at(surface, ring)


@pytest.mark.parametrize(("rule", "ground", "start"), [*pool()])
def test_what_is_said_of_an_end_is_so(rule, ground, start):
    trace = run(optim.build(rule), ground, start, 150)
    floor, tolerance = floor_of(ground), 1e-3
    end = outcome(trace, ground, floor, tolerance)
    (left, right), (bottom, top) = ground.view
    x, y = trace.x.T
    inside = (left <= x) & (x <= right) & (bottom <= y) & (y <= top)
    numbers = np.isfinite(trace.x).all(axis=1) & np.isfinite(trace.loss)
    size = np.hypot(right - left, top - bottom)
    if end.kind in {"overflowed", "lost", "undefined"}:
        assert not numbers.all()
        return
    assert numbers.all()
    if end.kind == "left":
        assert not inside[end.step :].any()
        assert end.step == 0 or inside[end.step - 1]
        return
    assert inside[-1]
    last = np.linalg.norm(trace.x[-1] - trace.x[-2])
    here = trace.loss[-1]
    if end.kind == "reached" and end.is_global:
        assert here - floor.lowest <= tolerance
    elif end.kind == "reached":
        assert here <= np.nanmin(around(ground, end.place, 3e-3 * size)) + tolerance
    elif end.kind == "stuck":
        assert any(
            np.nanmin(around(ground, end.place, r * size)) < here for r in (1e-6, 1e-4, 1e-3)
        )
    elif end.kind == "flat":
        assert np.ptp(around(ground, end.place, 1e-4 * size)) <= 1e-9 * max(1.0, abs(here))
        assert floor.lowest is None or floor.lowest < here
    elif end.kind == "moving":
        low = floor.lowest is not None and here - floor.lowest <= tolerance
        near = np.hypot(*(floor.places - trace.x[-1]).T).min(initial=np.inf) <= 0.1 * size
        assert last > 1e-9 * size or not (low and near)
    if end.kind in {"stuck", "flat", "halted"}:
        assert last <= 1e-9 * size


def test_the_first_step_within_and_the_one_from_which_it_stays():
    gap = np.array([5.0, 0.5, 2.0, 0.5, 0.4])
    assert (steps_to(gap, 1.0), stays_from(gap, 1.0)) == (1, 3)
    assert stays_from(np.array([0.5, 0.5]), 1.0) == 0
    assert stays_from(np.array([0.5, 1.5]), 1.0) is None
    assert stays_from(np.array([0.5, np.nan, 0.5]), 1.0) == 2


def ended(text, start, lr=0.1, steps=100, rule="gradient_descent"):
    surface = typed(text)
    trace = run(optim.build(rule, lr=lr), surface, start, steps)
    return outcome(trace, surface, floor_of(surface), 1e-3)


@pytest.mark.parametrize(
    ("text", "start", "kind"),
    [
        ("x^2", (1.0, 3.0), "reached"),
        ("x^2*y^2", (1.3, -2.1), "reached"),
        ("max(0,1-x)", (-2.0, 1.0), "reached"),
        ("max(0,x^2+y^2-1)", (3.0, 1.0), "reached"),
        ("clip(x^2+y^2,0.5,3)", (1.0, 1.0), "reached"),
        ("clip(x^2+y^2,0.5,3)", (3.0, 3.0), "flat"),
        ("3", (1.0, 1.0), "reached"),
        ("1e-7x^2+1e-7y^2", (3.0, 3.0), "moving"),
        ("x^2-y^2", (1.0, 0.0), "stuck"),
        ("x^3+y^2", (0.0, 1.0), "stuck"),
    ],
)
def test_ends_on_flat_and_on_faint_ground(text, start, kind):
    assert ended(text, start).kind == kind


def test_on_a_curve_of_minima_the_place_is_where_the_run_stands():
    end = ended("x^2", (1.0, 3.0))
    assert end.place == pytest.approx((0.0, 3.0), abs=1e-6)


def test_far_from_the_hole_of_easom_a_run_is_at_no_minimum():
    ground = build("easom")
    trace = run(optim.build("adam"), ground, (8.0, 8.0), 50)
    assert outcome(trace, ground, floor_of(ground), 1e-3).kind in {"stuck", "moving"}


def test_zero_divided_by_zero_is_no_overflow():
    x = np.array([[1.0, 1.0], [np.nan, np.nan]])
    trace = Trace(
        x=x, loss=np.array([2.0, np.nan]), grad=np.array([[2.0, 2.0], [np.nan] * 2]), state=()
    )
    floor = floor_of(build("bowl"))
    assert outcome(trace, build("bowl"), floor, 1e-3) == ("lost", 1, None, True)
    far = trace._replace(grad=np.array([[1e200, 2.0], [np.nan] * 2]))
    assert outcome(far, build("bowl"), floor, 1e-3).kind == "overflowed"


def test_where_it_runs_below_f_star_outside_of_the_picture_nothing_is_told():
    surface = build("mccormick")
    trace = run(optim.build("gradient_descent", lr=0.5), surface, (3.9, 3.9), 60)
    made = progress(trace, floor_of(surface), view_box(surface))
    assert (made.gap[~np.isnan(made.gap)] >= 0.0).all()


# --- many runs


@pytest.mark.parametrize(
    ("surface", "steps", "none"),
    [
        (typed("(x^2+y^2-1)^2", (-1.5, 1.5, -1.5, 1.5)), 300, 0.0),
        (typed("max(0,1-x)"), 300, 0.0),
    ],
    ids=["circle", "half-plane"],
)
def test_every_start_leads_to_a_curve_or_region_of_minima(surface, steps, none):
    race = race_on(surface, (Lane("gradient_descent", {"lr": 0.05}),)).replace(steps=steps)
    found = basins(race, race.lanes[0], 24)
    assert found.shares[-1] == pytest.approx(none, abs=0.01)
    assert set(np.unique(found.reached)) <= {0, -1}


def test_near_enough_at_some_step_and_at_the_last_are_two_numbers():
    race = race_on(build("rastrigin"), (Lane("momentum", {"lr": 0.02, "gamma": 0.95}),))
    race = race.replace(steps=60, tolerance=0.1)
    found = ends_of(race, race.lanes[0])
    at_the_end = np.mean(found.heights <= race.tolerance)
    assert found.at_the_end.fraction == pytest.approx(at_the_end)
    assert found.at_the_end.fraction <= found.success.fraction


@pytest.mark.parametrize("slug", ["ravine", "beale", "rastrigin", "mccormick", "saddle"])
@pytest.mark.parametrize("goal", ["height", "arrived"])
def test_no_rate_of_a_fine_grid_is_better_over_more_than_a_hundredth(slug, goal):
    race = race_on(build(slug), tuple(map(Lane, ("gradient_descent", "adam"))))
    if slug == "saddle" and goal == "arrived":
        return  # without f* nobody arrives
    rates = np.geomspace(1e-6, 10.0, 40_001)
    for lane, one in zip(race.lanes, tune(race, goal), strict=True):
        goals = goals_over(race, lane, {"lr": rates}, goal)
        better = np.concatenate([[0], (goals < one.goal).astype(int), [0]])
        first, last = np.flatnonzero(np.diff(better) == 1), np.flatnonzero(np.diff(better) == -1)
        wide = [rates[b - 1] / rates[a] for a, b in zip(first, last, strict=True)]
        assert max(wide, default=1.0) <= 1.01
        assert (one.best is None) == (not np.isfinite(one.goal))


def test_the_best_rate_of_the_default_race_is_found_where_it_is_narrow():
    race = race_on(build("ravine"), (Lane("adam"),)).replace(steps=20)
    (one,) = tune(race, "arrived")
    assert one.best is not None
    best = race.replace(lanes=(Lane("adam", {"lr": one.best}),))
    (trace,) = run_race(best)
    assert trace.loss[int(one.goal)] <= race.tolerance


def test_a_lane_that_no_rate_suits_has_no_best_and_is_left_alone():
    race = race_on(build("rosenbrock"), (Lane("gradient_descent", {"lr": 0.002}),)).replace(steps=3)
    (one,) = tune(race, "arrived")
    assert (one.best, one.good, one.others) == (None, None, {})
