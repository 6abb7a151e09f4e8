"""Every sentence of the gallery is true: for each preset a check of what it claims."""

import functools
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
import pytest

from ravine.experiments.field import view_box
from ravine.experiments.floor import floor_of
from ravine.experiments.link import decode, encode, read_link, write_link
from ravine.experiments.outcome import crossings, outcome, progress, steps_to
from ravine.experiments.presets import PRESETS
from ravine.experiments.race import run_race

CHECKS = {}


def claim(slug):
    """The check of the preset `slug`: a function of its lanes."""
    return functools.partial(CHECKS.__setitem__, slug)


class Seen(NamedTuple):
    """What one lane did."""

    x: np.ndarray
    gap: np.ndarray
    distance: np.ndarray
    arrived: int | None
    crossings: int
    end: object  # Outcome


def seen(link):
    made = read_link(link)
    floor = floor_of(made.surface)
    lanes = []
    for trace in run_race(made):
        far = progress(trace, floor, view_box(made.surface))
        end = outcome(trace, made.surface, floor, made.tolerance)
        arrived = steps_to(far.gap, made.tolerance)
        lanes.append(Seen(trace.x, far.gap, far.distance, arrived, crossings(trace), end))
    return lanes


def leaves(lane, far=0.5):
    """The first step that is `far` to the side of the ridge x2 = 0."""
    return (
        int(np.argmax(np.abs(lane.x[:, 1]) > far)) if (np.abs(lane.x[:, 1]) > far).any() else None
    )


@claim("five-rules")
def _(descent, momentum, adagrad, rmsprop, adam):
    assert descent.crossings >= 5
    assert [lane.arrived is not None for lane in (descent, momentum, adagrad, rmsprop, adam)] == [
        0,
        1,
        0,
        1,
        0,
    ]
    assert len(descent.x) == 21


@claim("two-adams")
def _(pytorch, keras):
    assert pytorch.x[-1, 0] == pytest.approx(0.6, abs=0.05)
    assert keras.x[-1, 0] == pytest.approx(-1.7, abs=0.05)


@claim("clipped")
def _(wild, tame):
    assert (wild.end.kind, wild.end.step) == ("overflowed", 9)
    assert tame.gap[-1] < 0.01
    assert tame.distance[-1] < 0.06


@claim("curvature")
def _(newton, bfgs, descent):
    assert newton.end.kind == "stuck"
    assert newton.gap[-1] > newton.gap[0]
    assert [lane.arrived for lane in (bfgs, descent)] == [6, 23]


@claim("schedule")
def _(signs, falling):
    np.testing.assert_allclose(np.abs(np.diff(signs.x[-20:], axis=0)), 0.3)
    assert signs.arrived is None
    assert falling.end.kind == "reached"


@claim("three-rates")
def _(crawls, walks, zigzags):
    assert crawls.distance[-1] > 4 > 3 > walks.distance[-1] > 2 > 0.2 > zigzags.distance[-1]
    assert [lane.crossings > 3 for lane in (crawls, walks, zigzags)] == [False, False, True]


@claim("stability")
def _(below, above):
    assert (np.diff(np.abs(below.x[:, 1])) < 0).all()
    assert (np.diff(np.abs(above.x[:, 1])) > 0).all()
    assert above.crossings == below.crossings == 14
    for rate, grows in ((0.499, False), (0.501, True)):
        (lane,) = seen(f"run=gradient_descent&lr={rate}&steps=200")
        assert (abs(lane.x[-1, 1]) > 2) == grows


@claim("memory")
def _(little, much):
    assert little.arrived == 19
    assert little.end.kind == "reached"
    assert len(much.x) == 41
    assert much.arrived is None
    assert (np.diff(np.sign(much.x[-15:, 1])) != 0).any()  # from wall to wall


@claim("looking-ahead")
def _(momentum, nesterov):
    assert (momentum.arrived, nesterov.arrived) == (59, 15)
    assert momentum.x[:, 0].max() > 1
    assert momentum.crossings > nesterov.crossings


@claim("looking-ahead-too-far")
def _(momentum, nesterov):
    assert nesterov.end.kind == "left"
    assert momentum.end.kind == "moving"
    for rule, limit in (("momentum", 0.95), ("nesterov", 3.8 / 2.8 / 4)):
        assert f"{limit:.2f}" in ("0.95", "0.34")
        for share, grows in ((0.98, False), (1.02, True)):
            (lane,) = seen(f"run={rule}~gamma=0.9&lr={share * limit}&steps=1000")
            assert (abs(lane.x[-1, 1]) > 2 or np.isnan(lane.x[-1, 1])) == grows


