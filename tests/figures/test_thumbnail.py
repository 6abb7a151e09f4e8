"""Thumbnails, as data: what is in the SVG, and where."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ravine.experiments.field import Field, sample
from ravine.experiments.floor import floor_of
from ravine.experiments.link import read_link
from ravine.experiments.presets import PRESETS
from ravine.experiments.race import run_race
from ravine.figures.theme import PALETTES, SPARE_STYLES, STYLES, styles
from ravine.figures.thumbnail import BORDER, CARD_HEIGHT, CARD_WIDTH, FARTHEST, OUTLINES, thumbnail
from surfaces import build
from tests.cases import every_surface

SVG = "{http://www.w3.org/2000/svg}"
LOOK = STYLES["momentum"]


def drawn(surface, *paths, mode="light", field=None, looks=None):
    paths = [np.asarray(path, float) for path in paths]
    looks = looks or styles(["momentum"] * len(paths))
    return thumbnail(
        field or sample(surface, None, 60), floor_of(surface), paths, looks, surface.levels, mode
    )


def picture(preset, mode="light"):
    made = read_link(preset.link)
    looks = styles([lane.rule for lane in made.lanes])
    paths = [trace.x for trace in run_race(made)]
    return thumbnail(
        sample(made.surface, made.arena.zoom, 72),
        floor_of(made.surface),
        paths,
        looks,
        made.surface.levels,
        mode,
    )


def corners(line):
    """The corners of a line, in tenths of a pixel."""
    numbers = [int(n) for n in re.findall(r"-?\d+", line.replace("h0", ""))]
    return np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)


def dots(text, nth=0):
    """The corners of the path `nth`."""
    return corners(
        next(e for e in ET.fromstring(text).iter(f"{SVG}path") if e.get("id") == f"p{nth}").get("d")
    )


@every_surface
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_surface_has_a_small_picture(surface, mode):
    text = drawn(surface, [surface.start, surface.start], mode=mode)
    root = ET.fromstring(text)
    assert root.get("viewBox") == "0 0 320 200"
    assert root.get("width") is None
    fills = {element.get("fill") for element in root.iter()}
    assert PALETTES[mode].valley in fills
    assert 4 <= len(fills - {None, "none"}) <= 20
    assert len(text) < 25_000


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
def test_a_preset_is_light_to_load(preset):
    text = picture(preset)
    assert len(text) < 25_000
    ET.fromstring(text)
    assert text.count("<use") == 2 * len(read_link(preset.link).lanes)


def test_a_path_runs_where_it_ran():
    surface = build("bowl")  # from -4 to 4
    made = dots(drawn(surface, [(-4, 4), (0, 0), (4, -4), (2, 1.234)]))
    assert made.tolist() == [[0, 0], [1600, 1000], [3200, 2000], [2400, 692]]


def test_what_is_outside_the_picture_is_not_moved():
    made = dots(drawn(build("bowl"), [(0, 0), (8, 0), (0, -12), (0, 1)]))
    assert made.tolist() == [[1600, 1000], [4800, 1000], [1600, 4000], [1600, 750]]


@pytest.mark.parametrize("bad", [(np.nan, 0), (0, np.inf), (-np.inf, np.nan)])
def test_what_is_no_number_cuts_the_line(bad):
    made = dots(drawn(build("bowl"), [(0, 0), (4, 0), bad, (1, 1)]))
    assert made.tolist() == [[1600, 1000], [3200, 1000]]


def test_what_flies_away_is_cut_on_its_way():
    made = dots(drawn(build("bowl"), [(0, 0), (1e9, -0.5e9), (0, 0), (1, 1)]))
    assert made[0].tolist() == [1600, 1000]
    assert len(made) == 2
    across, down = made[1] - made[0]
    assert across == FARTHEST * CARD_WIDTH
    assert down / across == pytest.approx(0.5 * CARD_HEIGHT / CARD_WIDTH, rel=1e-4)


@given(
    st.lists(st.tuples(*[st.floats(width=64)] * 2), min_size=1, max_size=8),
    st.sampled_from(["bowl", "ravine", "saddle"]),
)
@settings(max_examples=60)
def test_any_path_can_be_drawn(path, slug):
    surface = build(slug)
    text = drawn(surface, [surface.start, *path], field=sample(surface, None, 8))
    ET.fromstring(text)
    assert np.abs(dots(text)).max() <= (FARTHEST + 1) * CARD_WIDTH
    assert not re.search(r"nan|inf|e\+", text.replace("stroke-linejoin", ""))


def test_each_lane_has_its_colour_dash_and_marker():
    looks = styles(["momentum", "adam", "gradient_descent"])
    text = drawn(build("bowl"), *[[(0, 0), (k, 1)] for k in (1, 2, 3)], looks=looks, mode="dark")
    uses = list(ET.fromstring(text).iter(f"{SVG}use"))
    halos, lines = uses[::2], uses[1::2]
    assert [line.get("stroke") for line in lines] == [look.dark for look in looks]
    assert {halo.get("stroke") for halo in halos} == {PALETTES["dark"].page}
    assert [line.get("stroke-dasharray") for line in lines] == ["66 24", "108 30", None]
    for look in looks:
        assert f'fill="{look.dark}"' in text


@pytest.mark.parametrize("look", [*STYLES.values(), *SPARE_STYLES], ids=lambda look: look.marker)
def test_every_marker_has_an_outline(look):
    outline = OUTLINES[look.marker]
    assert np.abs(outline).max() <= 1.5
    assert len({tuple(dot) for dot in outline.round(6)}) == len(outline)


def test_outlines_are_those_of_the_arena():
    assert OUTLINES["triangle-up"][0] == pytest.approx((0, -1.3))
    assert OUTLINES["triangle-down"][0] == pytest.approx((0, 1.3), abs=1e-9)
    assert OUTLINES["triangle-left"][0] == pytest.approx((-1.3, 0), abs=1e-9)
    assert OUTLINES["square"][0] == pytest.approx((1.2 / 2**0.5, -1.2 / 2**0.5))


def test_minima_are_targets_and_local_ones_dots():
    text = drawn(build("double_well"), [(0, 0)])
    root = ET.fromstring(text)
    minimum = PALETTES["light"].minimum
    lines = [e for e in root.iter(f"{SVG}path") if e.get("stroke") == minimum]
    small = [e for e in lines if e.get("stroke-linecap") == "round"]
    targets = [e for e in lines if e not in small]
    assert [target.get("d").count("M") for target in targets] == [1]
    assert [e.get("d").count("M") for e in small] == [1]
    assert small[0].get("d").startswith("M2324 1000")


def test_a_surface_without_minima_has_no_targets():
    assert PALETTES["light"].minimum not in re.sub(
        r"<circle[^>]*>", "", drawn(build("saddle"), [(0, 0)])
    )


def test_the_start_is_a_ring():
    assert '<circle cx="1600" cy="1000"' in drawn(build("bowl"), [(0, 0), (1, 1)], [(0, 0), (2, 2)])
    assert drawn(build("bowl"), [(0, 0)], [(0, 0)]).count("<circle") == 1


def test_no_level_curve_runs_along_the_frame():
    text = drawn(build("bowl"), [(0, 0)])
    (ground,) = [e for e in ET.fromstring(text).iter(f"{SVG}g") if e.get("fill-rule")]
    made = np.vstack(
        [corners(ring) for path in ground for ring in path.get("d").split("z") if ring]
    )
    for axis, size in enumerate((CARD_WIDTH, CARD_HEIGHT)):
        assert not np.isin(made[:, axis], [0, size]).any()
        assert {-BORDER, size + BORDER} <= set(made[:, axis].tolist())


def test_a_ground_that_is_nowhere_defined_is_plain():
    x = np.linspace(-1, 1, 9)
    for z in (np.full((9, 9), np.nan), np.zeros((9, 9)), np.full((9, 9), np.inf)):
        ET.fromstring(drawn(build("bowl"), [(0, 0)], field=Field(x, x, z)))


def test_what_is_not_defined_is_a_hole():
    x = np.linspace(-1, 1, 30)
    z = x[:, None] ** 2 + x[None, :] ** 2
    whole = drawn(build("bowl"), [(0, 0)], field=Field(x, x, z))
    z = np.where(z < 0.3, np.nan, z)
    assert drawn(build("bowl"), [(0, 0)], field=Field(x, x, z)) != whole
