"""A class in a room: so many phones join, and answer in the same second. Figures for docs/capacity.md. Linux.

    python -m benchmarks.rooms [--phones 300] [--limit 150] [--store sqlite|valkey] [--teacher SECONDS | --own]

Phones speak the protocol of docs/rooms.md on connections of their own, and poll while they wait. An error is an answer
that is not acknowledged at the first try; a lost answer was acknowledged and is not in the teacher's table. With `valkey` the
room is on a server of its own, which writes to its disk before it acknowledges (`deploy/valkey.conf`). Ends with 1 when
there is one of either, or when the 95th percentile of the answers is above `--limit` milliseconds. With `--teacher` sliders on the
same server move 300 times a minute for so long (in several arenas: a move rests before its run), while all phones poll, and
each sends an answer every ten seconds. With `--own` all phones run what they were handed, within the same second.
"""

import argparse
import asyncio
import contextlib
import csv
import io
import json
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from benchmarks.classroom import LIMITS, Tally, Visitor, told
from benchmarks.servers import Server, kept_by_valkey, started
from ravine.experiments.asking import HANDS_OUT
from ravine.rooms.kinds.point import PointGuess

CURVES = "".join(
    f"<path d='M0 {i}L400 {i % 300}' stroke='#678'/>" for i in range(800)
)  # as large as level curves
QUESTION = {
    "text": "Where does momentum end?",
    "kind": "point",
    "x": [-4, 4],
    "y": [-3, 3],
    "truth": [1, 1],
    "alt": "Level curves",
    "picture": f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 300'>{CURVES}</svg>",
}
RACE = "on=himmelblau&run=gradient_descent&run=momentum"  # of which everyone runs one
ARENAS, PAUSE = 5, 1.0  # whose sliders move; seconds between two moves of one
EVERY = 10  # seconds between two answers of a phone
Said = tuple[int, dict[str, str], bytes]  # status, headers, body


class Line:
    """One connection that is kept, as a phone has it, and opened again where the server has closed it in silence."""

    def __init__(self, port: int, entry: str = "") -> None:
        self.port, self.entry, self.etag = port, entry, ""

    async def open(self) -> "Line":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Said:
        if self.reader.at_eof():
            self.writer.close()
            await self.open()
        sent = b"" if body is None else json.dumps(body).encode()
        named = {"Host": "127.0.0.1", "Content-Length": str(len(sent)), "X-Room-Entry": self.entry}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self.writer.write(f"{method} /ravine/room/{path} HTTP/1.1\r\n{head}\r\n".encode() + sent)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        got = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        length = int(got.get("content-length", 0))
        return int(lines[0].split()[1]), got, await self.reader.readexactly(length)

    async def poll(self, code: str) -> int:
        """The state, as far as it is new; its status."""
        status, got, _body = await self.ask("GET", f"{code}/state", If_None_Match=self.etag or "-")
        self.etag = got.get("etag", self.etag)
        return status


class Measured(NamedTuple):
    """Seconds of each request, and what went wrong."""

    joins: list[float]
    joined: float  # seconds until all were in
    polls: list[float]
    answers: list[float]
    errors: int
    lost: int
    processor: float  # seconds for all answers and the polls beside them


async def timed(work: Any, told: list[float]) -> Any:
    """What `work` answers; its seconds are added to `told`."""
    began = time.monotonic()
    answer = await work
    told.append(time.monotonic() - began)
    return answer