@claim("best-settings")
def _(descent, momentum):
    assert 4 * momentum.arrived <= descent.arrived
    low, high, root = 1.0, 50.0, np.sqrt(50.0)
    link = read_link(next(p.link for p in PRESETS if p.slug == "best-settings"))
    assert link.lanes[0].own["lr"] == pytest.approx(2 / (low + high), rel=1e-3)
    assert link.lanes[1].own["lr"] == pytest.approx((2 / (1 + root)) ** 2, rel=1e-3)
    assert link.lanes[1].own["gamma"] == pytest.approx(((root - 1) / (root + 1)) ** 2, rel=1e-3)


@claim("forgetting")
def _(adagrad, rmsprop):
    steps = np.hypot(*np.diff(adagrad.x, axis=0).T)
    assert (np.diff(steps) < 0).all()
    assert steps[-1] < 0.15 * steps[0]
    assert adagrad.distance[-1] > 2
    assert rmsprop.end.kind == "reached"


@claim("fair-race")
def _(*lanes):
    assert np.argmax([lane.gap[-1] for lane in lanes]) == 4
    assert [lane.arrived is not None for lane in lanes] == [False] * 5 + [True]


@claim("slow-start")
def _(tiny, small, large):
    assert np.hypot(*(tiny.x[-1] - tiny.x[0])) / tiny.distance[0] == pytest.approx(0.2, abs=0.05)
    assert tiny.gap[-1] > small.gap[-1] > large.gap[-1]
    assert large.arrived == 41


@claim("first-step")
def _(descent, rmsprop, adam):
    assert np.abs(adam.x[1] - adam.x[0]) == pytest.approx([0.4, 0.4], rel=1e-6)
    assert np.abs(rmsprop.x[1] - rmsprop.x[0]) == pytest.approx([3.2 * 0.4] * 2, rel=0.02)
    across, up = np.abs(descent.x[1] - descent.x[0])
    assert up > 5 * across  # the steep direction is x2


@claim("turned-valley")
def _(descent, adagrad, rmsprop):
    turned = read_link(next(p.link for p in PRESETS if p.slug == "turned-valley"))
    c, s = np.cos(turned.surface.theta), np.sin(turned.surface.theta)
    back = np.array([[c, s], [-s, c]]) @ turned.start
    flat = {**encode(turned), "on": ["quadratic"], "start": [f"{back[0]},{back[1]}"]}
    straight = seen(urlencode(flat, doseq=True))
    assert max(straight[1].gap[-1], straight[2].gap[-1]) < straight[0].gap[-1]
    assert min(adagrad.gap[-1], rmsprop.gap[-1]) > descent.gap[-1]
    np.testing.assert_allclose(descent.x @ [[c, -s], [s, c]], straight[0].x, atol=1e-9)
    assert np.degrees(turned.surface.theta) == pytest.approx(30)


@claim("leaving-a-saddle")
def _(descent, momentum, rmsprop, adam):
    times = [leaves(lane) for lane in (descent, momentum, rmsprop, adam)]
    assert None not in times
    assert times[0] == max(times) > sorted(times)[-2]
    assert times[2] == min(times) < 20


@claim("on-the-ridge")
def _(*lanes):
    for lane in lanes:
        assert (lane.x[:, 1] == 0).all()
        assert abs(lane.x[-1, 0]) < 0.02


@claim("bent-valley")
def _(*lanes):
    for lane in lanes:  # the floor of the valley is x2 = x1 squared; the walls are hundreds high
        assert np.abs(lane.x[10:, 1] - lane.x[10:, 0] ** 2).max() < 0.35
        assert lane.gap[15:].max() < 0.25 * lane.gap[0]
    assert [lane.end.kind for lane in lanes] == ["moving", "reached", "moving"]
    assert [lane.arrived is not None for lane in lanes] == [False, True, False]
    assert len(lanes[0].x) == 301


