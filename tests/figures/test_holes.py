"""Where a function is not defined, and heights that no spacing was chosen for."""

import gzip
import json
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ravine.core.words import speak
from ravine.experiments.field import Field, sample
from ravine.experiments.floor import Floor
from ravine.figures import holes
from ravine.figures.levels import level_curves, ruler_for, scale_for
from ravine.figures.relief import relief
from ravine.figures.theme import PALETTES, contrast, styles
from ravine.figures.thumbnail import thumbnail
from surfaces import build, typed
from tests.cases import every_surface, plotted

NOWHERE = Floor(np.empty((0, 2)), np.empty(0))
AXIS = np.linspace(-4.0, 4.0, 64)
X, Y = np.meshgrid(AXIS, AXIS)


def field_of(text, n=80):
    return sample(typed(text), None, n)


def of(z):
    return Field(AXIS[: z.shape[1]], AXIS[: z.shape[0]], np.asarray(z, float))


def flat(field, mode="light", size="full"):
    return plotted(level_curves(field, NOWHERE, "auto", mode, size))


def small(field, mode="light"):
    return thumbnail(field, NOWHERE, [np.zeros((1, 2))], styles(["adam"]), "auto", mode)


@pytest.mark.parametrize("mode", PALETTES)
@pytest.mark.parametrize("size", ["full", "panel"])
def test_a_hole_is_toned_hatched_and_named(mode, size):
    layout = flat(field_of("sqrt(x) + y^2"), mode, size).layout
    tone, hatch = layout.shapes
    assert (tone.layer, hatch.layer) == ("below", "below")
    assert tone.fillcolor not in {PALETTES[mode].page, PALETTES[mode].valley, PALETTES[mode].hill}
    numbers = np.array(re.findall(r"-?[\d.]+", tone.path), float).reshape(-1, 2)
    assert numbers[:, 0].min() == -4
    # where the level curves end, not beyond the next place of the grid
    assert 0 < numbers[:, 0].max() < 0.06
    assert (numbers[:, 1].min(), numbers[:, 1].max()) == (-4, 4)
    assert hatch.path.count("M") > 20
    (words,) = layout.annotations
    assert words.text.replace("<br>", " ") == "f is not defined here"
    assert -3 < words.x < -1
    assert abs(words.y) < 1
    assert contrast(PALETTES[mode].text, words.bgcolor) >= 7
    assert contrast(hatch.line.color, tone.fillcolor) >= 1.5


def test_the_words_are_in_the_visitors_language_and_fit():
    assert "<br>" in flat(field_of("sqrt(x)"), size="panel").layout.annotations[0].text
    assert "<br>" not in flat(field_of("sqrt(x)")).layout.annotations[0].text
    assert flat(of(np.where(X < -3, np.nan, X))).layout.annotations[0].textangle == -90
    assert holes._in_two("wort") == "wort"
    speak("zh_CN")
    try:
        assert flat(field_of("sqrt(x)")).layout.annotations[0].text == holes.hole_label()
    finally:
        speak("en")


@every_surface
def test_what_is_defined_everywhere_has_no_hole(surface):
    field = sample(surface, None, 24)
    if np.isfinite(field.z).all():
        figure = plotted(level_curves(field, NOWHERE, surface.levels, "light"))
        assert not figure.layout.shapes
        assert not figure.layout.annotations
        assert len(relief(field, NOWHERE, surface.levels, "light").data) == 2


def test_infinite_is_not_defined_either():
    assert flat(of(np.where(X > 0, np.inf, X))).layout.annotations


def test_a_hole_too_small_for_words_has_none():
    z = X + Y
    z[30, 30] = np.nan
    layout = flat(of(z)).layout
    assert layout.shapes
    assert not layout.annotations


def test_the_words_stand_in_the_widest_hole():
    ring = of(np.where((np.hypot(X - 1, Y + 1) < 2) | (X < -3.6), np.nan, X))
    (words,) = flat(ring).layout.annotations
    assert (words.x, words.y) == pytest.approx((1, -1), abs=0.2)
    spot = holes.widest(holes.holes(ring), ring)
    assert spot.across == pytest.approx(0.5, abs=0.05)


