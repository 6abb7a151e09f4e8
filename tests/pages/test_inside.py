"""The page Inside the step: what it opens with, its controls and its address."""

from functools import partial

import pytest

from optim import OPTIMIZERS
from ravine.experiments.link import decode
from surfaces import SURFACES
from tests.pages.opened import page as opened
from tests.pages.opened import plots, said, sound, spoken

page = partial(opened, "inside")


def press(test, key):
    return sound(next(one for one in test.button if one.key == key).click().run())


def slider(test, key):
    return next(s for s in [*test.select_slider, *test.slider] if s.key == key)


def address(test):
    return {
        name: [made] if isinstance(made := test.query_params[name], str) else made
        for name in test.query_params
    }


def test_it_opens_with_the_third_step_of_momentum_in_the_seeds_race():
    test = page()
    assert [one.value for one in test.subheader] == ["Momentum", "In numbers", "What it remembers"]
    assert "x₂ overshot: the gradient changed sign, the velocity did not." in spoken(test)
    assert r"v_2 = 0.5 \cdot 0.32 + 0.4 \cdot 3.52 = 1.568" in said(test)
    assert slider(test, "inside step").value == 3
    assert len(plots(test)) == 5


def test_one_goes_forward_and_back():
    test = press(page(), "step forward")
    assert slider(test, "inside step").value == 4
    assert address(test)["at"] == ["4"]
    assert r"v_1 = 0.5 \cdot \left(-0.60656\right)" in said(test)
    test = press(press(test, "step back"), "step back")
    assert address(test)["at"] == ["2"]
    slider(test, "inside step").set_value(20)
    test = sound(test.run())
    assert next(one for one in test.button if one.key == "step forward").disabled


def test_a_slider_turns_the_numbers():
    test = page()
    slider(test, "shared--lr").set_value(0.2)
    test = sound(test.run())
    assert r"0.2 \cdot" in said(test)
    assert address(test)["lr"] == ["0.2"]


def test_two_stand_side_by_side():
    test = page(follow=["adam-1,momentum-1"])
    assert [one.value for one in test.subheader][:4] == [
        "Adam",
        "In numbers",
        "Momentum",
        "In numbers",
    ]
    assert {"picture--adam-1", "picture--momentum-1"} <= {*plots(test)}


def test_what_if_puts_a_second_path_beside():
    test = page(follow=["adam-1"], **{"if": ["uncorrected"]})
    assert "What if: no bias correction. The paths separate at step 1." in spoken(test)
    names = [
        trace.get("name") for trace in plots(test)["picture--adam-1"]["figures"]["light"]["data"]
    ]
    assert "what if" in names
    test = page(follow=["gradient_descent-1"], **{"if": ["frozen"]})
    assert "does not apply to this rule" in spoken(test)


def test_a_close_look_is_in_the_link():
    test = press(page(), "closely--momentum-1")
    left, right, bottom, top = decode(address(test)).arena.zoom
    assert left < -4.032 < -3.42544 < right
    assert bottom < -0.688 < 0.88 < top
    assert "zoom=" in plots(test)["picture--momentum-1"]["ground"]
    assert "zoom" not in address(press(test, "whole--momentum-1"))


@pytest.mark.parametrize("chunk", range(4))
def test_every_rule_can_be_looked_into(chunk):
    for slug in [*OPTIMIZERS][chunk::4]:
        assert len(plots(page(run=[slug]))) >= 1, slug


@pytest.mark.parametrize("surface", [*SURFACES][::6])
def test_on_other_surfaces_too(surface):
    page(on=[surface], run=["adam", "typed~text=x = x - lr*g"], follow=["adam-1,typed-1"])


@pytest.mark.parametrize(
    "query",
    [
        {"run": ["typed~text=v = 0.5*v + lr*g; x = x - v"]},
        {"run": ["adam~with-clip_norm~with-cosine"], "at": ["20"]},
        {"on": ["typed~text=log(x) + y^2"], "run": ["gradient_descent"], "at": ["9"]},
        {"on": ["rosenbrock"], "run": ["gradient_descent"], "lr": ["1.0"], "at": ["30"]},
        {"steps": ["1"], "at": ["0"]},
        {"steps": ["2000"], "at": ["2000"], "run": ["adam"]},
        {"follow": ["lion-3"]},
        {
            "on": ["ravine~turn=0.5"],
            "run": ["bfgs", "newton"],
            "follow": ["bfgs-1,newton-1"],
            "at": ["2"],
        },
    ],
)
def test_anything_opens(query):
    page(**query)


@pytest.mark.parametrize(
    "query", [{"follow": ["<b>"]}, {"if": ["magic"]}, {"follow": ["a-1,b-1,c-1"]}, {"at": ["999"]}]
)
def test_a_wrong_link_is_a_sentence(query):
    test = page(**query)
    assert len(test.warning) + len(test.error) == 1
