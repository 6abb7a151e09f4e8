"""The headers that keep a page to itself, the addresses that hold a version, and a log without visitors."""

import base64
import hashlib
import json
import logging
import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient

from ravine.server import assets, logs, security_headers, versions
from ravine.server.security_headers import Guarded
from ravine.server.versions import Versioned


def page(_request):
    return HTMLResponse("<title>page</title>")


def kept(request):
    return Response(
        "1", media_type="text/javascript", headers={"Cache-Control": "public, immutable"}
    )


@pytest.fixture
def client(monkeypatch):
    security_headers.policy.cache_clear()
    own = {"js": "abc", "plotly": "7", "figures": "def"}
    layers = [
        Middleware(Guarded),
        Middleware(Versioned, static="/static/", ours="/ravine/", versions=own),
    ]

    async def echo(socket):
        await socket.accept()
        await socket.send_text("here")
        await socket.close()

    def drawing(_request):
        return Response("<svg/>", media_type="image/svg+xml")

    routes = [
        Route("/static/js/known.js", kept),
        Route("/ravine/js/{version}/{name}", kept),
        Route("/ravine/figures/{version}/levels", kept),
        Route("/ravine/race", lambda _: PlainTextResponse("race")),
        Route("/drawing", drawing),
        WebSocketRoute("/stream", echo),
        Route("/{path:path}", page),
    ]
    yield TestClient(Starlette(routes=routes, middleware=layers))
    security_headers.policy.cache_clear()


def parts(answer):
    return dict(
        part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; ")
    )


@pytest.mark.parametrize("path", ["/", "/inside", "/drawing"])
def test_what_opens_as_a_page_has_a_policy(client, path):
    answer = client.get(path)
    assert parts(answer)["default-src"] == "'self'"
    assert parts(answer)["object-src"] == "'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_scripts_run_from_here_alone(client):
    sources = parts(client.get("/"))["script-src"].split()
    assert {"'self'", "blob:"} <= set(sources)
    assert not [
        source for source in sources if "unsafe" in source or "http" in source or source == "*"
    ]


def test_every_inline_script_of_the_page_is_allowed_by_its_hash(client):
    text = security_headers.INDEX_PAGE.read_bytes()
    scripts = [
        body
        for opening, body in re.findall(rb"<script([^>]*)>(.*?)</script>", text, re.DOTALL)
        if b"src=" not in opening
    ]
    hashes = {base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts}
    assert {f"'sha256-{one}'" for one in hashes} == {
        source
        for source in security_headers.policy().replace(";", " ").split()
        if source.startswith("'sha256-")
    }
    assert len(scripts) >= 1


def test_what_is_no_page_gets_no_policy_with_every_file(client):
    headers = client.get("/static/js/known.js").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in headers


def test_who_may_frame_it_can_be_said(client, monkeypatch):
    assert "frame-ancestors" not in parts(client.get("/"))
    security_headers.policy.cache_clear()
    monkeypatch.setenv("RAVINE_FRAMES", "'self' moodle.example.edu")
    assert parts(client.get("/"))["frame-ancestors"] == "'self' moodle.example.edu"


def test_a_websocket_passes(client):
    with client.websocket_connect("/stream") as wire:
        assert wire.receive_text() == "here"


def test_an_address_of_this_version_is_answered(client):
    for path in ("/static/js/known.js", "/ravine/js/abc/arena.js", "/ravine/figures/def/levels"):
        assert client.get(path).status_code == 200
        assert "immutable" in client.get(path).headers["cache-control"]
    assert client.get("/ravine/race").text == "race"


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/other.js",
        "/ravine/js/x/arena.js",
        "/ravine/js/arena.js",
        "/ravine/figures/abc/levels",
    ],
)
def test_one_of_another_version_is_not_and_is_not_kept(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
    assert "<title>" not in answer.text


def test_every_address_that_is_handed_out_holds_its_version():
    own = assets.versions()
    for address in (
        assets.script_address("arena/arena.js"),
        assets.plotly_address(),
        assets.plotly_full_address(),
        assets.figure_address("levels"),
    ):
        folder, version = address.removeprefix("/ravine/").split("/")[:2]
        assert own[folder] == version
    assert versions.middleware()[0].kwargs["versions"] == own


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("GET /inside?on=typed~text%3Dsecret HTTP/1.1", "GET /inside- HTTP/1.1"),
        ("192.0.2.7:51234 - went", "- - went"),
        ("[2001:db8::7]:443 went", "- went"),
        ("2001:db8:0:0:0:0:0:7 went", "- went"),
        ("warm: compile 0.32 s, draw 0.04 s", "warm: compile 0.32 s, draw 0.04 s"),
        ("at 12:30:45 it was ready? Yes.", "at 12:30:45 it was ready? Yes."),
    ],
)
def test_a_message_names_nobody(message, written):
    record = logging.LogRecord("ravine", logging.INFO, "", 0, "%s", (message,), None)
    line = json.loads(logs.LogFormatter().format(record))
    assert line["message"] == written
    assert line["level"] == "info"
    assert line["time"].endswith("+00:00")


def test_of_an_error_the_kind_and_the_place_are_written():
    from ravine.experiments.link import decode

    try:
        decode({"lr": ["a secret"]})
    except ValueError as error:
        record = logging.LogRecord(
            "ravine",
            logging.ERROR,
            "",
            0,
            "no\nluck",
            None,
            (type(error), error, error.__traceback__),
        )
    text = logs.LogFormatter().format(record)
    line = json.loads(text)
    assert "\n" not in text
    assert line["error"].endswith("Error")
    assert line["at"][-1].startswith("ravine/experiments/formats.py:")
    assert "secret" not in text


@pytest.fixture
def logging_as_it_was():
    before = logging.getLoggerClass()
    root = logging.getLogger()
    handlers, formats = [*root.handlers], {h: h.formatter for h in root.handlers}
    last = logging.lastResort.formatter
    level = logging.getLogger("ravine").level
    yield
    logging.setLoggerClass(before)
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    for handler, formatter in formats.items():
        handler.setFormatter(formatter)
    logging.lastResort.setFormatter(last)
    logging.getLogger("ravine").setLevel(level)


def test_whoever_logs_writes_lines(logging_as_it_was, capfd, monkeypatch):
    from streamlit.logger import get_logger

    logs.begin()
    get_logger("streamlit.made.later").warning("late")
    silent = logging.getLogger("as.uvicorn.error")
    silent.propagate = False
    silent.error("at last")
    logging.getLogger("jax.something").warning("from below")
    said = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert {"late", "at last", "from below"} <= {line["message"] for line in said}


def test_a_person_at_a_terminal_reads_sentences(logging_as_it_was, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    logs.begin()
    assert logging.getLoggerClass() is not logs.Lined
