"""What a server takes once everything is compiled ahead, and whether it grows while it is used: a thousand slider moves, and a
thousand functions that nobody typed before. Linux.

    python -m benchmarks.memory [--count 1000]

"before the first visitor" is a server with the default settings that has nothing more to compile; "after one" has compiled
every rule in every form on the surface that a visitor opened, and the maps. An empty folder takes some minutes of one
processor to fill, so `--cache` may name one that is full.

One visitor does both, as a browser does it (benchmarks/wire.py), and every answer is checked. Before it counts, so many
moves and functions go by that everything which is kept for a while (pictures, level curves, surfaces) is full.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlencode

import numpy as np

from benchmarks.classroom import Tally, Visitor, link_of
from benchmarks.servers import Server, started
from benchmarks.wire import WrongError, component_picture, preview_picture
from ravine.experiments.link import checked
from ravine.experiments.race import race_on
from ravine.payload.sliders import moved
from surfaces import typed

BEFORE = {
    "slider move": 1800,
    "typed function": 700,
}  # until it counts: what is kept and what is reused are full then
EVERY = 20  # of each, between two looks at the memory
LIMITS = {"slider move": 1.0, "typed function": 4.0}  # kB

MOST = 800  # MB with everything compiled ahead
PATIENCE = 1800.0  # seconds until everything is compiled

Step = Callable[[], Awaitable[None]]


class Typist(Visitor):
    """One visitor who moves sliders, and types functions."""

    def __init__(self, url: str, race_text: str) -> None:
        super().__init__(url, 0, Tally(random.Random(1)), random.Random(1))
        self.nth = 0
        if race_text:
            self.race = race_on(typed(race_text))
            self.page.query = link_of(self.race)

    async def slide(self) -> None:
        """One slider move: its preview, and its rest."""
        before, key, text = self._turn()
        await self._preview(before, key, text)
        await self._rest(key, text)

    async def type(self) -> None:
        """One new function: its preview, the run of its field, its level curves, and the page that follows."""
        self.nth += 1
        text = f"x**2/{self.nth + 2} + {self.nth % 9 + 1}*y**2 + sin({self.nth % 7 + 1}*x)/{self.nth % 11 + 3}"
        before, self.race = self.race, checked(moved(self.race, "function", text))
        asked = urlencode({"turn": "function", "shows": text})
        seen = preview_picture(
            await self.http.whole(f"{self.urls['race']}&{link_of(before)}&{asked}")
        )
        run = await self.page.rerun(self.page.type("function", text))
        made = component_picture(run.components["ravine_courier"])
        if not made.data["link"] == seen.data["link"] == link_of(self.race):
            raise WrongError("another race")
        levels = await self.http.whole(
            f"{self.urls['levels']}?{made.data['ground']}&mode=light&size=full"
        )
        if not json.loads(levels):
            raise WrongError("no ground")
        await self.page.rerun()


async def growth(server: Server, step: Step, before: int, count: int) -> tuple[float, float, float]:
    """kB a step, the kB when it began, and milliseconds a step."""
    for _ in range(before):
        await step()
    began, sizes = time.perf_counter(), [server.memory()]
    for nth in range(1, count + 1):
        await step()
        if nth % EVERY == 0:
            sizes.append(server.memory())
    took = 1000 * (time.perf_counter() - began) / count
    return float(np.polyfit(EVERY * np.arange(len(sizes)), sizes, 1)[0]), sizes[0], took


async def measured(server: Server, count: int) -> dict[str, tuple[float, float, float]]:
    """The growth by slider moves and by functions, each by a visitor of its own."""
    found = {}
    for name, text, step in (
        ("slider move", "", Typist.slide),
        ("typed function", "x**2 + y**2", Typist.type),
    ):
        one = Typist(server.address, text)
        await one._open()
        found[name] = await growth(
            server, lambda one=one, step=step: step(one), BEFORE[name], count
        )
        await one.leave()
    return found


async def visit(server: Server) -> None:
    """One visitor opens the first page and leaves."""
    one = Typist(server.address, "")
    await one._open()
    await one.leave()


def compiled_ahead(cache: str | None, port: int | None) -> dict[str, float]:
    """MB of a server that has compiled everything ahead: before the first visitor, and after one.
    Raises RuntimeError when it does not come to rest.
    """
    found = {}
    with started(Server("app.py", cache, {"RAVINE_PATIENCE": "0"}, port)) as server:
        for name in ("before the first visitor", "after one"):
            if name == "after one":
                asyncio.run(visit(server))
            if not server.rest(PATIENCE):
                raise RuntimeError(f"it still compiles after {PATIENCE:.0f} s")
            found[name] = server.memory() / 1024
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Print by how much the server grows; 1 when that is more than it may be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--port", type=int, help="of the server; any free one without it")
    parser.add_argument("--cache", help="folder of compiled programs")
    asked = parser.parse_args(words)
    ahead = compiled_ahead(asked.cache, asked.port)
    for name, size in ahead.items():
        print(f"everything compiled ahead, {name}: {size:.0f} MB (limit {MOST})", flush=True)
    with started(Server("app.py", asked.cache, {"RAVINE_PATIENCE": "3600"}, asked.port)) as server:
        found = asyncio.run(measured(server, asked.count))
    for name, (slope, size, took) in found.items():
        print(
            f"{asked.count} times a {name}: {slope:+.2f} kB each (limit {LIMITS[name]:.0f}), "
            f"from {size / 1024:.0f} MB on; {took:.0f} ms each"
        )
    grows = any(slope > LIMITS[name] for name, (slope, _size, _took) in found.items())
    return int(grows or max(ahead.values()) > MOST)


if __name__ == "__main__":
    sys.exit(main())
