"""The questions of a race over HTTP: alone, and made for a room."""

import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ravine.core.words import speak
from ravine.experiments.link import read_link
from ravine.experiments.presets import PRESETS
from ravine.payload.question import posed, question
from ravine.rooms.kinds import guess_of
from ravine.server import questions
from tests.test_rooms_server import School

ANSWERS = {
    "point": [0.0, 0.0],
    "lane": 0,
    "order": [0, 1, 2, 3, 4],
    "number": 0.3,
    "choice": [0, 0.5],
}
WHO = {"lane": None, "order": None}


@pytest.fixture(scope="module")
def client():
    return TestClient(Starlette(routes=questions.routes()))


@pytest.fixture
def school(tmp_path):
    return School(tmp_path / "rooms.db")


def ask(client, path, query="", **more):
    found = client.get(f"/ravine/{path}?{query}", params=None if query else more)
    return found.status_code, found.json()


def test_all_that_can_be_asked_is_listed_with_the_chapters_where_they_are_wanted(client):
    _, plain = ask(client, "questions", "on=rosenbrock")
    assert "chapters" not in plain
    assert {told["kind"] for told in plain["questions"]} == {*ANSWERS}
    _, more = ask(client, "questions", "chapters=1")
    assert [told["slug"] for told in more["chapters"]] == [preset.slug for preset in PRESETS]


def test_the_language_is_the_one_that_is_asked_for(client):
    _, english = ask(client, "question", "ask=point&who=0&lang=en")
    _, chinese = ask(client, "question", "ask=point&who=0&lang=zh")
    assert english["text"].isascii()
    assert not chinese["text"].isascii()


@pytest.mark.parametrize("kind", ANSWERS)
def test_one_who_asks_alone_gets_the_truth_and_the_distance(client, kind):
    speak("en")
    who = WHO.get(kind, 0)
    query = f"lang=en&ask={kind}" + ("" if who is None else f"&who={who}")
    status, shown = ask(client, "question", query)
    assert (status, shown) == (200, json.loads(json.dumps(posed(read_link(""), kind, who))))
    status, told = ask(client, "truth", f"{query}&answer={json.dumps(ANSWERS[kind])}")
    whole = question(read_link(""), kind, who)
    guess = guess_of(shown)
    assert status == 200
    assert told["truth"] == guess.read_truth(whole["truth"])
    assert told["distance"] == guess.distance(guess.read_answer(ANSWERS[kind]), told["truth"])


@pytest.mark.parametrize(
    "query",
    [
        "ask=point&who=0&answer=",
        "ask=point&who=0&answer=[1,2",
        "ask=point&who=0&answer=[1]",
        "ask=point&who=0&answer=" + "[" * 500,
        "ask=point&who=-1&answer=[1,2]",
        "ask=point&who=1e3&answer=[1,2]",
        "ask=point&who=²&answer=[1,2]",
        "ask=point&who=99999999999999999999&answer=[1,2]",
        "ask=nothing&answer=1",
        "ask=starts&who=0&answer=0",  # those of a class cost a sweep
        "ask=rates&who=0&answer=0",
        "ask=lane&answer=NaN",
        "ask=number&who=0&answer=Infinity",
        "ask=number&who=2&answer=0.4&run=adagrad&run=adam&run=rmsprop~lr=nan",
        "on=nowhere&ask=lane&answer=1",
        "answer=1",
    ],
)
def test_what_is_wrong_is_a_sentence(client, query):
    for path in ("truth", *(("question",) if "answer=[1,2]" in query else ())):
        status, told = ask(client, path, query)
        assert (status, [*told]) == (400, ["says"]), query
        assert told["says"].strip().endswith(".")


def make(school, **wanted):
    headers = {"Authorization": f"Bearer {school.keys['secret']}"}
    school.later(5)
    return school.ask(
        "POST",
        f"{school.keys['code']}/control",
        json={"do": "ask", "make": wanted},
        headers=headers,
    )


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_room_makes_its_question_and_keeps_the_truth(school, kind):
    who = WHO.get(kind, 0)
    whole = question(read_link("steps=23"), kind, who)
    made = make(school, link="steps=23&utm_source=mail", kind=kind, lane=who, lang="en")
    assert (made.status_code, made.json()["phase"]) == (200, "ask")
    assert school.get("paths/1").status_code == 404
    picture = school.get("picture/1")
    assert picture.status_code == 200
    assert school.answer(ANSWERS[kind]).json()["kept"] is not None
    school.control("closed")
    school.later(5)
    school.get("state")
    assert school.get("paths/1").status_code == 404
    before = b"".join(school.traffic)
    assert b"steps=23" not in before
    for path in whole["paths"]:
        assert json.dumps(path["points"][1]).encode() not in before
    told = school.control("reveal").json()["question"]
    assert (told["paths"], told["truth"]) == (True, guess_of(told).read_truth(whole["truth"]))
    shown = school.get("paths/1").json()["paths"]
    assert [path["points"] for path in shown] == [path["points"] for path in whole["paths"]]
    assert school.get("paths/2").status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"link": 3, "kind": "point", "lane": 0},
        {"link": "on=nowhere", "kind": "point", "lane": 0},
        {"link": "", "kind": "curve", "lane": 0},
        {"link": "", "kind": "point", "lane": 7},
        {"link": "", "kind": "point", "lane": True},
        {"link": "", "kind": "point", "lane": 0.5},
        {"link": "run=adagrad", "kind": "number", "lane": 0},
        {"link": "x" * 5000, "kind": "point", "lane": 0},
        {"link": "", "kind": ["point"], "lane": 0, "lang": {"a": 1}},
    ],
)
def test_what_a_room_cannot_make_is_a_sentence_and_changes_nothing(school, wanted):
    told = make(school, **wanted)
    assert told.status_code == 400
    assert told.json()["says"].strip().endswith(".")
    assert school.get("state").json()["phase"] == "wait"


def test_a_free_choice_may_have_no_right_answer(school):
    asked = {
        "text": "Which one do you use?",
        "kind": "choice",
        "options": ["Adam", "SGD"],
        "truth": None,
    }
    assert school.control("ask", asked).status_code == 200
    school.answer([1, 0.9])
    school.control("closed")
    told = school.control("reveal").json()
    assert "truth" not in told["question"]
    assert told["tally"]["first"]["counts"] == [0, 1]
    phone = school.get("mine", x_room_phone="0" * 32)
    assert phone.status_code == 200
