"""The pages of a teacher and a projector: what they load, what they say, and what they do not tell."""

import html
import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from ravine.rooms.phases import FOLLOWS, WAIT
from ravine.rooms.sqlite_store import SqliteStore
from ravine.server.room_page import room_address
from ravine.server.rooms import Rooms
from ravine.server.security_headers import Guarded
from ravine.ui.head import head_data

WEB = Path(__file__).parents[1] / "ravine" / "web"
PAGES = ("teach", "show")
IMPORTED = re.compile(r'^import [^"]*"([^"]+)"', re.MULTILINE)
WORD = re.compile(r"\bwords\.(\w+)")


def scripts(first):
    """A script of ours and all that it imports."""
    found, waiting = set(), [first]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [
                (path.parent / name).resolve() for name in IMPORTED.findall(path.read_text())
            ]
    return found


def files(page):
    """What a page of a room loads: scripts and styles."""
    named = [WEB / name for name in re.findall(r"/js/[^/\"]+/([^\"]+)\"", page)]
    ours = set().union(*(scripts(path) for path in named if path.suffix == ".js"))
    return ours | {path for path in named if path.suffix == ".css"}


def loaded(page):
    """Bytes of all that a page loads, as it lies on the disk."""
    return sum(path.stat().st_size for path in files(page))


def told(page):
    return json.loads(html.unescape(re.search(r'data-told="([^"]*)"', page)[1]))


@pytest.fixture
def ask(tmp_path):
    routes = Rooms(SqliteStore(str(tmp_path / "rooms.db"))).routes()
    client = TestClient(Starlette(routes=routes, middleware=[Middleware(Guarded)]))
    return lambda path, **headers: client.get(
        f"/ravine/room/{path}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_the_same_for_everyone_and_runs_no_script_but_ours(ask, name):
    page = ask(name, authorization="Bearer secret")
    assert page.content == ask(f"{name}?c=ZZZZZ&s=secret").content
    assert "secret" not in page.text.replace("No-store", "")
    assert "'unsafe-eval'" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert re.findall(r"<script(?! type=\"module\" src=\"/ravine/js/)", page.text) == []
    assert {path.suffix for path in files(page.text)} == {".js", ".css"}


def test_the_pages_are_small(ask):
    """All of them load modules of their own, and a phone none of those."""
    sizes = {name: len(ask(name).content) + loaded(ask(name).text) for name in PAGES}
    assert max(sizes.values()) < 100_000
    phone = {path.name for path in files(ask("ZZZZZ").text)}
    assert phone & {"teach.js", "show.js", "board.js", "chart.js", "steps.js"} == set()


@pytest.mark.parametrize("name", ["ZZZZZ", *PAGES])
def test_every_word_that_a_script_says_is_there_in_both_languages(ask, name):
    english, chinese = (ask(f"{name}?lang={lang}") for lang in ("en", "zh_CN"))
    words = told(english.text)["words"]
    said = {word for path in files(english.text) for word in WORD.findall(path.read_text())}
    assert said - {*words} == set()
    other = told(chinese.text)["words"]
    same = {key for key in words if words[key] == other[key]}
    assert same <= {"title"}  # the name of the house
    assert 'lang="zh-CN"' in chinese.text


def test_every_step_and_phase_has_a_name(ask):
    known = told(ask("teach").text)
    assert known["follows"] == {phase: [*then] for phase, then in FOLLOWS.items()}
    assert {*known["words"]["phases"]} == {*FOLLOWS}
    steps = {f"{a}/{b}" for a, then in FOLLOWS.items() for b in then if b != "ask"}
    assert {*known["words"]["steps"]} == steps
    assert WAIT in known["words"]["phases"]


def test_the_head_has_rooms_where_the_server_has(monkeypatch, tmp_path):
    monkeypatch.setattr("ravine.ui.session.is_embedded", lambda: False)
    monkeypatch.delenv("RAVINE_ROOMS", raising=False)
    assert room_address() == head_data()["urls"]["room"] == ""
    assert "room" not in head_data()["words"]
    monkeypatch.setenv("RAVINE_ROOMS", str(tmp_path / "rooms.db"))
    assert head_data()["urls"]["room"] == room_address() == "/ravine/room/"
    words = head_data()["words"]["room"]
    said = WORD.findall((WEB / "head" / "room.js").read_text())
    assert {*said} - {*words} - {"room"} == set()
