"""The pictures of the README, taken again: `python -m benchmarks.pictures` writes them below docs/.

A race is a link, so each picture is one too. Look at them before they are committed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.servers import QUIET, chromium, serving

DOCS = Path(__file__).parents[1] / "docs"
DESK, PHONE = (1440, 900), (390, 844)
SOFTWARE_GL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
WAS_HERE = "try { localStorage.setItem('ravine-was-here', 'yes') } catch {}"
ARENA, STILL = ".rv-arena[data-curves]", 1500  # milliseconds: what has come fades in


class Shot(NamedTuple):
    """One picture: the address below the server's, the size of the window, and what to wait for."""

    address: str
    size: tuple[int, int] = DESK
    dark: bool = False
    seen: str = ARENA
    then: Callable[[Page], object] | None = None
    new_here: bool = False


def _gallery(page: Page) -> None:
    page.get_by_role("button", name="Races worth seeing").click()
    page.wait_for_function(
        "() => document.querySelectorAll('[role=dialog] .rv-card img').length > 8"
        " && [...document.querySelectorAll('[role=dialog] .rv-card img')].every(image => image.complete)"
    )


def _difference(page: Page) -> None:
    page.get_by_role("button", name="Change Adam").click()
    page.get_by_role("button", name="What is the difference?").first.click()
    page.locator("[role=dialog] .katex .fbox").first.wait_for()


HIMMELBLAU = "on=himmelblau&run=gradient_descent&run=momentum&run=adam&lr=0.015&steps=150"
EIGHT = (
    "run=gradient_descent&run=momentum&run=nesterov&run=adagrad&run=rmsprop~gamma=0.9"
    "&run=adadelta&run=adam&run=momentum~gamma=0.9"
)
SHOTS = {
    "door": Shot("", new_here=True),
    "picture": Shot(
        "?run=momentum~gamma=0.5&run=momentum~gamma=0.9&run=rmsprop~gamma=0.9&run=adam"
        "&lr=0.25&steps=30&at=9&show=levels,minima,step"
    ),
    "relief": Shot(f"?{HIMMELBLAU}&view=3d", dark=True),
    "inside": Shot(
        "inside?run=adam&at=6&if=uncorrected", size=(1440, 1000), seen="h3:has-text('In numbers')"
    ),
    "difference": Shot("?run=rmsprop&run=adam&run=adabelief", then=_difference),
    "critical": Shot("?on=himmelblau&run=momentum&run=adam&show=levels,minima,critical&point=3.39,0.07", dark=True),
    "panels": Shot(f"?{EIGHT}&steps=30&view=panels", dark=True),
    "gallery": Shot("", then=_gallery),
    "many": Shot(
        "many?run=momentum&many=map&steps=100", seen=".rv-race"
    ),
    "phone": Shot(f"?{HIMMELBLAU}", size=PHONE),
    "phone-dark": Shot(f"?{HIMMELBLAU}", size=PHONE, dark=True),
}  # fmt: skip


def take(browser: Browser, server: str, name: str, shot: Shot) -> None:
    """Write one picture."""
    width, height = shot.size
    is_phone = shot.size == PHONE
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.dark else "light",
        locale="en-US",
        is_mobile=is_phone,
        has_touch=is_phone,
    )
    context.set_default_timeout(90_000)
    if not shot.new_here:
        context.add_init_script(WAS_HERE)
    page = context.new_page()
    page.goto(f"{server}/{shot.address}")
    page.locator(shot.seen).first.wait_for()
    if shot.then is not None:
        shot.then(page)
    page.wait_for_timeout(STILL)
    page.screenshot(path=DOCS / f"{name}.png")
    context.close()


if __name__ == "__main__":
    with serving("app.py") as server, sync_playwright() as driver:
        args = [option for option in QUIET if option != "--disable-gpu"]
        browser = driver.chromium.launch(executable_path=chromium(), args=[*args, *SOFTWARE_GL])
        for name, shot in SHOTS.items():
            take(browser, server, name, shot)
            print(f"docs/{name}.png")
        browser.close()
