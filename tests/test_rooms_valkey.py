"""Rooms on a Valkey or Redis server: what they share with those in a file, and what is different."""

import asyncio
import builtins
import logging
import sys
import time
from pathlib import Path

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from benchmarks.servers import Valkey
from ravine.rooms import bounds, protocol
from ravine.rooms.phases import FOLLOWS, SHOWN, TAKES, TELLS, may_follow, vote_open
from ravine.rooms.setting import ADDRESS, PACKAGE, open_store
from ravine.rooms.sqlite_store import SqliteStore
from ravine.rooms.store import StoreError
from ravine.server import rooms
from tests.test_rooms import NOON, PHONES, Class, asks, connected, emptied, empty_server

ROOT = Path(__file__).parents[1]
PATIENCE = 20.0  # seconds


@pytest.fixture
def store(valkey_server, loop):
    with empty_server(valkey_server, loop) as store:
        yield store


@pytest.fixture
def client(valkey_server):
    with redis.Redis(port=valkey_server.port, decode_responses=True) as client:
        yield client


@pytest.fixture
def own_server(tmp_path, valkey_server):
    """One that a test may kill."""
    server = Valkey(tmp_path).start()
    yield server
    server.stop(kill=True)


@pytest.fixture
def own_store(own_server, loop):
    with connected(own_server.address, loop) as store:
        yield store


def until(seen):
    """Wait for what `seen` tells."""
    end = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.02)


steps = st.tuples(st.just("step"), st.sampled_from(sorted(FOLLOWS)))
votes = st.tuples(
    st.sampled_from(["first", "second", "after", "none", ""]),
    st.integers(0, 2),
    st.integers(0, 3),
    st.sampled_from([0.0, 1.9, 2.0, 2.1]),
)
# a lesson, most of whose steps are legal, so that every phase is reached
others = st.sampled_from([("step", None), ("end",), ("lead",)])
lessons = st.lists(steps | votes | others, max_size=16)
BETWEEN = [0.5, 1.5, 2.5]  # seconds
COUNTED = {*TAKES, *SHOWN} - TELLS  # phases in which the count is told


class Pair:
    """The same room in both stores, in which the same is done."""

    def __init__(self, loop, *stores):
        self.run, self.stores, self.now, self.code = loop.run, stores, NOON, "QQQQQ"
        self.both("create", self.code, '{"entry": "e", "past": []}', self.now)

    def both(self, name, *given):
        one, other = (self.run(getattr(store, name)(*given)) for store in self.stores)
        if name == "load" and one and one.phase not in COUNTED:
            other = other._replace(answered=one.answered)
        assert one == other
        return one

    def step(self, to, seconds):
        self.now += seconds
        room = self.both("load", self.code, self.now)
        if room is None:
            return
        to = to or FOLLOWS[room.phase][0]
        number = room.number + (to == "ask")
        after = room._replace(phase=to, since=self.now, number=number)
        if may_follow(room.phase, to):
            assert self.both("swap", self.code, room, after)
        assert not self.both("swap", self.code, room._replace(version=room.version + 9), after)

    def lead(self):
        """Something else than the phase changes: nothing is counted anew."""
        room = self.both("load", self.code, self.now)
        if room:
            assert self.both("swap", self.code, room, room._replace(body=room.body + " "))
            self.both("load", self.code, self.now)

    def vote(self, vote, phone, answer, later):
        room = self.both("load", self.code, self.now)
        number = room.number if room else 1
        cast = self.both(
            "vote", self.code, number, vote, PHONES[phone], "7" * answer, self.now + later
        )
        if room:
            is_open = vote_open(room.phase, room.since, self.now + later) == vote
            assert (cast.outcome == "closed") == (not is_open)
        self.both("answers", self.code, number)
        wrong = self.both("vote", self.code, number + 1, vote, PHONES[phone], "7", self.now)
        assert wrong.outcome == ("closed" if room else "gone")


@settings(max_examples=25, deadline=None)
@given(lesson=lessons, data=st.data())
def test_both_stores_do_the_same(tmp_path_factory, valkey_server, loop, lesson, data):
    file = SqliteStore(str(tmp_path_factory.mktemp("rooms") / "rooms.db"))
    with empty_server(valkey_server, loop) as store, pytest.MonkeyPatch.context() as patch:
        for name in ("sqlite_store", "valkey_store"):
            patch.setattr(f"ravine.rooms.{name}.MOST_PHONES", 2)
            patch.setattr(f"ravine.rooms.{name}.MOST_ROOM_BYTES", 6)
        pair = Pair(loop, file, store)
        for what, *how in lesson:
            if what == "step":
                pair.step(*how, data.draw(st.sampled_from(BETWEEN)))
            elif what == "lead":
                pair.lead()
            elif what == "end":
                pair.both("remove", pair.code)
            else:
                pair.vote(what, *how)


