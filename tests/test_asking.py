"""Questions that a race answers: the truth is what the run does, and the words give nothing away."""

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optim import build
from ravine.experiments.asking import ASKS, asked_of
from ravine.experiments.asking.choice import FATES
from ravine.experiments.asking.number import LONG
from ravine.experiments.asking.runs import is_tie, standings, visible
from ravine.experiments.floor import floor_of
from ravine.experiments.link import read_link
from ravine.experiments.outcome import outcome
from ravine.experiments.presets import PRESETS
from ravine.experiments.race import rule_of
from ravine.experiments.trace import run
from ravine.payload.question import MOST_SHOWN, chapters, posed, question, questions
from ravine.rooms.bounds import MOST_QUESTION_BYTES
from ravine.rooms.kinds import GUESSES, guess_of
from ravine.rooms.questions import public, read_question
from surfaces import SURFACES

SEEDS = ("gradient_descent", "momentum", "adagrad", "rmsprop", "adam")


def test_every_question_has_its_kind_of_answer():
    assert {*ASKS} <= {*GUESSES}


@pytest.mark.parametrize("chapter", chapters(), ids=lambda told: told["slug"])
def test_a_chapter_brings_a_question_that_a_room_takes(chapter):
    race = read_link(chapter["link"])
    asked = question(race, chapter["kind"], chapter["lane"])
    kept = read_question(asked)
    assert asked["text"] == chapter["text"] == posed(race, chapter["kind"], chapter["lane"])["text"]
    assert kept["text"].split() == asked["text"].split()
    assert kept["truth"] == guess_of(kept).read_truth(asked["truth"])
    assert len(json.dumps(asked)) < MOST_QUESTION_BYTES
    assert sum(len(path["points"]) for path in asked["paths"]) <= 1.2 * MOST_SHOWN


def test_every_chapter_has_one():
    assert [told["slug"] for told in chapters()] == [preset.slug for preset in PRESETS]


@pytest.mark.parametrize("curvature", [0.7, 3.0, 4.0, 40.0])
@pytest.mark.parametrize(
    ("rule", "bound"),
    [
        ("gradient_descent", lambda h: 2 / h),
        # heavy ball, x' = x - v, v = gamma v + eta g (Polyak 1964): stable below 2 (1 + gamma) / h
        ("momentum~gamma=0.5", lambda h: 3 / h),
        ("momentum~gamma=0.9", lambda h: 3.8 / h),
        # Nesterov as in the notes, whose gradient is taken ahead: 2 (1 + gamma) / (h (1 + 2 gamma))
        ("nesterov~gamma=0.9", lambda h: 3.8 / (2.8 * h)),
    ],
)
def test_the_learning_rate_at_which_it_diverges_is_the_bound_of_theory(curvature, rule, bound):
    race = read_link(
        f"on=typed~text={curvature / 2}*x^2%2B{curvature / 4}*y^2&start=1,1&run={rule}"
    )
    found = asked_of(race, "number", 0).truth(race, 0)
    assert found == pytest.approx(bound(curvature), rel=4e-3)


@pytest.mark.parametrize("link", ["", "on=rosenbrock", "on=himmelblau&start=1,-1&run=momentum"])
def test_just_below_that_rate_it_stays_and_just_above_it_leaves(link):
    race = read_link(link)
    truth = asked_of(race, "number", 0).truth(race, 0)
    for rate, stays in ((0.998 * truth, True), (1.002 * truth, False)):
        rule = race.lanes[0].rule
        trace = run(
            build(rule, **{**race.lanes[0].own, "lr": rate}), race.surface, race.start, LONG
        )
        (left, right), (bottom, top) = race.surface.view
        x, y = trace.x[-1]
        assert (left <= x <= right and bottom <= y <= top) == stays


@pytest.mark.parametrize(
    "link",
    [
        "run=adagrad",  # never leaves
        # leaves and comes back, by turns, as the rate grows: the lowest one would be chance
        "on=rosenbrock&run=adam",
        "on=rastrigin&run=momentum",
    ],
)
def test_where_no_rate_parts_those_that_stay_from_those_that_leave_there_is_none(link):
    race = read_link(link)
    with pytest.raises(ValueError, match="No learning rate"):
        asked_of(race, "number", 0).truth(race, 0)


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(sorted(set(SURFACES) - {"network_relu"})),
    st.lists(st.sampled_from(SEEDS), min_size=3, max_size=5, unique=True),
    st.integers(5, 60),
)
def test_who_is_ahead_is_who_comes_near_first(surface, rules, steps):
    race = read_link(f"on={surface}&{'&'.join(f'run={rule}' for rule in rules)}&steps={steps}")
    found = standings(race, visible(race))
    ties = [is_tie(one, other) for one, other in combinations(found, 2)]
    try:
        order = asked_of(race, "order", None).truth(race, None)
    except ValueError:
        assert any(ties)
        return
    assert sorted(order) == [*range(len(rules))]
    ranked = [found[i] for i in order]
    assert ranked == sorted(ranked)
    assert asked_of(race, "lane", None).truth(race, None) == order[0]


