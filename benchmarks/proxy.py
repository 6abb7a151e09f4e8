"""What a first visit costs the server, alone and behind nginx as in deploy/: bytes, and seconds of processor time.

    python -m benchmarks.proxy

Every visit is a new browser profile. The first visit in each row fills what is kept; the others are counted. `replicas`
is the processor time of all servers, `nginx` that of all its processes (Linux).
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.servers import QUIET, Server, chromium, proxied
from benchmarks.visit import visit

VISITS = 6


def measured(
    browser: Browser, address: str, servers: list[Server], proxy: int | None = None
) -> dict[str, float]:
    """The median of the visits after the first: kB, and milliseconds of servers and proxy."""
    rows = []
    for _ in range(VISITS + 1):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
        before = spent(servers, proxy)
        seen = visit(context, address)
        context.close()
        rows.append(
            (
                seen.total / 1000,
                *(1000 * (b - a) for a, b in zip(before, spent(servers, proxy), strict=True)),
            )
        )
    kinds = ("kB", "replicas ms", "nginx ms")
    return {kind: statistics.median(row[i] for row in rows[1:]) for i, kind in enumerate(kinds)}


def spent(servers: list[Server], proxy: int | None) -> tuple[float, float]:
    """Processor time so far of the servers, and of nginx with its workers."""
    workers = children(proxy) if proxy else []
    return sum(server.seconds() for server in servers), sum(map(ticks, workers)) / os.sysconf(
        "SC_CLK_TCK"
    )


def children(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [process, *map(int, text.split())]


def ticks(process: int) -> int:
    return sum(
        map(int, Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13])
    )


def main() -> int:
    """Print both rows."""
    quiet = {"RAVINE_PATIENCE": "3600"}
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(QUIET))
        with proxied(Path(folder), env=quiet) as house:
            first = house.servers[0]
            rows = {
                "alone": measured(browser, first.address, [first]),
                "behind nginx": measured(
                    browser,
                    house.address,
                    house.servers,
                    int(Path(folder, "nginx.pid").read_text()),
                ),
            }
        browser.close()
    for name, row in rows.items():
        print(f"{name:14}" + "".join(f"{kind:>13} {value:7.0f}" for kind, value in row.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
