"""The codec of links: total, exact, short, and clear about what is wrong."""

import contextlib
import re
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from optim import OPTIMIZERS
from ravine.experiments.link import (
    FOREIGN,
    NAMES,
    decode,
    encode,
    read_link,
    read_surface,
    write_link,
)
from ravine.experiments.race import SEED_LANES, Lane, default_race, lane, race_on, run_race
from surfaces import SURFACES
from tests.cases import races


@given(races())
def test_a_link_survives_the_round_trip(race):
    assert decode(encode(race)) == race


@given(races())
def test_it_survives_an_address_bar(race):
    assert read_link(write_link(race)) == race


def test_the_default_race_is_an_empty_link():
    assert encode(default_race()) == {}
    assert decode({}) == default_race()


@pytest.mark.parametrize("slug", SURFACES)
def test_what_a_surface_opens_with_is_only_its_name(slug):
    race = race_on(SURFACES[slug]())
    assert encode(race) == ({} if slug == "ravine" else {"on": [slug]})
    assert decode({"on": [slug]}) == race


def test_the_default_race_is_that_of_the_seeds():
    race = default_race()
    assert [racer.rule for racer in race.lanes] == [
        "gradient_descent",
        "momentum",
        "adagrad",
        "rmsprop",
        "adam",
    ]
    assert race.lanes == SEED_LANES
    assert (race.surface.slug(), race.start, race.steps) == ("ravine", (-5.0, -2.0), 20)
    assert race.shared["gamma"] == 0.5
    assert dict(race.lanes[3].own) == {"gamma": 0.9}


def test_a_rule_may_run_twice():
    race = decode({"run": ["momentum", "momentum~gamma=0.9"]})
    assert race.lanes == (Lane("momentum", {}), Lane("momentum", {"gamma": 0.9}))
    slow, fast = run_race(race)
    assert slow.x.shape == fast.x.shape
    assert (slow.x[-1] != fast.x[-1]).all()


def test_a_name_may_hold_anything_that_can_be_printed():
    race = decode({"run": ["momentum~gamma=0.9~hidden~name=~name=x~lr=1&=λ"]})
    assert race.lanes == (Lane("momentum", {"gamma": 0.9}, "~name=x~lr=1&=λ", hidden=True),)
    assert encode(race)["run"] == ["momentum~gamma=0.9~hidden~name=~name=x~lr=1&=λ"]


def test_a_list_is_in_the_order_of_its_choices_whoever_wrote_it():
    written = [decode({"show": [marks]}) for marks in ("gradient,step", "step,gradient")]
    assert written[0] == written[1]
    assert written[0].arena.marks == ("gradient", "step")


@pytest.mark.parametrize("steps", ["0", "2001", "5000"])
def test_a_whole_number_has_both_its_ends(steps):
    with pytest.raises(ValueError, match=re.escape(f"steps = {steps} is outside [1, 2000]")):
        decode({"steps": [steps]})


def test_nothing_is_a_choice():
    race = decode({"show": ["nothing"], "curves": ["nothing"]})
    assert (race.arena.marks, race.arena.curves) == ((), ())
    assert encode(race) == {"show": ["nothing"], "curves": ["nothing"]}


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_a_rule_that_joins_runs_as_in_the_seeds(slug):
    from ravine.experiments.race import rule_of

    race = default_race().replace(lanes=(lane(slug),))
    assert rule_of(race, race.lanes[0]) == OPTIMIZERS[slug]()


