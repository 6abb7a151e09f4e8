"""More visitors than a server may have files open: what it does then, and whether it serves again afterwards. Linux.

    python -m benchmarks.crowd [--visitors 150] [--files 256]

A crowd comes at once to a server that may have so many files open. Who gets in must be served, and who does not must be
told so. While the crowd stays, the server must not spin and not fill its log; when it has left, the next one is served.
"""

import argparse
import asyncio
import collections
import itertools
import os
import random
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.classroom import Tally, Visitor, keep_to
from benchmarks.servers import Server, started
from benchmarks.wire import WrongError

STAY = 10.0  # seconds
LIMITS = {
    "processor": 0.2,
    "log": 100.0,
}  # of a processor, and kB of log, while the crowd does nothing
AGAIN = 20.0  # seconds for which a visitor who was refused asks again
FULL = ("status 503", "no websocket")
LATER = 30.0  # seconds in which a visitor must be served when the crowd has left


class Crowd(NamedTuple):
    """What became of a crowd."""

    served: int
    refused: collections.Counter[str]
    spun: float  # of a processor
    logged: float  # kB
    open: int  # files of the server
    later: str  # what a visitor met when the crowd had left


async def crowd(server: Server, visitors: int) -> Crowd:
    """Let so many visitors come at once, stay, and leave."""
    people = [
        Visitor(server.address, i, Tally(random.Random(0)), random.Random(i))
        for i in range(visitors)
    ]
    met = await asyncio.gather(*(_met(one) for one in people))
    await asyncio.sleep(2)
    began, busy, log = time.monotonic(), server.seconds(), len(server.written())
    await asyncio.sleep(STAY)
    spun = (server.seconds() - busy) / (time.monotonic() - began)
    logged, files = (len(server.written()) - log) / 1000, server.descriptors()
    await asyncio.gather(*(one.leave() for one in people), return_exceptions=True)
    refused = collections.Counter(word for word in met if word)
    return Crowd(visitors - refused.total(), refused, spun, logged, files, await _later(server))


async def _met(one: Visitor) -> str:
    """Open a page, and come again as a browser does when it is full; what went wrong, or nothing."""
    end = time.monotonic() + AGAIN
    while True:
        try:
            await one._open()
        except WrongError as error:
            if str(error) not in FULL or time.monotonic() > end:
                return str(error)
            one.http.close()
            await asyncio.sleep(one.rng.uniform(1, 3))
        else:
            return ""


async def _later(server: Server) -> str:
    end, word = time.monotonic() + LATER, "?"
    while word and time.monotonic() < end:
        one = Visitor(server.address, 0, Tally(random.Random(0)), random.Random(0))
        word = await _met(one)
        await one.leave()
        await asyncio.sleep(1)
    return word or "served"


def main(words: Sequence[str] | None = None) -> int:
    """Print what the server did; 1 when it did not keep its temper."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=150)
    parser.add_argument("--files", type=int, default=256)
    parser.add_argument("--port", type=int, help="of the server; any free one without it")
    parser.add_argument("--cache", help="folder of compiled programs")
    asked = parser.parse_args(words)
    mine, *theirs = sorted(os.sched_getaffinity(0))
    given = Server(
        "app.py", asked.cache, {"RAVINE_PATIENCE": "3600"}, asked.port, mine, asked.files
    )
    with started(given) as server:
        keep_to({*theirs} or {mine})
        before, log = server.descriptors(), len(server.written())
        seen = asyncio.run(crowd(server, asked.visitors))
        whole = (len(server.written()) - log) / 1000
        print(
            f"open files: {before} without visitors, {seen.open} with the crowd, of {asked.files}"
        )
        print(
            f"served: {seen.served} of {asked.visitors}{''.join(f'; {n} met: {e}' for e, n in seen.refused.items())}"
        )
        print(
            f"while they stay: {seen.spun:.0%} of a processor, {seen.logged:.1f} kB of log; {whole:.1f} kB in all"
        )
        print(f"when they have left: {seen.later}")
        lines = server.written().splitlines()
        for line, count in collections.Counter(
            itertools.islice((x for x in lines if x.strip()), 20000)
        ).most_common(3):
            print(f"    {count:6} times in the log: {line.strip()[:120]}")
    calm = seen.spun <= LIMITS["processor"] and whole <= LIMITS["log"]
    return int(not (calm and seen.later == "served" and set(seen.refused) <= {*FULL}))


if __name__ == "__main__":
    sys.exit(main())
