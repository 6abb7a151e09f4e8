"""The line below the picture, the fair race in place, and what is done out of sight of the picture."""

import pytest

pytestmark = pytest.mark.browser

SAID = "({text}) => document.querySelector('.rv-remark').textContent.includes(text)"
IN_VIEW = """() => {
  const { top, bottom } = document.querySelector('.rv-stage').getBoundingClientRect()
  return bottom > 200 && top < innerHeight - 200
}"""


def step_to(one, step):
    while int(one.state("step")) > step:
        one.page.keyboard.press("ArrowLeft")
    one.until(
        "({step}) => document.querySelector('.rv-arena').dataset.step === step", step=str(step)
    )


def test_a_race_that_stands_says_what_the_step_did(visit):
    one = visit("?run=momentum&run=adam")
    step_to(one, 3)
    one.until(SAID, text="Momentum, step 3: x₂ overshot")
    one.page.keyboard.press(" ")
    one.until("() => document.querySelector('.rv-remark').textContent === ''")
    one.page.keyboard.press(" ")
    one.until(SAID, text="Momentum, step")


def test_a_point_that_is_hovered_says_what_its_step_did(visit):
    one = visit("?run=momentum&run=adam&at=6")
    ground = one.page.locator(".rv-ground").bounding_box()
    # all over the picture until a point of Adam's path is met
    for x in range(int(ground["x"]) + 60, int(ground["x"] + ground["width"]) - 30, 9):
        for y in range(int(ground["y"]) + 20, int(ground["y"] + ground["height"]) - 40, 18):
            one.page.mouse.move(x, y)
        if "Adam" in one.page.locator(".rv-remark").inner_text():
            break
    one.until(SAID, text="Adam, step")


def test_a_start_that_moved_by_accident_is_put_back_where_it_happened(visit):
    one = visit("?run=adam&start=-4,1.5")
    before = one.url()
    ground = one.page.locator(".rv-ground").bounding_box()
    one.page.mouse.click(ground["x"] + 0.7 * ground["width"], ground["y"] + 0.3 * ground["height"])
    one.until(
        "({before}) => location.href !== before && !location.search.includes('-4')", before=before
    )
    one.page.get_by_role("button", name="Undo").click()
    one.addressed("start=-4.0,1.5")
    one.until("() => !document.querySelector('.rv-remark button')")


def test_the_fair_race_in_place_and_back(visit):
    one = visit("?on=rosenbrock&run=gradient_descent&run=adam")
    values = "() => [...document.querySelectorAll('.rv-lane .rv-value')].map((one) => parseFloat(one.textContent.replace('−', '-')))"
    descent, adam = one.page.evaluate(values)
    assert adam > 2 * descent
    one.page.get_by_role("button", name="each at its best η").click()
    one.until(
        "() => document.querySelector('.rv-rates [aria-pressed=true]')?.textContent.includes('best')"
    )
    descent, adam = one.page.evaluate(values)
    assert adam < 1e-3 * descent
    assert len(set(one.page.locator(".rv-lane i").all_inner_texts())) == 2
    one.page.reload()
    one.page.wait_for_selector(".rv-arena[data-curves]")
    one.until(
        "() => document.querySelector('.rv-rates [aria-pressed=true]')?.textContent.includes('best')"
    )
    one.page.get_by_role("button", name="same η for all").click()
    one.until(
        "() => document.querySelector('.rv-rates [aria-pressed=true]')?.textContent.includes('same')"
    )
    one.until("() => !location.search.includes('lr')")


def test_follow_brings_back_who_overshot_and_came_back(visit):
    one = visit("?run=gradient_descent&run=momentum&gamma=0.9&steps=60")
    follow = one.page.get_by_role("button", name="Follow")
    assert follow.is_enabled()
    follow.click()
    one.addressed("zoom=")
    one.until("() => document.querySelector('.rv-follow').disabled")


def test_what_is_done_below_the_picture_is_seen_and_said(visit):
    one = visit()
    one.page.get_by_role("button", name="Compare dialects").first.click()
    one.page.get_by_text("runs once in each of its forms").wait_for()
    one.until(IN_VIEW)
    one = visit()
    one.page.get_by_text("Your own rule").first.click()
    one.page.get_by_role("button", name="Race it").click()
    one.page.get_by_text("Your rule runs in the race").wait_for()
    one.until(IN_VIEW)


def test_what_cannot_be_done_is_said_wherever_one_is(visit):
    one = visit("?run=adam")
    one.page.mouse.wheel(0, 3000)
    one.page.get_by_role("button", name="Adam", exact=True).click()
    one.page.locator("[data-testid=stToast]", has_text="at least one optimizer").wait_for()
    one.until("() => document.querySelectorAll('.rv-lane').length === 1")
