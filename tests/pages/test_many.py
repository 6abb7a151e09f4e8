"""The page Many runs."""

import re
from functools import partial

import pytest

from tests.pages.opened import page as opened
from tests.pages.opened import plots, sound, spoken

page = partial(opened, "many")


def control(test, key):
    return next(one for one in [*test.button_group, *test.selectbox] if one.key == key)


def test_it_opens_with_the_fair_race_of_the_seeds():
    test = page()
    assert {*plots(test)} == {"fair"}
    assert "| Optimizer | rank, shared η |" in spoken(test)
    assert "▲" in spoken(test)


def test_the_goal_can_be_another():
    test = page()
    control(test, "goal").set_value("arrived")
    test = sound(test.run())
    assert test.query_params["goal"] in ("arrived", ["arrived"])
    assert "Steps until near enough" in spoken(test)


def test_along_one_knob():
    test = page(many=["knob"], run=["momentum", "adam", "gradient_descent"])
    assert {*plots(test)} == {"knob"}
    control(test, "along").set_value("gamma")
    test = sound(test.run())
    assert test.query_params["over"] in ("gamma,lr", ["gamma,lr"])


def test_a_map_of_two_knobs():
    test = page(many=["map"], on=["quadratic"], run=["momentum"])
    assert {*plots(test)} == {"map"}
    assert plots(test)["map"]["map"]["sides"] == [64, 256]
    control(test, "map up").set_value("surface.kappa")
    test = sound(test.run())
    assert test.query_params["over"] in ("lr,surface.kappa", ["lr,surface.kappa"])


@pytest.mark.parametrize("picture", ["map", "search"])
@pytest.mark.parametrize(
    ("run", "opens"),
    [
        ([], "momentum-1"),  # the first lane of the seeds has one knob
        (["gradient_descent", "sign_sgd", "adam"], "adam-1"),
        (["adam", "momentum"], "adam-1"),
    ],
)
def test_it_opens_with_the_first_lane_that_has_two_knobs(picture, run, opens):
    test = page(many=[picture], **({"run": run} if run else {}))
    assert picture in plots(test)
    assert control(test, "map lane").value == opens


def test_of_lanes_with_one_knob_it_says_what_it_needs():
    test = page(many=["map"], run=["gradient_descent", "sign_sgd"])
    assert plots(test) == {}
    assert "A map needs two different knobs" in spoken(test)


def test_basins_have_a_picture_a_lane_and_shares():
    test = page(many=["basins"], on=["himmelblau"], run=["adam", "momentum"])
    assert {*plots(test)} == {"basins--adam-1", "basins--momentum-1"}
    assert "**4** (3.58, -1.85)" in spoken(test)
    assert plots(test)["basins--adam-1"]["map"]["address"].count("run=") == 1


def test_a_search_shows_its_places_and_draws_again():
    test = page(many=["search"], on=["quadratic"], run=["momentum"])
    before = plots(test)
    assert {*before} == {"search", "best"}
    assert "| Coarse to fine |" in spoken(test)
    next(one for one in test.button if one.key == "draw again").click()
    test = sound(test.run())
    assert test.query_params["seed"] in ("2", ["2"])
    assert plots(test)["search"]["figures"] != before["search"]["figures"]
    assert plots(test)["search"]["map"] == before["search"]["map"]  # the map below stays
    control(test, "tries").set_value(64)
    test = sound(test.run())
    assert test.query_params["tries"] in ("64", ["64"])


def test_success_over_starts():
    test = page(many=["success"], on=["himmelblau"], run=["adam", "momentum"])
    assert {*plots(test)} == {"ends"}
    assert "f within 0.001 of f* at some step, from 2304 starts (95 % CI)" in spoken(test)


def test_all_knobs_can_be_sought():
    test = page(run=["momentum", "adam"])
    control(test, "tune").set_value("all")
    test = sound(test.run())
    assert test.query_params["tune"] in ("all", ["all"])
    assert re.search(r"\| β₁ = [\d.]+, β₂ = ", spoken(test))


@pytest.mark.parametrize(
    "query",
    [
        {"run": ["newton"]},
        {"run": ["newton", "typed~text=x = x - lr*g"], "many": ["knob"]},
        {"on": ["saddle"], "many": ["knob"], "over": ["eps,lr"]},
        {"run": ["newton", "typed~text=x = x - lr*g"], "goal": ["arrived"]},
        {"on": ["saddle"], "goal": ["arrived"]},
        {"on": ["saddle"], "many": ["map"]},
        {"on": ["saddle"], "many": ["basins"]},
        {"on": ["typed~text=sin(3x) + y^2"], "many": ["basins"], "run": ["adam"]},
        {"on": ["typed~text=log(x)"], "many": ["map"], "run": ["adam"], "over": ["beta1,beta2"]},
        {"many": ["map"], "run": ["typed~text=x = x - lr*g"]},
        {
            "many": ["map"],
            "run": ["typed~text=v = gamma*v + lr*g; x = x - v"],
            "over": ["gamma,lr"],
        },
        {"many": ["search"], "run": ["typed~text=x = x - lr*g"]},
        {
            "many": ["search"],
            "on": ["saddle"],
            "run": ["adam"],
            "over": ["beta1,beta2"],
            "tries": ["100"],
        },
        {"many": ["success"], "on": ["saddle"]},
        {"many": ["success"], "on": ["typed~text=log(x)"], "run": ["adam"]},
        {
            "tune": ["all"],
            "run": ["polyak", "newton", "adam~with-cosine", "typed~text=x = x - lr*g"],
        },
        {"many": ["map"], "run": ["bfgs"], "over": ["lr,gamma"]},
        {"many": ["map"], "run": ["adam~with-cosine"], "goal": ["arrived"]},
        {"on": ["ravine~turn=0.5"], "many": ["map"], "run": ["gradient_descent"]},
        {"on": ["ravine~turn=0.5"], "many": ["basins"], "run": ["gradient_descent"]},
    ],
)
def test_anything_opens(query):
    page(**query)