HOSTILE = [
    ({"on": ["everest"]}, "There is no 'everest' here. The nearest names are"),
    ({"run": ["adamw2"]}, "There is no 'adamw2' here"),
    ({"run": ["adam~lr=99"]}, r"Adam\.lr = 99 is outside"),
    ({"run": ["adam~lr=nan"]}, "outside"),
    ({"run": ["adam~lr=1~lr=2"]}, "sets a knob twice"),
    ({"run": ["adam~rho=0.5"]}, "has no knob 'rho'"),
    ({"run": ["adam"] * 13}, "1 to 12 optimizers, not 13"),
    ({"lr": ["1e99"]}, "lr = 1e\\+99 is outside"),
    ({"lr": ["inf"]}, "lr = inf is outside"),
    ({"lr": ["fast"]}, "lr = 'fast' is not a number"),
    ({"lr": ["0.1", "0.2"]}, "lr is given 2 times"),
    ({"start": ["1"]}, "start = '1' is not 2 numbers"),
    ({"start": ["9,9"]}, r"start = \(9, 9\) is outside the picture"),
    ({"start": ["nan,0"]}, "is not 2 numbers"),
    ({"steps": ["0"]}, "steps = 0 is outside"),
    ({"steps": ["1e3"]}, "steps = '1e3' is not a whole number"),
    ({"steps": ["٣"]}, "not a whole number"),
    ({"steps": ["99999999999999999999"]}, "not a whole number"),
    ({"at": ["21"]}, r"at = 21 is outside \[0, 20\]"),
    ({"tol": ["0"]}, "tol = 0 is outside"),
    ({"view": ["4d"]}, "view = '4d' is none of overlay, panels, 3d"),
    ({"show": ["levels,stars"]}, "show = 'stars' is none of levels, minima"),
    ({"show": [""]}, "show = '' is none of"),
    ({"curves": ["gap,q"]}, "curves = 'q' is none of gap"),
    ({"dial": ["lr"]}, "dial = 'lr' is not of the kind shared--gamma"),
    ({"eye": ["1,2"]}, "eye = '1,2' is not 3 numbers"),
    ({"eye": ["1,2,nan"]}, "is not 3 numbers from -10 to 10"),
    ({"run": ["adam~name=" + "x" * 41]}, "is no name for an optimizer"),
    ({"run": ["adam~name=a\nb"]}, "is no name for an optimizer"),
    ({"zoom": ["1,1,0,0"]}, "is no window"),
    ({"zoom": ["0,1e300,0,1"]}, "is no window"),
    ({"zoom": ["nan,nan,nan,nan"]}, "is no window"),
    ({"surfac": ["ravine"]}, "'surfac' is no part of a link; the parts are on,"),
    ({"on": ["ravine~" + "x" * 700]}, "longer than 600 characters"),
    ({"on": ["quadratic~theta=7"]}, r"Quadratic\.theta = 7 is outside"),
]


@pytest.mark.parametrize(("query", "said"), HOSTILE, ids=lambda v: str(v)[:40])
def test_a_wrong_link_is_a_sentence(query, said):
    with pytest.raises(ValueError, match=said) as caught:
        decode(query)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 300


texts = (
    st.text(max_size=30)
    | st.text(string.printable, max_size=30)
    | st.sampled_from(["adam~lr=", "~", "=", "1,2", "nan"])
)
known = st.sampled_from(NAMES)
queries = st.dictionaries(known | st.text(max_size=8), st.lists(texts, max_size=3), max_size=4)


@settings(max_examples=max(1000, settings().max_examples))
@given(queries)
@example({"on": [""]})
@example({"run": [""]})
@example({"run": []})
@example({"zoom": [",,,"]})
@example({"run": ["adam~\x00=1"]})
def test_any_query_is_a_race_or_a_sentence(query):
    with contextlib.suppress(ValueError):
        decode(query)


@given(races(), st.data())
def test_a_damaged_link_is_a_race_or_a_sentence(race, data):
    text = write_link(race)
    at = data.draw(st.integers(0, len(text)))
    damaged = (
        text[:at]
        + data.draw(st.text(string.printable, max_size=3))
        + text[at + data.draw(st.integers(0, 4)) :]
    )
    with contextlib.suppress(ValueError):
        read_link(damaged)


@pytest.mark.parametrize("name", [*FOREIGN, "utm_source"])
def test_what_others_put_into_an_address_is_let_be(name):
    assert decode({name: ["x"]}) == default_race()


def test_a_surface_is_read_alone():
    assert read_surface("quadratic~kappa=50").kappa == 50.0
    with pytest.raises(ValueError, match="The nearest names are quadratic"):
        read_surface("quadratic2")
