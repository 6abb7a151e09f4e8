"""Level curves and curve frames, as data."""

import json

import jax.numpy as jnp
import numpy as np
import pytest
from contourpy import contour_generator

from ravine.experiments.field import Field, sample
from ravine.experiments.floor import floor_of
from ravine.experiments.inside import CURVES, usual
from ravine.figures import levels
from ravine.figures.curves import frame
from ravine.figures.levels import GRID_POINTS, level_curves, ruler_for, scale_for
from ravine.figures.plain import to_json
from surfaces import SURFACES, build, typed
from tests.cases import KINDS, every_surface, plotted


def drawn(surface, mode="light", size="full", box=None):
    return plotted(
        level_curves(sample(surface, box, 60), floor_of(surface), surface.levels, mode, size)
    )


@every_surface
@pytest.mark.parametrize("size", ["full", "panel"])
def test_the_ground_shows_the_whole_view(surface, size):
    ground, stars = drawn(surface, size=size).data
    (left, right), (bottom, top) = surface.view
    assert (ground.x[0], ground.x[-1], ground.y[0], ground.y[-1]) == pytest.approx(
        (left, right, bottom, top)
    )
    assert len(stars.x) == len(surface.minima()) + len(surface.local_minima())
    assert ground.showscale is (size == "full")


@every_surface
def test_the_levels_are_within_the_heights(surface):
    ground, _ = drawn(surface).data
    z = np.asarray(ground.z)
    assert np.nanmin(z) <= ground.contours.start < ground.contours.end <= np.nanmax(z) + 1e-6
    assert 10 <= (ground.contours.end - ground.contours.start) / ground.contours.size <= 40


@every_surface
def test_the_colour_bar_tells_true_heights(surface):
    field = sample(surface, None, 60)
    ground = drawn(surface).data[0]
    scale = scale_for(surface.levels, field.z.ravel())
    np.testing.assert_allclose(
        scale.bend(np.array([float(t) for t in ground.colorbar.ticktext])), ground.colorbar.tickvals
    )
    np.testing.assert_allclose(
        scale.unbend(scale.bend(field.z)), field.z, atol=1e-9 * np.ptp(field.z)
    )


NARROW = (
    "(1-x)^2 + 100 (y-x^2)^2",
    "((x-y)^2 + 0.001) (1 + x^2)",
    "(x + y^2)^2 + x^4 / 50",
    "(x^2 + y^2 - 4)^2",
)
BENT = {name: kind() for name, kind in SURFACES.items() if kind.levels != "linear"}
GROUNDS = BENT | {text: typed(text) for text in NARROW}


def curves_of_the_lowest_level(surface):
    """How many curves the lowest level is, on the grid of a panel and on one four times as fine."""
    true = sample(surface, n=4 * GRID_POINTS["panel"] - 3)
    field = Field(true.x[::4], true.y[::4], true.z[::4, ::4])
    ground = level_curves(field, floor_of(surface), surface.levels, "light", "panel")["data"][0]
    ruler, z = ruler_for(surface.levels, field.z), ground["contours"]["start"]
    bent = [np.ma.masked_invalid(ruler.scale.bend(grid.z)) for grid in (field, true)]
    return tuple(
        len(contour_generator(grid.x, grid.y, heights).lines(z))
        for grid, heights in zip((field, true), bent, strict=True)
    )


@pytest.mark.parametrize("surface", GROUNDS.values(), ids=GROUNDS)
def test_the_lowest_level_has_no_islands_that_the_grid_makes(surface):
    drawn, there = curves_of_the_lowest_level(surface)
    assert drawn <= there


def test_the_grid_would_make_islands_of_a_narrow_valley(monkeypatch):
    """The fault that the law above is about is there."""
    monkeypatch.setattr(levels, "BROKEN", 0)
    drawn, there = curves_of_the_lowest_level(build("rosenbrock"))
    assert drawn > there == 1


def test_no_rule_has_the_marker_of_a_minimum():
    looks = [getattr(kind, "look", "") for kind in KINDS.values()]
    used = {getattr(look, "marker", look) for look in looks}
    assert not used & {levels.GLOBAL_MINIMUM, levels.GLOBAL_MINIMUM.removesuffix("-open")}


def test_higher_is_never_drawn_lower():
    heights = np.linspace(-3.0, 50.0, 200)
    for spacing in ("linear", "root", "log"):
        assert (np.diff(scale_for(spacing, heights).bend(heights)) > 0).all()


def test_what_is_not_defined_is_a_hole():
    z = np.array([[1.0, np.nan], [np.inf, 2.0]])
    ground = plotted(
        level_curves(
            Field(np.arange(2.0), np.arange(2.0), z), floor_of(build("bowl")), "log", "light"
        )
    ).data[0]
    assert np.isnan(np.asarray(ground.z)).sum() == 2
    nowhere = Field(np.arange(2.0), np.arange(2.0), np.full((2, 2), np.nan))
    to_json(level_curves(nowhere, floor_of(build("bowl")), "root", "dark"))


@every_surface
def test_a_figure_is_small_json(surface):
    text = to_json(
        level_curves(sample(surface, None, 60), floor_of(surface), surface.levels, "dark")
    )
    assert json.loads(text)["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert len(text) < 120_000


@every_surface
def test_it_is_the_json_that_plotly_writes(surface):
    figure = level_curves(sample(surface, None, 20), floor_of(surface), surface.levels, "light")
    ours, theirs = json.loads(to_json(figure)), json.loads(str(plotted(figure).to_json()))
    theirs["layout"].pop("template")
    assert ours["layout"] == theirs["layout"]
    for one, other in zip(ours["data"], theirs["data"], strict=True):
        assert one.keys() == other.keys()
        assert [one[name] for name in one if name not in "xy"] == [
            other[name] for name in one if name not in "xy"
        ]
    assert all(ours["data"][0][name] == theirs["data"][0][name] for name in "xy")


def test_what_is_no_number_is_not_sent():
    with pytest.raises(ValueError, match="JSON"):
        to_json({"data": [], "layout": {"width": np.nan}})
    with pytest.raises(TypeError):
        to_json({"data": [{"x": np.array(["a"])}], "layout": {}})


def test_a_field_is_the_surface():
    field = sample(build("himmelblau"), (-1.0, 1.0, 0.0, 2.0), 11)
    assert field.z[7, 3] == pytest.approx(
        float(build("himmelblau")(jnp.array([field.x[3], field.y[7]])))
    )


def test_an_endless_fall_has_no_distance_and_a_linear_height():
    assert usual(bounded=True) == ("gap", "slope", "distance")
    assert usual(bounded=False) == ("height", "slope")
    assert frame("gap", "light").layout.yaxis.type == "log"
    assert frame("height", "light").layout.yaxis.type == "linear"
    assert len({frame(name, "light").layout.title.text for name in CURVES}) == len(CURVES)
    with pytest.raises(ValueError, match="no such curve"):
        frame("<b>", "light")
    assert frame("slope", "dark").layout.title.text
