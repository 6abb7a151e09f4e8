"""A lane in the words of a paper or a framework, what stands around its rule, and rules that are typed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optim import DIALECTS, FORMS, OPTIMIZERS, around, build, form, usual, wrappers
from optim.adam import KerasAdam
from ravine.core.formula import FormulaError
from ravine.core.knob import knobs
from ravine.experiments.inside import coasts
from ravine.experiments.kinds import dialects_by_form
from ravine.experiments.lanes import (
    TYPED,
    Wrap,
    dialects_of,
    in_dialect,
    knobs_of,
    lane,
    same_values,
    typed_lane,
    with_wrap,
    wrap_of,
)
from ravine.experiments.link import decode, encode, on_surface
from ravine.experiments.outcome import parting
from ravine.experiments.race import Lane, default_race, race_on, rule_of, run_race, settings
from ravine.experiments.record import rows
from ravine.experiments.trace import run
from ravine.payload.edits import (
    common_dialect,
    compare_dialects,
    edited,
    is_of_one_dialect,
    joining,
    lacking,
    speak_all,
)
from ravine.payload.names import lane_labels, lane_names, letter, settings_text
from ravine.payload.picture import picture
from ravine.payload.sliders import moved, slider_of
from ravine.ui.editor import _rewritten
from surfaces import SURFACES
from tests.cases import every_rule, races

RACE = default_race()
ADAM = "m = beta1*m + (1 - beta1)*g; s = beta2*s + (1 - beta2)*g**2; x = x - lr*m/(sqrt(s) + eps)"


def around_all(race, *wraps):
    return race.replace(lanes=tuple(racer._replace(wraps=wraps) for racer in race.lanes))


@every_rule
def test_the_first_form_runs_where_no_dialect_is_asked_for(slug):
    assert form(slug) is OPTIMIZERS[slug] is FORMS[slug][0]


@every_rule
def test_every_dialect_has_one_form(slug):
    spoken = [name for kind in FORMS[slug] for name in kind.dialects]
    assert len(spoken) == len(set(spoken))
    assert set(spoken) <= set(DIALECTS)
    assert all(kind.dialects for kind in FORMS[slug])


@every_rule
def test_several_forms_say_in_what_they_differ(slug):
    if len(FORMS[slug]) > 1:
        assert all(kind.differs for kind in FORMS[slug])
        assert len({kind.formula for kind in FORMS[slug]}) == len(FORMS[slug])


@every_rule
def test_a_dialect_opens_with_its_defaults(slug):
    for dialect in dialects_of(slug):
        rule = build(slug, dialect)
        assert {name: getattr(rule, name) for name in knobs(type(rule))} == usual(slug, dialect)


def test_the_door_knows_dialects():
    assert build("adam", "keras") == KerasAdam(lr=0.001)
    with pytest.raises(
        ValueError, match="There is no 'jax' here; choose one of paper, d2l, pytorch"
    ):
        build("adam", "jax")
    with pytest.raises(ValueError, match="PyTorch has no Yogi"):
        build("yogi", "pytorch")


def test_a_lane_takes_the_defaults_of_its_new_dialect_and_keeps_what_was_chosen():
    keras = in_dialect(lane("adam"), "keras")
    assert (keras.dialect, keras.own) == ("keras", {"eps": 1e-7})
    assert in_dialect(keras, "") == lane("adam")
    chosen = lane("adam")._replace(own={"eps": 0.1, "lr": 0.3})
    assert in_dialect(chosen, "keras").own == {"eps": 0.1, "lr": 0.3}
    assert in_dialect(lane("rmsprop"), "pytorch").own["gamma"] == 0.99


def test_a_rule_that_the_dialect_lacks_stays_in_its_first_form():
    race = race_on(SURFACES["ravine"](), (lane("adam"), lane("yogi")))
    spoken = speak_all(race, "keras")
    assert [racer.dialect for racer in spoken.lanes] == ["keras", ""]
    assert lacking(spoken, "keras") == ["yogi"]
    assert common_dialect(spoken) == "keras"
    assert speak_all(spoken, "") == race


def test_a_menu_knows_whether_all_speak_alike():
    mixed = race_on(SURFACES["ravine"](), (lane("adagrad"), lane("rmsprop", "pytorch")))
    assert not is_of_one_dialect(mixed)
    assert (
        common_dialect(race_on(SURFACES["ravine"](), (lane("adam", "keras"), lane("lion"))))
        == "keras"
    )
    assert is_of_one_dialect(race_on(SURFACES["ravine"](), (lane("adam"), typed_lane("x -= lr*g"))))
    assert is_of_one_dialect(RACE)
    assert is_of_one_dialect(speak_all(mixed, "pytorch"))


def test_who_joins_speaks_as_the_others_do():
    assert edited(speak_all(RACE, "keras"), "add", "", "adamax").lanes[-1].dialect == "keras"
    assert edited(RACE, "speak", "adam-1", "keras").lanes[-1].dialect == "keras"


def test_dialects_are_compared_with_the_same_values():
    race = race_on(SURFACES["ravine"](), (lane("momentum"), Lane("adam", {"eps": 0.1})))
    compared = compare_dialects(race, 1)
    assert [racer.dialect for racer in compared.lanes] == list(dialects_by_form("adam"))
    assert [settings(compared, racer)["eps"] for racer in compared.lanes] == [0.1, 0.1]
    ends = [trace.x[-1] for trace in run_race(compared)]
    np.testing.assert_allclose(ends[0], (0.602029, -0.176852), atol=5e-7)  # as PyTorch has it
    np.testing.assert_allclose(ends[1], (-1.697980, 0.193397), atol=5e-7)  # as Keras has it


@every_rule
def test_every_rule_can_be_compared(slug):
    compared = compare_dialects(race_on(SURFACES["ravine"](), (lane(slug),)), 0)
    assert [racer.kind.form for racer in compared.lanes] == list(FORMS[slug])
    assert len(set(lane_names(compared))) == len(FORMS[slug])
    assert decode(encode(compared)) == compared


def test_what_only_the_new_form_has_is_as_usual_there():
    keras = same_values(Lane("adagrad", {"eps": 0.1}), "keras")
    assert keras.own == {"eps": 0.1, "s0": 0.1}


def test_another_form_says_whose_it_is():
    assert lane_labels((lane("adam"), lane("adam", "keras"), lane("adam", "keras"))) == [
        "Adam",
        "Adam (Keras)",
        "Adam (Keras) 2",
    ]
    assert lane_labels((lane("adam", "pytorch"),)) == ["Adam"]  # PyTorch's is that of the paper
    assert (
        lane("adam", "keras").kind.look
        != lane("adam").kind.look
        == lane("adam", "pytorch").kind.look
    )


def test_a_story_says_where_two_forms_part():
    said = [
        sent["row"]["story"]
        for sent in picture(compare_dialects(RACE.replace(lanes=(lane("adam"),)), 0))["lanes"]
    ]
    assert "Separates from Adam at step" in said[1]
    same = race_on(SURFACES["ravine"](), (lane("momentum"), Lane("momentum", dialect="optax")))
    assert picture(same)["lanes"][1]["row"]["story"].endswith("The same path as Momentum.")


def test_parting_is_found_and_measured():
    one, other = (
        run(build("gradient_descent", lr=lr), SURFACES["bowl"](), (1.0, 0.0), 5)
        for lr in (0.25, 0.5)
    )
    assert parting(one, one) == (None, 0.0)
    assert parting(one, other) == (1, 0.5)
    assert parting(one, one._replace(x=one.x * (1 + 1e-12))).step is None  # that is rounding
    assert parting(one, one._replace(x=one.x * (1 + 1e-7))).step == 0
    flown = run(build("gradient_descent", lr=10.0), SURFACES["ravine"](), (-5.0, -2.0), 600)
    assert not np.isfinite(flown.x).all()
    assert parting(flown, flown) == (None, 0.0)
    wild, wilder = (
        run(build("gradient_descent", lr=lr), SURFACES["monkey_saddle"](), (-1.9, 1.9), 60)
        for lr in (5, 9)
    )
    assert parting(wild, wild).step is None
    assert parting(wild, wilder).step == 1


def test_what_stands_around_a_rule_is_one_of_a_kind_and_in_order():
    wrapped = with_wrap(
        with_wrap(lane("adam"), "schedule", Wrap("cosine")), "clipping", Wrap("clip_norm")
    )
    assert [wrap.slug for wrap in wrapped.wraps] == ["clip_norm", "cosine"]
    assert wrap_of(wrapped, "schedule") == Wrap("cosine")
    assert [wrap.slug for wrap in with_wrap(wrapped, "clipping", Wrap("clip_value")).wraps] == [
        "clip_value",
        "cosine",
    ]
    assert with_wrap(with_wrap(wrapped, "clipping", None), "schedule", None) == lane("adam")


def test_what_stands_around_a_rule_runs_and_is_in_the_link():
    race = decode(
        {"run": ["momentum~gamma=0.9~with-clip_norm~limit=0.5~with-cosine"], "lr": ["0.1"]}
    )
    bare = build("momentum", lr=0.1, gamma=0.9)
    wrapped = around(
        bare, wrappers.build("clip_norm", limit=0.5), wrappers.build("cosine"), steps=20
    )
    (trace,) = run_race(race)
    np.testing.assert_array_equal(trace.x, run(wrapped, race.surface, race.start, 20).x)
    assert encode(race)["run"] == ["momentum~gamma=0.9~with-clip_norm~limit=0.5~with-cosine"]


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ("adam~with-everest", "There is no 'everest' here; choose one of clip_norm"),
        ("adam~with-clip_norm~limit=-1", "ClipNorm.limit = -1 is outside"),
        ("adam~with-clip_norm~with-clip_value", "do not go together"),
        ("adam~with-cosine~colour=1", "Cosine has no knob 'colour'"),
        ("adam.everest", "There is no 'everest' here; choose one of paper"),
        ("adam.", None),
        ("yogi.pytorch", "PyTorch has no Yogi"),
        ("typed", "Line 1, column 1"),
        ("typed~text=x = y.z", "Line 1, column 6"),
        ("typed~text=x = x - g~k=1", "Line 1, column 10"),
        ("typed~k=0.1~text=x = x - g", "The rule has no knob 'k'"),
        ("typed~k=99~text=x = x - k*g", "k = 99 is outside"),
        ("typed~text=x = x - name*g", "name cannot be a knob"),
    ],
)
def test_a_wrong_lane_is_a_sentence(run, said):
    if said is None:
        assert decode({"run": [run]}).lanes == (Lane("adam"),)
        return
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        decode({"run": [run]})


def test_sliders_turn_what_stands_around():
    race = around_all(RACE, Wrap("clip_norm"))
    one = moved(race, "with--adam-1--clip_norm--limit", "0.5")
    assert [racer.wraps[0].own for racer in one.lanes] == [{}, {}, {}, {}, {"limit": 0.5}]
    every = moved(race, "with--all--clip_norm--limit", "0.5")
    assert {racer.wraps[0].own["limit"] for racer in every.lanes} == {0.5}
    assert slider_of("with--all--clip_norm--limit", every).read(every) == 0.5
    for key in (
        "with--adam-1--cosine--end",
        "with--all--l2--wd",
        "with--adam-1--clip_norm",
        "with--x--clip_norm--limit",
    ):
        with pytest.raises(ValueError, match="no such slider"):
            slider_of(key, race)


def test_names_say_what_stands_around():
    race = race_on(
        SURFACES["ravine"](),
        (lane("adam"), lane("adam")._replace(wraps=(Wrap("clip_norm", {"limit": 0.5}),))),
    )
    assert lane_names(race) == ["Adam", "Adam 2 + Clip by norm C\u00a0=\u00a00.5"]
    assert settings_text(race, race.lanes[1]).endswith("Clip by norm C\u00a0=\u00a00.5")


def test_a_schedule_shows_its_learning_rate():
    plain, scheduled = picture(RACE), picture(around_all(RACE, Wrap("cosine")))
    assert "lr" not in plain["charts"]
    assert "lr" in scheduled["charts"]
    told = scheduled["table"]["lr"].to_numpy()[:21]
    np.testing.assert_allclose(
        told[1:], 0.4 * (1 + np.cos(np.pi * np.arange(20) / 20)) / 2, rtol=1e-6
    )
    assert np.isnan(told[0])


def test_a_typed_rule_runs_with_the_sliders_of_its_names():
    race = race_on(SURFACES["ravine"](), (typed_lane(ADAM), typed_lane("x -= lr*g*k")))
    assert list(knobs_of(race.lanes[0])) == ["lr", "beta1", "beta2", "eps"]
    assert race.lanes[1].own == {"k": 0.1}
    turned_ = moved(race, "own--typed-2--k", "0.5")
    assert settings(turned_, turned_.lanes[1]) == {"lr": 0.4, "k": 0.5}
    slower = moved(race, "shared--lr", "0.1")
    assert settings(slower, slower.lanes[0])["lr"] == 0.1
    assert decode(encode(turned_)) == turned_


def test_a_typed_rule_is_a_lane_like_any_other():
    race = race_on(
        SURFACES["ravine"](), (typed_lane("m = beta1*m + g; x -= lr*m"), lane("rmsprop"))
    )
    sent = picture(race)
    assert [told["name"] for told in sent["lanes"]] == ["Typed rule", "RMSProp"]
    assert {"m1", "m2"} <= set(sent["available"])
    shown = picture(race.replace(curves=("gap", "m1")))
    # the gradient at x1 = -5
    np.testing.assert_allclose(shown["table"]["m1"].to_numpy()[1], -1.0, rtol=1e-6)
    assert np.isnan(shown["table"]["m1"].to_numpy()[21:]).all()
    link = {"run": ["typed~text=m = beta1*m + g; x = x - lr*m"], "curves": ["gap,m1"]}
    assert encode(decode(link)) == link


def test_a_typed_rule_equals_the_one_that_it_spells():
    text = "v = gamma*v + lr*grad(x - gamma*v); x -= v"
    race = race_on(SURFACES["himmelblau"](), (typed_lane(text), lane("nesterov")))
    mine, built = run_race(race)
    np.testing.assert_array_equal(mine.x, built.x)


def test_a_typed_rule_can_be_wrapped():
    text = "x -= lr*g"
    wraps = (Wrap("clip_norm", {"limit": 0.5}), Wrap("decoupled"), Wrap("linear"))
    typed, built = (
        one._replace(wraps=wraps) for one in (typed_lane(text), lane("gradient_descent"))
    )
    mine, theirs = run_race(race_on(SURFACES["ravine"](), (typed, built)))
    np.testing.assert_array_equal(mine.x, theirs.x)


def test_a_text_that_cannot_be_read_points_at_its_place():
    with pytest.raises(FormulaError, match="Line 2, column 9") as caught:
        typed_lane("m = g\nx = x - @m")
    assert (caught.value.line, caught.value.column) == (2, 9)


@given(races(most=4))
def test_every_knob_of_a_lane_has_a_letter(race):
    for racer in race.lanes:
        for knob in knobs_of(racer).values():
            assert not set(letter(knob)) & set("\\{}_^")


@given(races(most=4), st.sampled_from(["", *DIALECTS]))
def test_any_race_can_speak_any_dialect(race, dialect):
    spoken = speak_all(race, dialect)
    assert decode(encode(spoken)) == spoken
    for racer in spoken.lanes:
        rule_of(spoken, racer)
        assert racer.rule == TYPED or set(racer.own) <= set(knobs_of(racer))


def test_a_state_may_be_called_like_what_stands_around():
    text = "factor = 0.5*factor + g; phi = g; x = x - lr*factor"
    race = decode({"run": [f"typed~with-plateau~text={text}"], "curves": ["gap,factor1,phi2"]})
    table = picture(race)["table"]
    assert table["factor1"].to_numpy()[1] == pytest.approx(-1.0)
    head = next(rows(race, run_race(race), ["one"]))
    assert {"factor1", "phi2", "with.factor", "with.phi", "with.best", "with.bad"} <= set(head)


def test_another_text_keeps_the_values_of_the_lane():
    racer = typed_lane("x = x - lr*k*g")._replace(own={"lr": 0.05, "k": 0.5})
    assert _rewritten(racer, typed_lane("x = x - 2*lr*g")).own == {"lr": 0.05}
    assert _rewritten(racer, typed_lane("x = x - lr*k*j*g")).own == {"lr": 0.05, "k": 0.5, "j": 0.1}


def test_a_typed_rule_has_a_text_and_no_dialect():
    for told in ("adam~text=q", "typed.keras~text=x = x - g"):
        with pytest.raises(ValueError, match="A typed rule has a text and no dialect"):
            decode({"run": [told]})


def test_a_shared_slider_that_was_turned_stays_in_charge():
    race = moved(race_on(SURFACES["ravine"](), (lane("momentum"),)), "shared--gamma", "0.7")
    spoken = speak_all(race, "pytorch")
    assert settings(spoken, spoken.lanes[0])["gamma"] == 0.7
    copied = Lane("momentum", {"gamma": 0.5})  # as a copy has it: the old dialect's default
    assert in_dialect(copied, "pytorch").own["gamma"] == 0.9


def test_who_joins_by_the_pills_speaks_as_the_others_do():
    assert joining(speak_all(RACE, "pytorch"), "nesterov").dialect == "pytorch"


def test_the_lowest_height_is_that_of_the_surface():
    race = race_on(SURFACES["double_well"](), (lane("polyak"),))
    assert race.shared["f_star"] == pytest.approx(-2.063090, abs=1e-6)
    other = on_surface(race, SURFACES["bounded_saddle"]())
    assert other.shared["f_star"] == -0.25


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("x = x - sigma*g", "σ"),
        ("x = x - v_hat*g", "v\u0302"),
        ("x = x - beta12*g", "β12"),
        ("x = x - wide*g", "wide"),
    ],
)
def test_a_typed_knob_is_spelled_plainly(text, letters):
    (knob,) = knobs_of(typed_lane(text)).values()
    assert letter(knob) == letters


def test_the_chart_of_the_rate_is_a_factor_where_a_rule_has_none():
    race = decode(
        {"run": ["rprop~with-linear", "polyak~with-linear", "adam"], "steps": ["4"], "lr": ["0.4"]}
    )
    told = picture(race)["table"]["lr"].to_numpy().reshape(3, 5)[:, 1:]
    np.testing.assert_allclose(told, [[1, 0.75, 0.5, 0.25]] * 2 + [[0.4] * 4], rtol=1e-6)


def test_a_pull_from_outside_is_no_memory():
    race = decode({"run": ["gradient_descent~with-decoupled", "gradient_descent~with-l2"]})
    for racer, trace in zip(race.lanes, run_race(race), strict=True):
        np.testing.assert_array_equal(coasts(rule_of(race, racer), trace), 0.0)
