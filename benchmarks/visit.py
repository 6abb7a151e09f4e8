"""What a visit moves over the wire, in a browser that has never been here and in one that has.

    python -m benchmarks.visit

Bytes are what arrived, compressed and with headers, as Chromium counts them, and the frames of the websocket. A visit ends
when the arena stands with its paths and curves. The second visit is another page of the same browser profile.
"""

import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, sync_playwright

from benchmarks.servers import QUIET, chromium, serving

LIMITS = {"first visit": 2_000_000, "second visit": 100_000}  # bytes
SOCKET = "websocket"


@dataclass
class Visit:
    """Bytes by address, and the seconds until the first picture and until everything stood."""

    items: dict[str, int] = field(default_factory=dict)
    picture: float = 0.0
    whole: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.items.values())

    def add(self, name: str, size: float) -> None:
        self.items[name] = self.items.get(name, 0) + int(size)

    def largest(self, count: int) -> list[tuple[str, int]]:
        return sorted(self.items.items(), key=lambda item: -item[1])[:count]


def visit(context: BrowserContext, address: str) -> Visit:
    """Open `address` in a new page of `context` and count until the arena has its curves."""
    seen, names = Visit(), {}
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on(
        "Network.requestWillBeSent",
        lambda e: names.update({e["requestId"]: _name(e["request"]["url"])}),
    )
    wire.on(
        "Network.loadingFinished",
        lambda e: seen.add(names.get(e["requestId"], "?"), e["encodedDataLength"]),
    )
    for event in ("webSocketFrameReceived", "webSocketFrameSent"):
        wire.on(f"Network.{event}", lambda e: seen.add(SOCKET, _length(e["response"])))
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(".rv-arena[data-ready=true]", timeout=60_000)
    seen.picture = time.perf_counter() - began
    page.wait_for_selector(".rv-arena[data-curves]", timeout=30_000)
    seen.whole = time.perf_counter() - began
    page.wait_for_load_state("networkidle")
    page.close()
    return seen


def _name(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}:" if parts.scheme == "data" else parts.path


def _length(frame: dict) -> int:
    """Bytes of a frame's payload: CDP gives text as it is, anything else in base 64."""
    text = frame["payloadData"]
    return len(text.encode()) if frame["opcode"] == 1 else len(text) * 3 // 4


def main() -> int:
    """Print both visits; 1 when one moves more than its limit."""
    with serving("app.py") as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(QUIET))
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
        visits = {name: visit(context, address) for name in LIMITS}
    for name, seen in visits.items():
        times = f"first picture {seen.picture:.2f} s, curves {seen.whole:.2f} s"
        print(
            f"{name:13} {seen.total / 1000:7.0f} kB in {len(seen.items)} items (limit {LIMITS[name] / 1000:.0f} kB)   {times}"
        )
        for item, size in seen.largest(10):
            print(f"    {size / 1000:7.1f} kB  {item}")
    return int(any(seen.total > LIMITS[name] for name, seen in visits.items()))


if __name__ == "__main__":
    sys.exit(main())
