"""A class on one server: visitors who come at the same moment and then move sliders, every answer checked. Linux.

    python -m benchmarks.classroom [--visitors 300] [--seconds 60]

The server has one processor, and has compiled what it compiles ahead. The visitors, who speak Streamlit's own protocol (benchmarks/wire.py), have the others. Each opens a race of their own, and then moves one of its sliders every three seconds on average. A move is what a
browser makes of it (docs/decisions/0004 and 0029): the preview over HTTP, and 0.2 s later, when the slider rests, its
report over the websocket, which is answered with the address. A time runs from the instant at which the visitor acts,
whenever the request was sent.

An answer counts only when it is the right one: this visitor's, newer than the last, of the race with this slider moved;
and, for a sample, with the very numbers that the rules give here. Meanwhile a real browser moves a slider as well, and
what it shows is compared with the race that its address holds.
"""

import argparse
import asyncio
import collections
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

import numpy as np

from benchmarks.servers import Server, started
from benchmarks.wire import Http, Page, Picture, WrongError, component_picture, preview_picture
from ravine.experiments.grounds import opened
from ravine.experiments.link import checked, write_link
from ravine.experiments.race import Race, race_on, run_race
from ravine.payload.sliders import moved

SURFACES = ("ravine", "quadratic", "rosenbrock", "himmelblau")
THINK = 3.0  # seconds between two moves of a visitor, on average
REST = 0.2  # seconds after a key press until Streamlit's slider reports it
COMPARED = 1000  # answers whose numbers are computed again
LIMITS = {"p50": 100.0, "p95": 500.0}  # milliseconds, of a move's preview and of its rest
SPARE = 64  # descriptors that the server needs beside those of its visitors


class Answer(NamedTuple):
    """A picture that came, and the race that it must show."""

    race: Race
    picture: Picture


class Tally:
    """What was measured: milliseconds by kind, errors by kind, and a sample of the answers."""

    def __init__(self, rng: random.Random) -> None:
        self.times: dict[str, list[float]] = collections.defaultdict(list)
        self.errors: collections.Counter[str] = collections.Counter()
        self.answers: list[Answer] = []
        self.seen, self.runs, self.rng = 0, 0, rng  # `runs`: moves that the page ran for

    async def time(self, kind: str, since: float, work: Awaitable[Any]) -> Any:
        """Wait for `work` and count the time `since` the visitor acted; None, and an error, when it went wrong."""
        try:
            done = await work
        except WrongError as error:
            self.errors[f"{kind}: {error}"] += 1
            return None
        self.times[kind].append(1000 * (time.perf_counter() - since))
        return done

    def keep(self, answer: Answer) -> None:
        """Keep a random sample of all answers, each as likely as any other."""
        self.seen += 1
        if len(self.answers) < COMPARED:
            self.answers.append(answer)
        elif (place := self.rng.randrange(self.seen)) < COMPARED:
            self.answers[place] = answer

    def compare(self) -> None:
        """Compute the sample again and count what differs."""
        for answer in self.answers:
            if not is_path_of(answer):
                self.errors["paths: not those of the race"] += 1


