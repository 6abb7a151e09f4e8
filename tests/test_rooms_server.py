"""The routes of a room, asked as phones, teachers and strangers ask."""

import asyncio
import csv
import io
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from ravine.rooms import bounds, protocol
from ravine.rooms.kinds import GUESSES
from ravine.rooms.sqlite_store import SqliteStore
from ravine.server import rooms
from ravine.server.rooms import GUESSES_A_MINUTE, Rooms, Throttle
from ravine.server.security_headers import Guarded
from tests.test_room_pages import loaded
from tests.test_rooms import PHONES, asks, example

ROOT = Path(__file__).parents[1]


class School:
    """A server with rooms, and a clock to turn."""

    def __init__(self, path):
        self.now = 1_800_000_000.0
        self.rooms = Rooms(SqliteStore(str(path)), lambda: self.now)
        self.traffic = []
        app = Starlette(routes=self.rooms.routes(), middleware=[Middleware(Guarded)])
        self.client = TestClient(app)
        self.keys = self.ask("POST", "", json={}).json()

    def ask(self, method, path, **how):
        found = self.client.request(method, f"/ravine/room/{path}", **how)
        self.traffic.append(str(found.headers).encode() + found.content)
        return found

    def control(self, do, question=None, key="secret"):
        self.later(5)
        headers = {"Authorization": f"Bearer {self.keys.get(key, key)}"}
        sent = {"do": do, "question": question}
        return self.ask("POST", f"{self.keys['code']}/control", json=sent, headers=headers)

    def get(self, path, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", f"{self.keys['code']}/{path}", headers=named)

    def answer(self, answer, phone=PHONES[0], vote="first", question=1):
        sent = {"phone": phone, "vote": vote, "question": question, "answer": answer}
        return self.ask("POST", f"{self.keys['code']}/answer", content=json.dumps(sent))

    def later(self, seconds):
        self.now += seconds
        self.rooms.looks.clear()


@pytest.fixture
def school(tmp_path):
    return School(tmp_path / "rooms.db")


def test_without_the_setting_there_are_no_rooms(monkeypatch, tmp_path):
    monkeypatch.delenv("RAVINE_ROOMS", raising=False)
    assert rooms.routes() == []
    monkeypatch.setenv("RAVINE_ROOMS", str(tmp_path / "rooms.db"))
    assert {route.path.partition("/room/")[0] for route in rooms.routes()} == {"/ravine"}


def test_what_has_not_changed_is_not_sent_again(school):
    first = school.get("state")
    assert (first.status_code, first.headers["retry-after"]) == (200, "5")
    again = school.get("state", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    school.control("ask", asks("lane"))
    open_now = school.get("state", if_none_match=first.headers["etag"])
    assert (open_now.status_code, open_now.headers["retry-after"]) == (200, "1")


def test_many_who_ask_are_told_to_ask_less_often(school, monkeypatch):
    monkeypatch.setattr(time, "monotonic", lambda: 5.5)
    monkeypatch.setattr(rooms, "POLLS_A_SECOND", 3)
    assert [school.get("state").headers["retry-after"] for _ in range(7)] == [
        *"555",
        "10",
        "10",
        "10",
        "15",
    ]


@pytest.mark.parametrize("kind", sorted(GUESSES))
def test_not_one_byte_of_the_truth_leaves_before_the_reveal(school, kind):
    """Everything that anybody is sent, in every phase before, for every way to ask."""
    marked = {"point": [1.23457, -0.98765], "number": 0.87654}
    asked = asks(kind) | ({"truth": marked[kind]} if kind in marked else {})
    asked["link"] = "on=ravine&run=tell_tale"
    answer = {"point": [2.0, 2.0], "number": 2}.get(kind, example(kind))
    for phase in ("ask", "closed", "discuss", "again", "closed_again"):
        assert school.control(phase, asked if phase == "ask" else None).status_code == 200
        for later in (0, 2.5):
            school.later(later)
            school.answer(answer, vote="second" if phase == "again" else "first")
            for path in ("state", "mine", "picture/1", "projector", "answers.csv"):
                school.get(path, x_room_phone=PHONES[0])
                school.get(path, authorization=f"Bearer {school.keys['projector']}")
                if path != "answers.csv":
                    school.get(path, authorization=f"Bearer {school.keys['secret']}")
    said = b"\n".join(school.traffic)
    for needle in (b"tell_tale", b"truth", b"1.23457", b"0.98765", b"0.87654"):
        assert needle not in said
    assert school.control("reveal").json()["question"]["truth"] == asked["truth"]
    assert b"tell_tale" in school.get("state").content


def test_only_the_secret_steers_and_the_projector_key_only_looks(school):
    for key in ("projector", "entry", "code", "", "x", "é"):
        headers = {"Authorization": f"Bearer {school.keys.get(key, key)}".encode()}
        sent = {"do": "ask", "question": asks("lane")}
        refused = school.ask("POST", f"{school.keys['code']}/control", json=sent, headers=headers)
        assert refused.status_code == 403
        assert refused.json()["says"]
    assert (
        school.get("projector", authorization=f"Bearer {school.keys['projector']}").status_code
        == 200
    )
    assert (
        school.get("projector", authorization=f"Bearer {school.keys['entry']}").status_code == 403
    )
    assert (
        school.get("answers.csv", authorization=f"Bearer {school.keys['projector']}").status_code
        == 403
    )
    assert school.get("state").json()["phase"] == "wait"


def test_a_refusal_does_not_tell_whether_there_is_such_a_room(school):
    headers = {"Authorization": "Bearer wrong"}
    there = school.ask("POST", f"{school.keys['code']}/control", json={}, headers=headers)
    nowhere = school.ask("POST", "ZZZZZ/control", json={}, headers=headers)
    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)


def test_guessing_codes_is_slowed_and_whoever_is_in_goes_on(school):
    seen = [school.ask("GET", f"{i:05d}/state").status_code for i in range(GUESSES_A_MINUTE + 3)]
    assert seen == [404] * GUESSES_A_MINUTE + [429] * 3
    slowed = school.get("state")  # the right code tells no more than a wrong one
    assert slowed.status_code == 429
    assert 1 <= int(slowed.headers["retry-after"]) <= 6
    assert school.get("state", x_room_entry=school.keys["entry"]).status_code == 200
    assert school.control("ask", asks("lane")).status_code == 200


def test_a_throttle_forgets_by_the_minute_and_holds_few():
    at = [0.0]
    throttle = Throttle(10, lambda: at[0])
    for _ in range(10):
        assert throttle.wait("a") == 0
        throttle.count("a")
    assert throttle.wait("a") == pytest.approx(6)
    assert throttle.wait("b") == 0
    at[0] = 6.0
    assert throttle.wait("a") == 0
    for i in range(25_000):
        throttle.count(str(i))
    assert len(throttle.until) <= rooms.MOST_ADDRESSES


def test_only_a_proxy_that_is_named_may_say_for_whom_it_asks(school, monkeypatch):
    for i in range(GUESSES_A_MINUTE):
        school.ask("GET", f"{i:05d}/state", headers={"X-Real-IP": f"10.0.0.{i}"})
    assert school.get("state", x_real_ip="10.0.0.99").status_code == 429
    monkeypatch.setenv("RAVINE_PROXY", "testclient")
    assert school.get("state", x_real_ip="10.0.0.99").status_code == 200


def test_a_full_room_says_so(school, monkeypatch):
    monkeypatch.setattr("ravine.rooms.sqlite_store.MOST_PHONES", 1)
    school.control("ask", asks("lane"))
    assert school.answer(1).status_code == 200
    full = school.answer(1, PHONES[1])
    assert (full.status_code, full.json()["says"]) == (507, "This room is full.")


def test_bodies_are_bounded(school):
    school.control("ask", asks("lane"))
    long = school.ask(
        "POST", f"{school.keys['code']}/answer", content=b"x" * (bounds.MOST_BODY_BYTES + 1)
    )
    assert long.status_code == 413
    question = asks("lane") | {"text": "x" * bounds.MOST_QUESTION_BYTES}
    assert school.control("ask", question).status_code == 413
    assert school.ask("POST", "", content=b"x" * 3000).status_code == 413


def test_rooms_are_not_opened_without_end(school):
    seen = [school.ask("POST", "", json={}).status_code for _ in range(4)]
    assert seen == [201, 201, 429, 429]  # the fixture opened one


HOSTILE = [
    b"",
    b"null",
    b"[[[[",
    b"\xff\xfe",
    b'{"phone":',
    b"<script>",
    b"{}",
    b'{"answer":NaN}',
    b"[" * 1900,
]


@pytest.mark.parametrize("path", ["answer", "control"])
def test_hostile_bodies_get_a_sentence_and_nothing_is_stored(school, path):
    school.control("ask", asks("point"))
    rng, seen = random.Random(7), set()
    whole = json.dumps(
        {"phone": PHONES[0], "vote": "first", "question": 1, "answer": [1, 1]}
    ).encode()
    for turn in range(600):
        body = bytearray(rng.choice([*HOSTILE, whole]))
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(body) + 1)
            body[place : place + rng.randint(0, 3)] = rng.choice(
                [b"9e999", b'"', b"}", b"\x00", b"-", b"[", b"\\ud800", bytes([rng.randrange(256)])]
            )
        headers = {"Authorization": f"Bearer {school.keys['secret']}"}
        got = school.ask(
            "POST", f"{school.keys['code']}/{path}", content=bytes(body), headers=headers
        )
        seen.add(got.status_code)
        assert got.status_code in {200, 400, 409}, (turn, bytes(body), got.text)
        assert got.headers["content-type"] == "application/json"
        if got.status_code != 200:
            assert len(got.json()["says"]) > 8
        elif path == "answer":
            assert all(abs(one) <= 4 for one in got.json()["kept"])
    assert 400 in seen
    rows = asyncio.run(school.rooms.store.answers(school.keys["code"], 1))
    assert all(len(json.loads(row.answer)) == 2 for row in rows)