def test_hatching_stays_in_the_hole():
    field = of(np.where(np.hypot(X, Y) < 2, np.nan, X))
    lines = holes.hatching(field, 40)
    assert len(lines) > 15
    for a, b in lines:
        assert max(np.hypot(*a), np.hypot(*b)) < 2.2
        assert (a - b)[0] == pytest.approx(-(a - b)[1])


def test_an_island_is_no_part_of_the_hole():
    (rings,) = holes.outlines(of(np.where(np.hypot(X, Y) < 1, 1.0, np.nan)))
    assert len(rings) == 2
    assert len(rings[0]) == 4  # the frame has but its corners
    island = of(np.where(np.hypot(X, Y) < 1, 1.0, np.nan))
    assert flat(island).layout.shapes[0].fillrule == "evenodd"
    assert 'fill-rule="evenodd"' in small(island)


def test_a_zoomed_hole_has_its_digits():
    box = (1000.0, 1000.001, 5.0, 5.001)
    field = sample(typed("sqrt(x - 1000.0005)"), box, 40)
    path = flat(field).layout.shapes[0].path
    numbers = np.array(re.findall(r"-?[\d.]+", path), float).reshape(-1, 2)
    assert np.ptp(numbers[:, 0]) == pytest.approx(0.0005, rel=0.1)


def test_in_relief_there_is_a_floor_that_says_so():
    field = field_of("log(x*y)")
    ground, _stars, floor, words = relief(field, NOWHERE, "auto", "dark").data
    bottom = np.asarray(floor.z)
    assert np.nanmax(bottom) < np.nanmin(np.asarray(ground.z))
    assert (np.isfinite(bottom) | np.isfinite(field.z)).all()
    assert floor.contours.x.show
    assert words.text == ("f is not defined here",)


@pytest.mark.parametrize("mode", PALETTES)
def test_on_a_thumbnail_it_is_hatched_too(mode):
    text = small(field_of("log(x*y)", 72), mode)
    ET.fromstring(text)
    assert 'fill="url(#hole)"' in text
    assert len(text) < 25_000
    assert "hole" not in small(field_of("x*y", 72), mode)


# --- heights that nobody chose a spacing for


@pytest.mark.parametrize(
    ("text", "spacing"),
    [
        *(
            ("x^2 + y^2", "root"),
            ("x^2 + 10*y^2", "root"),
            ("x^4 + y^4", "root"),
            ("x*y", "linear"),
            ("sin(x)*y", "linear"),
        ),
        *(
            ("(1 - x)^2 + 100*(y - x^2)^2", "log"),
            ("exp(3*(x + y))", "log"),
            ("exp(exp(x))", "log"),
            ("1/x", "linear"),
        ),
        *(("tan(x) + y", "linear"), ("3", "linear"), ("-exp(-x^2 - y^2)", "linear")),
    ],
)
def test_a_spacing_that_fits(text, spacing):
    assert ruler_for("auto", field_of(text).z).spacing == spacing


@every_surface
def test_a_spacing_that_fits_is_much_like_the_one_that_was_chosen(surface):
    fits = ruler_for("auto", sample(surface, None, 80).z).spacing
    if surface.levels == "linear":
        assert fits != "log"
    if surface.levels == "log":
        assert fits != "linear"


@pytest.mark.parametrize("text", ["1/x", "tan(x) + y", "-1/(x^2 + y^2)", "x/(x^2 - 1)"])
def test_poles_are_left_out_and_the_colour_bar_says_so(text):
    field = field_of(text, 128)
    figure = flat(field)
    labels = figure.data[0].colorbar.ticktext
    assert "≥" in labels[-1] or "≤" in labels[0]
    shown = np.sort(np.asarray(figure.data[0].z), axis=None)
    assert (shown[0], shown[-1]) == (0.0, 1.0)
    told = max(abs(float(label.strip("≤≥ "))) for label in labels)
    assert told < 0.5 * np.abs(field.z).max()
    assert len(np.unique(np.round(shown * 18))) > 4  # most bands are seen


