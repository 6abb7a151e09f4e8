"""Every page, light and dark, on a desk and on a telephone: axe-core finds nothing against WCAG 2.2, levels A and AA."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, WIDE, patient

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
STANDS = {
    "": ".rv-arena[data-curves]",
    "inside": "h3:has-text('In numbers')",
    "many": ".stMain table",
    "verified": ".stMain table",
}


# what can be pushed aside is found by the head a moment after the page stands
REACHED = """() => [...document.querySelectorAll('.katex-display, .rv-results, :is(.stMarkdown, .stTable) :has(> table)')]
  .every((one) => one.tabIndex === 0 || one.scrollWidth <= one.clientWidth || getComputedStyle(one).overflowX === 'visible')"""


def violations(page, part=None):
    page.wait_for_function(REACHED)
    found = Axe().run(page, context=part, options=RULES).response["violations"]
    return {
        rule["id"]: [(node["html"][:200], node["failureSummary"]) for node in rule["nodes"]]
        for rule in found
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", list(STANDS))
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "telephone"])
def test_axe_finds_nothing(browser, address, path, scheme, size):
    context = patient(browser, viewport=size, color_scheme=scheme, locale="en-US")
    page = context.new_page()
    page.goto(f"{address}/{path}")
    page.locator(STANDS[path]).first.wait_for()
    page.locator(".rv-share").wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => document.documentElement.dataset.rvMode")
    assert violations(page) == {}
    page.context.close()


def test_its_menus_have_none_either(visit):
    one = visit()
    for opened in ("Share", "Export", "Show", "Add an optimizer", "Change Adam"):
        one.page.get_by_role("button", name=opened, exact=True).click()
        one.page.locator(".rv-menu:popover-open").wait_for()
        assert violations(one.page, ".rv-menu:popover-open") == {}, opened
        one.page.keyboard.press("Escape")
    one.page.keyboard.press("p")
    one.page.locator(".rv-presents").wait_for()
    assert violations(one.page, ".rv-presents") == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "opened", ["What is the difference?", "Races worth seeing", "The same in code"]
)
def test_its_windows_have_none_either(visit, opened, dark):
    one = visit(dark=dark)
    one.page.get_by_role("button", name=opened, exact=True).first.click()
    window = one.page.get_by_role("dialog", name=opened if "code" not in opened else None)
    window.locator(".katex, .rv-gallery img, pre").first.wait_for()
    assert violations(one.page, "[role=dialog]") == {}


def test_the_relief_has_none(visit_3d):
    one = visit_3d("?view=3d&on=rosenbrock&run=adam&steps=12")
    one.page.wait_for_selector(".rv-relief canvas")
    assert violations(one.page, ".rv-arena") == {}
