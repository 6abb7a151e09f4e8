"""From a key press on a slider to new paths on the screen, against the floor: a slider and `st.write`.

    python -m benchmarks.keypress [presses]

Both run under the same settings, in the same browser, pressed in turn. A time runs from the key event to the frame
after the change, in a real Chromium. Measuring begins when the servers have been up long enough to have compiled, in
the background, what nobody has asked for yet.
"""

import statistics
import sys

from playwright.sync_api import Page, sync_playwright

from benchmarks.servers import QUIET, chromium, serving

EIGHT = "&".join(
    f"run={rule}"
    for rule in (
        "gradient_descent",
        "momentum",
        "nesterov",
        "adagrad",
        "rmsprop~gamma=0.9",
        "adadelta",
        "adam~eps=1e-08",
        "adam~beta1=0.5",
    )
)
SETTLE = 25  # seconds
LIMITS = {"one panel": 1.7, "eight panels": 2.6}

WATCH = """([slider, watched, attribute]) => {
  const seen = () => { const e = document.querySelector(watched); return attribute ? e.getAttribute(attribute) : e.textContent }
  const before = seen()
  const thumb = document.querySelector(slider)
  thumb.focus()
  let from = 0
  thumb.addEventListener("keydown", () => { from = performance.now() }, { once: true, capture: true })
  window.measured = new Promise((resolve, reject) => {
    const watcher = new MutationObserver(() => {
      if (seen() === before) return
      watcher.disconnect()
      requestAnimationFrame(() => resolve(performance.now() - from))
    })
    watcher.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
    setTimeout(() => reject(new Error("nothing changed")), 8000)
  })
}"""


class Bench:
    """One page with a slider to press and something to watch."""

    def __init__(
        self, page: Page, url: str, ready: str, slider: str, watched: str, attribute: str
    ) -> None:
        self.page, self.turn = page, 0
        self.slider, self.watched, self.attribute = slider, watched, attribute
        page.goto(url)
        page.wait_for_selector(ready, timeout=60_000)
        page.wait_for_timeout(1500)

    def press(self) -> float:
        """Milliseconds from one key press to the screen."""
        self.turn += 1
        self.page.bring_to_front()
        self.page.evaluate(WATCH, [self.slider, self.watched, self.attribute])
        self.page.keyboard.press("ArrowRight" if self.turn % 2 else "ArrowLeft")
        took = self.page.evaluate("window.measured")
        self.page.wait_for_timeout(450)
        return took


def main(presses: int = 25) -> int:
    """Print the medians and the ratios; 1 when a ratio is above its limit."""
    with (
        serving("benchmarks/floor_app.py") as floor,
        serving("app.py") as ravine,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium(), args=list(QUIET))
        new = lambda: browser.new_context(viewport={"width": 1440, "height": 900}).new_page()  # noqa: E731
        ours = (
            ".rv-arena[data-curves]",
            ".st-key-shared--gamma input[type=range]",
            ".rv-arena",
            "data-drawn",
        )
        benches = {
            "floor": Bench(
                new(),
                floor,
                "[data-testid=stMarkdown]",
                "input[type=range]",
                "[data-testid=stMarkdown]",
                "",
            ),
            "one panel": Bench(new(), ravine, *ours),
            "eight panels": Bench(new(), f"{ravine}/?view=panels&{EIGHT}", *ours),
        }
        next(iter(benches.values())).page.wait_for_timeout(1000 * SETTLE)
        times = {name: [] for name in benches}
        for turn in range(presses + 3):
            for name, bench in benches.items():
                took = bench.press()
                if turn >= 3:
                    times[name].append(took)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"floor (slider and st.write)   {medians['floor']:6.1f} ms   1.00")
    for name, limit in LIMITS.items():
        print(
            f"{name:28}  {medians[name]:6.1f} ms   {medians[name] / medians['floor']:.2f}   (limit {limit})"
        )
    return int(any(medians[name] > limit * medians["floor"] for name, limit in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