class Visitor:
    """One visitor with a race of their own."""

    def __init__(self, url: str, number: int, tally: Tally, rng: random.Random) -> None:
        self.url, self.tally, self.rng = url, tally, rng
        self.race = own_race(number, rng)
        self.http, self.page = Http(url), Page(url, link_of(self.race))
        self.urls: dict[str, str] = {}
        self.visit, self.stamp, self.here = "", 0, False

    async def arrive(self, since: float) -> None:
        """The first visit: the page with its arena, and then what it is drawn on."""
        if await self.tally.time("first visit", since, self._open()):
            self.here = await self.tally.time("first visit, with curves", since, self._ground())

    async def _open(self) -> bool:
        for path in ("/", "/_stcore/health", "/_stcore/host-config"):
            await self.http.whole(path)
        run = await self.page.open()
        if "ravine_arena" not in run.components:
            raise WrongError("a page without its arena")
        picture = component_picture(run.components["ravine_arena"])
        self.urls, self.visit = picture.data["urls"], picture.data["visit"]
        self._check(picture, self.race)
        return True

    async def _ground(self) -> bool:
        ground = urlencode(
            {"on": parse_qs(link_of(self.race)).get("on", ["ravine"])[0], "lang": "en"}
        )
        levels = json.loads(
            await self.http.whole(f"{self.urls['levels']}?{ground}&mode=light&size=full")
        )
        curves = json.loads(
            await self.http.whole(f"{self.urls['curves']}?names=gap,slope&mode=light&{ground}")
        )
        if not levels or len(curves) != 2:
            raise WrongError("no ground")
        return True

    async def stay(self, until: float, think: float) -> None:
        """Move sliders, at instants that do not depend on how long the answers take."""
        act = time.perf_counter() + self.rng.uniform(0, think)
        while self.here and act < until:
            await asyncio.sleep(act - time.perf_counter())
            await self.move(act)
            act += self.rng.expovariate(1 / think)

    async def move(self, act: float) -> None:
        """Move one slider: the preview at once, the address when it rests."""
        before, key, text = self._turn()
        preview = self._preview(before, key, text)
        rest = self._commit(act + REST, key, text)
        jobs = self.tally.time("preview", act, preview), rest
        _, done = await asyncio.gather(*jobs)
        self.here = bool(done)

    def _turn(self) -> tuple[Race, str, str]:
        """Have another slider moved: the race before, the slider's key, and what it shows now."""
        key = self.rng.choice(
            [key for key in self.page.sliders if key.startswith(("shared--", "own--"))]
        )
        shown = self.page.shows(key)
        text = self.rng.choice([stop for stop in self.page.sliders[key].stops if stop != shown])
        before, self.race = self.race, checked(moved(self.race, key, text))
        return before, key, text

    async def _preview(self, before: Race, key: str, text: str) -> None:
        asked = urlencode({"turn": key, "shows": text})
        body = await self.http.whole(f"{self.urls['race']}&{link_of(before)}&{asked}")
        self._same(preview_picture(body), self.race)

    async def _commit(self, act: float, key: str, text: str) -> Any:
        await asyncio.sleep(act - time.perf_counter())
        return await self.tally.time("rest", act, self._rest(key, text))

    async def _rest(self, key: str, text: str) -> bool:
        self.tally.runs += not await self.page.rest(key, text)
        if parse_qs(self.page.query) != parse_qs(link_of(self.race)):
            raise WrongError("another address")
        return True

    def _check(self, picture: Picture, race: Race) -> None:
        """Raises WrongError for what belongs to another visitor, to an earlier move or to another race."""
        if picture.data["visit"] != self.visit:
            raise WrongError("another visitor's")
        if picture.data["stamp"] <= self.stamp:
            raise WrongError("an old one")
        self.stamp = picture.data["stamp"]
        self._same(picture, race)

    def _same(self, picture: Picture, race: Race) -> None:
        if picture.data["link"] != link_of(race):
            raise WrongError("another race")
        if len(picture.columns["x"]) != len(race.lanes) * (race.steps + 1):
            raise WrongError("paths of another length")
        self.tally.keep(Answer(race, picture))

    async def leave(self) -> None:
        self.http.close()
        await self.page.close()


def own_race(number: int, rng: random.Random) -> Race:
    """A race that no other visitor has: it starts at a place of its own."""
    race = race_on(opened(SURFACES[number % len(SURFACES)]))
    place = tuple(round(rng.uniform(low, high), 6) for low, high in race.surface.view)
    return checked(race.replace(start=(place[0], place[1])))


def link_of(race: Race) -> str:
    return write_link(race)


def is_path_of(answer: Answer) -> bool:
    """Whether a picture has the paths of its race, to the last bit."""
    paths = np.concatenate([trace.x for trace in run_race(answer.race)])
    with np.errstate(over="ignore"):
        wanted = paths.astype(np.float32)
    return all(
        np.array_equal(wanted[:, i], answer.picture.columns[name], equal_nan=True)
        for i, name in enumerate(("x", "y"))
    )


class Load(NamedTuple):
    """What the visitors saw and what they cost the server."""

    tally: Tally
    late: list[float]  # milliseconds by which the driver itself ran late
    seconds: float  # of the server's processor, for the moves
    first: float  # and for the first visits
    others: float  # seconds that others took of the server's processor during the moves
    took: float  # seconds from the first move to the last
    # kB of the server: before, with everyone there, after the moves
    memory: tuple[float, float, float]
    descriptors: tuple[int, int]  # before, and with everyone there


async def load(
    server: Server, visitors: int, seconds: float, think: float = THINK, seed: int = 1
) -> Load:
    """Let so many visitors come at once, and move sliders for so many seconds."""
    rng = random.Random(seed)
    tally, late = Tally(rng), []
    people = [
        Visitor(server.address, i, tally, random.Random(f"{seed} {i}")) for i in range(visitors)
    ]
    lag = asyncio.create_task(_lag(late))
    before, empty, files = server.seconds(), server.memory(), server.descriptors()
    since = time.perf_counter()
    await asyncio.gather(*(one.arrive(since) for one in people))
    await asyncio.sleep(1)
    there, full, most, others = (
        server.seconds(),
        server.memory(),
        server.descriptors(),
        server.others(),
    )
    began = time.perf_counter()
    late.clear()
    await asyncio.gather(*(one.stay(began + seconds, think) for one in people))
    took, spent, last = time.perf_counter() - began, server.seconds() - there, server.memory()
    others = server.others() - others
    lag.cancel()
    await asyncio.gather(*(one.leave() for one in people))
    return Load(
        tally, late, spent, there - before, others, took, (empty, full, last), (files, most)
    )