def test_a_run_that_arrived_is_ahead_of_any_that_did_not():
    race = read_link("")
    ahead = [i for i, (when, _height) in enumerate(standings(race, visible(race))) if when < np.inf]
    order = asked_of(race, "order", None).truth(race, None)
    assert ahead
    assert sorted(order[: len(ahead)]) == ahead


def test_two_of_the_same_path_have_no_first():
    race = read_link("run=momentum~gamma=0&run=gradient_descent")
    with pytest.raises(ValueError, match="together"):
        asked_of(race, "lane", None).truth(race, None)


@pytest.mark.parametrize("surface", sorted(SURFACES))
def test_where_it_ends_is_the_last_place_of_the_run(surface):
    race = read_link(f"on={surface}")
    for who in range(2):
        trace = run(
            build(SEEDS[who], lr=race.shared["lr"], **race.lanes[who].own),
            race.surface,
            race.start,
            race.steps,
        )
        try:
            truth = asked_of(race, "point", who).truth(race, who)
        except ValueError as error:
            assert "does not end in the picture" in str(error)
            continue
        assert truth == [*trace.x[-1]]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
def test_what_becomes_of_it_is_its_outcome(preset):
    race = read_link(preset.link)
    for who in visible(race):
        fate = [*FATES.values()][asked_of(race, "choice", who).truth(race, who)]
        rule_trace = run(_rule(race, who), race.surface, race.start, race.steps)
        found = outcome(rule_trace, race.surface, floor_of(race.surface), race.tolerance)
        assert ("local" if not found.is_global and found.kind == "reached" else found.kind) in fate


def _rule(race, who):
    return rule_of(race, race.lanes[who])


def test_all_that_can_become_of_a_run_is_offered():
    kinds = [kind for some in FATES.values() for kind in some]
    assert sorted(kinds) == sorted({*kinds})
    told = {
        "reached",
        "moving",
        "stuck",
        "flat",
        "halted",
        "left",
        "overflowed",
        "lost",
        "undefined",
    }
    assert {*kinds} == told | {"local"}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
def test_words_and_fields_do_not_change_with_the_truth(preset):
    """What is posed is made without running: it is the same whatever comes out."""
    race = read_link(preset.link)
    for told in questions(race):
        ask = ASKS[told["kind"]]
        truth_of, ask.__class__.truth = ask.__class__.truth, None
        try:
            seen = posed(race, told["kind"], told["lane"])
        finally:
            ask.__class__.truth = truth_of
        assert seen["text"] == told["text"]
        assert {*seen} & {"truth", "paths", "link", "picture"} == set()


def test_nothing_of_the_truth_is_public_before_the_reveal():
    kept = read_question(question(read_link(""), "point", 0))
    assert {*public(kept, revealed=False)} == {"text", "kind", "x", "y", "alt", "picture", "box"}
    after = public(kept, revealed=True)
    assert after["paths"] is True
    assert after["truth"] == kept["truth"]


def test_hidden_lanes_are_not_asked_about():
    race = read_link("run=gradient_descent~hidden&run=momentum&run=adam")
    assert {told["lane"] for told in questions(race)} == {None, 1, 2}
    assert posed(race, "lane", None)["lanes"] == ["Momentum", "Adam"]


def test_rates_of_the_same_rule_are_one_question():
    race = read_link("run=gradient_descent~lr=0.1&run=gradient_descent~lr=0.2&run=momentum")
    asked = [told for told in questions(race) if told["kind"] == "number"]
    assert [told["lane"] for told in asked] == [0, 2]
    assert "0.1" not in asked[0]["text"]


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        ("point", 9),
        ("point", None),
        ("lane", 0),
        ("order", 1),
        ("curve", 0),
        ("", None),
        ("choice", -1),
    ],
)
def test_what_cannot_be_asked_is_said(kind, who):
    with pytest.raises(ValueError, match=r"\.$"):
        question(read_link(""), kind, who)


def test_the_paths_are_those_of_the_race():
    race = read_link("steps=40")
    told = question(race, "lane", None)["paths"]
    assert len(told) == len(race.lanes)
    for path, who in zip(told, visible(race), strict=True):
        trace = run(_rule(race, who), race.surface, race.start, 40)
        assert np.allclose(path["points"], trace.x[:: path["every"]], rtol=1e-4, atol=1e-9)


def test_a_path_that_flies_off_is_cut_and_not_moved():
    race = read_link("run=gradient_descent~lr=0.8&steps=60")
    (path,) = question(race, "choice", 0)["paths"]
    points = np.array(path["points"])
    assert 2 < len(points) < 61
    assert np.isfinite(points).all()
