"""Two replicas behind a real nginx with the configuration of `deploy/`: what a visitor keeps when one of them dies."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter

import pytest

from benchmarks.servers import configured, nginx, proxied
from ravine.server import assets
from tests.browser.conftest import patient, visiting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        sys.platform == "win32", reason="a server with nginx, processes and signals is a Unix"
    ),
]

PAUSE = 1.2  # seconds; longer than nginx leaves alone what failed


@pytest.fixture(scope="module")
def nginx_there():
    """Tests without nginx are not run, and listed as such."""
    try:
        nginx()
    except RuntimeError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def house(tmp_path_factory, nginx_there):
    folder = tmp_path_factory.mktemp("nginx")
    env = {"RAVINE_PATIENCE": "3600", "STREAMLIT_SERVER_ALLOWED_HOSTS": "localhost 127.0.0.1"}
    with proxied(folder, env=env) as house:
        yield house


@pytest.fixture
def visit(browser, house):
    yield from visiting(browser, house.address)


def asked(address, data=None, **headers):
    """The answer: status and headers."""
    request = urllib.request.Request(
        address, data, {name.replace("_", "-"): text for name, text in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            answer.read()
            return answer.status, answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers


def sessions(server):
    with urllib.request.urlopen(f"{server.address}/_stcore/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return next(
        int(float(line.split()[1])) for line in lines if line.startswith("active_sessions ")
    )


def in_use(house):
    """The one server with a visitor. Who left before is still counted for a moment."""
    until(lambda: sum(map(sessions, house.servers)) == 1)
    return next(server for server in house.servers if sessions(server))


def until(condition, patience=15.0):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def turn(one, key, press="ArrowLeft"):
    """Move a slider by a key; until the picture and the address have followed."""
    before = one.state("drawn")
    one.slider(key).focus()
    one.page.keyboard.press(press)
    one.until(
        "({before}) => document.querySelector('.rv-arena').dataset.drawn !== before", before=before
    )
    one.addressed(one.state("drawn"))


@contextlib.contextmanager
def reconnecting(one):
    """Until the page is connected to a server again, which has drawn it."""
    with one.page.expect_websocket() as wire:
        yield
    wire.value.wait_for_event("framereceived")
    one.until("() => document.querySelector('.stApp').dataset.testScriptState === 'notRunning'")


def forgive(one):
    """That a connection was lost is what the test is about."""
    lost = (
        "Failed to load resource",
        "WebSocket connection to",
        "Client Error: response received with status 50",
        "Connection failed with status 50",
        "Client error: DoInitPings timed out",  # nobody answered for long, on a busy machine
        "DoInitPings timed out",
    )
    one.wrong[:] = [text for text in one.wrong if not text.startswith(lost)]


def shown(one):
    """What a visitor sees of a race when it no longer changes: every slider, the link, the results."""
    now, before = seen(one), None
    while now != before:
        one.page.wait_for_timeout(200)
        now, before = seen(one), now
    return now


def seen(one):
    sliders = one.page.locator("input[type=range]").evaluate_all(
        "all => all.map(s => s.ariaValueText)"
    )
    return (
        sliders,
        one.url(),
        one.state("drawn"),
        one.page.locator(".rv-results tbody").inner_text(),
    )


def lines(house, path=None):
    said = [json.loads(line) for line in house.log.read_text().splitlines()]
    return [line for line in said if path in (None, line["path"])]


def traced(house, path, **headers):
    """The answer, and what nginx wrote down about it, which it does afterwards."""
    count = len(lines(house, path))
    answer = asked(house.address + path, **headers)
    until(lambda: len(lines(house, path)) > count)
    return *answer, lines(house, path)[-1]


def test_nginx_takes_what_is_shipped(tmp_path, nginx_there):
    command = [
        *configured(tmp_path, site=["listen 127.0.0.1:8080;", "access_log access.log line;"]),
        "-t",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr


def test_a_page_comes_whole_and_asks_nobody_else(visit, house):
    one = visit("?run=adam")
    assert one.pixels() > 500
    one.page.get_by_role("link", name="Many runs").click()
    one.page.wait_for_selector("[class*=st-key-plot--] .main-svg")


def test_it_can_be_embedded(browser, house):
    context = patient(browser)
    page = context.new_page()
    page.set_content(
        f'<iframe src="{house.address}/?embed=true" width="960" height="760"></iframe>'
    )
    page.frame_locator("iframe").locator(".rv-arena[data-ready=true]").wait_for()
    context.close()


def test_the_headers_of_a_page(house):
    status, headers = asked(house.address, accept_encoding="gzip")
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in policy["script-src"]
    assert "frame-ancestors" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["server"] == "nginx"


def test_a_file_is_compressed_and_kept(house):
    path = assets.script_address("arena/arena.js")
    for coding in ("gzip, deflate, br", "gzip", "identity"):
        status, headers, _ = traced(house, path, accept_encoding=coding)
        assert status == 200
        assert headers["content-encoding"] == ("gzip" if "gzip" in coding else None)
        assert "immutable" in headers["cache-control"]
        assert headers["x-content-type-options"] == "nosniff"
        assert traced(house, path, accept_encoding=coding)[2]["cache"] == "HIT"


@pytest.mark.parametrize(
    "path", ["metrics", "%6detrics", "agent/openapi.json", "upload_file/a/b", "script-health-check"]
)
def test_doors_that_are_closed(house, path):
    assert asked(f"{house.address}/_stcore/{path}")[0] == 404
    assert asked(f"{house.address}//_stcore/{path}")[0] == 404


def test_health_is_open(house):
    assert asked(f"{house.address}/_stcore/health")[0] == 200


def test_what_is_too_large_is_refused(house):
    assert asked(f"{house.address}/ravine/race", data=b"x" * 70_000)[0] == 413
    assert asked(f"{house.address}/?on={'x' * 17_000}")[0] == 414
    assert asked(f"{house.address}/?on={'x' * 12_000}")[0] == 200


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("http://{here}", "{here}", 101),
        ("http://elsewhere.example", "{here}", 403),
        ("null", "{here}", 403),
        ("http://elsewhere.example", "elsewhere.example", 403),
    ],
)
def test_a_session_is_opened_from_here_only(house, origin, host, status):
    here = house.address.removeprefix("http://")
    wanted = {"Host": host, "Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket"}
    wanted |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    text = "".join(f"{name}: {value.format(here=here)}\r\n" for name, value in wanted.items())
    with socket.create_connection(here.split(":"), timeout=10) as wire:
        wire.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{text}\r\n".encode())
        assert wire.recv(100).split()[1] == str(status).encode()


def test_another_version_is_asked_for_everywhere_and_kept_nowhere(house):
    for path in (
        "/static/js/index.other.js",
        "/ravine/js/other/arena.js",
        "/ravine/figures/other/levels",
    ):
        status, headers, last = traced(house, path)
        assert (status, headers["cache-control"]) == (404, "no-store")
        assert {where.rpartition(":")[2] for where in last["replica"].split(", ")} == {
            str(server.port) for server in house.servers
        }


def test_who_has_only_looked_goes_on_with_another_server(visit, house):
    one = visit("?lr=0.2")
    before, used = shown(one), in_use(house)
    with reconnecting(one):
        used.stop(kill=True)
    assert shown(one) == before
    turn(one, "shared--lr")
    used.start().ready()
    forgive(one)


@contextlib.contextmanager
def asking(address):
    """Others, who ask for pages and paths all the time; what they were answered, by status."""
    answers, told = Counter(), threading.Event()

    def ask():
        while not told.wait(0.25):
            answers.update(
                asked(address + path)[0] for path in ("/", "/ravine/race?lr=0.1", "/_stcore/health")
            )

    others = threading.Thread(target=ask)
    others.start()
    try:
        yield answers
    finally:
        told.set()
        others.join(20)


def test_all_are_restarted_and_nobody_notices(visit, house):
    one = visit()
    turn(one, "shared--gamma", "ArrowRight")
    with asking(house.address) as answers:
        for _server in house.servers:
            used = in_use(house)
            before = shown(one)
            with reconnecting(one):
                assert used.stop() < 5
            assert shown(one) == before
            turn(one, "shared--lr")
            used.start().ready()
            time.sleep(PAUSE)
    assert set(answers) == {200}
    assert answers[200] > 10
    forgive(one)


def test_servers_are_killed_in_use_one_and_then_the_last(visit, house):
    one = visit("?run=adam&run=momentum&steps=50")
    turn(one, "shared--lr")
    before, used = shown(one), in_use(house)
    with reconnecting(one):
        used.stop(kill=True)
    assert shown(one) == before
    last = next(server for server in house.servers if server is not used)
    last.stop(kill=True)
    status, headers = asked(house.address)
    assert (status, headers["retry-after"]) == (503, "3")
    with reconnecting(one):
        for server in house.servers:
            server.start()
    assert shown(one) == before
    turn(one, "shared--lr")
    forgive(one)


def test_logs_know_nothing_about_visitors(house):
    allowed = {
        "time",
        "level",
        "logger",
        "method",
        "path",
        "status",
        "bytes",
        "seconds",
        "replica",
        "cache",
    }
    assert all(set(line) == allowed and "?" not in line["path"] for line in lines(house))
    for server in house.servers:
        server.ready()
        said = [
            line
            for line in server.written().splitlines()
            if line.startswith(("{", "W", "E", "I", "Trace"))
        ]
        assert [line for line in said if not line.startswith("{")] == []
        words = [json.loads(line)["message"] for line in said]
        assert "ready" in words
        assert not [word for word in words if "127.0.0.1" in word or "lr=" in word]
