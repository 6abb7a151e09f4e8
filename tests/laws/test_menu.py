"""Every rule is in the menu once, where it says itself."""

import itertools

import pytest

import optim
from optim.wrappers import WRAPPERS
from ravine.core.knob import knobs
from ravine.payload.names import FAMILIES, HISTORY, rule_order
from surfaces import SURFACES, Turned
from tests.cases import KINDS, every_rule

PARTS = {**KINDS, **WRAPPERS, **SURFACES, "turned": Turned}


@every_rule
def test_a_rule_is_in_the_menu_once_in_its_own_family(slug):
    found = [family for family, slugs in optim.MENU.items() for one in slugs if one == slug]
    assert found == [optim.OPTIMIZERS[slug].family]


@every_rule
def test_a_rule_says_where_it_stands_and_how_it_looks_itself(slug):
    """In the class that is the rule: what it takes over from another rule would be that one's."""
    assert {"family", "look", "idea"} <= {*vars(optim.OPTIMIZERS[slug])}


@every_rule
def test_a_rule_says_in_a_plain_sentence_what_it_does(slug):
    idea = optim.OPTIMIZERS[slug].idea
    assert idea.endswith(".")
    assert 40 <= len(idea) <= 110
    assert not set(idea) & set("\\$_^=")  # no formula
    assert [kind.idea for kind in optim.OPTIMIZERS.values()].count(idea) == 1


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_knob_says_what_it_does_and_what_more_of_it_does(part):
    for knob in knobs(part).values():
        assert knob.idea.endswith(".")
        assert 40 <= len(knob.idea) <= 120
        assert len(knob.idea.split(". ")) == 2  # what it does; what more and less of it do


def test_the_menu_is_offered_as_it_is():
    assert [*HISTORY] == [*itertools.chain(*optim.MENU.values())]
    assert [*FAMILIES] == [*optim.FAMILIES.values()]
    assert all(FAMILIES.values())
    assert sorted(HISTORY, key=lambda slug: rule_order(f"{slug}-1")) == [*HISTORY]


@pytest.mark.parametrize("slugs", optim.MENU.values(), ids=optim.MENU)
def test_a_family_is_in_the_order_of_its_ranks(slugs):
    ranks = [optim.OPTIMIZERS[slug].rank for slug in slugs]
    assert ranks == sorted(ranks)


def test_nesterov_answers_momentum_and_adam_opens_its_family():
    first = [slugs[0] for slugs in optim.MENU.values()]
    assert first == ["gradient_descent", "adagrad", "adam", "polyak"]
    assert optim.MENU["gradient"][:3] == ("gradient_descent", "momentum", "nesterov")
