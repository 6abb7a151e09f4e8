"""Choosing a rule that nobody has run yet: from the press in the menu to its path on the screen.

    python -m benchmarks.first_use

A server with an empty folder for compiled programs. "again" is a rule that runs already, added once more: what the page and
the browser need. "at once" is new rules right after the first picture, before anything was compiled ahead; "ahead" is
new rules after the background has compiled what this surface's visitors may pick. "from disk" is the same rules in a server
that was started again and compiles nothing ahead: each program is read from the folder, as one is that was let go.
"""

import statistics
import sys
import tempfile
import time

from playwright.sync_api import Page, Playwright, sync_playwright

from benchmarks.servers import QUIET, Server, chromium, serving, started

LIMIT = 1.5  # of a rule that was compiled ahead, against one that runs already
STALL = 1.0  # seconds, of one that was not
AHEAD = 75.0  # seconds that the background has
AGAIN = ("Adam", "Momentum", "RMSProp")
AT_ONCE = ("BFGS", "RAdam")
LATER = ("Lion", "Yogi", "Schedule-Free SGD", "Rprop", "Newton")


def added(page: Page, name: str) -> float:
    """Seconds until a rule that is added from the menu is on the screen."""
    before = page.locator(".rv-arena").get_attribute("data-drawn")
    page.get_by_role("button", name="Add an optimizer").click()
    page.locator(".rv-families").get_by_role("button", name=name, exact=True).click()
    began = time.perf_counter()
    page.wait_for_function(
        "before => document.querySelector('.rv-arena').dataset.drawn !== before", arg=before
    )
    return time.perf_counter() - began


def opened(driver: Playwright, address: str) -> Page:
    """The first picture, in a new browser."""
    page = driver.chromium.launch(executable_path=chromium(), args=list(QUIET)).new_page(
        locale="en-US"
    )
    page.goto(address)
    page.wait_for_selector(".rv-arena[data-curves]", timeout=90_000)
    return page


def new_rules(page: Page) -> float:
    """Seconds of the usual one of LATER, on a page that has just been opened."""
    page.wait_for_timeout(2000)
    found = statistics.median(added(page, name) for name in LATER)
    page.context.browser.close()  # type: ignore[union-attr]
    return found


def main() -> int:
    """Print the medians; 1 when a limit is missed."""
    with tempfile.TemporaryDirectory() as cache, sync_playwright() as driver:
        with serving("app.py", cache) as address:
            page = opened(driver, address)
            at_once = [added(page, name) for name in AT_ONCE]
            page.goto(address)
            page.wait_for_timeout(AHEAD * 1000)
            page.wait_for_selector(".rv-arena[data-curves]", timeout=90_000)
            again = statistics.median(added(page, name) for name in AGAIN)
            page.context.browser.close()  # type: ignore[union-attr]
            ahead = new_rules(opened(driver, address))
        server = Server("app.py", cache, {"RAVINE_PATIENCE": "3600"})
        with started(server):
            page = opened(driver, server.address)
            from_disk = new_rules(page)
    print(f"again    {1000 * again:6.0f} ms      1")
    print(f"ahead    {1000 * ahead:6.0f} ms  {ahead / again:6.2f}   (limit {LIMIT})")
    print(f"from disk {1000 * from_disk:5.0f} ms  {from_disk / again:6.2f}   (limit {LIMIT})")
    print(
        f"at once  {1000 * max(at_once):6.0f} ms  {max(at_once) / again:6.2f}   (limit {1000 * STALL:.0f} ms; the longest)"
    )
    return int(max(ahead, from_disk) / again > LIMIT or max(at_once) > STALL)


if __name__ == "__main__":
    sys.exit(main())
