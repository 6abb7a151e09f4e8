"""Streamlit's page with our script before its own, and what a browser may keep of it."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ravine.server.preface import Prefaced

PAGE = "<html><head><title>Streamlit</title></head></html>"
THEIRS = '"abc"'
SCRIPT = '<script src="/ravine/js/v1/shared/first.js"></script>'


def page(request):
    """A page as Streamlit answers it: 304 to who has it, by its ETag or by its date."""
    asked = request.headers
    if asked.get("if-none-match", "").removeprefix("W/") == THEIRS or "if-modified-since" in asked:
        return Response(status_code=304, headers={"etag": THEIRS})
    packed = "gzip" in asked.get("accept-encoding", "")
    body = gzip.compress(PAGE.encode()) if packed else PAGE.encode()
    headers = {"etag": THEIRS} | ({"content-encoding": "gzip"} if packed else {})
    return Response(body, media_type="text/html", headers=headers)


@pytest.fixture
def get():
    app = Starlette(routes=[Route("/", page), Route("/static/a.html", page)])
    client = TestClient(Prefaced(app, "/ravine/js/v1/shared/first.js"))
    return lambda path="/", **headers: client.get(path, headers=headers)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_the_script_stands_first_in_the_head(get, encoding):
    answer = get(**{"accept-encoding": encoding})
    assert answer.text == PAGE.replace("<head>", f"<head>{SCRIPT}")


def test_who_has_the_page_with_the_script_keeps_it(get):
    tag = get().headers["etag"]
    assert tag != THEIRS
    for kept in (tag, f"W/{tag}"):
        assert get(**{"if-none-match": kept}).status_code == 304


@pytest.mark.parametrize(
    "has",
    [{"if-none-match": THEIRS}, {"if-none-match": '"abc-v0"'}, {"if-modified-since": "Mon"}],
    ids=["Streamlit's own", "another version", "a date"],
)
def test_who_has_another_page_gets_this_one(get, has):
    answer = get(**has)
    assert answer.status_code == 200
    assert SCRIPT in answer.text


def test_what_streamlit_serves_beside_the_page_is_as_it_was(get):
    assert SCRIPT not in get("/static/a.html").text
