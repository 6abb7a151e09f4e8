import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import sync_playwright

from benchmarks.servers import QUIET, chromium, serving


def apart(work):
    """What a coroutine answers. It runs in a thread of its own: Playwright has the event loop of this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PATIENCE = 90_000  # milliseconds: a machine may be busy, and what does not come never comes


def address_of(page):
    """The address as the page has it: Playwright's `page.url` hears of a change some time after it."""
    return page.evaluate("location.href")


def patient(browser, **how):
    """A browser of its own for a visitor, that waits PATIENCE for what is to be seen."""
    context = browser.new_context(**how)
    context.set_default_timeout(PATIENCE)
    return context


def choose(page, field, option):
    """Pick from one of Streamlit's menus: looked up anew until it is picked, as a run of the page closes the menu."""
    choice = page.get_by_role("option", name=option, exact=True).first
    for _opened in range(PATIENCE // 2_000):
        field.click()
        field.fill(option)
        try:
            choice.click(timeout=2_000)
        except Late:
            continue
        return
    raise AssertionError(f"the menu never offered {option}")


@pytest.fixture(scope="session")
def address():
    # what is compiled ahead would take the processor from the hand that is tested
    os.environ["RAVINE_PATIENCE"] = "3600"
    with serving("app.py") as url:
        yield url


@pytest.fixture(scope="module")
def driver():
    """It has this thread's event loop as long as it is there: no longer than a module of tests."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def browser(driver):
    browser = driver.chromium.launch(executable_path=chromium(), args=list(QUIET))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def browser_3d(driver):
    """One that draws in three dimensions, by software."""
    gl = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
    args = [option for option in QUIET if option != "--disable-gpu"]
    browser = driver.chromium.launch(executable_path=chromium(), args=[*args, *gl])
    yield browser
    browser.close()


# the door is for who was never here (tests/browser/test_door.py)
WAS_HERE = "try { localStorage.setItem('ravine-was-here', 'yes') } catch {}"

# the steps that the arena has shown since then, in window.steps
WATCH_STEPS = """() => {
  window.steps = []
  window.watching ??= new MutationObserver(() => window.steps.push(document.querySelector('.rv-arena')?.dataset.step))
  window.watching.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-step"] })
}"""


class Visit:
    """One visitor at one page, with ears for everything that goes wrong."""

    def __init__(
        self,
        browser,
        address,
        phone=False,
        dark=False,
        before="",
        size=WIDE,
        locale="en-US",
        new_here=False,
        less_motion=False,
    ):
        self.context = patient(
            browser,
            viewport=NARROW if phone else size,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            locale=locale,
            reduced_motion="reduce" if less_motion else "no-preference",
        )
        if not new_here:
            self.context.add_init_script(WAS_HERE)
        self.page = self.context.new_page()
        self.page.add_init_script(before)
        self.address, self.wrong, self.outside = address, [], []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on(
            "request", lambda r: self.outside.append(r.url) if not self._is_ours(r.url) else None
        )

    def _is_ours(self, url):
        return url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:"))

    def open(self, query=""):
        self.page.goto(f"{self.address}/{query}")
        self.page.wait_for_selector(".rv-arena[data-ready=true]")
        self.page.wait_for_selector(".rv-arena[data-curves]")
        return self

    @property
    def arena(self):
        return self.page.locator(".rv-arena")

    def url(self):
        return address_of(self.page)

    def state(self, name):
        return self.arena.get_attribute(f"data-{name}")

    def until(self, condition, **values):
        self.page.wait_for_function(condition, arg=values or None)

    def drawn(self, link):
        """Wait until the race with this link is on the screen."""
        self.until(
            "({link}) => document.querySelector('.rv-arena').dataset.drawn === link", link=link
        )

    def addressed(self, part):
        self.until("({part}) => decodeURIComponent(location.search).includes(part)", part=part)

    def slider(self, key):
        return self.page.locator(f".st-key-{key} input[type=range]").first

    def pixels(self, panel=0):
        """How many pixels of a panel's canvas are painted."""
        return (
            self.page.locator(".rv-over")
            .nth(panel)
            .evaluate(
                "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                " let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n }"
            )
        )


@pytest.fixture
def visit(browser, address):
    yield from visiting(browser, address)


@pytest.fixture
def visit_3d(browser_3d, address):
    """With a small picture: it is drawn without a graphics card."""
    yield from visiting(browser_3d, address, size={"width": 1100, "height": 800})


def visiting(browser, address, **how):
    visits = []

    def new(query="", **more):
        visits.append(Visit(browser, address, **how, **more))
        return visits[-1].open(query)

    yield new
    for one in visits:
        one.context.close()
        assert one.wrong == []
        assert one.outside == []
