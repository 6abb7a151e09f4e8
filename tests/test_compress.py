"""Streamlit's files, compressed once each. A small app of Starlette's stands for Streamlit, and once Streamlit's own files."""

import gzip
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_static_routes import (
    create_streamlit_static_assets_routes,
)

from ravine.server import compress
from ravine.server.compress import Compressed, CompressedFiles, takes_gzip

SCRIPT = "export const words = 'the same again and again'\n" * 200
PACKED, PLAIN = {"accept-encoding": "gzip, deflate, br"}, {"accept-encoding": "identity"}
SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "index.html").write_text("<title>page</title>" * 100)
    (tmp_path / "manifest.json").write_text("[]" * 1000)
    for name, text in {
        "a.js": SCRIPT,
        "tiny.js": "1",
        "a.css": "b { c: d }" * 100,
        "font.woff2": SCRIPT,
    }.items():
        (tmp_path / "static" / name).write_text(text)
    return tmp_path


@pytest.fixture
def asked():
    """Every request that came as far as the app: method and path."""
    return []


@pytest.fixture
def client(folder, asked):
    return serving(folder, asked)


def serving(folder, asked, base="", room=compress.MOST_KEPT_BYTES):
    [mount] = create_streamlit_static_assets_routes(base)
    mount = Mount(mount.path or "/", app=type(mount.app)(str(folder), base))

    async def echo(socket):
        await socket.accept()
        await socket.send_text(await socket.receive_text())
        await socket.close()

    def ours(_request):
        return PlainTextResponse(SCRIPT, headers={"ETag": '"ours"'})

    app = Starlette(
        routes=[Route("/ravine/a.js", ours), WebSocketRoute("/static/a.js", echo), mount]
    )

    async def heard(scope, receive, send):
        asked.append((scope.get("method"), scope.get("path")))
        await app(scope, receive, send)

    return TestClient(Compressed(heard, base, room))


@pytest.mark.parametrize(
    ("path", "kind"), [("/static/a.js", "javascript"), ("/static/a.css", "css"), ("/", "html")]
)
def test_a_text_comes_compressed_and_is_the_same(client, path, kind):
    plain, packed = client.get(path, headers=PLAIN), client.get(path, headers=PACKED)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    assert kind in packed.headers["content-type"]
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert packed.headers["cache-control"] == plain.headers["cache-control"]
    assert packed.headers["last-modified"] == plain.headers["last-modified"]


def test_who_cannot_unpack_gets_the_plain_file(client):
    answer = client.get("/static/a.js", headers=PLAIN)
    assert answer.text == SCRIPT
    assert "content-encoding" not in answer.headers
    assert not answer.headers["etag"].startswith("W/")


def test_caches_are_told_in_every_case(client):
    for headers in (
        PACKED,
        PLAIN,
        PACKED | {"range": "bytes=0-9"},
        PACKED | {"if-none-match": "*"},
    ):
        assert client.get("/static/a.js", headers=headers).headers["vary"] == "Accept-Encoding"
    assert client.head("/static/a.js", headers=PACKED).headers["vary"] == "Accept-Encoding"


def test_a_file_is_read_and_compressed_once(client, asked, monkeypatch):
    made = []
    monkeypatch.setattr(
        gzip, "compress", lambda *a, pack=gzip.compress: made.append(a[1]) or pack(*a)
    )
    for _ in range(5):
        assert client.get("/static/a.js", headers=PACKED).text == SCRIPT
    assert made == [9]
    assert [method for method, _ in asked].count("GET") == 1


def test_a_crowd_waits_for_one_copy(client, monkeypatch):
    made = []
    monkeypatch.setattr(
        gzip, "compress", lambda *a, pack=gzip.compress: made.append(a[1]) or pack(*a)
    )
    with client, ThreadPoolExecutor(8) as pool:
        texts = pool.map(lambda _: client.get("/static/a.js", headers=PACKED).text, range(24))
        assert set(texts) == {SCRIPT}
    assert made == [9]


def test_a_file_that_changes_is_compressed_anew(client, folder):
    old = client.get("/static/a.js", headers=PACKED)
    (folder / "static" / "a.js").write_text(SCRIPT.upper())
    os.utime(folder / "static" / "a.js", (1, 1))
    new = client.get("/static/a.js", headers=PACKED)
    assert new.text == SCRIPT.upper()
    assert new.headers["etag"] != old.headers["etag"]