async def _lag(late: list[float]) -> None:
    """How late this process wakes up, every 20 ms: what its own work adds to every time that it measures."""
    while True:
        wanted = time.perf_counter() + 0.02
        await asyncio.sleep(0.02)
        late.append(1000 * (time.perf_counter() - wanted))


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """The median, the 95th and the 99th percentile, and the largest."""
    if not values:
        return dict.fromkeys(("p50", "p95", "p99", "max"), float("nan"))
    p50, p95, p99, most = np.percentile(values, [50, 95, 99, 100])
    return {"p50": float(p50), "p95": float(p95), "p99": float(p99), "max": float(most)}


def told(name: str, values: Sequence[float], limits: dict[str, float]) -> bool:
    """Print a line of percentiles; whether all are within their limits."""
    found = percentiles(values)
    figures = "  ".join(f"{p} {v:7.0f}" for p, v in found.items())
    said = ", ".join(f"{p} {limit:.0f}" for p, limit in limits.items())
    print(f"{name:26} {len(values):6}   {figures} ms{f'   (limit {said})' if said else ''}")
    return all(found[p] <= limit for p, limit in limits.items())


def report(seen: Load, visitors: int) -> bool:
    """Print what was measured; whether every target was met."""
    tally, (empty, full, last) = seen.tally, seen.memory
    tally.compare()
    good = [
        told(kind, tally.times[kind], LIMITS if kind in {"preview", "rest"} else {})
        for kind in tally.times
    ]
    told("lateness of this driver", seen.late, {})
    moves = max(1, len(tally.times["rest"]))
    print(f"first visits: {1000 * seen.first / visitors:.1f} ms of the server's processor each")
    print(
        f"moves: {moves / seen.took:.1f} a second, {1000 * seen.seconds / moves:.2f} ms of the server's processor each, "
        f"which is busy {seen.seconds / seen.took:.0%} of the time with them and {seen.others / seen.took:.0%} with others' work"
    )
    print(
        f"memory: {empty / 1024:.0f} MB without visitors, {(full - empty) / visitors:.0f} kB more for each, "
        f"{(last - full) / moves:+.2f} kB a move"
    )
    print(f"moves that the page ran for: {tally.runs}")
    print(f"open files: {(seen.descriptors[1] - seen.descriptors[0]) / visitors:.2f} a visitor")
    print(f"answers compared number by number: {len(tally.answers)} of {tally.seen}")
    print(
        f"errors: {sum(tally.errors.values())}{''.join(f'{chr(10)}    {n:6} {e}' for e, n in tally.errors.most_common())}"
    )
    return all(good) and not tally.errors and set(tally.times) >= {"preview", "rest"}


def keep_to(cores: set[int]) -> None:
    """Let this process, and those that it starts from now on, run on `cores` only."""
    os.sched_setaffinity(0, cores)


def main(words: Sequence[str] | None = None) -> int:
    """Print what a class sees and costs; 1 when a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60.0, help="for which sliders are moved")
    parser.add_argument(
        "--think",
        type=float,
        default=THINK,
        help="seconds between two moves of a visitor, on average",
    )
    parser.add_argument("--port", type=int, help="of the server; any free one without it")
    parser.add_argument(
        "--cache",
        help="folder of compiled programs; one in the folder for temporary files without it",
    )
    parser.add_argument(
        "--cold", action="store_true", help="all come as soon as the server answers"
    )
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        help="processes of the server; more than one share all processors with the visitors",
    )
    parser.add_argument(
        "--others",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="of the server's processor that something else takes meanwhile",
    )
    asked = parser.parse_args(words)
    mine, *theirs = sorted(os.sched_getaffinity(0))
    core = mine if asked.workers == 1 else None
    kept = {"RAVINE_PATIENCE": "0"}
    with started(
        Server("app.py", asked.cache, kept, asked.port, core, workers=asked.workers)
    ) as server:
        if core is not None:
            keep_to({*theirs} or {mine})
        if not asked.cold:
            asyncio.run(load(server, len(SURFACES), 0))
            print(f"the server rests: {server.rest()}", flush=True)
        browser = None if asked.no_browser else referee(server.address, asked.seconds)
        with busy(mine, asked.others):
            seen = asyncio.run(load(server, asked.visitors, asked.seconds, asked.think))
        good = [report(seen, asked.visitors), browser is None or judged(browser)]
    return int(not all(good))


@contextlib.contextmanager
def busy(core: int, share: float) -> Iterator[None]:
    """Something else takes this share of a processor, 20 ms after 20 ms."""
    if not share:
        yield
        return
    turn = f"while time.perf_counter() < end + {0.02 * share}: pass"
    work = f"import time\nwhile True:\n end = time.perf_counter()\n {turn}\n time.sleep({0.02 * (1 - share)})"
    other = subprocess.Popen(["taskset", "-c", str(core), sys.executable, "-c", work])
    try:
        yield
    finally:
        other.kill()
        other.wait()


def referee(url: str, seconds: float) -> subprocess.Popen:
    """A real browser, out of the way of this process."""
    command = ["nice", "-n", "5", sys.executable, "-m", "benchmarks.referee", url, str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def judged(browser: subprocess.Popen) -> bool:
    """Print what the browser saw; whether all of it was right."""
    said, _ = browser.communicate(timeout=120)
    print(said, end="")
    return browser.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