@claim("flat-valley")
def _(descent, momentum, adam):
    assert (descent.arrived, momentum.arrived, adam.arrived) == (None, 74, None)
    assert momentum.end.kind == "reached"
    assert momentum.crossings > 15
    assert descent.crossings == adam.crossings == 0
    assert momentum.distance[-1] < 0.01
    assert len(descent.x) == 201


@claim("four-minima")
def _(*lanes):
    assert all(lane.end.kind == "reached" and lane.end.is_global for lane in lanes)
    assert len({lane.end.place for lane in lanes}) == 3
    floor = floor_of(decode({"on": ["himmelblau"]}).surface)
    assert len(floor.places) == 4
    assert np.ptp(floor.heights) < 1e-9


@claim("two-wells")
def _(descent, momentum):
    assert (descent.end.kind, momentum.end.kind) == ("reached", "reached")
    assert (descent.end.is_global, momentum.end.is_global) == (False, True)
    start = np.array(descent.x[0])
    assert np.hypot(*(start - descent.end.place)) < np.hypot(*(start - momentum.end.place))


@claim("egg-box")
def _(descent, momentum, adam):
    assert descent.end.place == pytest.approx((-1.99, 2.98), abs=0.02)
    assert np.hypot(*(descent.x - descent.x[0]).T).max() < 1  # the cups stand 1 apart
    for lane in (momentum, adam):
        assert lane.gap[-1] < descent.gap[-1] - 1
    assert not any(lane.arrived for lane in (descent, momentum, adam))


@claim("funnel")
def _(descent, momentum, adam):
    assert descent.end.kind == "reached"
    assert not descent.end.is_global
    assert np.hypot(*(descent.end.place - descent.x[0])) < 1
    for lane in (momentum, adam):
        assert np.hypot(*lane.x[-1]) < 0.1


@claim("wall")
def _(thrown, clipped):
    assert thrown.end.kind == "left"
    assert thrown.x[:, 0].min() < -60  # the picture ends at -8
    foot, *_ = floor_of(decode({"on": ["cliff"]}).surface).places
    assert np.hypot(*(clipped.x[-8:] - foot).T).max() < 0.3
    assert clipped.gap[-1] < 0.3


@claim("plateau")
def _(descent, momentum, adam):
    assert np.abs(np.diff(descent.x[:, 0])).max() < 0.002
    goes = np.diff(momentum.x[:, 0])
    middle = int(np.argmax(momentum.x[:, 0] > -2))
    assert (np.diff(goes[:middle]) > 0).all()  # faster and faster over the plateau
    assert momentum.x[-1, 0] > 2
    assert momentum.arrived is None
    assert adam.arrived == 64
    assert adam.distance[-1] < 0.2


@claim("flat-minima")
def _(short, long):
    assert (short.end.kind, long.end.kind) == ("reached", "reached")
    assert (short.x[-1] ** 2).sum() == pytest.approx(6.16, abs=0.005)
    assert (long.x[-1] ** 2).sum() == pytest.approx(2.0005, abs=0.0001)
    assert np.hypot(*(short.x - short.x[0]).T).max() < 0.3
    for lane in (short, long):
        assert lane.gap[-1] < 1e-20


@claim("flat-and-sharp")
def _(short, long):
    assert (short.end.kind, long.end.kind) == ("reached", "reached")
    assert (short.end.place, long.end.place) == ((0, 0), (4, 0))
    assert short.end.is_global
    assert long.end.is_global
    assert np.hypot(*long.x.T).min() < 0.5  # it was in it


@claim("dead-gradient")
def _(descent, adam):
    made = read_link(next(p.link for p in PRESETS if p.slug == "dead-gradient"))
    first = np.hypot(*run_race(made)[0].grad[0])
    assert first == pytest.approx(6e-9, rel=0.01)
    assert np.hypot(*(descent.x[-1] - descent.x[0])) < 1e-6
    ripple = np.pi + 1.8366 * np.array([1, -1])  # tan u = -2 u
    np.testing.assert_allclose(adam.x[-1], ripple, atol=0.01)
    assert adam.gap[-1] > 0.999


@claim("fork")
def _(descent, momentum):
    assert descent.end.place == pytest.approx((np.pi, 2.275))
    assert momentum.end.place == pytest.approx((-np.pi, 12.275))
    assert descent.end.is_global
    assert momentum.end.is_global
    assert momentum.x[:, 0].min() < -3


