"""A function that nobody has typed before: in one browser against a slider move, and from a hundred visitors at once.

    python -m benchmarks.typed

In the browser: from Enter in the field to new paths on the screen, against a key press on a slider of the same page. The hundred: each
asks at the same instant for the paths on a function of their own, and for its level curves; every answer is checked.
"""

import concurrent.futures
import json
import statistics
import sys
import threading
import time
import urllib.parse
import urllib.request

from playwright.sync_api import Page, sync_playwright

from benchmarks.keypress import WATCH
from benchmarks.servers import QUIET, chromium, serving
from ui.assets import figures_version

VISITORS = 100
LIMIT_ALL = 1.5  # seconds, the 95th percentile of the hundred
LIMIT_ONE = 2.0  # of a slider move
SETTLE = 30  # seconds, until what is compiled ahead is
TURNS = 15
FIELD = ".st-key-function input"
SLIDER = ".st-key-shared--gamma input[type=range]"


def moved(page: Page, focus: str, key: str) -> float:
    """Milliseconds from a key press on what `focus` finds to new paths on the screen."""
    page.evaluate(WATCH, [focus, ".rv-arena", "data-drawn"])
    page.keyboard.press(key)
    took = page.evaluate("window.measured")
    page.wait_for_timeout(900)
    return took


def one(address: str) -> tuple[float, float]:
    """Medians of a slider move and of a new function, in turn on one page."""
    with sync_playwright() as driver:
        page = driver.chromium.launch(executable_path=chromium(), args=list(QUIET)).new_page(locale="en-US")
        page.goto(f"{address}/?on=typed~text=x**2%2B2*y**2")
        page.wait_for_selector(".rv-arena[data-curves]", timeout=90_000)
        page.wait_for_selector(FIELD)
        page.wait_for_timeout(1500)
        slides, functions = [], []
        for turn in range(TURNS):
            slides.append(moved(page, SLIDER, "ArrowRight" if turn % 2 else "ArrowLeft"))
            page.fill(FIELD, f"x^2 + {turn + 3} y^2 + sin({turn + 1}x)/9")
            functions.append(moved(page, FIELD, "Enter"))
    return statistics.median(slides), statistics.median(functions)


def visitor(address: str, k: int, together: threading.Barrier) -> float:
    """Seconds until a visitor has the paths on a function that nobody else has typed, and its level curves."""
    on = urllib.parse.quote(f"typed~text=x^2/{k + 2} + {k % 9 + 1}*y^2 + cos({k}*x*y)/{k % 7 + 3}")
    together.wait()
    began = time.perf_counter()
    with urllib.request.urlopen(f"{address}/ravine/race?on={on}", timeout=60) as answer:
        body = answer.read()
    size = int.from_bytes(body[:4], "little")
    if json.loads(body[4 : 4 + size])["steps"] != 60:
        raise RuntimeError("the answer is no race")
    with urllib.request.urlopen(f"{address}/ravine/figures/{figures_version()}/levels?on={on}", timeout=60) as answer:
        if "data" not in json.loads(answer.read()):
            raise RuntimeError("the answer is no figure")
    return time.perf_counter() - began


def hundred(address: str) -> list[float]:
    """How long each of a hundred visitors waits, shortest first."""
    together = threading.Barrier(VISITORS)
    with concurrent.futures.ThreadPoolExecutor(VISITORS) as pool:
        return sorted(pool.map(lambda k: visitor(address, k, together), range(VISITORS)))


def main() -> int:
    """Print the figures; 1 when a limit is missed."""
    with serving("app.py") as address:
        time.sleep(SETTLE)
        slide, function = one(address)
        waits = hundred(address)
    late = waits[int(0.95 * VISITORS) - 1]
    print(f"a slider move               {slide:7.1f} ms   1.00")
    print(f"a new function              {function:7.1f} ms   {function / slide:.2f}   (limit {LIMIT_ONE})")
    print(
        f"{VISITORS} new functions at once  p50 {waits[VISITORS // 2]:.2f} s, p95 {late:.2f} s   (limit {LIMIT_ALL} s)"
    )
    return int(function > LIMIT_ONE * slide or late > LIMIT_ALL)


if __name__ == "__main__":
    sys.exit(main())