async def a_class(server: Server, phones: int) -> Measured:
    """A room that opens, fills, and answers."""
    teacher = await Line(server.port).open()
    keys = json.loads((await teacher.ask("POST", "", {}))[2])
    code, bearer = keys["code"], _bearer(keys)
    joins, polls, answers = [], [], []
    began = time.monotonic()
    lines = await asyncio.gather(*(_join(server.port, keys, joins) for _ in range(phones)))
    joined = time.monotonic() - began
    await _put(teacher, keys)
    worked = server.seconds()
    when = time.monotonic() + 3
    found = await asyncio.gather(*(_vote(line, code, when, polls, answers) for line in lines))
    worked = server.seconds() - worked
    table = (await teacher.ask("GET", f"{code}/answers.csv", Authorization=bearer))[2].decode(
        "utf-8-sig"
    )
    rows = [row["answer"] for row in csv.DictReader(io.StringIO(table))]
    acknowledged = [kept for kept in found if kept is not None]
    lost = sum(PointGuess.written(QUESTION, kept) not in set(rows) for kept in acknowledged)
    lost += max(0, len(acknowledged) - len(rows))
    return Measured(joins, joined, polls, answers, phones - len(acknowledged), lost, worked)


async def beside(server: Server, phones: int, seconds: float) -> bool:
    """Arenas whose sliders move, beside a class that polls and answers; whether their times keep their limits."""
    teacher = await Line(server.port).open()
    keys = json.loads((await teacher.ask("POST", "", {}))[2])
    lines = await asyncio.gather(*(_join(server.port, keys, []) for _ in range(phones)))
    await _put(teacher, keys)
    tally = Tally(random.Random(1))
    arenas = [Visitor(server.address, i, tally, random.Random(i)) for i in range(ARENAS)]
    await asyncio.gather(*(one.arrive(time.perf_counter()) for one in arenas))
    tally.times.clear()
    until, polls, answers = time.perf_counter() + seconds, [], []
    stays = (_stay(line, keys["code"], until, polls, answers) for line in lines)
    await asyncio.gather(*(one.stay(until, PAUSE) for one in arenas), *stays)
    await asyncio.gather(*(one.leave() for one in arenas))
    tally.compare()
    print(
        f"{len(polls)} polls: p95 {p95(polls):.0f} ms; {len(answers)} answers: p95 {p95(answers):.0f} ms"
    )
    good = [told(kind, tally.times[kind], LIMITS) for kind in ("preview", "rest")]
    print(f"errors {sum(tally.errors.values())}")
    return all(good) and not tally.errors


async def own_runs(server: Server, phones: int) -> bool:
    """All phones are handed a run, run it and see it within the same second; whether each saw its own."""
    good = True
    for kind in HANDS_OUT:
        teacher = await Line(server.port).open()
        keys = json.loads((await teacher.ask("POST", "", {}))[2])
        lines = await asyncio.gather(*(_join(server.port, keys, []) for _ in range(phones)))
        await _put(teacher, keys, {"make": {"link": RACE, "kind": kind, "lane": 1, "lang": "en"}})
        when, spent = time.monotonic() + 1, ([], [], [])
        found = await asyncio.gather(*(_own(line, keys["code"], when, *spent) for line in lines))
        figures = zip(("handed", "answer", "run"), map(p95, spent), strict=True)
        said = ", ".join(f"{name} {value:.0f} ms" for name, value in figures)
        print(f"{kind}, p95: {said}; wrong {found.count(False)}")
        good = good and all(found)
    return good


async def _own(
    line: Line, code: str, when: float, handed: list[float], answers: list[float], runs: list[float]
) -> bool:
    """One phone, which begins within the second from `when` on; whether what it saw was its run."""
    name = secrets.token_hex(16)
    await asyncio.sleep(when - time.monotonic() + secrets.SystemRandom().random())
    asked = line.ask("GET", f"{code}/handed/1/first", X_Room_Phone=name)
    own = json.loads((await timed(asked, handed))[2])["answer"]
    body = {"phone": name, "vote": "first", "question": 1, "answer": own}
    kept = (await timed(line.ask("POST", f"{code}/answer", body), answers))[0]
    shown = line.ask("GET", f"{code}/run/1/first", X_Room_Phone=name)
    status, _headers, got = await timed(shown, runs)
    return (kept, status) == (200, 200) and json.loads(got)["answer"] == own


