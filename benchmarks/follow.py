"""A class whose arenas follow the teacher's, beside one that moves its own sliders. Figures for docs/capacity.md. Linux.

    python -m benchmarks.follow [--followers 300] [--seconds 20]

The server has one processor. The teacher turns a slider, four values a second; each of the class asks for the state of
the room as an arena does (ravine/web/arena/follow.js) and for the picture that it leads to. Then, on the same server,
visitors move sliders of their own, a preview and the run of the page each (benchmarks/classroom.py). Ends with 1 when a
picture was the wrong one, or when somebody of the class did not see the last one.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from typing import NamedTuple

from benchmarks.classroom import Tally, Visitor
from benchmarks.rooms import Line, p95
from benchmarks.servers import Server, started
from benchmarks.wire import Http, preview_picture
from ravine.experiments.link import read_link, write_link

A_SECOND = 4  # values that the teacher's arena tells (ravine/web/arena/lead.js)
CHECKED = 0.02  # of the pictures: to unpack one takes longer than to make it
VISITORS, THINK = 60, 1.0  # who move sliders of their own; seconds between two moves


class Followed(NamedTuple):
    """What a class did in `seconds`, and the processor's time for it."""

    seconds: float
    processor: float
    told: int  # values that the teacher told
    polls: int
    delays: list[float]  # seconds from a value to its picture, of each picture that came
    wrong: int
    last: int  # followers who saw the last value


class Lesson:
    """A room that is led, and who follows in it."""

    def __init__(self, server: Server) -> None:
        self.server, self.told, self.over = server, {}, False
        self.polls, self.delays, self.wrong, self.rng = 0, [], 0, random.Random(1)

    async def open(self) -> None:
        self.teacher = await Line(self.server.port).open()
        self.keys = json.loads((await self.teacher.ask("POST", "", {}))[2])

    async def tell(self, link: str) -> None:
        """The teacher's arena shows `link`."""
        self.told[link] = time.monotonic()
        sent, bearer = {"do": "follow", "link": link}, f"Bearer {self.keys['secret']}"
        path = f"{self.keys['code']}/control"
        status, _headers, body = await self.teacher.ask("POST", path, sent, Authorization=bearer)
        if status != 200:
            raise RuntimeError(body.decode())

    async def lead(self, seconds: float) -> None:
        for i in range(int(seconds * A_SECOND)):
            await self.tell(f"run=momentum&run=adam&run=rmsprop&lr={0.05 + 0.0001 * i:.4f}")
            await asyncio.sleep(1 / A_SECOND)

    async def follow(self) -> bool:
        """One of the class, until the lesson is over and a look at the room brought nothing new; whether the last
        picture was the last value's.
        """
        line, http = Line(self.server.port, self.keys["entry"]), Http(self.server.address)
        await line.open()
        await asyncio.sleep(self.rng.random())
        shown, news = "", True
        while news or not self.over:
            link, pause = await self._look(line)
            news = False
            if link is not None and link != shown:
                await self._see(http, link)
                shown, news = link, True
            spread = 0.85 + 0.3 * self.rng.random()
            await asyncio.sleep(spread * (0.5 if news and pause == 1 else pause))
        http.close()
        line.writer.close()
        return shown == [*self.told][-1]

    async def _look(self, line: Line) -> tuple[str | None, float]:
        """The link that is told, when it is new, and the seconds until the next look."""
        path, known = f"{self.keys['code']}/state", line.etag or "-"
        try:
            status, got, body = await line.ask("GET", path, If_None_Match=known)
        except (ConnectionError, asyncio.IncompleteReadError):  # it was quiet for five seconds
            await line.open()
            status, got, body = await line.ask("GET", path, If_None_Match=known)
        self.polls += 1
        line.etag = got.get("etag", line.etag)
        link = json.loads(body)["follow"]["link"] if status == 200 else None
        return link, float(got["retry-after"])

    async def _see(self, http: Http, link: str) -> None:
        body = await http.whole(f"/ravine/race?lang=en&{link}")
        self.delays.append(time.monotonic() - self.told[link])
        if self.rng.random() < CHECKED:
            self.wrong += preview_picture(body).data["link"] != write_link(read_link(link))


async def lesson(server: Server, followers: int, seconds: float) -> Followed:
    """A class follows for so long."""
    room = Lesson(server)
    await room.open()
    await room.tell("lr=0.1")
    class_ = [asyncio.create_task(room.follow()) for _ in range(followers)]
    await asyncio.sleep(4)
    room.polls = 0
    room.delays.clear()
    began, worked = time.monotonic(), server.seconds()
    await room.lead(seconds)
    room.over = True
    last = await asyncio.gather(*class_)
    took, worked = time.monotonic() - began, server.seconds() - worked
    return Followed(
        took, worked, len(room.told) - 1, room.polls, room.delays, room.wrong, sum(last)
    )


async def alone(server: Server, seconds: float) -> tuple[float, int]:
    """Visitors with sliders of their own; the processor's time of a move, in milliseconds, and the number of errors."""
    rng = random.Random(2)
    tally = Tally(rng)
    people = [Visitor(server.address, i, tally, random.Random(i)) for i in range(VISITORS)]
    now = time.perf_counter()
    await asyncio.gather(*(one.arrive(now) for one in people))
    await asyncio.sleep(3)
    tally.times.clear()
    worked = server.seconds()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(one.stay(until, THINK) for one in people))
    worked = server.seconds() - worked
    for one in people:
        await one.leave()
    moves = len(tally.times["rest"])
    return 1000 * worked / max(1, moves), sum(tally.errors.values())


def main() -> int:
    """Measure, and say it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--followers", type=int, default=300)
    asked.add_argument("--seconds", type=float, default=20.0)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = {"RAVINE_ROOMS": f"{folder}/rooms.db", "RAVINE_PATIENCE": "3600"}
        with started(Server(env=env, core=0)) as server:
            server.rest(30)
            found = asyncio.run(lesson(server, given.followers, given.seconds))
            move, errors = asyncio.run(alone(server, given.seconds))
    pictures, median = len(found.delays), statistics.median(found.delays)
    print(
        f"{given.followers} follow: {pictures} pictures of {found.told} values, {found.polls} looks; the processor is"
        f" busy {100 * found.processor / found.seconds:.0f} %"
    )
    print(
        f"a picture of one follower, looks included: {1000 * found.processor / pictures:.2f} ms of processor; a move of"
        f" one visitor alone: {move:.2f} ms"
    )
    print(
        f"from the teacher's hand to the class: median {1000 * median:.0f} ms, p95 {p95(found.delays):.0f} ms"
    )
    print(
        f"wrong {found.wrong}, saw the last {found.last} of {given.followers}; errors alone {errors}"
    )
    return int(found.wrong > 0 or found.last < given.followers or errors > 0)


if __name__ == "__main__":
    sys.exit(main())
