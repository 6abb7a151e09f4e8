"""The laws of a room: what is kept, what is hidden, and what strangers may send."""

import asyncio
import json
import math
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ravine.rooms import bounds, protocol
from ravine.rooms.codes import ALPHABET, new_code, read_code
from ravine.rooms.drawing import clean_drawing
from ravine.rooms.kinds import GUESSES, guess_of
from ravine.rooms.phases import FOLLOWS, TAKES, TELLS, WAIT
from ravine.rooms.protocol import Conflict, Full, Gone
from ravine.rooms.questions import read_question
from ravine.rooms.reading import json_object
from ravine.rooms.sqlite_store import SqliteStore

NOON = 1_800_000_000.0
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path d="M0 0L4 3"/></svg>'
PHONES = [f"phone-{i:016d}" for i in range(6)]
QUESTIONS = {
    "point": {"x": [-4, 4], "y": [-3, 3], "truth": [1.2345, -0.5], "picture": SVG, "alt": "Curves"},
    "lane": {"lanes": ["Adam", "Momentum"], "truth": 1},
    "number": {"low": 0.001, "high": 10, "symbol": "η", "truth": 0.4321},
    "order": {"items": ["Adam", "Momentum", "Lion"], "truth": [2, 0, 1]},
    "choice": {"options": ["More", "Less"], "truth": 0},
    # of these there is one run to be handed out, so every phone has it
    "starts": {
        "x": [-4, 4],
        "y": [-3, 3],
        "columns": 1,
        "rows": 1,
        "lane": 0,
        "fates": ["at (0, 0)", "elsewhere"],
        "truth": {"became": "1"},
    },
    "rates": {
        "low": 0.001,
        "high": 10,
        "symbol": "η",
        "count": 1,
        "lane": 0,
        "fates": ["at (0, 0)", "elsewhere"],
        "truth": {"became": "0", "heights": [0.25]},
    },
}
ANSWERS = {
    "point": st.lists(st.floats(-3, 3), min_size=2, max_size=2),
    "lane": st.integers(0, 1),
    "number": st.floats(0.001, 10),
    "order": st.permutations(range(3)),
    "choice": st.tuples(st.integers(0, 1), st.floats(0, 1)).map(list),
    "starts": st.just(0),
    "rates": st.just(0),
}
every_kind = pytest.mark.parametrize("kind", sorted(GUESSES))
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def asks(kind):
    return {
        "text": "What comes out?",
        "kind": kind,
        "link": "on=ravine&run=adam",
        **QUESTIONS[kind],
    }


def example(kind):
    """An answer that a question of this kind takes; where it can be, the right one."""
    return {"choice": [0, 0.7], "starts": 0, "rates": 0}.get(kind, QUESTIONS[kind]["truth"])


@pytest.fixture
def store(tmp_path):
    return SqliteStore(str(tmp_path / "rooms.db"))


class Class:
    """A room with a clock of its own."""

    def __init__(self, store):
        self.store, self.now = store, NOON
        self.code = self.run(protocol.open_room(store, self.now)).code

    def run(self, work):
        return asyncio.run(work)

    def step(self, phase, question=None):
        self.now += 10
        return self.run(protocol.steer(self.store, self.code, phase, question, self.now))

    def answer(self, phone, answer, vote="first", question=1, later=0.0):
        sent = {"phone": phone, "vote": vote, "question": question, "answer": answer}
        return self.run(protocol.cast(self.store, self.code, sent, self.now + later))

    def room(self):
        return self.run(protocol.find_room(self.store, self.code, self.now))

    def rows(self):
        return self.run(self.store.answers(self.code, self.room().number))

    def seen(self, later=0.0):
        return protocol.seen(self.room(), self.rows(), self.now + later)


@pytest.fixture
def room(store):
    return Class(store)


