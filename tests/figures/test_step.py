"""The pictures of a step and of what an optimizer remembers, as data."""

import numpy as np
import pytest

from optim import build
from ravine.experiments.anatomy import anatomy, curvature
from ravine.experiments.inside import rates
from ravine.experiments.kernel import kernel
from ravine.experiments.trace import run
from ravine.figures.memory import edge_figure, kernel_figure, rate_figure, state_figure
from ravine.figures.plain import to_json
from ravine.figures.step import step_picture
from ravine.figures.theme import PALETTES, styles
from surfaces import build as surface
from tests.cases import plotted

RAVINE = surface("ravine")
(LOOK,) = styles(["momentum"])


def step(slug, k, other=None, mode="light", **knobs):
    rule = build(slug, **knobs)
    trace = run(rule, RAVINE, (-5.0, -2.0), 20)
    parts = anatomy(rule, RAVINE, trace, k, knobs.get("lr"))
    figure = step_picture(parts, trace.x[:k], other, LOOK, mode)
    to_json(figure)
    return trace, plotted(figure)


def named(figure):
    return {trace.name: trace for trace in figure.data if trace.name}


@pytest.mark.parametrize("mode", PALETTES)
def test_arrows_are_what_the_step_is_made_of(mode):
    trace, figure = step("momentum", 3, mode=mode, lr=0.4, gamma=0.5)
    lines = named(figure)
    here, there, v = trace.x[2], trace.x[3], trace.state.v[2]
    ends = {name: np.column_stack([line.x, line.y]) for name, line in lines.items()}
    np.testing.assert_allclose(ends["the step"], [here, there])
    np.testing.assert_allclose(ends["from memory alone"], [here, here - 0.5 * v])
    np.testing.assert_allclose(ends["from the gradient"], [here - 0.5 * v, there])
    np.testing.assert_allclose(
        ends["gradient descent step, −η∇f"], [here, here - 0.4 * trace.grad[2]]
    )
    np.testing.assert_allclose(ends["the path so far"], trace.x[:3])
    assert len(figure.layout.annotations) == 4
    for head, name in zip(
        figure.layout.annotations,
        ["gradient descent step, −η∇f", "from memory alone"],
        strict=False,
    ):
        np.testing.assert_allclose((head.x, head.y), ends[name][1])


def test_nothing_is_told_by_colour_alone():
    _trace, figure = step("momentum", 3, other=np.zeros((3, 2)), lr=0.4)
    dashes = [(line.line.dash, line.line.width) for line in named(figure).values()]
    assert len(dashes) == len(set(dashes)) == 7


def test_the_ellipse_has_the_rates_as_its_axes():
    trace, figure = step("adagrad", 4, lr=0.4)
    ring = named(figure)["gradients of this length"]
    rate, length = 0.4 / np.sqrt(trace.state.s[4] + 1e-7), np.linalg.norm(trace.grad[3])
    assert np.ptp(ring.x) / 2 == pytest.approx(rate[0] * length, rel=1e-3)
    assert np.ptp(ring.y) / 2 == pytest.approx(rate[1] * length, rel=1e-3)


def test_what_has_no_length_is_no_arrow():
    _trace, figure = step("gradient_descent", 2, lr=0.4)
    assert "from memory alone" not in named(figure)
    assert "gradient descent step, −η∇f" not in named(figure)  # it is the step
    _trace, figure = step("newton", 9, alpha=1.0, damping=0.0)
    assert "the step" not in named(figure)


def test_a_step_out_of_the_numbers_can_be_drawn():
    rule = build("gradient_descent", lr=10.0)
    trace = run(rule, RAVINE, (-5.0, -2.0), 400)
    for k in (200, 300, 400):
        plotted(
            step_picture(anatomy(rule, RAVINE, trace, k, 10.0), trace.x[:k], None, LOOK, "dark")
        )


def test_the_charts_show_every_step_and_where_we_are():
    rule = build("adam", lr=0.4)
    trace = run(rule, RAVINE, (-5.0, -2.0), 20)
    raw = trace.state.v
    figure = plotted(state_figure("v", raw, raw * 2.0, 7, LOOK, "light"))
    assert [line.name for line in figure.data] == ["v₁", "v₂", "v̂₁", "v̂₂"]
    np.testing.assert_allclose(figure.data[1].y, raw[:, 1])
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (7, 7)
    found = rates(rule, trace)
    figure = plotted(rate_figure(found, 5.0, 7, LOOK, "light"))
    assert (figure.layout.shapes[1].x0, figure.layout.shapes[1].x1) == (2, 7)
    assert figure.layout.annotations[0].text == "window of 5 steps"
    figure = plotted(edge_figure(curvature(rule, RAVINE, trace), 7, LOOK, "dark"))
    assert figure.data[1].y[0] == pytest.approx(38.0)
    np.testing.assert_allclose(figure.data[0].x, np.arange(1, 21))


def test_rates_that_span_decades_are_logarithmic():
    wide = np.geomspace(1e-4, 1.0, 42).reshape(21, 2)
    assert rate_figure(wide, None, 3, LOOK, "light")["layout"]["yaxis"]["type"] == "log"
    assert (
        "type" not in rate_figure(np.full((21, 2), 0.4), None, 3, LOOK, "light")["layout"]["yaxis"]
    )


def test_weights_are_bars_and_their_sum_is_told():
    figure = plotted(kernel_figure("v", "g", kernel(0.9, 5), 5, LOOK, "light"))
    (bars,) = figure.data
    np.testing.assert_allclose(bars.y, 0.1 * 0.9 ** np.arange(4, -1, -1))
    assert bars.name == f"their sum: {1 - 0.9**5:.6g}"
