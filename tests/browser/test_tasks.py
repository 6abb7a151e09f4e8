"""What a class needs, counted in clicks: from a fresh first page at 1440x900 to what was to be seen, and without scrolling
more than one screen.
"""

import re
from typing import NamedTuple

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
DESK = {"width": 1440, "height": 900}
# clicks that a person made, and how far anything was scrolled, in window.done
COUNT = """
window.done = { clicks: 0, scrolled: 0 }
addEventListener('click', (event) => { if (event.isTrusted && event.detail) window.done.clicks++ }, true)
addEventListener('scroll', ({ target }) => {
  window.done.scrolled = Math.max(window.done.scrolled, target.scrollTop ?? scrollY)
}, true)
"""


class Task(NamedTuple):
    """Somebody new at the first page, whose clicks are counted."""

    one: Visit

    def press(self, role, name, **more):
        self.one.page.get_by_role(role, name=name, exact=True, **more).first.click()

    def gallery(self, title):
        self.press("button", "Races worth seeing")
        self.one.page.get_by_role("dialog").get_by_text(title, exact=True).click()
        self.one.page.locator(".st-key-chapter strong", has_text=title).wait_for()

    def story(self, name, text):
        self.one.page.locator(".rv-lanes li", has_text=name).filter(has_text=text).first.wait_for()

    def took(self, clicks):
        done = self.one.page.evaluate("() => window.done")
        assert done["clicks"] <= clicks
        assert done["scrolled"] <= DESK["height"]


@pytest.fixture
def task(browser, address):
    visits = []

    def new():
        visits.append(Visit(browser, address, new_here=True, size=DESK, before=COUNT))
        return Task(visits[-1].open())

    yield new
    for one in visits:
        one.context.close()
        assert one.wrong == []


def test_momentum_overshoots(task):
    it = task()
    it.gallery("Too much memory")
    it.story("Momentum 2", re.compile(r"Overshoots \d+ times"))
    it.took(2)


def test_who_leaves_the_saddle(task):
    it = task()
    it.gallery("Who leaves the saddle first?")
    it.story("Gradient descent", "moving")
    it.took(2)


def test_adam_against_gradient_descent_on_rosenbrock_fairly(task):
    """At one rate for all Adam is last there, which is the rate's fault."""
    it = task()
    page = it.one.page
    page.get_by_role("combobox", name="Surface").click()
    page.get_by_role("option", name="Rosenbrock").first.click()
    it.one.addressed("on=rosenbrock")
    it.press("button", "each at its best η")
    it.one.page.locator(".rv-rates [aria-pressed=true]", has_text="best").wait_for()
    it.one.addressed("~lr=")
    it.one.until(
        """() => {
          const height = (name) => {
            const row = [...document.querySelectorAll('.rv-results tbody tr')].find((one) => one.cells[0].textContent === name)
            return Number(row?.querySelector('.rv-final').textContent.replace('−', '-'))
          }
          return height('Adam') < height('Gradient descent') / 10
        }"""
    )
    it.took(4)


def test_a_rate_that_is_too_large(task):
    it = task()
    thumb = it.one.slider("shared--lr").locator("xpath=../..").bounding_box()
    it.one.page.mouse.move(thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2)
    it.one.page.mouse.down()
    it.one.page.mouse.move(thumb["x"] + DESK["width"] / 4, thumb["y"], steps=8)
    it.one.page.mouse.up()
    it.story("Gradient descent", re.compile("Left the picture|Overflow"))
    it.took(1)


def test_a_link(task):
    it = task()
    it.one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    it.press("button", "Share")
    it.press("button", "Copy the link")
    it.one.until("async () => (await navigator.clipboard.readText()).startsWith(location.origin)")
    it.took(2)


def test_a_qr_code(task):
    it = task()
    it.press("button", "Share")
    it.one.page.locator(".rv-menu:popover-open img").click()
    it.one.until("() => document.querySelector('.rv-qr-whole img')?.naturalWidth > 0")
    it.took(2)


def test_a_picture(task):
    it = task()
    it.press("button", "Export")
    with it.one.page.expect_download() as download:
        it.press("button", "Image (PNG)")
    assert download.value.suggested_filename.endswith(".png")
    it.took(2)


def test_chinese(task):
    it = task()
    it.press("button", "中文")
    it.one.until("() => document.documentElement.lang === 'zh-CN'")
    it.one.page.get_by_role("button", name="值得一看的比赛").wait_for()
    it.took(1)


def test_present(task):
    it = task()
    it.press("button", re.compile("^Present"))
    it.one.page.locator(".rv-presents").wait_for()
    it.took(1)