@every_kind
@given(raw=any_json)
def test_any_json_is_a_clean_answer_or_a_sentence(kind, raw):
    guess = guess_of(read_question(asks(kind)))
    try:
        clean = guess.read_answer(raw)
    except ValueError as error:
        assert len(str(error)) > 8
        assert str(error).endswith((".", "]."))
        return
    assert guess.read_answer(json.loads(json.dumps(clean, allow_nan=False))) == clean
    assert len(json.dumps(clean)) <= bounds.MOST_ANSWER_BYTES


@every_kind
@given(data=st.data())
def test_every_answer_is_read_described_and_measured(kind, data):
    asked = read_question(asks(kind))
    guess = guess_of(asked)
    answers = [guess.read_answer(a) for a in data.draw(st.lists(ANSWERS[kind], max_size=5))]
    json.dumps(guess.describe(answers), allow_nan=False)
    for answer in answers:
        distance = guess.distance(answer, asked["truth"])
        assert math.isfinite(distance)
        assert distance >= 0


@pytest.mark.parametrize(
    ("kind", "answer", "distance"),
    [
        ("point", [1.2345, -0.5], 0),
        ("point", [-1.7655, 3.5], 0.5),  # 3 and 4 of a diagonal of 10
        ("lane", 1, 0),
        ("lane", 0, 1),
        ("number", 0.4321, 0),
        ("number", 4.321, 1),
        ("order", [2, 0, 1], 0),
        ("order", [1, 0, 2], 1),
        ("order", [0, 2, 1], 1 / 3),
        ("choice", [0, 1.0], 0),
        ("choice", [1, 1.0], 2),
        ("choice", [0, 0.5], 0.5),
    ],
)
def test_distances_are_those_worked_out_by_hand(kind, answer, distance):
    asked = read_question(asks(kind))
    assert guess_of(asked).distance(answer, asked["truth"]) == pytest.approx(distance)


@given(belief=st.integers(50, 100))
def test_nobody_gains_by_saying_another_probability_than_they_believe(belief):
    guess = guess_of(asks("choice"))
    p = belief / 100
    cost = {
        said: p * guess.distance([0, said / 100], 0) + (1 - p) * guess.distance([0, said / 100], 1)
        for said in range(101)
    }
    assert min(cost, key=lambda said: cost[said]) == belief


@given(
    raw=any_json
    | st.dictionaries(st.sampled_from(["text", "kind", "x", "y", "truth", "lanes"]), any_json)
)
def test_any_json_is_a_question_or_a_sentence(raw):
    try:
        read_question(raw)
    except ValueError as error:
        assert len(str(error)) > 8


@pytest.mark.parametrize("raw", [b"", b"[1]", b"\xff", b"[" * 50_000, b'{"a":', b"null", b"1e999"])
def test_what_is_no_object_is_a_sentence(raw):
    with pytest.raises(ValueError, match="JSON"):
        json_object(raw)


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_none(typed):
    code = read_code(typed)
    assert code is None or read_code(code) == code


def test_codes_are_read_however_they_are_typed():
    code = new_code()
    assert set(code) <= set(ALPHABET)
    assert not set("AEIOU") & set(ALPHABET)
    assert read_code(f" {code[:2].lower()}-{code[2:]} ") == code
    assert read_code("bold1") is None or read_code("BoLd1") == read_code("B01D1")
    assert read_code("oil23") == "01123"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<path onload="alert(1)" d="M0 0"/>',
        '<image href="http://elsewhere/x.png"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<rect fill="url(http://elsewhere/x)"/>',
        '<rect style="background:url(//x)"/>',
        "<foreignObject><p>x</p></foreignObject>",
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        "<style>@import url(//x)</style>",
        '<set attributeName="onload" to="alert(1)"/>',
    ],
)
def test_a_picture_is_shapes_and_letters_and_nothing_else(inside):
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3">{inside}</svg>'
    with pytest.raises(ValueError, match="picture"):
        clean_drawing(whole)
    assert "path" in clean_drawing(SVG)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg/>',
        "<svg",
        "",
        "<html/>",
        '<?xml version="1.0"?><svg/>',
    ],
)
def test_what_is_no_picture_is_a_sentence(text):
    with pytest.raises(ValueError, match="picture"):
        clean_drawing(text)