@pytest.mark.parametrize("first", [PACKED, PLAIN])
def test_what_the_visitor_has_is_not_sent_again(client, first):
    tag = client.get("/static/a.js", headers=first).headers["etag"]
    answer = client.get("/static/a.js", headers=PACKED | {"if-none-match": tag})
    assert answer.status_code == 304
    assert answer.content == b""
    assert "content-encoding" not in answer.headers
    assert answer.headers["etag"].removeprefix("W/") == tag.removeprefix("W/")


def test_a_compressed_copy_has_a_weak_tag(client):
    tag = client.get("/static/a.js", headers=PACKED).headers["etag"]
    assert tag.startswith('W/"')
    assert (
        client.get("/static/a.js", headers=PACKED | {"if-none-match": tag}).headers["etag"] == tag
    )


def test_the_page_is_asked_for_every_time(client):
    assert client.get("/", headers=PACKED).headers["cache-control"] == "no-cache"
    tag = client.get("/", headers=PACKED).headers["etag"]
    assert client.get("/", headers=PACKED | {"if-none-match": tag}).status_code == 304


def test_head_is_the_apps_own(client):
    answer = client.head("/static/a.js", headers=PACKED)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(SCRIPT)
    assert "content-encoding" not in answer.headers


def test_a_range_is_of_the_plain_file(client):
    answer = client.get("/static/a.js", headers=PACKED | {"range": "bytes=7-11"})
    assert (answer.status_code, answer.text) == (206, "const")
    assert "content-encoding" not in answer.headers
    assert "accept-ranges" not in client.get("/static/a.js", headers=PACKED).headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_another_method_is_the_apps_own(client, asked, method):
    assert client.request(method, "/static/a.js", headers=PACKED).status_code == 405
    assert asked == [(method, "/static/a.js")]


@pytest.mark.parametrize(
    "path", ["/static/font.woff2", "/static/tiny.js", "/static/no.js", "/ravine/a.js", "/compare"]
)
def test_anything_else_is_left_alone(client, path):
    answer = client.get(path, headers=PACKED)
    assert "content-encoding" not in answer.headers
    assert answer.content == client.get(path, headers=PLAIN).content


def test_ours_is_asked_once_and_not_looked_at(client, asked):
    assert "vary" not in client.get("/ravine/a.js", headers=PACKED).headers
    assert asked == [("GET", "/ravine/a.js")]


def test_a_socket_is_not_touched(client):
    with client.websocket_connect("/static/a.js", headers=PACKED) as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"


@pytest.mark.parametrize("base", ["class/ravine", "/class/ravine/"])
def test_below_a_base_path(folder, base):
    client = serving(folder, [], base)
    for path in ("/class/ravine/static/a.js", "/class/ravine/"):
        assert client.get(path, headers=PACKED).headers["content-encoding"] == "gzip"
    assert "vary" not in client.get("/static/a.js", headers=PACKED).headers


def test_what_is_kept_has_a_bound():
    kept = CompressedFiles(10)
    for name in "abc":
        kept.put((name, ""), name.encode() * 4)
        kept.get(("a", ""))
    assert {key for key, _ in kept.files} == {"a", "c"}
    assert kept.taken == 8
    assert kept.put(("huge", ""), b"x" * 11) == b"x" * 11
    assert kept.taken == 0


@pytest.mark.parametrize(
    ("said", "takes"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip; q=1.0", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000, br", False),
        ("br", False),
        ("x-gzip2", False),
        ("", False),
    ],
)
def test_who_takes_gzip(said, takes):
    assert takes_gzip(Headers({"accept-encoding": said})) == takes
    assert not takes_gzip(Headers())


def test_streamlits_own_files_may_be_kept_for_ever():
    client = TestClient(Compressed(Starlette(routes=create_streamlit_static_assets_routes(""))))
    largest = sorted(SCRIPTS.iterdir(), key=lambda path: -path.stat().st_size)[20:30]
    for path in largest:
        answer = client.get(f"/static/js/{path.name}", headers=PACKED)
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.content == path.read_bytes()
        assert "immutable" in answer.headers["cache-control"]
        assert "max-age=31536000" in answer.headers["cache-control"]
    page = client.get("/", headers=PACKED)
    assert (page.headers["cache-control"], page.headers["content-encoding"]) == ("no-cache", "gzip")


def test_all_of_streamlits_files_fit():
    middle = compress.middleware()[0]
    assert middle.cls is Compressed
    assert sum(path.stat().st_size for path in SCRIPTS.iterdir()) / 3 < compress.MOST_KEPT_BYTES
