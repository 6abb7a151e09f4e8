"""Links with typed texts: a plus that arrives as a blank, links that are out there, and values that the app computes."""

from urllib.parse import parse_qs, quote, quote_plus

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ravine.commands import sweep, trace
from ravine.core.formula import parse_expression, parse_rule
from ravine.experiments.field import view_box
from ravine.experiments.link import checked, decode, encode, read_link, write_link
from ravine.experiments.race import run_race
from ravine.experiments.script import script
from ravine.payload.dial import dial_of, packed_fan
from ravine.payload.picture import packed, picture
from ravine.payload.sliders import moved, slider_of
from tests.formula.test_reading import GOOD_EXPRESSIONS, GOOD_RULES
from tests.pages.test_compare import APP, slider, sound

BY_HAND = {  # as somebody writes it into the address bar -> what it is
    "x^2+y^2": "x**2 + y**2",
    "x**2+10*y**2": "x**2 + 10*y**2",
    "x^2 + y^2": "x**2 + y**2",
    "x^2+ y^2": "x**2 + y**2",
    "(x+1)(y+2)": "(x + 1)*(y + 2)",
    "(1-x)^2+100(y-x^2)^2": "(1 - x)**2 + 100*(y - x**2)**2",
    "sin(x)+cos(y)": "sin(x) + cos(y)",
    "|x|+|y|": "abs(x) + abs(y)",
    "2x+3y": "2*x + 3*y",
    "2+x": "2 + x",
    "1+2": "1 + 2",
    "x+y+1": "x + y + 1",
    "x+2|y|": "x + 2*abs(y)",
    "-x+-y": "-x - y",
    "+x+y": "x + y",
    "x*+y": "x*y",
    "max(x+y,+1)": "max(x + y, 1)",
    "1e+2x": "100*x",
    "x²+y²": "x**2 + y**2",
    "sin x+cos y": "sin(x) + cos(y)",
    r"\frac{1}{2}x^2+y^2": "1/2*x**2 + y**2",
    "x^2+½y": "x**2 + 1/2*y",
}
RULES_BY_HAND = {
    "x=x+-lr*g": "x = x - lr*g",
    "x+=-lr*g": "x = x + -lr*g",
    "x-=lr*g": "x = x - lr*g",
    "x=x-lr*(g+wd+(x-1))": "x = x - lr*(g + wd + (x - 1))",
    "x=eta+(x-g)": "x = lr + (x - g)",
    "v=gamma*v+lr*g;x-=v": "v = gamma*v + lr*g; x = x - v",
    "v = gamma*v + lr*g; x = x - v": "v = gamma*v + lr*g; x = x - v",
    "s+=g**2;x-=lr*g/(sqrt(s)+eps)": "s = s + g**2; x = x - lr*g/(sqrt(s) + eps)",
    "x=x-lr*g/(|g|+1e-8)": "x = x - lr*g/(abs(g) + 1e-08)",
}


@pytest.mark.parametrize("text", BY_HAND)
def test_a_plus_in_a_link_is_a_plus(text):
    race = read_link(f"on=typed~text={text}")
    assert race.surface.text == BY_HAND[text]
    assert read_link(write_link(race)) == race


@pytest.mark.parametrize("text", RULES_BY_HAND)
def test_a_plus_in_a_rule_of_a_link_is_a_plus(text):
    race = read_link(f"run=typed~text={text}")
    assert race.lanes[0].text == RULES_BY_HAND[text]
    assert read_link(write_link(race)) == race


@pytest.mark.parametrize("quoted", [quote, quote_plus])
@pytest.mark.parametrize("text", GOOD_EXPRESSIONS.values())
def test_a_link_of_the_app_reads_as_it_always_did(text, quoted):
    """What the app writes has a sign wherever there is an operation: nothing is added."""
    query = parse_qs(f"on={quoted('typed~text=' + text)}")
    assert decode(query).surface.text == text
    assert parse_expression(text, linked=True) == parse_expression(text)


@pytest.mark.parametrize("text", GOOD_RULES.values())
def test_a_rule_of_the_app_reads_as_it_always_did(text):
    assert parse_rule(text, linked=True) == parse_rule(text)
    link = f"run={quote_plus('typed~text=' + text)}"
    assert read_link(link).lanes[0].text == text