def test_who_leads_does_not_count_answers_anew(store, loop):
    room = Class(store, loop)
    room.step("ask", asks("lane"))
    room.answer(PHONES[0], 1)
    for link in ("on=beale", None):
        room.run(protocol.lead(store, room.code, link, room.now))
        assert room.seen()["count"] == 1


def test_all_of_a_room_expires_with_it_and_no_answer_makes_it_live_longer(store, client, loop):
    room = Class(store, loop)
    code, hours = f"ravine:room:{room.code}", 1000 * bounds.ROOM_SECONDS
    assert hours - 60_000 < client.pttl(code) <= hours
    room.step("ask", asks("lane"))
    client.pexpire(code, 5_000_000)
    room.answer(PHONES[0], 1)
    lives = {key: client.pttl(key) for key in client.scan_iter()}
    assert hours - 60_000 < lives.pop("ravine:rooms") <= hours
    assert len(lives) == 3
    assert all(0 < life <= 5_000_000 for life in lives.values())


def test_what_was_removed_is_not_in_the_files_of_the_server_either(store, valkey_server, loop):
    room = Class(store, loop)
    room.step("ask", asks("lane") | {"text": "Unmistakable"})
    room.answer(PHONES[0], 1)

    def written():
        files = [p for p in valkey_server.folder.rglob("*") if p.is_file()]
        return b"".join(file.read_bytes() for file in files)

    assert b"Unmistakable" in written()
    room.run(store.remove(room.code))
    with redis.Redis(port=valkey_server.port) as client:
        assert client.dbsize() == 0

    def is_gone():
        try:
            return b"Unmistakable" not in written()
        except FileNotFoundError:  # it is written anew
            return False

    until(is_gone)


def test_a_room_that_was_made_twice_by_one_request_is_one_room(store, loop):
    """The first answer of the server was lost, and it was asked again."""
    make = [loop.run(store.create("QQQQQ", body, NOON)) for body in ("mine", "mine", "other's")]
    assert make == ["made", "made", "taken"]


@pytest.mark.parametrize("kind", ["sqlite", "valkey"])
def test_bounds_hold_when_all_come_at_once_through_two_processes(
    valkey_server, loop, tmp_path, monkeypatch, kind
):
    emptied(valkey_server)
    setting = str(tmp_path / "rooms.db") if kind == "sqlite" else valkey_server.address
    stores = [open_store(setting) for _process in range(2)]
    monkeypatch.setattr(f"ravine.rooms.{kind}_store.MOST_PHONES", 10)
    monkeypatch.setattr(f"ravine.rooms.{kind}_store.MOST_ROOMS", 3)
    room = Class(stores[0], loop)
    room.step("ask", asks("lane"))

    async def vote(i):
        sent = {"phone": f"{i:020d}", "vote": "first", "question": 1, "answer": i % 2}
        return await protocol.cast(stores[i % 2], room.code, sent, room.now)

    async def at_once(works):
        return await asyncio.gather(*works, return_exceptions=True)

    kept = [one for one in loop.run(at_once(map(vote, range(60)))) if one in (0, 1)]
    assert len(kept) == len(room.rows()) == room.room().answered == 10
    opened = loop.run(at_once(protocol.open_room(stores[i % 2], NOON) for i in range(20)))
    assert sum(isinstance(one, protocol.Keys) for one in opened) == 2
    assert {type(one) for one in opened} == {protocol.Keys, protocol.Full}
    if kind == "valkey":
        for store in stores:
            loop.run(store.close())


def test_a_thousand_at_once_need_one_connection(store, client, loop):
    room = Class(store, loop)
    room.step("ask", asks("lane"))

    async def vote(i):
        sent = {"phone": f"{i:020d}", "vote": "first", "question": 1, "answer": i % 2}
        return await protocol.cast(store, room.code, sent, room.now)

    async def all_at_once():
        return await asyncio.gather(*map(vote, range(bounds.MOST_PHONES)))

    before = client.info("stats")["total_connections_received"]
    assert len(loop.run(all_at_once())) == len(room.rows()) == bounds.MOST_PHONES
    assert client.info("stats")["total_connections_received"] - before <= 1


def test_whoever_leaves_while_the_server_works_takes_nobody_along(store, loop):
    room = Class(store, loop)

    async def some_leave():
        asked = [asyncio.create_task(store.load(room.code, NOON)) for _i in range(20)]
        await asyncio.sleep(0)
        for one in asked[::2]:
            one.cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    found = loop.run(some_leave())
    assert all(isinstance(one, asyncio.CancelledError) for one in found[::2])
    assert all(one.phase == "wait" for one in found[1::2])


