"""A teacher who leads: what the room tells the class, and what that costs nobody else."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ravine.rooms import protocol
from ravine.rooms.protocol import Gone
from ravine.rooms.questions import LONGEST_LINK, read_query
from ravine.rooms.sqlite_store import SqliteStore
from ravine.server import routes
from ravine.server.answers import MadeOnce
from tests.test_rooms import PHONES, Class, any_json, asks
from tests.test_rooms_server import School

LINK, OTHER = "on=ravine&run=momentum&at=3", "on=himmelblau&run=adam"


@pytest.fixture
def room(tmp_path, loop):
    return Class(SqliteStore(str(tmp_path / "rooms.db")), loop)


@pytest.fixture
def school(tmp_path):
    return School(tmp_path / "rooms.db")


def lead(room, link):
    return room.run(protocol.lead(room.store, room.code, link, room.now))


def control(school, link, key="secret"):
    headers = {"Authorization": f"Bearer {school.keys.get(key, key)}"}
    sent = {"do": "follow", "link": link}
    return school.ask("POST", f"{school.keys['code']}/control", json=sent, headers=headers)


# The room


def test_the_link_is_told_while_the_teacher_leads_and_the_last_one_afterwards(room):
    assert room.seen().keys() & {"follow", "led"} == set()
    lead(room, LINK)
    assert room.seen()["follow"] == {"link": LINK, "n": 1}
    lead(room, OTHER)
    assert room.seen()["follow"] == {"link": OTHER, "n": 2}
    lead(room, None)
    assert (room.seen().get("follow"), room.seen()["led"]) == (None, OTHER)
    lead(room, LINK)
    assert room.seen()["follow"] == {"link": LINK, "n": 4}
    assert "led" not in room.seen()


def test_the_last_link_waits_until_the_truth_of_a_question_is_told(room):
    """It may be the link of the race that the question is about."""
    lead(room, LINK)
    room.step("ask", asks("lane"))
    lead(room, None)
    for step in ("closed", "discuss", "again", "closed_again"):
        assert "led" not in room.seen()
        room.step(step)
    assert "led" not in room.seen()
    room.step("reveal")
    assert room.seen()["led"] == LINK
    room.step("happened")
    assert "led" not in room.seen()
    room.step("wait")
    assert room.seen()["led"] == LINK


def test_the_same_link_twice_is_once(room):
    before = lead(room, LINK)
    assert lead(room, LINK) == before
    let_go = lead(room, None)
    assert lead(room, None) == let_go


def test_the_first_race_of_all_is_a_link_too(room):
    lead(room, "")
    assert room.seen()["follow"] == {"link": "", "n": 1}


def test_a_question_goes_on_as_if_nobody_led(room):
    room.step("ask", asks("lane"))
    room.answer(PHONES[0], 1)
    before = room.seen()
    lead(room, LINK)
    room.answer(PHONES[1], 0)
    after = room.seen()
    assert after | {"count": 1, "follow": None} == before | {"follow": None}
    assert after["count"] == 2
    room.step("closed")
    room.step("reveal")
    assert room.seen()["follow"]["link"] == LINK
    assert room.seen()["question"]["truth"] == 1
    room.step("ask", asks("choice"))
    assert room.seen()["follow"]["link"] == LINK


def test_who_closes_and_who_leads_at_the_same_moment_both_do(room):
    room.step("ask", asks("lane"))

    async def both():
        ways = [protocol.lead(room.store, room.code, f"lr={i}", room.now) for i in range(5)]
        ways.append(protocol.steer(room.store, room.code, "closed", None, room.now))
        await asyncio.gather(*ways)

    room.run(both())
    seen = room.seen()
    assert (seen["phase"], seen["follow"]["n"]) == ("closed", 5)


def test_a_room_that_is_over_is_led_by_nobody(room):
    room.run(room.store.remove(room.code))
    with pytest.raises(Gone):
        lead(room, LINK)


@given(any_json | st.text() | st.text(st.characters(max_codepoint=126, min_codepoint=33)))
def test_any_link_is_printable_ascii_or_a_sentence(raw):
    try:
        read = read_query(raw)
    except ValueError as error:
        assert str(LONGEST_LINK) in str(error)
    else:
        assert read == raw
        assert read.isascii()
        assert read.isprintable()
        assert " " not in read


@pytest.mark.parametrize("link", ["x" * (LONGEST_LINK + 1), "a b", "a\nb", "é", 1, ["lr=1"]])
def test_what_is_no_link_is_a_sentence(link):
    with pytest.raises(ValueError, match="query"):
        read_query(link)


# Its routes


def test_only_the_secret_leads(school):
    for key in ("projector", "entry", "code", "nonsense"):
        assert control(school, LINK, key).status_code == 403
    assert control(school, LINK).json()["follow"] == {"link": LINK, "n": 1}
    assert control(school, 5).status_code == 400
    assert control(school, "lr=\u00e9").json()["says"].startswith("link must be a query")


def test_who_follows_asks_each_second_and_is_sent_what_is_new(school):
    first = school.get("state")
    assert first.headers["retry-after"] == "5"
    control(school, LINK)
    led = school.get("state", if_none_match=first.headers["etag"])
    assert (led.status_code, led.headers["retry-after"]) == (200, "1")
    assert led.json()["follow"]["link"] == LINK
    assert school.get("state", if_none_match=led.headers["etag"]).status_code == 304
    control(school, None)
    free = school.get("state", if_none_match=led.headers["etag"])
    assert (free.json()["led"], free.headers["retry-after"]) == (LINK, "5")


def test_a_phone_is_told_the_way_to_an_arena(school):
    page = school.get("").text
    assert "Open the arena and follow" in page
    assert "&quot;arena&quot;: &quot;/&quot;" in page


# What all ask for


def test_a_class_asks_for_one_picture_and_it_is_made_once(monkeypatch):
    made = []
    monkeypatch.setattr(routes, "_races", MadeOnce())
    real = routes.picture
    monkeypatch.setattr(routes, "picture", lambda race: made.append(race) or real(race))
    with TestClient(Starlette(routes=routes.routes())) as client:
        asked = [client.get("/ravine/race?lang=en&lr=0.123") for _ in range(5)]
        assert {found.content for found in asked} == {asked[0].content}
        assert len(made) == 1
        assert client.get("/ravine/race?lang=zh&lr=0.123").content != asked[0].content
        assert client.get("/ravine/race?lang=en&lr=nonsense").status_code == 400
        assert client.get("/ravine/race?lang=en&lr=nonsense").status_code == 400


def test_many_at_once_wait_for_one():
    made = []

    async def slow():
        made.append(1)
        await asyncio.sleep(0.01)
        return b"body"

    async def many():
        shared = MadeOnce()
        return await asyncio.gather(*(shared.get("key", slow) for _ in range(50)))

    assert asyncio.run(many()) == [b"body"] * 50
    assert made == [1]


def test_an_error_goes_to_all_who_wait_and_the_next_one_tries_again():
    made = []

    async def wrong():
        made.append(1)
        await asyncio.sleep(0.01)
        raise ValueError("no")

    async def many():
        shared = MadeOnce()
        waiting = [shared.get("key", wrong) for _ in range(3)]
        found = await asyncio.gather(*waiting, return_exceptions=True)
        again = await asyncio.gather(shared.get("key", wrong), return_exceptions=True)
        return [*found, *again]

    assert [str(one) for one in asyncio.run(many())] == ["no"] * 4
    assert made == [1, 1]


def test_only_the_last_and_the_small_ones_are_kept():
    made = []

    async def body(size):
        made.append(size)
        return b"x" * size

    async def ask(shared, *sizes):
        for size in sizes:
            await shared.get(str(size), lambda size=size: body(size))

    async def all_of_it():
        shared = MadeOnce(most=2, largest=10)
        await ask(shared, 1, 2, 1, 3, 1, 2, 11, 11)

    asyncio.run(all_of_it())
    assert made == [1, 2, 3, 2, 11, 11]


def test_who_goes_away_while_it_is_made_does_not_take_it_from_others():
    async def slow():
        await asyncio.sleep(0.01)
        return b"body"

    async def many():
        shared = MadeOnce()
        first = asyncio.ensure_future(shared.get("key", slow))
        second = asyncio.ensure_future(shared.get("key", slow))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(many()) == b"body"


def test_the_body_of_a_room_holds_one_link_however_many_were_told(room):
    for i in range(20):
        lead(room, f"lr={i}")
    assert len(json.loads(room.room().body)["follow"]) == 3
