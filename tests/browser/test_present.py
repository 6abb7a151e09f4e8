"""The race for a whole room: over the whole screen, large, led by keys."""

import pytest

from tests.browser.conftest import address_of

pytestmark = pytest.mark.browser

ROOMS = [
    {"width": 1024, "height": 768},
    {"width": 1280, "height": 720},
    {"width": 1920, "height": 1080},
]
HIDDEN = (
    "[data-testid=stSidebar]",
    ".rv-toolbar",
    ".rv-lanes",
    ".rv-curves",
    ".rv-head-bar",
    ".st-key-chapter",
)
COVERED = """(selector) => {
  const seen = (node) => { const { x, y, width, height } = node.getBoundingClientRect()
    const top = document.elementFromPoint(x + width / 2, y + height / 2)
    return width > 0 && (node === top || node.contains(top)) }
  return [...document.querySelectorAll(selector)].some(seen)
}"""
NAMES_TOGETHER = """() => {
  const { right, bottom } = document.querySelector('.rv-panel .rv-ground').getBoundingClientRect()
  return [right, bottom, innerWidth, innerHeight]
}"""


def presents(one, press):
    press()
    one.page.locator(".rv-presents").wait_for()
    one.until(
        """() => {
          const room = document.querySelector('.rv-view').getBoundingClientRect()
          const drawn = document.querySelector('.rv-ground canvas.rv-over').getBoundingClientRect()
          return document.querySelector('.rv-presents').matches(':popover-open') && drawn.width > 0.9 * room.width
        }"""
    )


@pytest.mark.parametrize("size", ROOMS, ids=lambda size: str(size["width"]))
def test_a_room_sees_the_race_and_nothing_else(visit, size):
    one = visit("?chapter=stability&run=gradient_descent&run=adam&lr=0.48", size=size)
    presents(one, lambda: one.page.keyboard.press("p"))
    assert one.page.locator(".rv-heading h2").inner_text() == "Just over the edge"
    for text in (".rv-heading p", ".rv-bar output", ".rv-dial output", ".rv-panel .xtick text"):
        type_size = one.page.locator(text).first.evaluate(
            "e => parseFloat(getComputedStyle(e).fontSize)"
        )
        assert type_size >= 28 - 0.01, text
    for part in HIDDEN:
        assert not one.page.evaluate(COVERED, part), part
    right, bottom, wide, high = one.page.evaluate(NAMES_TOGETHER)
    assert right <= wide
    assert bottom <= high
    assert one.page.evaluate(
        "() => document.querySelector('.rv-presents').scrollHeight <= innerHeight"
    )
    bar = one.page.locator(".rv-tools").bounding_box()
    assert bar["y"] + bar["height"] <= size["height"]


def test_keys_lead_it_and_leaving_brings_the_page_back(visit):
    one = visit("?run=momentum&run=adam")
    before = one.page.locator(".rv-over").bounding_box()
    presents(one, one.page.get_by_role("button", name="Present").click)
    one.page.keyboard.press("Home")
    one.until("() => document.querySelector('.rv-arena').dataset.step === '0'")
    one.page.keyboard.press("ArrowRight")
    one.until("() => document.querySelector('.rv-arena').dataset.step === '1'")
    one.page.keyboard.press("q")
    one.until("() => document.querySelector('.rv-corner')?.naturalWidth > 0")
    one.page.keyboard.press("q")
    one.page.locator(".rv-corner").wait_for(state="detached")
    one.page.keyboard.press("q")
    one.page.keyboard.press("Escape")
    one.until(
        "() => !document.querySelector('.rv-presents') && !document.querySelector('.rv-corner')"
    )
    one.until(
        "({width}) => document.querySelector('.rv-over').getBoundingClientRect().width === width",
        width=before["width"],
    )
    assert one.page.locator(".rv-over").bounding_box() == before
    one.page.keyboard.press("q")  # alone it does nothing
    assert one.page.locator(".rv-corner").count() == 0
    one.addressed("at=1")


def test_a_slider_moves_the_race_there_and_another_language_is_spoken(visit):
    one = visit("?run=gradient_descent&lang=zh")
    presents(one, lambda: one.page.keyboard.press("p"))
    assert one.page.locator(".rv-heading h2").inner_text() == "峡谷"
    one.page.locator(".rv-dial input").focus()
    one.page.keyboard.press("ArrowRight")
    one.addressed("lr=")
    assert "lang=zh" in address_of(one.page)
    one.page.keyboard.press("p")
    one.until("() => !document.querySelector('.rv-presents')")


def test_side_by_side_every_panel_is_on_the_screen(visit):
    one = visit("?view=panels", size={"width": 1280, "height": 720})
    one.page.keyboard.press("p")
    one.page.locator(".rv-presents").wait_for()
    one.until("() => document.querySelector('.rv-presents').matches(':popover-open')")
    one.until(
        """() => {
          const foot = document.querySelector('.rv-tools').getBoundingClientRect().top
          const all = [...document.querySelectorAll('.rv-panel')].map((panel) => panel.getBoundingClientRect())
          return all.length === 5 && all.every(({ right, bottom, height }) => right <= innerWidth && bottom <= foot + 1 && height > 100)
        }"""
    )


def test_back_leads_out_of_it_to_the_page_before(visit):
    one = visit("?run=adam")
    one.page.get_by_role("link", name="Many runs").first.click()
    one.page.get_by_text("Fair race").first.wait_for()
    one.page.get_by_role("link", name="Compare").first.click()
    one.page.wait_for_selector(".rv-arena[data-curves]")
    presents(one, lambda: one.page.keyboard.press("p"))
    one.page.go_back()
    one.page.get_by_text("Fair race").first.wait_for()
    one.page.keyboard.press("Escape")
    one.page.set_viewport_size({"width": 1200, "height": 700})
    one.page.get_by_role("link", name="Compare").first.click()
    one.page.wait_for_selector(".rv-arena[data-curves]")
    assert not one.page.locator(".rv-presents").count()