def test_a_kill_of_the_server_is_one_line_of_the_log_and_over_when_it_is_back(
    own_server, own_store, loop, caplog
):
    caplog.set_level(logging.INFO, "ravine")
    room = Class(own_store, loop)
    room.step("ask", asks("lane"))
    room.answer(PHONES[0], 1)
    own_server.stop(kill=True)
    for _try in range(3):
        with pytest.raises(StoreError):
            room.answer(PHONES[1], 1)
    own_server.start()
    assert room.answer(PHONES[1], 1) == 1
    assert [row.phone for row in room.rows()] == PHONES[:2]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_full_server_refuses_and_throws_nothing_out(own_server, own_store, loop):
    room = Class(own_store, loop)
    room.step("ask", asks("lane"))
    room.answer(PHONES[0], 1)
    with redis.Redis(port=own_server.port) as client:
        client.config_set("maxmemory", 1)
    with pytest.raises(StoreError):
        room.answer(PHONES[1], 1)
    assert len(room.rows()) == 1


def test_a_server_that_would_forget_is_told_of_in_the_log(own_server, own_store, loop, caplog):
    with redis.Redis(port=own_server.port) as client:
        client.config_set("appendfsync", "everysec")
    for _room in range(2):
        Class(own_store, loop)
    assert [record.getMessage() for record in caplog.records] == [
        "rooms: their server acknowledges what is not on its disk yet; it wants appendonly yes and appendfsync always"
    ]


def test_a_server_that_may_not_be_asked_for_its_settings_is_taken_as_it_is(
    own_server, loop, caplog
):
    with redis.Redis(port=own_server.port) as client:
        client.acl_setuser(
            "ravine",
            enabled=True,
            passwords=["+word"],
            keys=["ravine:*"],
            commands=["+@all", "-config", "-bgrewriteaof"],
        )
    address = own_server.address.replace("://", "://ravine:word@")
    with connected(address, loop) as store:
        loop.run(store.remove(Class(store, loop).code))
    assert not caplog.records


@pytest.mark.parametrize("word", ["", "wrong"])
def test_a_wrong_password_is_an_error_of_the_store(own_server, loop, word):
    with redis.Redis(port=own_server.port) as client:
        client.config_set("requirepass", "word")
    address = own_server.address.replace("://", f"://:{word}@" if word else "://")
    with connected(address, loop) as store, pytest.raises(StoreError):
        loop.run(store.load("QQQQQ", NOON))


@pytest.mark.parametrize(
    "scheme", ["valkey://localhost:{}/3", "redis://localhost:{}", "unix://{}/socket?db=1"]
)
def test_every_kind_of_address_leads_to_a_server(tmp_path, valkey_server, loop, scheme):
    server = Valkey(tmp_path)
    command = ["--unixsocket", str(tmp_path / "socket")]
    server.start(*command)
    try:
        address = scheme.format(tmp_path if "unix" in scheme else server.port)
        with connected(address, loop) as store:
            assert loop.run(store.create("QQQQQ", "{}", NOON)) == "made"
    finally:
        server.stop(kill=True)


@pytest.mark.parametrize(
    "setting",
    [
        "postgres://localhost/rooms",
        "http://localhost:6379",
        "redis://localhost:port",
        "redis://localhost:6379/?speed=9",
        "valkey://localhost:6379/?socket_timeout=long",
    ],
)
def test_an_address_that_is_none_ends_with_a_sentence(monkeypatch, setting):
    monkeypatch.setenv("RAVINE_ROOMS", setting)
    with pytest.raises(SystemExit, match="valkey://") as ended:
        rooms.routes()
    assert str(ended.value) == f"RAVINE_ROOMS: {ADDRESS}."


def test_a_folder_that_is_not_there_ends_with_a_sentence(monkeypatch):
    monkeypatch.setenv("RAVINE_ROOMS", "/nowhere/rooms.db")
    with pytest.raises(SystemExit, match=r"RAVINE_ROOMS: the file cannot be opened .*writable\."):
        rooms.routes()


def test_a_package_that_is_missing_ends_with_a_sentence_and_a_file_needs_none(
    monkeypatch, tmp_path
):
    real = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == "redis":
            raise ModuleNotFoundError(name)
        return real(name, *rest)

    for name in [name for name in sys.modules if name.startswith(("ravine.rooms.valkey", "redis"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "ravine.rooms.pipeline", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StoreError) as refused:
        open_store("redis://:secret@localhost")
    assert str(refused.value) == PACKAGE
    open_store(str(tmp_path / "rooms.db"))


def test_what_goes_wrong_is_a_503_with_a_sentence_and_when_to_come_again(own_server):
    store = open_store(own_server.address)
    app = Starlette(routes=rooms.Rooms(store).routes())
    with TestClient(app) as client:
        code = client.post("/ravine/room/", json={}).json()["code"]
        own_server.stop(kill=True)
        got = client.get(f"/ravine/room/{code}/state")
        assert got.status_code == 503
        assert got.json() == {"says": "The room cannot be reached at the moment."}
        assert got.headers["retry-after"] == "5"
        own_server.start()
        assert client.get(f"/ravine/room/{code}/state").status_code == 200
        client.portal.call(store.close)
