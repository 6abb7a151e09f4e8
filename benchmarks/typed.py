"""A function that nobody has typed before: in one browser against a slider move, and from a hundred visitors at once.

    python -m benchmarks.typed

In the browser: from Enter in the field to new paths on the screen, against a key press on a slider that, like it, changes the ground. The hundred: each
asks at the same instant for the paths on a function of their own, and for its level curves; every answer is checked.
"""

import concurrent.futures
import json
import os
import statistics
import sys
import threading
import time
import urllib.parse
import urllib.request

from playwright.sync_api import Page, sync_playwright

from benchmarks.keypress import WATCH
from benchmarks.servers import QUIET, chromium, serving
from ravine.server.assets import figures_version

VISITORS = 100
LIMIT_ALL = 1.5  # seconds, the 95th percentile of the hundred
LIMIT_ONE = 2.0  # of a slider move
PATIENCE = "3600"  # seconds: what is compiled ahead for others must not be measured; what is needed here runs before
TURNS = 15
FIELD = ".st-key-function input"
SLIDER = ".st-key-shared--gamma input[type=range]"
STEEPNESS = ".st-key-surface--quadratic--kappa input[type=range]"
PAGES = ("on=quadratic", "on=typed~text=x**2%2B2*y**2")


def moved(page: Page, focus: str, key: str) -> float:
    """Milliseconds from a key press on what `focus` finds to new paths on the screen."""
    page.evaluate(WATCH, [focus, ".rv-arena", "data-drawn"])
    page.keyboard.press(key)
    took = page.evaluate("window.measured")
    page.wait_for_timeout(900)
    return took


def one(address: str) -> dict[str, float]:
    """Medians of a slider move, of one to a ground that nobody has seen yet, and of a new function, on two pages in turn."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(QUIET))
        ground, page = (
            opened(browser.new_page(locale="en-US"), f"{address}/?{link}") for link in PAGES
        )
        times: dict[str, list[float]] = {"slider": [], "ground": [], "function": []}
        for turn in range(TURNS):
            ground.bring_to_front()
            times["ground"].append(moved(ground, STEEPNESS, "ArrowRight"))
            page.bring_to_front()
            times["slider"].append(moved(page, SLIDER, "ArrowRight" if turn % 2 else "ArrowLeft"))
            page.fill(FIELD, f"x^2 + {turn + 3} y^2 + sin({turn + 1}x)/9")
            times["function"].append(moved(page, FIELD, "Enter"))
    return {name: statistics.median(took) for name, took in times.items()}


def opened(page: Page, url: str) -> Page:
    """A page whose race is drawn."""
    page.goto(url)
    page.wait_for_selector(".rv-arena[data-curves]", timeout=90_000)
    page.wait_for_timeout(1500)
    return page


def visitor(address: str, k: int, together: threading.Barrier) -> tuple[float, float]:
    """Seconds until a visitor has the paths on a function that nobody else has typed, and then its level curves."""
    on = urllib.parse.quote(
        f"typed~text=x^2/{k + 2} + {k % 9 + 1}*y^2 + sin({k % 5 + 1}*x)/{k % 7 + 3}"
    )
    together.wait()
    began = time.perf_counter()
    with urllib.request.urlopen(f"{address}/ravine/race?on={on}", timeout=60) as answer:
        body = answer.read()
    size = int.from_bytes(body[:4], "little")
    if json.loads(body[4 : 4 + size])["steps"] != 60:
        raise RuntimeError("the answer is no race")
    answered = time.perf_counter() - began
    with urllib.request.urlopen(
        f"{address}/ravine/figures/{figures_version()}/levels?on={on}", timeout=60
    ) as answer:
        if "data" not in json.loads(answer.read()):
            raise RuntimeError("the answer is no figure")
    return answered, time.perf_counter() - began


def hundred(address: str) -> tuple[list[float], list[float]]:
    """How long each of a hundred visitors waits for the paths, and for the level curves too, shortest first."""
    together = threading.Barrier(VISITORS)
    with concurrent.futures.ThreadPoolExecutor(VISITORS) as pool:
        waits = [*pool.map(lambda k: visitor(address, k, together), range(VISITORS))]
    return sorted(paths for paths, _all in waits), sorted(whole for _paths, whole in waits)


def main() -> int:
    """Print the figures; 1 when a limit is missed."""
    os.environ["RAVINE_PATIENCE"] = PATIENCE
    with serving("app.py") as address:
        times = one(address)
        paths, whole = hundred(address)
    half, late = VISITORS // 2, int(0.95 * VISITORS) - 1
    print(f"a slider of the surface  {times['ground']:7.1f} ms   1.00")
    print(
        f"a slider of a rule       {times['slider']:7.1f} ms   {times['slider'] / times['ground']:.2f}"
    )
    ratio = times["function"] / times["ground"]
    print(
        f"a new function           {times['function']:7.1f} ms   {ratio:.2f}   (limit {LIMIT_ONE})"
    )
    print(
        f"{VISITORS} at once, paths     p50 {paths[half]:.2f} s, p95 {paths[late]:.2f} s   (limit {LIMIT_ALL} s)"
    )
    print(f"{VISITORS} at once, and curves  p50 {whole[half]:.2f} s, p95 {whole[late]:.2f} s")
    return int(ratio > LIMIT_ONE or paths[late] > LIMIT_ALL)


if __name__ == "__main__":
    sys.exit(main())