@pytest.mark.parametrize(
    "code", ["x", "..", "%00", "%2e%2e%2fstate", "A" * 3000, "<b>", "null", "ZZZZZ'--"]
)
def test_hostile_codes_are_no_rooms(school, code):
    got = school.ask("GET", f"{code}/state")
    assert got.status_code == 404
    assert "<b>" not in got.text


def test_the_page_is_small_says_nothing_about_a_code_and_runs_no_script_but_ours(school):
    there, nowhere = (school.ask("GET", code) for code in (school.keys["code"], "ZZZZZ"))
    assert there.content == nowhere.content
    assert "default-src 'self'" in there.headers["content-security-policy"]
    assert len(there.content) + loaded(there.text) < 40_000
    chinese = school.ask("GET", "ZZZZZ", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert "发送" in chinese.text
    assert 'lang="zh-CN"' in chinese.text


def test_a_picture_is_shown_and_can_do_nothing_even_as_a_page(school):
    school.control("ask", asks("point"))
    got = school.get("picture/1")
    assert got.headers["content-type"] == "image/svg+xml"
    assert got.headers["content-security-policy"] == "sandbox"
    assert school.get("picture/2").status_code == 404


def table(school):
    headers = {"Authorization": f"Bearer {school.keys['secret']}"}
    got = school.ask("GET", f"{school.keys['code']}/answers.csv", headers=headers)
    assert PHONES[0] not in got.text
    return [*csv.DictReader(io.StringIO(got.content.decode("utf-8-sig")))]


def test_the_table_has_no_names_and_the_end_leaves_nothing(school):
    lanes = ["Adam, the first", "=HYPERLINK(1)"]
    school.control("ask", asks("lane") | {"lanes": lanes, "text": "谁先到？"})
    school.answer(1)
    school.answer(0, PHONES[1])
    rows = table(school)
    assert {(row["question"], row["text"], row["kind"], row["vote"]) for row in rows} == {
        ("1", "谁先到？", "lane", "first")
    }
    assert sorted(row["phone"] for row in rows) == ["1", "2"]
    assert {row["answer"] for row in rows} == {"Adam, the first", "'=HYPERLINK(1)"}
    school.control("end")
    assert school.get("state").status_code == 404
    assert school.answer(1).status_code == 404


IN_WORDS = {  # of `example`
    "point": "(1.2345, -0.5)",
    "lane": "Momentum",
    "number": "0.4321",
    "order": "Lion > Adam > Momentum",
    "choice": "More (70%)",
    "starts": "(0, 0)",
    "rates": "0.1",
}


@pytest.mark.parametrize("kind", sorted(GUESSES))
def test_the_table_says_what_was_answered_of_questions_that_are_over_too(school, kind):
    asked = asks(kind)
    school.control("ask", asked)
    own = school.get("handed/1/first", x_room_phone=PHONES[0]).json().get("answer", example(kind))
    assert school.answer(own).status_code == 200
    now = table(school)
    assert [(row["text"], row["kind"]) for row in now] == [(asked["text"], kind)]
    assert now[0]["answer"] == IN_WORDS[kind]
    school.control("wait")
    school.control("ask", asks("order" if kind == "lane" else "lane"))
    assert table(school) == now


def test_what_is_kept_of_a_question_that_is_over_is_small(school):
    big = asks("starts") | {"columns": 64, "rows": 64, "truth": {"became": "0" * 4096}}
    for number in range(1, 6):
        school.control("ask", big)
        school.control("wait")
        room = asyncio.run(school.rooms.store.load(school.keys["code"], school.now))
        assert (room.number, len(room.body)) < (number + 1, 5000 + 400 * number)
    past = json.loads(room.body)["past"]
    assert [set(one) for one in past] == [{"text", "kind", "x", "y", "columns", "rows", "lane"}] * 4


def test_a_number_of_any_length_and_script_is_answered(school):
    school.control("ask", asks("point"))
    for number in ("9" * 4400, "1e3", "-1", "٢", "1.0", "%00", "²"):
        for path in (f"picture/{number}", f"paths/{number}", f"handed/{number}/first"):
            assert school.get(path, x_room_phone=PHONES[0]).status_code in {404, 409}
    assert school.get("picture/1").status_code == 200


def test_a_question_that_may_not_be_asked_is_not_made_and_one_pressed_twice_is_made_once(school):
    made = []
    school.rooms.make = lambda wanted: made.append(wanted) or asks("lane")
    headers = {"Authorization": f"Bearer {school.keys['secret']}"}

    def make(link):
        sent = {"do": "ask", "make": {"link": link}}
        return school.ask("POST", f"{school.keys['code']}/control", json=sent, headers=headers)

    assert make("a").status_code == 200
    again = make("a")
    assert (again.status_code, again.json()["number"]) == (200, 1)
    assert make("b").status_code == 409
    school.control("closed")
    assert make("a").status_code == 409
    assert len(made) == 1
    school.control("reveal")
    shown = school.get("state").json()["question"]
    assert "made" not in shown
    for number in range(2, rooms.MAKES_A_MINUTE + 1):
        school.control("wait")
        assert make("a").json()["number"] == number
    school.control("wait")
    slowed = make("a")
    assert (slowed.status_code, slowed.json()["says"][-1]) == (429, ".")
    assert 1 <= int(slowed.headers["retry-after"]) <= 60
    assert len(made) == rooms.MAKES_A_MINUTE


VOTER = """
import asyncio, sys, time
from ravine.rooms import protocol
from ravine.rooms.sqlite_store import SqliteStore
path, code, name = sys.argv[1:]
store = SqliteStore(path)
async def one(i):
    phone = f"{name}-{i:020d}"
    sent = {"phone": phone, "vote": "first", "question": 1, "answer": i % 2}
    await protocol.cast(store, code, sent, time.time())
    print(phone, i % 2, flush=True)
async def all():
    for start in range(0, 400, 25):
        await asyncio.gather(*(one(i) for i in range(start, start + 25)))
asyncio.run(all())
"""


def test_two_processes_at_once_and_a_kill_lose_no_acknowledged_answer(tmp_path):
    path = str(tmp_path / "rooms.db")
    store = SqliteStore(path)
    keys = asyncio.run(protocol.open_room(store, time.time()))
    asyncio.run(protocol.steer(store, keys.code, "ask", asks("lane"), time.time()))
    command = [sys.executable, "-c", VOTER, path, keys.code]
    voters = [
        subprocess.Popen([*command, name], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    told = [voters[0].stdout.readline() for _ in range(60)]
    voters[0].send_signal(signal.SIGKILL)  # while it votes
    told += (
        voters[0].communicate(timeout=60)[0].splitlines()
        + voters[1].communicate(timeout=60)[0].splitlines()
    )
    assert voters[1].returncode == 0
    kept = {row.phone: row.answer for row in asyncio.run(store.answers(keys.code, 1))}
    acknowledged = dict(line.split() for line in told if len(line.split()) == 2)
    assert {phone: kept.get(phone) for phone in acknowledged} == acknowledged
    assert sum(phone.startswith("two") for phone in acknowledged) == 400
    assert 60 <= sum(phone.startswith("one") for phone in acknowledged) < 400
    assert sqlite3.connect(path).execute("pragma integrity_check").fetchone() == ("ok",)
