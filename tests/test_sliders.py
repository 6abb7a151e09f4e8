"""What sliders do to a race, and what a preview of it is."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optim import FORMS
from ravine.experiments.floor import floor_of
from ravine.experiments.kinds import dialects_by_form
from ravine.experiments.link import checked, decode, encode
from ravine.experiments.race import KNOBS, Lane, default_race, listeners, race_on, run_race
from ravine.payload import picture as pictures
from ravine.payload.lane_parts import LanePart, LaneParts, part_key
from ravine.payload.names import lane_ids
from ravine.payload.picture import packed, picture
from ravine.payload.sliders import moved, slider_of
from surfaces import SURFACES
from tests.cases import unpacked


def test_a_shared_slider_turns_every_lane_that_follows_it():
    race = moved(default_race(), "shared--gamma", "0.7")
    assert race.shared["gamma"] == 0.7
    before, after = run_race(default_race()), run_race(race)
    differ = [not np.array_equal(a.x, b.x) for a, b in zip(before, after, strict=True)]
    assert differ == [False, True, False, False, False]  # RMSProp has a gamma of its own


def test_an_own_slider_turns_its_lane_alone():
    race = moved(default_race(), "own--rmsprop-1--gamma", "0.5")
    assert [dict(lane.own) for lane in race.lanes][3] == {"gamma": 0.5}
    assert race.shared == default_race().shared


def test_of_two_lanes_with_one_rule_the_right_one_turns():
    race = decode({"run": ["momentum~gamma=0.5", "momentum~gamma=0.9"]})
    assert lane_ids(race.lanes) == ["momentum-1", "momentum-2"]
    assert moved(race, "own--momentum-2--gamma", "0.95").lanes[1].own["gamma"] == 0.95


@pytest.mark.parametrize(
    ("key", "text", "query"),
    [
        ("steps", "50", {"steps": ["50"]}),
        ("tolerance", "1e-06", {"tol": ["1e-06"]}),
        ("start", "-4.5,1.25", {"start": ["-4.5,1.25"]}),
        ("start--0", "-4", {"start": ["-4.0,-2.0"]}),
        ("start--1", "1.5", {"start": ["-5.0,1.5"]}),
        ("shared--lr", "0.045", {"lr": ["0.045"]}),
        ("shared--eps", "1e-12", {"eps": ["1e-12"]}),
    ],
)
def test_a_turn_is_the_link_that_it_makes(key, text, query):
    assert encode(moved(default_race(), key, text)) == query


def test_a_function_is_raced_on_as_it_opens():
    race = moved(
        decode({"run": ["adam"], "steps": ["7"], "show": ["step"]}), "function", "x^2 + 3y^2"
    )
    assert encode(race)["on"] == ["typed~text=x**2 + 3*y**2"]
    assert [lane.rule for lane in race.lanes] == ["adam"]
    assert race.arena.marks == ("step",)
    assert race.steps == race.surface.steps
    again = moved(decode({"on": ["typed~view=0,1,0,1~text=x"]}), "function", "y")
    assert encode(again)["on"] == ["typed~view=0.0,1.0,0.0,1.0~text=y"]


@pytest.mark.parametrize("text", ["", "x +", "import os", "x" * 700])
def test_what_is_no_function_is_refused(text):
    with pytest.raises(ValueError, match=r"\.$"):
        moved(default_race(), "function", text)


def test_an_angle_between_the_stops_is_read_too():
    race = moved(race_on(SURFACES["quadratic"]()), "surface--quadratic--theta", "37.24°")
    assert race.surface.theta == pytest.approx(0.65, abs=1e-4)


def test_an_angle_is_read_in_degrees():
    race = moved(race_on(SURFACES["quadratic"]()), "surface--quadratic--theta", "45°")
    assert race.surface.theta == pytest.approx(np.pi / 4)


@given(st.sampled_from(list(KNOBS)), st.data())
def test_every_stop_is_read_back_from_what_it_shows(name, data):
    slider = slider_of(f"shared--{name}", default_race())
    stop = data.draw(st.sampled_from(slider.stops))
    assert slider.value(slider.show(stop)) == stop


@pytest.mark.parametrize(
    "key",
    ["", "shared", "shared--speed", "own--adam-9--lr", "own--adam-1--beta1", "start--2", "x--y"],
)
def test_a_slider_that_is_not_there_is_a_sentence(key):
    with pytest.raises(ValueError, match="no such slider"):
        slider_of(key, default_race())


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_turn_is_a_race_or_a_sentence(key, text):
    for name in (key, "shared--lr", "steps", "start--0"):
        try:
            moved(default_race(), name, text)
        except (ValueError, OverflowError) as error:
            assert str(error)


def test_every_knob_has_listeners_somewhere():
    everyone = [
        default_race().replace(lanes=(Lane(slug, dialect=d),))
        for slug in FORMS
        for d in dialects_by_form(slug)
    ]
    assert [name for name in KNOBS if not any(listeners(race, name) for race in everyone)] == []


def test_a_picture_holds_every_lane_one_after_the_other():
    race = default_race()
    made = picture(race)
    assert made["table"].num_rows == 5 * 21
    assert made["table"].column_names == ["x", "y", "gap", "slope", "distance"]
    momentum = run_race(race)[1]
    np.testing.assert_allclose(made["table"]["x"].to_numpy()[21:42], momentum.x[:, 0], rtol=1e-6)
    np.testing.assert_allclose(made["table"]["gap"].to_numpy()[21:42], momentum.loss, rtol=1e-6)
    assert made["lanes"][1]["row"]["arrived"] == "19"


def test_a_preview_holds_the_same_numbers():
    made = picture(default_race())
    sent = unpacked(packed(made))
    assert {name: column.dtype.itemsize for name, column in sent["table"].items()}["gap"] == 8
    for name in made["table"].column_names:
        np.testing.assert_array_equal(sent["table"][name], made["table"][name].to_numpy())
    rest = json.loads(json.dumps({name: part for name, part in made.items() if name != "table"}))
    assert {name: part for name, part in sent.items() if name != "table"} == rest


def test_infinity_is_kept():
    y = picture(decode({"lr": ["10.0"], "steps": ["2000"]}))["table"]["y"].to_numpy()[:2001]
    assert np.isinf(y).any()
    assert np.isnan(y[-1])


def test_a_picture_is_small():
    eight = decode({"run": ["gradient_descent", "momentum"] * 4})
    assert made_size(default_race()) < 20_000
    assert made_size(eight) < 30_000
    assert made_size(eight.replace(steps=300)) < 120_000


def made_size(race):
    made = picture(race)
    return made["table"].nbytes + len(str({k: v for k, v in made.items() if k != "table"}).encode())


def columns(race, names):
    made = picture(race)["table"]
    return [
        np.stack([made[f"{name}{axis}"].to_numpy() for axis in (1, 2)], axis=1) for name in names
    ]


def test_the_arrows_of_momentum_add_up_to_its_step():
    race = decode({"run": ["momentum~gamma=0.9~lr=0.1"], "show": ["gradient,velocity,step"]})
    (trace,) = run_race(race)
    gradient, velocity, step = columns(race, ["gradient", "velocity", "step"])
    np.testing.assert_allclose(gradient, -0.1 * trace.grad, rtol=1e-6)
    np.testing.assert_allclose(step, gradient + velocity, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(step[:-1], np.diff(trace.x, axis=0), rtol=1e-5, atol=1e-6)
    assert len(step) == race.steps + 1  # the last one is the step that would come next


def test_who_has_no_learning_rate_shows_the_shared_one_s_gradient_step():
    race = decode({"run": ["adadelta"], "lr": ["0.2"], "show": ["gradient"]})
    np.testing.assert_allclose(
        columns(race, ["gradient"])[0], -0.2 * run_race(race)[0].grad, rtol=1e-6
    )


def test_states_steps_and_rates_are_those_of_the_trace():
    race = decode({"run": ["adam", "momentum"], "curves": ["stride,rate1,rate2,m1,m2,v1,v2"]})
    adam, momentum = run_race(race)
    made = {
        name: picture(race)["table"][name].to_numpy()
        for name in picture(race)["table"].column_names
    }
    rows = race.steps + 1
    for name, states in (("m", "m"), ("v", "v")):
        for axis in (0, 1):
            np.testing.assert_allclose(
                made[f"{name}{axis + 1}"][:rows], getattr(adam.state, states)[:, axis], rtol=1e-6
            )
    np.testing.assert_allclose(made["v2"][rows:], momentum.state.v[:, 1], rtol=1e-6)
    assert np.isnan(made["m1"][rows:]).all()
    np.testing.assert_allclose(
        made["stride"][1:rows], np.hypot(*np.diff(adam.x, axis=0).T), rtol=1e-6
    )
    assert np.isnan(made["stride"][0])
    np.testing.assert_allclose(made["rate2"][rows + 1 :], race.shared["lr"], rtol=1e-6)


MOVES = (("shared--gamma", "0.9"), ("own--rmsprop-1--gamma", "0.5"), ("shared--lr", "0.1"))
LOOKS = {
    "plain": {},
    "arrows": {"show": ["gradient,velocity,step"], "curves": ["gap,stride,lr"]},
    "dialects": {"run": ["momentum", "momentum.pytorch", "rmsprop~gamma=0.9"]},
    "typed": {"on": ["typed~text=x1**2 + 3*x2**2"]},
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_lane_that_is_kept_is_the_one_that_would_be_made_anew(look, monkeypatch):
    race = decode(LOOKS[look])
    picture(race)
    for key, text in MOVES:
        race = checked(moved(race, key, text))
        kept = packed(picture(race))
        monkeypatch.setattr(pictures, "_parts", LaneParts())
        monkeypatch.setattr(pictures, "_pictures", pictures.Pictures())
        assert kept == packed(picture(race))


def test_only_the_lanes_that_a_slider_moves_run_again(monkeypatch):
    ran, run = [], pictures.run
    monkeypatch.setattr(pictures, "_parts", LaneParts())
    monkeypatch.setattr(pictures, "_pictures", pictures.Pictures())
    monkeypatch.setattr(
        pictures, "run", lambda rule, *more: (ran.append(rule), run(rule, *more))[1]
    )
    race = default_race()
    picture(race)
    assert len(ran) == len(race.lanes)
    picture(moved(race, "shared--gamma", "0.9"))
    assert [rule.slug() for rule in ran[len(race.lanes) :]] == ["momentum"]


def test_what_is_kept_of_lanes_is_bounded():
    column = {"x": np.zeros(1000)}
    parts = LaneParts(most=25_000)
    for key in range(10):
        parts.put(key, LanePart(column, {}))
    assert [key for key in range(10) if parts.get(key)] == [8, 9]


def test_zeros_of_both_signs_are_two_starts():
    one, other = (default_race().replace(start=(zero, 0.0)) for zero in (0.0, -0.0))
    floor = floor_of(one.surface)
    keys = {part_key(race, race.lanes[0], floor, ["gap"]) for race in (one, other)}
    assert len(keys) == 2
