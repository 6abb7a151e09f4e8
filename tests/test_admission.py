"""Room for visitors: who would take the last open files is told that it is full."""

import anyio
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from ravine.server import admission


async def page(request):
    return PlainTextResponse("here")


async def stream(websocket):
    await websocket.accept()
    await websocket.send_text("here")
    await websocket.close()


def client(files):
    routes = [Route("/", page), Route("/figure", page), WebSocketRoute("/stream", stream)]
    return TestClient(admission.Room(Starlette(routes=routes), files=files))


def test_with_room_everything_is_answered():
    one = client(admission.open_file_count() + 1000)
    assert one.get("/").text == "here"
    with one.websocket_connect("/stream") as socket:
        assert socket.receive_text() == "here"


def test_without_room_pages_and_sessions_are_refused_and_nothing_else():
    one = client(admission.SPARE_FILES)
    answer = one.get("/", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert answer.status_code == 503
    assert "访问" in answer.text
    assert answer.headers["retry-after"] == admission.LATER
    assert one.get("/figure").text == "here"
    with pytest.raises(WebSocketDisconnect), one.websocket_connect("/stream"):
        pass


def test_the_log_is_told_once(caplog):
    one = client(admission.SPARE_FILES)
    for _ in range(5):
        one.get("/")
    assert [record.message for record in caplog.records if "no room" in record.message] == [
        f"no room for more visitors: {admission.SPARE_FILES} open files are allowed (ulimit -n)"
    ]


def test_who_comes_at_the_same_moment_is_counted_before_they_have_taken_anything():
    async def crowd():
        let_in = []

        async def app(scope, receive, send):
            let_in.append(scope)

        async def send(message):
            pass

        gate = admission.Room(
            app,
            files=admission.open_file_count()
            + admission.SPARE_FILES
            + 10 * admission.FILES_PER_VISITOR
            + 3,
        )
        for _ in range(50):
            await gate({"type": "websocket", "path": "/stream", "headers": []}, None, send)
        return len(let_in)

    assert 8 <= anyio.run(crowd) <= 11


def test_more_files_are_asked_for():
    files = admission.more_files()
    assert files is None or files >= 256