@every_kind
def test_a_question_from_ask_to_what_happened(room, kind):
    asked = asks(kind)
    first = guess_of(asked).read_answer(example(kind))
    assert room.seen()["phase"] == WAIT
    room.step("ask", asked)
    for phone in PHONES:
        assert room.answer(phone, first) == first
    assert room.seen()["count"] == len(PHONES)
    assert "tally" not in room.seen()
    room.step("closed")
    assert room.seen(later=2.1)["tally"]["first"]["n"] == len(PHONES)
    room.step("discuss")
    room.step("again")
    room.answer(PHONES[0], first, "second")
    assert "tally" not in room.seen()
    room.step("closed_again")
    assert room.seen(later=2.1)["tally"]["second"]["n"] == 1
    assert protocol.shifts(room.room(), room.rows(), room.now + 2.1) == [(first, first)]
    room.step("reveal")
    assert room.seen()["question"]["truth"] == asked["truth"]
    mine = protocol.own_answers(room.room(), room.rows(), PHONES[0])
    assert mine["second"]["distance"] == pytest.approx(0, abs=0.2)
    room.step("happened")
    assert "truth" not in room.seen()["question"]
    room.answer(PHONES[1], first, "after")
    room.step("settled")
    assert room.seen(later=2.1)["tally"]["after"]["n"] == 1


def test_the_last_answer_of_a_phone_counts_and_only_once(room):
    room.step("ask", asks("lane"))
    for answer in (0, 1, 0, 1, 1):
        room.answer(PHONES[0], answer)
    room.step("closed")
    assert room.seen(later=2.1)["tally"]["first"] == {"counts": [0, 1], "n": 1}


def test_after_closing_there_are_two_seconds_of_grace_in_which_nobody_sees_the_distribution(room):
    room.step("ask", asks("lane"))
    room.answer(PHONES[0], 0)
    room.step("closed")
    assert room.answer(PHONES[1], 1, later=1.9) == 1
    assert "tally" not in room.seen(later=1.9)
    with pytest.raises(Conflict) as refused:
        room.answer(PHONES[2], 1, later=2.0)
    assert refused.value.phase == "closed"
    assert room.seen(later=2.0)["tally"]["first"]["n"] == 2


def test_no_answer_counts_once_the_truth_is_told_even_within_the_grace(room):
    room.step("ask", asks("lane"))
    room.step("closed")
    room.now -= 9.5  # the teacher reveals half a second later
    room.step("reveal")
    room.now -= 9.5
    with pytest.raises(Conflict):
        room.answer(PHONES[0], 1)


@settings(max_examples=25, deadline=None)
@given(kind=st.sampled_from(sorted(GUESSES)), data=st.data())
def test_whatever_a_teacher_does_the_truth_is_told_in_the_phases_that_tell_it_only(
    tmp_path_factory, kind, data
):
    room = Class(SqliteStore(str(tmp_path_factory.mktemp("rooms") / "rooms.db")))
    room.step("ask", asks(kind))
    for _turn in range(8):
        phase = room.room().phase
        told = json.dumps(room.seen(later=data.draw(st.floats(0, 4))))
        mine = json.dumps(protocol.own_answers(room.room(), room.rows(), PHONES[0]))
        assert ("truth" in told) == ("run=adam" in told) == (phase in TELLS)
        assert "truth" not in mine
        assert ("tally" in told) <= (phase not in TAKES)
        to = data.draw(st.sampled_from(sorted(FOLLOWS)))
        try:
            room.step(to, asks(kind) if to == "ask" else None)
        except Conflict:
            assert to not in FOLLOWS[phase]


def test_pressing_twice_is_pressing_once(room):
    room.step("ask", asks("lane"))
    room.step("ask", asks("lane"))
    assert room.room().number == 1
    room.step("closed")
    since = room.room().since
    room.step("closed")
    assert room.room().since == since


