"""The races worth seeing: from the picture to the gallery, from race to race, and what a link carries on."""

import pytest

from tests.browser.conftest import WATCH_STEPS

pytestmark = pytest.mark.browser

TITLE = ".st-key-chapter strong"


def title(one, text):
    one.page.locator(TITLE, has_text=text).wait_for()


def plays(one, press):
    """What `press` opens runs by itself from its start and comes to its end, however long the page
    takes to be looked at.
    """
    one.page.evaluate(WATCH_STEPS)
    press()
    one.until(
        """() => {
          const { min, max, value } = document.querySelector('.rv-bar input')
          return window.steps.includes(min) && value === max
        }"""
    )


def test_from_the_picture_to_the_gallery_and_from_race_to_race(visit):
    one = visit()
    one.page.get_by_role("button", name="Races worth seeing").click()
    plays(one, one.page.get_by_role("dialog").get_by_text("Three learning rates").click)
    title(one, "Three learning rates")
    one.page.get_by_role("dialog").wait_for(state="hidden")
    one.addressed("chapter=three-rates")
    plays(one, one.page.get_by_role("button", name="Next", exact=True).click)
    title(one, "Just over the edge")
    one.addressed("chapter=stability")
    one.page.go_back()
    title(one, "Three learning rates")
    one.page.get_by_role("button", name="Back", exact=True).click()
    title(one, "Five rules in a ravine")
    assert one.page.get_by_role("button", name="Back", exact=True).is_disabled()


def test_a_card_below_opens_its_race_with_its_title(visit):
    one = visit()
    card = one.page.get_by_role("link", name="Too much memory").first
    plays(one, card.click)
    title(one, "Too much memory")


def test_it_plays_once_also_when_its_page_is_left(visit):
    one = visit()
    plays(one, one.page.get_by_role("link", name="Too much memory").first.click)
    one.page.locator(".rv-more").first.click()
    one.page.get_by_role("button", name="Look inside").click()
    one.page.get_by_text("In numbers").wait_for()
    one.page.evaluate(WATCH_STEPS)
    one.page.go_back()
    title(one, "Too much memory")
    one.page.wait_for_selector(".rv-arena[data-curves]")
    assert one.state("step") == "40"
    assert "0" not in one.page.evaluate("window.steps")


def test_the_title_stays_while_sliders_turn_and_goes_with_the_surface(visit):
    one = visit("?run=momentum~gamma%3D0.9&lr=0.1&steps=40&chapter=memory")
    title(one, "Too much memory")
    assert one.state("step") == "40"  # a link stands at its end, as everywhere
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowRight")
    one.until("() => !location.search.includes('lr=0.1&')")
    one.addressed("chapter=memory")
    title(one, "Too much memory")
    one.page.get_by_role("button", name="See all surfaces").click()
    one.page.get_by_role("dialog").get_by_text("Rosenbrock valley").first.click()
    one.addressed("on=rosenbrock")
    one.page.locator(TITLE).wait_for(state="detached")
    assert "chapter" not in one.url()


def test_a_chapter_that_is_none_costs_no_race(visit):
    one = visit("?run=adam&lr=0.05&chapter=nonsense")
    one.page.get_by_text("Some of this link could not be opened").wait_for()
    assert one.page.locator(TITLE).count() == 0
    assert "lr=0.05" in one.url()


def test_a_phone_walks_the_gallery(visit):
    one = visit(phone=True)
    one.page.get_by_role("button", name="Races worth seeing").tap()
    one.page.get_by_role("dialog").get_by_text("Three learning rates").tap()
    title(one, "Three learning rates")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 390
    one.page.get_by_role("button", name="Next", exact=True).tap()
    title(one, "Just over the edge")
