"""From the click to the first picture of basins, and of a map of two knobs, in a real browser: seven optimizers, 300 steps.

    python -m benchmarks.maps

Programs are compiled before anything is timed. Each sample has another learning rate, which nobody has seen.
"""

import statistics
import sys
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from benchmarks.servers import QUIET, chromium, serving

SEVEN = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
ROUNDS = 7
PARTS = ("first", "all", "fine")
LIMITS = {("basins", "first"): 300}  # milliseconds
WATCH = """() => {
  window.seen = { first: null, all: null, fine: null }
  const count = (what) => document.querySelectorAll(`[class*=plot--KIND] ${what}`).length
  const look = () => {
    const now = performance.now() - window.clicked
    if (count(".heatmaplayer image")) window.seen.first ??= now
    if (count(".rv-plot") >= window.wanted) window.seen.all ??= now
    if (count(".rv-figure[data-done]") >= window.wanted) window.seen.fine ??= now
  }
  window.watcher?.disconnect()
  window.watcher = new MutationObserver(look)
  window.watcher.observe(document.body, { childList: true, subtree: true, attributes: true })
  document.addEventListener("click", () => { window.clicked = performance.now() }, { once: true, capture: true })
}"""


def sample(
    page: Page, address: str, title: str, kind: str, wanted: int, lr: float
) -> dict[str, float]:
    """Milliseconds from the click until one picture, all, and all in their finest form are there."""
    query = urlencode(
        [
            ("on", "himmelblau"),
            ("steps", 300),
            ("lr", lr),
            *(("run", rule) for rule in reversed(SEVEN)),
        ]
    )
    page.goto(f"{address}/?{query}")
    page.wait_for_selector(".rv-arena[data-curves]", timeout=60_000)
    page.get_by_role("link", name="Many runs").click()
    page.wait_for_selector(".st-key-plot--fair .rv-plot", timeout=60_000)
    page.wait_for_timeout(500)
    page.evaluate(f"window.wanted = {wanted}; ({WATCH.replace('KIND', kind)})()")
    page.get_by_text(title, exact=True).click()
    page.wait_for_function("() => window.seen.fine", timeout=60_000)
    return page.evaluate("window.seen")


def main() -> int:
    """Print the medians; 1 when a limit is missed."""
    missed = False
    with serving("app.py") as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(QUIET))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for title, kind, wanted in (
            ("Basins of attraction", "basins", len(SEVEN)),
            ("Map of two knobs", "map", 1),
        ):
            rates = [0.001 * (1 + 0.01 * k) for k in range(ROUNDS + 1)]
            found = [sample(page, address, title, kind, wanted, lr) for lr in rates][1:]
            for name in PARTS:
                limit = LIMITS.get((kind, name))
                took = statistics.median(one[name] for one in found)
                missed |= limit is not None and took > limit
                told = "" if limit is None else f" (limit {limit})"
                print(f"{title:22} {name:6} {took:6.0f} ms{told}")
        browser.close()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
