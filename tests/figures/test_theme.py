"""Looks: told apart without colour, readable in both themes, never changing."""

import itertools

import pytest

from optim import OPTIMIZERS
from ravine.figures.theme import BORROWED, PALETTES, SPARE_STYLES, STYLES, contrast, style, styles


def test_every_rule_has_a_look():
    """Its own, or a spare one by the name of its marker."""
    assert {*OPTIMIZERS, "typed"} == {*STYLES, *BORROWED}


def test_rules_spread_over_the_spare_looks():
    """The one that most of them like best is liked by at most one more than its share."""
    liked = [[*BORROWED.values()].count(look) for look in SPARE_STYLES]
    assert max(liked) <= -(-len(BORROWED) // len(SPARE_STYLES)) + 1


@pytest.mark.parametrize("part", ["light", "dark", "dash", "marker"])
def test_no_two_looks_share(part):
    looks = [getattr(look, part) for look in (*STYLES.values(), *SPARE_STYLES)]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("look", [*STYLES.values(), *SPARE_STYLES], ids=str)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_path_is_readable_on_page_valley_and_hill(look, mode):
    palette = PALETTES[mode]
    assert contrast(getattr(look, mode), palette.page) >= 4.5
    assert contrast(getattr(look, mode), palette.valley) >= 4.5
    assert contrast(getattr(look, mode), palette.meadow) >= 4.0
    assert contrast(getattr(look, mode), palette.hill) >= 3.0


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_is_readable(mode):
    assert contrast(PALETTES[mode].text, PALETTES[mode].page) >= 7


def test_looks_never_change():
    assert [style(slug)[0] for slug in ("gradient_descent", "momentum", "adam")] == [
        "#3d4757",
        "#0a58c2",
        "#c2184b",
    ]
    assert style("a_rule_of_tomorrow") == style("a_rule_of_tomorrow") in SPARE_STYLES


BORROWER = next(
    slug for slug in map("rule_{}".format, range(999)) if style(slug) == SPARE_STYLES[0]
)


@pytest.mark.parametrize(
    "slugs",
    [
        ["momentum"] * 12,
        [*OPTIMIZERS][:12],
        [*OPTIMIZERS][-12:],
        [*BORROWED][:12],
        [*BORROWED][-12:],
        ["adamw", "rprop", *["adam"] * 10],  # both like the same spare look
        ["adam", "momentum"] * 6,
        [BORROWER, *["adam"] * 11],
    ],
)
def test_twelve_lanes_are_told_apart(slugs):
    looks = styles(slugs)
    assert looks[0] == style(slugs[0])
    for a, b in itertools.combinations(looks, 2):
        assert (a.light, a.dark) != (b.light, b.dark)
        assert a.dash != b.dash
        assert a.marker != b.marker


def test_the_first_lane_of_a_rule_keeps_the_look_of_its_rule():
    assert styles(["adam", "adam", "momentum"])[2] == style("momentum")


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_rule_keeps_its_look_in_another_dialect():
    usual = ["momentum", "adagrad", "rmsprop", "adam"]
    there = ["momentum.keras", "adagrad.keras", "rmsprop.keras", "adam.keras"]
    assert styles(there) == styles(usual)
    both = styles(["adam.keras", "adam", "adam.pytorch"])
    assert both[1] == styles(["adam"])[0]
    assert len(set(both)) == 3