@pytest.mark.parametrize(
    "phone", ["", "short", "x" * 41, "no spaces in here please", 5, None, "<b>0123456789abcdef"]
)
def test_a_phone_has_a_name_that_means_nothing(room, phone):
    room.step("ask", asks("lane"))
    with pytest.raises(ValueError, match="phone"):
        room.answer(phone, 1)
    assert room.rows() == []


@pytest.mark.parametrize(
    ("vote", "question"),
    [("second", 1), ("first", 2), ("first", True), ("first", "1"), (["first"], 1), (None, None)],
)
def test_an_answer_to_something_else_is_refused(room, vote, question):
    room.step("ask", asks("lane"))
    with pytest.raises(Conflict):
        room.answer(PHONES[0], 1, vote, question)
    assert room.rows() == []


def test_a_room_takes_so_many_phones_and_bytes(room, monkeypatch):
    monkeypatch.setattr("ravine.rooms.sqlite_store.MOST_PHONES", 2)
    room.step("ask", asks("point"))
    for phone in PHONES[:2]:
        room.answer(phone, [1, 1])
    with pytest.raises(Full):
        room.answer(PHONES[2], [1, 1])
    monkeypatch.setattr("ravine.rooms.sqlite_store.MOST_ROOM_BYTES", 25)
    room.answer(PHONES[1], [1, 2])  # no longer than before
    with pytest.raises(Full):
        room.answer(PHONES[1], [1.23456, 2.34567])
    assert len(room.rows()) == 2


def test_a_store_takes_so_many_rooms_and_a_room_so_many_questions(room, monkeypatch):
    monkeypatch.setattr("ravine.rooms.sqlite_store.MOST_ROOMS", 2)
    monkeypatch.setattr("ravine.rooms.protocol.MOST_QUESTIONS", 1)
    room.run(protocol.open_room(room.store, NOON))
    with pytest.raises(Full):
        room.run(protocol.open_room(room.store, NOON))
    room.step("ask", asks("lane"))
    room.step(WAIT)
    with pytest.raises(Full):
        room.step("ask", asks("lane"))


def test_a_room_ends_after_twelve_hours_and_leaves_nothing(room, tmp_path):
    room.step("ask", asks("lane"))
    room.answer(PHONES[0], 1)
    room.now = NOON + bounds.ROOM_SECONDS
    with pytest.raises(Gone):
        room.room()
    with pytest.raises(Gone):
        room.answer(PHONES[1], 1)
    room.run(protocol.open_room(room.store, room.now))
    db = sqlite3.connect(tmp_path / "rooms.db")
    left = [
        db.execute(f"select count(*) from {t}").fetchone()[0] for t in ("rooms", "phones", "votes")
    ]
    db.close()
    assert left == [1, 0, 0]


def test_what_was_removed_is_not_in_the_file_either(room, tmp_path):
    room.step("ask", asks("lane") | {"text": "Unmistakable"})
    assert b"Unmistakable" in b"".join(p.read_bytes() for p in tmp_path.glob("rooms.db*"))
    room.run(room.store.remove(room.code))
    SqliteStore(str(tmp_path / "rooms.db"))  # which tidies as it opens
    assert b"Unmistakable" not in b"".join(p.read_bytes() for p in tmp_path.glob("rooms.db*"))


def test_keys_are_kept_as_hashes_and_told_apart(room, store):
    keys = room.run(protocol.open_room(store, NOON))
    found = room.run(protocol.find_room(store, keys.code, NOON))
    assert keys.secret not in found.body
    assert keys.projector not in found.body
    assert protocol.holds(found, keys.secret, "secret")
    assert not protocol.holds(found, keys.projector, "secret")
    assert not protocol.holds(found, "\ud800", "secret", "projector")
    assert protocol.enters(found, keys.entry)
    assert not protocol.enters(found, "")
