"""What can be done to lanes, and what they are then called."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optim import OPTIMIZERS
from ravine.experiments import fair
from ravine.experiments.fair import rates_of, tune
from ravine.experiments.link import checked
from ravine.experiments.race import Lane, default_race, lane, race_on, run_race
from ravine.payload.edits import EDITS, edited
from ravine.payload.names import lane_ids, lane_labels, lane_names, rate_text
from surfaces import SURFACES
from tests.cases import races

RACE = default_race()


def rules(race):
    return [racer.rule for racer in race.lanes]


def test_a_rule_joins_at_the_end():
    race = edited(RACE, "add", "", "nesterov")
    assert rules(race) == [*rules(RACE), "nesterov"]
    assert race.lanes[-1] == Lane("nesterov")  # with the memory that Momentum has: the shared one


def test_a_rule_that_runs_already_joins_with_values_of_its_own():
    race = edited(RACE, "add", "", "momentum")
    assert race.lanes[-1] == Lane("momentum", {"gamma": 0.5})
    assert edited(RACE, "add", "", "gradient_descent").lanes[-1].own == {"lr": 0.4}


def test_a_copy_stands_beside_the_first_and_runs_alike():
    race = edited(RACE, "duplicate", "momentum-1")
    assert rules(race)[:3] == ["gradient_descent", "momentum", "momentum"]
    first, second = run_race(race)[1:3]
    assert (first.x == second.x).all()
    assert lane_names(race)[1:3] == ["Momentum", "Momentum 2"]


def test_names_say_what_differs():
    race = race_on(
        SURFACES["ravine"](), (Lane("momentum"), Lane("momentum", {"gamma": 0.9}), lane("adam"))
    )
    assert lane_names(race) == [
        "Momentum γ\u00a0=\u00a00.5",
        "Momentum 2 γ\u00a0=\u00a00.9",
        "Adam",
    ]
    assert lane_labels(race.lanes) == ["Momentum", "Momentum 2", "Adam"]
    both = edited(race, "own", "momentum-2", "lr")
    both = both.with_shared("lr", 0.1)
    assert lane_names(both)[1] == "Momentum 2 η\u00a0=\u00a00.4, γ\u00a0=\u00a00.9"


def test_a_lane_is_called_what_the_visitor_calls_it():
    race = edited(RACE, "rename", "adam-1", "  The  favourite ")
    assert lane_names(race)[-1] == lane_labels(race.lanes)[-1] == "The favourite"
    assert lane_names(edited(race, "rename", "adam-1", ""))[-1] == "Adam"


@pytest.mark.parametrize("name", ["x" * 41, "a\x00b"])
def test_a_name_that_cannot_be_is_refused(name):
    with pytest.raises(ValueError, match="is no name"):
        checked(edited(RACE, "rename", "adam-1", name))


def test_a_lane_is_hidden_and_shown_and_runs_all_the_while():
    race = edited(RACE, "hide", "adam-1", True)
    assert race.lanes[-1].hidden
    assert len(run_race(race)) == 5
    assert edited(race, "hide", "adam-1", False) == RACE


def test_lanes_change_places():
    assert rules(edited(RACE, "move", "momentum-1", -1))[:2] == ["momentum", "gradient_descent"]
    assert rules(edited(RACE, "move", "momentum-1", 1))[1:3] == ["adagrad", "momentum"]
    assert edited(RACE, "move", "gradient_descent-1", -1) == RACE
    assert edited(RACE, "move", "adam-1", 1) == RACE


def test_a_lane_goes_and_the_last_one_stays():
    race = edited(RACE, "remove", "adam-1")
    assert "adam" not in rules(race)
    with pytest.raises(ValueError, match="at least one optimizer"):
        edited(RACE.replace(lanes=(lane("adam"),)), "remove", "adam-1")


def test_a_knob_of_its_own_is_given_and_taken():
    race = edited(RACE, "own", "momentum-1", "lr")
    assert race.lanes[1].own == {"lr": 0.4}
    assert edited(race, "own", "momentum-1", "lr") == RACE
    with pytest.raises(ValueError, match="no such slider"):
        edited(RACE, "own", "momentum-1", "rho")


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_every_copy_can_differ(slug):
    race = edited(race_on(SURFACES["ravine"](), (lane(slug),)), "duplicate", f"{slug}-1")
    assert race.lanes[1].own


def test_thirteen_are_refused():
    race = RACE.replace(lanes=(lane("adam"),) * 12)
    for do, lane_id, value in (("add", "", "momentum"), ("duplicate", "adam-1", None)):
        with pytest.raises(ValueError, match="1 to 12 optimizers"):
            edited(race, do, lane_id, value)


said = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.floats()
    | st.text(max_size=50)
    | st.lists(st.text(max_size=3), max_size=2)
)


@given(races(), st.sampled_from(["add", *EDITS]) | said, said | st.integers(0, 11), said)
def test_any_edit_is_a_race_or_a_sentence(race, do, lane_id, value):
    ids = lane_ids(race.lanes)
    target = (
        ids[lane_id % len(ids)]
        if isinstance(lane_id, int) and not isinstance(lane_id, bool)
        else lane_id
    )
    try:
        after = checked(edited(race, do, target, value))
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert len(set(lane_ids(after.lanes))) == len(after.lanes)
        assert len(set(lane_labels(after.lanes))) <= len(after.lanes)


def test_each_at_its_best_rate_and_back_to_one_for_all():
    race = race_on(
        SURFACES["rosenbrock"](), (lane("gradient_descent"), lane("adam"), lane("adadelta"))
    )
    at = {racer.rule: run_race(race)[i].loss[-1] for i, racer in enumerate(race.lanes)}
    assert at["adam"] > 2 * at["gradient_descent"]  # at one rate for all Adam seems the worse one
    best = edited(race, "rates", "", "best")
    ends = {racer.rule: run_race(best)[i].loss[-1] for i, racer in enumerate(best.lanes)}
    assert ends["adam"] < 1e-3 * ends["gradient_descent"]
    assert best.lanes[2] == race.lanes[2]  # AdaDelta has no learning rate
    assert [rates_of(one) for one in (race, best)] == ["shared", "best"]
    assert edited(best, "rates", "", "shared") == race


def test_another_start_is_another_fair_race():
    race = race_on(SURFACES["ravine"](), (lane("gradient_descent"), lane("adam")))
    best = edited(race, "rates", "", "best")
    for change in ({"start": (-4.0, 1.0)}, {"steps": 21}, {"shared": {"beta1": 0.5}}):
        moved = best.replace(**change)
        assert rates_of(moved) == "own"
        again = edited(moved, "rates", "", "best")
        assert rates_of(again) == "best"
        assert again.lanes != best.lanes
    looked_at = best.replace(at=3, steps=best.steps)
    assert rates_of(looked_at) == "best"
    mine = edited(race, "own", "adam-1", "lr")
    assert rates_of(mine) == "own"
    assert rates_of(edited(mine, "rates", "", "shared")) == "shared"


def test_a_class_that_asks_at_once_waits_for_one_search(monkeypatch):
    searched = []
    monkeypatch.setattr(fair, "tune", lambda race: searched.append(race) or tune(race))
    races_held = fair.FairRaces(most=1)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(races_held.tuned, [RACE] * 16))
    assert len(searched) == 1
    assert all(one == made[0] for one in made)
    assert races_held.holds(made[0])
    races_held.tuned(RACE.replace(steps=5))
    assert not races_held.holds(made[0])  # forgotten


def test_the_rate_stands_beside_a_name_that_does_not_say_it():
    race = race_on(
        SURFACES["ravine"](), (lane("adam"), Lane("adam", {"lr": 0.012345}), lane("adadelta"))
    )
    texts = [rate_text(race, racer) for racer in race.lanes]
    assert texts == ["", "", ""]  # both Adams say it in their names; AdaDelta has none
    alone = race_on(SURFACES["ravine"](), (Lane("adam", {"lr": 0.012345}),))
    assert rate_text(alone, alone.lanes[0]) == "η\u00a0=\u00a00.0123"
    named = edited(race, "rename", "adam-2", "Mine")
    assert rate_text(named, named.lanes[1]) == "η\u00a0=\u00a00.0123"


def test_who_joins_remembers_as_long_as_its_family():
    elder = race_on(SURFACES["ravine"](), (Lane("momentum", {"gamma": 0.7}), lane("rmsprop")))
    joined = {rule: edited(elder, "add", "", rule).lanes[-1] for rule in OPTIMIZERS}
    assert joined["nesterov"].own == {"gamma": 0.7}
    assert joined["rmsprop_centered"].own["gamma"] == 0.9
    assert joined["adan"] == lane("adan")  # its beta1 means something else than Adam's
    alone = race_on(SURFACES["ravine"](), (lane("adam"),))
    assert edited(alone, "add", "", "nesterov").lanes[-1] == lane("nesterov")
