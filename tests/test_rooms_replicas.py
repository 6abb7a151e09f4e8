"""A room behind nginx with two replicas: one after the other is killed while a class answers, and so is the server that
keeps the room, where one does.
"""

import asyncio
import csv
import io
import itertools
import json
import sys
import time

import pytest

from benchmarks.rooms import QUESTION, Line
from benchmarks.servers import Valkey, nginx, proxied
from ravine.rooms.kinds.point import PointGuess

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nginx, processes and signals")

PHONES, PATIENCE = 40, 60.0  # seconds in which a phone goes on trying


async def insist(port, method, path, body=None, **headers):
    """Ask as a phone does, until there is an answer of the room's own; its status and body."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            line = await Line(port).open()
            status, _headers, got = await line.ask(method, path, body, **headers)
            line.writer.close()
            if status < 500:
                return status, got
        except (OSError, asyncio.IncompleteReadError):
            pass
        await asyncio.sleep(0.2)
    raise TimeoutError(path)


async def vote(port, code, i, acknowledged, over):
    """Answer again and again until it is over, another answer each time."""
    phone = f"{i:032d}"
    for turn in itertools.count():
        place = [round(-3 + i / 10, 4), round(turn % 30 / 10, 4)]
        body = {"phone": phone, "vote": "first", "question": 1, "answer": place}
        status, _got = await insist(port, "POST", f"{code}/answer", body)
        assert status == 200
        acknowledged[phone] = place
        if over.is_set():
            return
        await asyncio.sleep(0.1)


async def a_vote_under_fire(port, servers, keeper):
    _status, got = await insist(port, "POST", "", {})
    keys = json.loads(got)
    code, bearer = keys["code"], f"Bearer {keys['secret']}"
    asked = {"do": "ask", "question": QUESTION}
    status, _got = await insist(port, "POST", f"{code}/control", asked, Authorization=bearer)
    assert status == 200
    acknowledged, over = {}, asyncio.Event()
    voting = asyncio.gather(*(vote(port, code, i, acknowledged, over) for i in range(PHONES)))
    for server in servers:
        await asyncio.sleep(0.7)
        server.stop(kill=True)
        server.start()
        await asyncio.to_thread(server.ready)
        if keeper:
            await asyncio.sleep(0.3)
            keeper.stop(kill=True)
            await asyncio.sleep(0.3)
            await asyncio.to_thread(keeper.start)
    over.set()
    await voting
    status, _got = await insist(
        port, "POST", f"{code}/control", {"do": "closed"}, Authorization=bearer
    )
    assert status == 200
    await asyncio.sleep(2.2)
    late = {"phone": "0" * 32, "vote": "first", "question": 1, "answer": [0, 0]}
    refused = [(await insist(server.port, "POST", f"{code}/answer", late))[0] for server in servers]
    _status, table = await insist(port, "GET", f"{code}/answers.csv", Authorization=bearer)
    return acknowledged, table.decode("utf-8-sig"), refused


@pytest.fixture(params=["sqlite", "valkey"])
def keeper(request, tmp_path):
    """The server that keeps the rooms; None for a file."""
    if request.param == "sqlite":
        yield None
        return
    request.getfixturevalue("valkey_server")  # or why there is none
    (folder := tmp_path / "kept").mkdir()
    server = Valkey(folder).start()
    yield server
    server.stop(kill=True)


def test_a_kill_of_each_replica_loses_no_acknowledged_answer_and_all_refuse_after_closing(
    tmp_path, keeper
):
    try:
        nginx()
    except RuntimeError as error:
        pytest.skip(str(error))
    env = {
        "RAVINE_ROOMS": keeper.address if keeper else str(tmp_path / "rooms.db"),
        "RAVINE_PROXY": "127.0.0.1",
        "RAVINE_PATIENCE": "3600",
    }
    folder = tmp_path / "nginx"
    folder.mkdir()
    with proxied(folder, env=env) as house:
        port = int(house.address.rpartition(":")[2])
        acknowledged, table, refused = asyncio.run(a_vote_under_fire(port, house.servers, keeper))
    assert refused == [409, 409]
    kept = [row["answer"] for row in csv.DictReader(io.StringIO(table))]
    assert sorted(kept) == sorted(PointGuess.written({}, one) for one in acknowledged.values())
    assert len(kept) == PHONES
