"""The door: what somebody sees who was never here."""

import pytest

from tests.browser.conftest import PATIENCE, WATCH_STEPS, Visit

pytestmark = pytest.mark.browser
SIZES = [(390, 844), (820, 1180), (1024, 768), (1280, 720), (1440, 900), (1920, 1080)]
LABELS = {
    "en-US": [
        "high ground",
        "the lowest point",
        "each line is one method walking downhill",
        "drag me",
    ],
    "zh-CN": ["高处", "最低点", "每条线是一种方法的下山路", "拖动我"],
}
IN_THE_PICTURE = """() => {
  const box = (one) => { const { left, right, top, bottom } = one.getBoundingClientRect(); return [left, right, top, bottom] }
  const frame = box(document.querySelector('.rv-over'))
  const labels = [...document.querySelectorAll('.rv-label')].map(box)
  const inside = labels.every(([l, r, t, b]) => l >= frame[0] && r <= frame[1] && t >= frame[2] && b <= frame[3])
  const apart = labels.every((a, i) => labels.every((b, j) => i >= j || a[1] <= b[0] || b[1] <= a[0] || a[3] <= b[2] || b[3] <= a[2]))
  return inside && apart
}"""


@pytest.fixture
def stranger(browser, address):
    """Opens a page for somebody whose browser was never here."""
    visits = []

    def new(query="", **how):
        visits.append(Visit(browser, address, new_here=True, **how))
        return visits[-1].open(query)

    yield new
    for one in visits:
        one.context.close()
        assert one.wrong == []


def labels(one):
    return sorted(one.page.locator(".rv-label").all_inner_texts())


def is_shut(one):
    one.page.locator(".rv-headline").wait_for(state="hidden")
    return one.page.locator(".rv-label:visible").count() == 0


def test_a_first_visit_plays_by_itself_and_is_gone_at_the_first_touch(stranger):
    one = stranger()
    one.page.locator(".rv-headline").wait_for()
    assert labels(one) == sorted(LABELS["en-US"])
    one.until("() => document.querySelector('.rv-arena').dataset.step === '20'")
    one.page.locator(".rv-play.rv-asks").wait_for()
    before = one.page.locator(".rv-over").bounding_box()
    one.page.mouse.click(1400, 700)
    assert is_shut(one)
    assert one.page.locator(".rv-over").bounding_box() == before  # nothing has moved
    assert one.page.locator(".rv-asks").count() == 0


def test_it_never_comes_again_uninvited_and_the_question_mark_brings_it(stranger):
    one = stranger()
    one.page.locator(".rv-headline").wait_for()
    one.page.keyboard.press("Escape")
    assert is_shut(one)
    one.page.reload()
    one.page.wait_for_selector(".rv-arena[data-curves]")
    assert is_shut(one)
    assert one.state("step") == "20"
    one.page.evaluate(WATCH_STEPS)
    one.page.get_by_role("button", name="What is this?").click()
    one.page.locator(".rv-headline").wait_for()
    assert labels(one) == sorted(LABELS["en-US"])
    one.until("() => window.steps.includes('0') && window.steps.at(-1) !== '0'")
    one.page.locator(".rv-play").click()  # the touch does what it does
    assert is_shut(one)
    one.page.get_by_role("button", name="Play", exact=True).wait_for()


def test_the_first_touch_may_be_the_start_that_is_dragged(stranger):
    one = stranger()
    one.page.locator(".rv-headline").wait_for()
    box = one.page.locator(".rv-handle").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    one.page.mouse.move(x, y)
    one.page.mouse.down()
    one.page.mouse.move(x + 60, y - 60, steps=5)
    one.page.mouse.up()
    assert is_shut(one)
    one.addressed("start=")


@pytest.mark.parametrize("query", ["?run=adam", "?on=saddle", "?embed=true", "?steps=30&lang=zh"])
def test_who_follows_a_link_sees_its_race(stranger, query):
    one = stranger(query)
    assert is_shut(one)
    assert one.state("step") == str(
        one.page.evaluate("document.querySelector('.rv-bar input').max")
    )


def test_who_wants_less_motion_presses_play(stranger):
    one = stranger(less_motion=True)
    one.page.locator(".rv-headline").wait_for()
    one.page.locator(".rv-play.rv-asks").wait_for()
    assert one.state("step") == "0"


def test_the_labels_stand_in_the_picture_and_apart(stranger):
    """At every size and in both languages."""
    for language in LABELS:
        one = stranger(locale=language)
        one.page.locator(".rv-headline").wait_for()
        for width, height in SIZES:
            one.page.set_viewport_size({"width": width, "height": height})
            one.page.wait_for_function(
                "(width) => document.querySelector('.rv-arena').getBoundingClientRect().right <= width",
                arg=width,
            )
            one.page.wait_for_function(IN_THE_PICTURE, timeout=PATIENCE)
            assert {LABELS[language][1], LABELS[language][3]} <= {*labels(one)}
            assert one.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
