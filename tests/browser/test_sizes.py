"""The page on every screen that people hold or hang on a wall: whole picture, one bar, nothing over anything."""

import pytest

from tests.browser.conftest import patient

pytestmark = pytest.mark.browser

# width, height, whether it is held in a hand
SCREENS = [
    (390, 844, True), (844, 390, True), (812, 375, True), (820, 1180, True), (1024, 768, False), (1280, 720, False),
    (1440, 900, False), (1920, 1080, False),
]  # fmt: skip
WHERE = """() => {
  const box = (selector) => {
    const { left, right, top, bottom, width } = document.querySelector(selector)?.getBoundingClientRect() ?? {}
    return width ? { left, right, top, bottom } : null
  }
  const rows = (selector) => {
    const all = [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect()).filter(({ width }) => width)
    const middles = all.map(({ top, bottom }) => (top + bottom) / 2).sort((a, b) => a - b)
    return middles.filter((middle, i) => i === 0 || middle - middles[i - 1] > 12).length
  }
  return {
    bar: rows('.rv-bar > *'), tools: rows('.rv-dial > *'), toolbar: rows('.rv-toolbar button'),
    picture: box('.rv-stage'), foot: box('.rv-tools'), head: box('.rv-head-bar'), lanes: box('.rv-lanes'),
    menu: [...document.querySelectorAll('header a')].map((a) => a.getBoundingClientRect().right).reduce((a, b) => Math.max(a, b), 0),
    sideways: document.documentElement.scrollWidth - innerWidth,
  }
}"""
OPEN = (
    "() => document.querySelector('[data-testid=stSidebar]')?.getBoundingClientRect().right > 100"
)


def opened(visit, width, height, held, **how):
    return visit(size={"width": width, "height": height}, **how)


@pytest.mark.parametrize("lang", ["en-US", "zh-CN"])
@pytest.mark.parametrize(("width", "height", "held"), SCREENS, ids=lambda one: str(one))
def test_the_whole_picture_and_its_bar_are_on_the_screen(visit, width, height, held, lang):
    one = opened(visit, width, height, held, locale=lang, dark=width % 3 == 0)
    seen = one.page.evaluate(WHERE)
    assert seen["bar"] <= (2 if width < 640 else 1)
    assert seen["tools"] == 1
    assert seen["toolbar"] <= (2 if width < 640 else 1)
    assert seen["foot"]["bottom"] - seen["picture"]["top"] <= height - 56  # below the page's head
    assert seen["sideways"] <= 0
    assert seen["head"]["right"] <= width
    assert seen["menu"] <= seen["head"]["left"]
    for side, edge in (("left", 0), ("right", width)):
        assert (seen["picture"][side] - edge) * (1 if side == "left" else -1) >= 0


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1440, 900), (1920, 1080)])
def test_the_names_stand_beside_the_picture(visit, width, height):
    seen = opened(visit, width, height, False).page.evaluate(WHERE)
    assert seen["lanes"]["left"] >= seen["picture"]["right"]
    assert seen["lanes"]["bottom"] <= height


@pytest.mark.parametrize("size", [(844, 390), (820, 1180)])
def test_where_they_would_take_half_of_the_picture_the_settings_begin_closed(visit, size):
    one = opened(visit, *size, True)
    assert not one.page.evaluate(OPEN)
    one.page.get_by_role("button", name="All settings").click()
    one.until(OPEN)
    one.slider("shared--gamma").focus()
    one.page.keyboard.press("ArrowRight")
    one.addressed("gamma=")
    one.page.reload()
    one.page.wait_for_selector(".rv-arena[data-curves]")
    one.until(OPEN)  # as it was left


def test_on_a_telephone_every_page_is_one_press_away_and_the_race_stays(visit):
    one = visit("?run=adam&run=momentum", phone=True)
    pages = one.page.get_by_label("Pages", exact=True)
    for path, seen in (
        ("many", "Fair race"),
        ("inside", "In numbers"),
        ("verified", "Recorded with"),
    ):
        pages.select_option(f"pages/{path}.py")
        one.page.get_by_text(seen).first.wait_for()
        assert pages.input_value() == f"pages/{path}.py"
    pages.select_option("pages/compare.py")
    one.page.wait_for_selector(".rv-arena[data-curves]")
    one.addressed("run=adam&run=momentum")


def test_on_a_telephone_the_drawer_closes_over_the_page_that_was_chosen_in_it(visit):
    one = visit(phone=True)
    one.page.locator("[data-testid=stExpandSidebarButton]").click()
    one.page.locator("[data-testid=stSidebar] a", has_text="Many runs").click()
    one.page.get_by_text("Fair race").first.wait_for()
    one.until(f"() => !({OPEN})()")


def test_no_keyboard_comes_with_the_menu_of_a_lane(visit):
    one = visit(phone=True)
    one.page.get_by_role("button", name="Change Adam").click()
    one.page.locator(".rv-menu:popover-open").wait_for()
    assert one.page.evaluate("document.activeElement.tagName") == "BUTTON"
    for field in one.page.locator("input:not([type=range]):visible").all():
        assert field.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 16


# what the head and the drawer's button take, and whether two of them lie over each other
OVERLAID = """() => {
  const shown = (one) => one.offsetParent !== null && one.getBoundingClientRect().width > 0
  const boxes = [...document.querySelectorAll('.rv-head-bar button, .rv-head-bar select, [data-testid=stExpandSidebarButton]')]
    .filter(shown).map((one) => one.getBoundingClientRect())
  return boxes.some((a, i) => boxes.some((b, j) => i < j && a.right > b.left + 1 && b.right > a.left + 1 && a.bottom > b.top && b.bottom > a.top))
}"""


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_larger_type_of_the_browser_is_larger_here(browser, address, size):
    """Whoever reads at 24 pixels in place of 16 reads everything so, but for what is drawn in the picture."""
    context = patient(browser, viewport={"width": size[0], "height": size[1]}, locale="en-US")
    page = context.new_page()
    types = {"standard": 24, "fixed": 20}
    context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": types})
    for path, seen in (("", ".rv-lanes li b, .rv-lanes li"), ("inside", ".stMarkdown p")):
        page.goto(f"{address}/{path}")
        page.locator(".rv-share").wait_for()
        page.locator(seen).first.wait_for()
        page.wait_for_function(
            "() => getComputedStyle(document.documentElement).fontSize === '24px'"
        )
        assert (
            page.locator(seen).first.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
            >= 20
        )
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        assert not page.evaluate(OVERLAID)
    context.close()