async def _stay(
    line: Line, code: str, until: float, polls: list[float], answers: list[float]
) -> None:
    """Poll once a second, and change the answer now and then."""
    rng, phone = secrets.SystemRandom(), secrets.token_hex(16)
    while time.perf_counter() < until:
        await asyncio.sleep(rng.uniform(0.85, 1.15))
        await timed(line.poll(code), polls)
        if rng.random() < 1 / EVERY:
            body = {"phone": phone, "vote": "first", "question": 1, "answer": [rng.random(), 0]}
            await timed(line.ask("POST", f"{code}/answer", body), answers)


async def _put(teacher: Line, keys: dict[str, str], what: Any = None) -> None:
    """Ask a question."""
    asked, path = {"do": "ask"} | (what or {"question": QUESTION}), f"{keys['code']}/control"
    status, _headers, body = await teacher.ask("POST", path, asked, Authorization=_bearer(keys))
    if status != 200:
        raise RuntimeError(body.decode())


def _bearer(keys: dict[str, str]) -> str:
    return f"Bearer {keys['secret']}"


async def _join(port: int, keys: dict[str, str], joins: list[float]) -> Line:
    line = Line(port, keys["entry"])
    began = time.monotonic()
    await line.open()
    await line.ask("GET", keys["code"])
    await line.poll(keys["code"])
    joins.append(time.monotonic() - began)
    return line


async def _vote(
    line: Line, code: str, when: float, polls: list[float], answers: list[float]
) -> Any:
    """Poll, answer within the second that begins at `when`, and poll again; the answer as it was kept."""
    rng = secrets.SystemRandom()
    await timed(line.poll(code), polls)
    await line.ask("GET", f"{code}/picture/1")
    await asyncio.sleep(when - time.monotonic() + rng.random())
    place = [round(rng.uniform(-3, 3), 4), round(rng.uniform(-3, 3), 4)]
    body = {"phone": secrets.token_hex(16), "vote": "first", "question": 1, "answer": place}
    status, _headers, got = await timed(line.ask("POST", f"{code}/answer", body), answers)
    await timed(line.poll(code), polls)
    return json.loads(got)["kept"] if status == 200 else None


@contextlib.contextmanager
def kept(store: str) -> Iterator[str]:
    """What `RAVINE_ROOMS` says of the store."""
    if store == "valkey":
        with kept_by_valkey() as server:
            yield server.address
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"{folder}/rooms.db"


def p95(seconds: list[float]) -> float:
    """The 95th percentile, in milliseconds."""
    return 1000 * sorted(seconds)[int(0.95 * len(seconds))]


def main() -> int:
    """Measure, and say it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--phones", type=int, default=300)
    asked.add_argument(
        "--limit", type=float, default=150.0, help="milliseconds, of the 95th percentile"
    )
    asked.add_argument("--store", choices=("sqlite", "valkey"), default="sqlite")
    asked.add_argument("--teacher", type=float, default=0.0, metavar="SECONDS")
    asked.add_argument("--own", action="store_true", help="everyone runs one")
    given = asked.parse_args()
    with kept(given.store) as setting:
        env = {"RAVINE_ROOMS": setting, "RAVINE_PATIENCE": "3600"}
        with started(Server(env=env, core=0)) as server:
            server.rest(30)
            if given.own:
                return int(not asyncio.run(own_runs(server, given.phones)))
            if given.teacher:
                return int(not asyncio.run(beside(server, given.phones, given.teacher)))
            found = asyncio.run(a_class(server, given.phones))
    median = 1000 * statistics.median(found.answers)
    print(
        f"{given.phones} phones: all in after {found.joined:.2f} s, p95 {p95(found.joins):.0f} ms"
    )
    print(
        f"answers: median {median:.0f} ms, p95 {p95(found.answers):.0f} ms; polls: p95 {p95(found.polls):.0f} ms"
    )
    print(f"errors {found.errors}, lost {found.lost}; processor {found.processor:.2f} s")
    return int(found.errors > 0 or found.lost > 0 or p95(found.answers) > given.limit)


if __name__ == "__main__":
    sys.exit(main())