@claim("raw-input")
def _(*lanes):
    (intercept, _slope), *_ = floor_of(decode({"on": ["regression_raw"]}).surface).places
    for lane in lanes:
        assert lane.x[-1, 0] / intercept < 1 / 3
    descent, momentum, *_ = lanes
    for lane in (descent, momentum):
        assert np.abs(np.diff(lane.x[30:, 1])).max() < 0.02
        assert lane.gap[30] < 0.02 * lane.gap[0]
    assert len(descent.x) == 301


@claim("standardized-input")
def _(descent, rmsprop, adam):
    assert descent.arrived == 9
    raw = decode({"on": ["regression_raw"]}).surface
    hessian, away = np.array([[1.0, 15.4], [15.4, 27.4 + 15.4**2]]), -np.array(raw.minima()[0])
    values, vectors = np.linalg.eigh(hessian)
    shrunk = lambda k: (1 - raw.lr * values) ** k * (vectors.T @ away)  # noqa: E731
    heights = [shrunk(k) ** 2 @ values / 2 for k in (5766, 5767)]
    assert heights[0] > 1e-3 >= heights[1]


@claim("kink")
def _(fixed, falling):
    assert np.count_nonzero(np.diff(np.sign(fixed.x[-20:, 1]))) >= 4
    assert np.abs(np.diff(fixed.x[-10:, 1])).max() > 0.1
    assert falling.end.kind == "reached"
    assert falling.end.place[1] == 0.0
    assert abs(falling.x[-1, 1]) < 0.01
    assert np.abs(np.diff(falling.x[-3:, 1])).max() < 0.01
    longer = seen("on=regression_l1&run=gradient_descent&lr=0.2&steps=2000")[0]
    assert np.count_nonzero(np.diff(np.sign(longer.x[-100:, 1]))) >= 20


@claim("wrong-and-sure")
def _(descent, rmsprop, adam):
    assert descent.gap[-1] > 0.8 * descent.gap[0]
    assert len(descent.x) == 201
    assert max(rmsprop.gap[-1] / rmsprop.gap[0], adam.gap[-1] / adam.gap[0]) < 0.002


@claim("cross-entropy")
def _(*lanes):
    one, other = (
        read_link(next(p.link for p in PRESETS if p.slug == slug))
        for slug in ("wrong-and-sure", "cross-entropy")
    )
    assert one.replace(surface=other.surface) == other
    assert one.shared["lr"] == other.shared["lr"]
    assert one.surface.data == other.surface.data
    for lane in lanes:
        assert lane.gap[-1] < 0.002 * lane.gap[0]


@claim("saturated")
def _(descent, rmsprop, adam):
    assert abs(descent.x[-1, 1] - descent.x[0, 1]) > 1.5
    assert abs(descent.x[-1, 0] - descent.x[0, 0]) < 0.05
    assert np.hypot(*np.diff(descent.x[-10:], axis=0).T).max() < 0.001
    assert [lane.arrived is not None for lane in (descent, rmsprop, adam)] == [False, True, True]


@claim("dead-unit")
def _(descent, momentum, adagrad, rmsprop, adam):
    for lane in (descent, momentum, adagrad):
        assert lane.arrived is not None
    for lane in (rmsprop, adam):
        over = int(np.argmax(lane.x[:, 0] < 0))
        assert over > 0
        assert (lane.x[over:, 0] < 0).all()
        np.testing.assert_array_equal(lane.gap[over:], lane.gap[over])


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
def test_the_sentence_is_true(preset):
    assert preset.slug in CHECKS, "a sentence without a check"
    CHECKS[preset.slug](*seen(preset.link))


def test_every_check_has_its_preset():
    assert set(CHECKS) == {preset.slug for preset in PRESETS}


def test_there_are_enough_and_no_two_are_the_same():
    assert len(PRESETS) >= 14
    for field in ("slug", "title", "sentence", "link"):
        assert len({getattr(preset, field) for preset in PRESETS}) == len(PRESETS)
    assert len({write_link(read_link(preset.link)) for preset in PRESETS}) == len(PRESETS)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
def test_a_preset_fits_its_card_and_its_picture(preset):
    assert 1 <= len(preset.title) <= 30
    assert 1 <= len(preset.sentence) <= 110
    assert preset.sentence.endswith(".")
    made = read_link(preset.link)
    assert made.steps <= 300  # all of it is drawn
    assert made.arena.layout == "overlay"
