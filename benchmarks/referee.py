"""A real browser on a server that others use: how long its slider moves take, and whether what it shows is right.

python -m benchmarks.referee http://localhost:8501 60
"""

import math
import statistics
import sys
import time

from playwright.sync_api import Error, Page, sync_playwright

from benchmarks.keypress import WATCH
from benchmarks.servers import QUIET, chromium
from ravine.experiments.link import read_link
from ravine.payload.picture import picture

SLIDER = ".st-key-shared--lr input[type=range]"
EVERY = 3000  # milliseconds
SHOWN = """() => ({
  drawn: document.querySelector(".rv-arena").dataset.drawn,
  slider: document.querySelector(".st-key-shared--lr input[type=range]").getAttribute("aria-valuetext"),
  address: location.search.slice(1),
  stories: [...document.querySelectorAll(".rv-story")].map((story) => story.textContent),
})"""


def move(page: Page, key: str) -> float:
    """Milliseconds from a key press on the slider to new paths on the screen."""
    page.evaluate(WATCH, [SLIDER, ".rv-arena", "data-drawn"])
    page.keyboard.press(key)
    took = page.evaluate("window.measured")
    page.wait_for_timeout(EVERY - min(took, EVERY / 2))
    return took


def is_right(page: Page) -> bool:
    """Whether address, slider, picture and stories all tell of one race, and the stories are true of it."""
    shown = page.evaluate(SHOWN)
    race = read_link(shown["drawn"])
    told = [lane["row"]["story"] for lane in picture(race)["lanes"]]
    same = read_link(shown["address"]) == race and float(shown["slider"]) == race.shared["lr"]
    return same and shown["stories"] == told


def main(url: str, seconds: float) -> int:
    """Print what the browser measured; 1 when something that it showed was wrong."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(QUIET))
        page = browser.new_page(locale="en-US")
        began = time.perf_counter()
        page.goto(f"{url}/?start=-4.5,1.5", timeout=120_000)
        page.wait_for_selector(".rv-arena[data-curves]", timeout=120_000)
        opened, times, wrong, late = time.perf_counter() - began, [], 0, 0
        page.wait_for_timeout(1000)
        while time.perf_counter() - began < seconds:
            try:
                times.append(move(page, "ArrowRight" if len(times) % 5 < 3 else "ArrowLeft"))
            except Error as error:  # a server that is busy for longer than it is waited for
                if "nothing changed" not in str(error):
                    raise
                late += 1
                continue
            wrong += not is_right(page)
    median, slowest = (statistics.median(times), max(times)) if times else (math.nan, math.nan)
    print(
        f"a real browser: opened in {opened:.1f} s, {len(times)} moves, the median {median:.0f} ms, "
        f"the slowest {slowest:.0f} ms, not shown in time: {late}, wrong pictures: {wrong}"
    )
    return int(wrong > 0 or late > 0 or not times)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