@pytest.mark.parametrize(
    "text", ["-exp(-x^2 - y^2)", "x^2 + y^2", "-exp(-9*((x - 1)^2 + y^2))", "exp(3*(x + y))"]
)
def test_what_is_only_steep_is_not_left_out(text):
    assert ruler_for("auto", field_of(text, 128).z).cut == (False, False)


def test_decades_are_told_on_the_colour_bar():
    ticks = [float(label) for label in flat(field_of("exp(6*x)")).data[0].colorbar.ticktext]
    assert len(ticks) >= 5
    assert ticks[-1] / ticks[1] > 1e4


def test_colours_saturate_beyond():
    ruler = ruler_for("auto", field_of("1/x", 128).z)
    assert ruler.scale.bend(np.array([-1e9, 1e9, np.inf])).tolist() == [0, 1, 1]
    assert ruler.scale.unbend(ruler.scale.bend(np.array([0.5]))) == pytest.approx([0.5])


def test_rounding_is_no_landscape():
    ground = flat(field_of("sin(x)^2 + cos(x)^2")).data[0]
    assert not np.asarray(ground.z).any()
    assert ground.colorbar.ticktext == ("1",)


def test_no_spacing_that_was_chosen_has_changed():
    field = sample(build("rosenbrock"), None, 40)
    ruler, scale = ruler_for("log", field.z), scale_for("log", field.z.ravel())
    np.testing.assert_array_equal(ruler.scale.bend(field.z), scale.bend(field.z))
    assert (ruler.spacing, ruler.cut) == ("log", None)


POLES = np.zeros((64, 64))  # all that differs but for poles is lost in rounding
POLES[0, :9] = [1e250, -1, -1, -1, -1, -1, 1.87e283, -1, -6.8e-31]
POLES[2, 3:8] = [0, -3.1e53, 0, -1, 0]
ONE = np.full((64, 64), np.nan)
ONE[5, 5] = 2.0
ODD = {
    "constant": np.full((64, 64), 7.0),
    "zero": np.zeros((64, 64)),
    "nothing": np.full((64, 64), np.nan),
    "one": ONE,
    "infinite": np.where(X > 0, np.inf, -np.inf),
    "large": X * 1e300,
    "largest": np.where(X > 0, 1.7e308, -1.7e308),
    "tiny": X * 1e-300,
    "subnormal": X * 5e-324,
    "two": np.where(X > 0, 1.0, 2.0),
    "noise": np.random.default_rng(0).normal(size=(64, 64)) ** 9,
    "poles": POLES,
    "spike": np.where((np.abs(X) < 0.1) & (np.abs(Y) < 0.1), 1e9, X),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("size", ["full", "panel"])
def test_any_heights_can_be_drawn(name, size):
    field = of(ODD[name])
    for figure in (flat(field, "dark", size), relief(field, NOWHERE, "auto", "dark", size)):
        json.loads(figure.to_json())
        for trace in figure.data:
            if trace.type in {"contour", "surface"}:
                z = np.asarray(trace.z, float)
                assert not np.isinf(z).any()
    ET.fromstring(small(field))


@settings(max_examples=60)
@given(arrays(np.float64, (9, 9), elements=st.floats(width=64)), st.sampled_from(["full", "panel"]))
def test_any_numbers_can_be_drawn(z, size):
    field = Field(np.arange(9.0), np.arange(9.0), z)
    for figure in (flat(field, size=size), relief(field, NOWHERE, "auto", "light", size)):
        figure.to_json()
    ET.fromstring(small(field))


@pytest.mark.parametrize("text", ["log(sin(3*x)*sin(3*y))", "log(x^2 + y^2 - 4)", "tan(x) + y"])
def test_a_figure_with_holes_is_small(text):
    figure = flat(field_of(text, 128))
    assert len(gzip.compress(figure.to_json().encode(), 6)) < 70_000
    assert (
        len(gzip.compress(relief(field_of(text), NOWHERE, "auto", "light").to_json().encode(), 6))
        < 60_000
    )
