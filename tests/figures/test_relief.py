"""The surface in three dimensions, as data."""

import gzip
import json

import numpy as np
import pytest

from ravine.experiments.field import Field, sample
from ravine.experiments.floor import Floor, floor_of
from ravine.figures.levels import level_curves, ruler_for, scale_for
from ravine.figures.relief import relief
from ravine.figures.theme import PALETTES
from surfaces import build
from tests.cases import every_surface


def drawn(surface, mode="light", size="full", box=None):
    return relief(sample(surface, box, 80), floor_of(surface), surface.levels, mode, size)


def on(field, spacing="linear", mode="light"):
    return relief(field, Floor(np.empty((0, 2)), np.empty(0)), spacing, mode)


@every_surface
def test_the_scene_shows_the_whole_view(surface):
    ground, _ = drawn(surface).data
    (left, right), (bottom, top) = surface.view
    assert (ground.x[0], ground.x[-1], ground.y[0], ground.y[-1]) == pytest.approx(
        (left, right, bottom, top)
    )
    scene = drawn(surface).layout.scene
    assert (*scene.xaxis.range, *scene.yaxis.range) == pytest.approx((left, right, bottom, top))
    low, high = scene.zaxis.range
    assert low < np.nanmin(ground.z) <= np.nanmax(ground.z) < high


@every_surface
def test_heights_are_those_of_f_or_bent_and_then_the_axis_tells_true_ones(surface):
    field, figure = sample(surface, None, 80), drawn(surface)
    ground, axis = figure.data[0], figure.layout.scene.zaxis
    if surface.levels == "log":
        scale = scale_for("log", field.z.ravel())
        np.testing.assert_allclose(ground.z, scale.bend(field.z), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(
            scale.bend(np.array([float(t) for t in axis.ticktext])), axis.tickvals
        )
    else:
        np.testing.assert_allclose(ground.z, field.z, rtol=1e-5, atol=1e-5)
        assert axis.ticktext is None


@every_surface
def test_the_axis_says_so_where_heights_are_bent_and_only_there(surface):
    layout = drawn(surface).layout
    bent = surface.levels == "log"
    assert ("logarithm" in layout.meta["note"]) == bent
    assert layout.scene.zaxis.title.text == ("f (log)" if bent else "f")
    if not bent:
        assert layout.meta["note"] == ""


def test_what_is_cut_off_is_said_and_not_that_it_is_bent():
    x = np.linspace(0.0, 1.0, 30)
    hill = np.add.outer(x, x)
    hill[12, 17] = 1e4  # a pole
    layout = on(Field(x, x, hill), "auto").layout
    assert "cut off" in layout.meta["note"]
    assert "logarithm" not in layout.meta["note"]
    assert on(Field(x, x, np.add.outer(x, x)), "auto").layout.meta["note"] == ""


@every_surface
def test_its_level_curves_are_those_of_the_flat_picture(surface):
    field = sample(surface, None, 80)
    levels = np.array(drawn(surface).layout.meta["levels"])
    flat = level_curves(field, floor_of(surface), surface.levels, "light")["data"][0]["contours"]
    bent = np.arange(flat["start"], flat["end"], flat["size"])
    heights = ruler_for(surface.levels, field.z).scale.unbend(bent)
    upright = ruler_for(surface.levels, field.z, upright=True)
    np.testing.assert_allclose(upright.scale.unbend(levels), heights, rtol=1e-6, atol=1e-9)
    assert (np.diff(levels) > 0).all()
    assert upright.low < levels[0] < levels[-1] < upright.high


@every_surface
def test_the_targets_stand_just_above_the_ground(surface):
    figure, floor = drawn(surface), floor_of(surface)
    ground, stars = figure.data
    assert list(stars.x) == list(floor.places[:, 0])
    assert list(stars.text).count("⊕") == len(surface.minima())
    span = np.ptp(np.asarray(ground.z))
    for x, y, z in zip(stars.x, stars.y, stars.z, strict=True):
        here = ground.z[
            np.abs(np.asarray(ground.y) - y).argmin(), np.abs(np.asarray(ground.x) - x).argmin()
        ]
        assert 0 < z - here < 0.1 * span


@every_surface
@pytest.mark.parametrize("mode", PALETTES)
def test_a_relief_is_small_json(surface, mode):
    text = drawn(surface, mode).to_json()
    assert len(gzip.compress(text.encode(), 6)) < 60_000
    assert json.loads(text)["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"


def test_a_path_is_lifted_by_a_share_of_the_heights():
    x = np.linspace(0.0, 1.0, 5)
    steep, flat = (
        on(Field(x, x, size * np.add.outer(x, x))).layout.meta["lift"] for size in (100.0, 1.0)
    )
    assert steep == pytest.approx(100 * flat)
    assert 0.005 <= flat / 2 <= 0.01


def test_what_is_not_defined_is_a_hole():
    z = np.array([[1.0, np.nan], [np.inf, 2.0]])
    ground = on(Field(np.arange(2.0), np.arange(2.0), z), "log").data[0]
    assert np.isnan(np.asarray(ground.z)).sum() == 2
    nowhere = Field(np.arange(2.0), np.arange(2.0), np.full((2, 2), np.nan))
    on(nowhere, "root", "dark").to_json()


def test_a_flat_ground_can_be_drawn():
    scene = on(Field(np.arange(3.0), np.arange(3.0), np.full((3, 3), 7.0))).layout.scene
    assert scene.zaxis.range[0] < 7 < scene.zaxis.range[1]


def test_colours_go_up_from_the_valley_to_the_hill():
    for spacing in ("linear", "root", "log"):
        x = np.linspace(0.0, 1.0, 5)
        scale = on(Field(x, x, np.add.outer(x, x)), spacing).data[0].colorscale
        shares, colours = zip(*scale, strict=True)
        assert shares[0] == 0
        assert shares[-1] == 1
        assert (np.diff(shares) > 0).all()
        assert colours[0] == PALETTES["light"].meadow
        assert colours[-1] == PALETTES["light"].hill


def test_an_oblong_view_stays_oblong_within_bounds():
    ratio = lambda surface, box: drawn(surface, box=box).layout.scene.aspectratio  # noqa: E731
    bowl = build("bowl")
    square, long, thread = (ratio(bowl, (0.0, width, 0.0, 1.0)) for width in (1.0, 1.3, 50.0))
    assert square.x == square.y
    assert long.x / long.y == pytest.approx(1.3)
    assert 1.3 < thread.x / thread.y < 2