def test_where_no_link_is_a_blank_is_a_product():
    assert parse_expression("x y").text == "x*y"
    assert parse_expression("x y", linked=True).text == "x + y"
    assert parse_expression("sin x", linked=True).text == "sin(x)"


def test_an_old_link_whose_rate_is_called_alpha_keeps_its_rate():
    (lane,) = decode({"run": ["typed~alpha=0.3~text=x = x - alpha*g"]}).lanes
    assert (lane.text, lane.own) == ("x = x - lr*g", {"lr": 0.3})
    (lane,) = decode({"run": ["typed~dx=0.3~k=2.0~text=x = x - k*dx"]}).lanes
    assert (lane.text, lane.own) == ("x = x - k*g", {"k": 2.0})


def test_commands_take_links_as_they_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr(sweep, "_devices", lambda _asked: None)  # JAX runs already
    link = "on=typed~text=x^2+y^2&run=gradient_descent&lr=0.25&steps=1&start=2,-2"
    assert trace.main([link, "--out", str(tmp_path / "race.csv")]) == 0
    last = (tmp_path / "race.csv").read_text().splitlines()[-1]
    assert "1.0,-1.0" in last  # half the way; on x*y it would not be
    out = str(tmp_path / "sweep.parquet")
    over = ["--over", "lr", "0.1", "0.2", "2", "--out", out]
    assert sweep.main([link, *over]) == 0


FAR = {  # a function and its lowest height, beyond what a slider for f* has
    "x^2+y^2+500": 500.0,
    "x^4-30x^2+y^2": -225.0,
    "x^2+y^2-1e6": -1e6,
    "1e9+x^2+y^2": 1e9,
    "exp(x^2+y^2)*1e5": 1e5,
}


@pytest.mark.parametrize("text", FAR)
def test_a_function_whose_lowest_height_is_far_away_is_raced_on(text):
    race = read_link(f"on=typed~text={text}&run=polyak&run=polyak.optax&run=adam&steps=40")
    np.testing.assert_allclose(race.shared["f_star"], FAR[text], rtol=1e-9)
    assert checked(race) == race
    loss = run_race(race)[0].loss
    assert np.isfinite(loss).all()
    assert loss[-1] - FAR[text] < 0.5 * (loss[0] - FAR[text])
    assert len(packed(picture(race))) > 1000
    assert decode(encode(race)) == race
    compile(script(race), "script.py", "exec")


@pytest.mark.parametrize("text", FAR)
def test_every_slider_of_such_a_race_can_be_moved(text):
    race = read_link(f"on=typed~text={text}&run=polyak&run=gradient_descent&steps=20")
    shown = slider_of("shared--f_star", race)
    held = race.with_shared("f_star", shown.value(shown.show(race.shared["f_star"])))
    assert read_link(write_link(held)) == checked(held)
    for key, value in (("shared--lr", "0.01"), ("steps", "10"), ("shared--f_star", "50")):
        after = checked(moved(held, key, value))
        assert read_link(write_link(after)) == after
        assert len(packed(picture(after))) > 500
    dial = dial_of(race, "shared--f_star")
    assert len(packed_fan(race, dial.key)) > 100
    (left, right, _bottom, _top) = view_box(race.surface)
    assert left < right


def test_a_typed_rule_may_be_told_such_a_height():
    link = "on=typed~text=x^2+y^2+500&run=typed~text=x=x-(f(x)-f_star)/dot(g,g)*g"
    race = read_link(link)
    assert abs(run_race(race)[0].loss[-1] - 500) < 1e-6
    set_by_hand = read_link(f"{link}&f_star=499.5")
    assert read_link(write_link(set_by_hand)) == set_by_hand


def test_the_page_opens_such_a_race():
    test = AppTest.from_file(APP, default_timeout=60)
    test.query_params["on"] = "typed~text=x**2 + y**2 + 500"
    test.query_params["run"] = ["polyak", "gradient_descent"]
    sound(test.run())
    assert [error.value for error in test.error] == []
    assert slider(test, "shared--f_star").value is not None
    sound(slider(test, "shared--lr").set_value(0.01).run())
    assert [error.value for error in test.error] == []
