"""A visitor who does anything at any time: the console stays clean, and the picture ends as the address says."""

import random

import pytest
from playwright.sync_api import TimeoutError as TooLong

pytestmark = pytest.mark.browser

SOON = 2000  # ms: what cannot be pressed by then (it is disabled, or gone) is let be


class Wanderer:
    """Presses, drags and types by chance, the same for the same seed."""

    def __init__(self, page, seed):
        self.page, self.chance = page, random.Random(seed)

    def some(self, selector):
        found = self.page.locator(selector)
        count = found.count()
        return found.nth(self.chance.randrange(count)) if count else None

    def press(self, selector):
        if target := self.some(selector):
            target.click(timeout=SOON)

    def menu(self, opener, item):
        self.press(opener)
        self.press(f".rv-menu {item}:not(:disabled)")
        self.page.keyboard.press("Escape")

    def drag(self, selector, far):
        target = self.some(selector)
        if not target or not (box := target.bounding_box(timeout=SOON)):
            return
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for _ in range(8):
            self.page.mouse.move(
                x + self.chance.uniform(-far, far), y + self.chance.uniform(-far, far) / 2
            )
        self.page.mouse.up()

    def slide(self):
        if slider := self.some("[data-testid=stSidebar] input[type=range]"):
            slider.focus(timeout=SOON)
            for _ in range(4):
                self.page.keyboard.press(self.chance.choice(["ArrowLeft", "ArrowRight"]))

    def assign(self):
        keys = self.page.locator(".rv-dial option").evaluate_all(
            "options => options.map(o => o.value)"
        )
        self.page.locator(".rv-dial select").select_option(self.chance.choice(keys), timeout=SOON)

    def key(self):
        self.page.keyboard.press(
            self.chance.choice(["1", "2", "3", "Home", "End", "ArrowLeft", "ArrowRight", " "])
        )

    def act(self):
        acts = [
            lambda: self.press(".rv-layouts button:not(.rv-3d)"),
            lambda: self.press(".rv-views button:not(:disabled)"),
            lambda: self.menu(".rv-show", "input"),
            lambda: self.menu(".rv-pick", "input"),
            lambda: self.menu(".rv-more", "button"),
            lambda: self.menu(".rv-add", "button"),
            lambda: self.press(".rv-play"),
            lambda: self.drag(".rv-dial input[type=range]", 150),
            lambda: self.drag(".rv-handle", 120),
            lambda: self.drag(".rv-ground", 90),
            lambda: self.press(".rv-card"),
            lambda: self.press("[data-testid=stSidebar] button[data-variant=pills]"),
            self.slide,
            self.assign,
            self.key,
        ]
        try:
            self.chance.choice(acts)()
        except TooLong:
            self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(self.chance.choice([0, 40, 200]))


@pytest.mark.parametrize("seed", [2, 11])
def test_whatever_is_done_the_picture_is_that_of_the_address(visit, seed):
    one = visit()
    one.page.wait_for_selector(".rv-card")
    wanderer = Wanderer(one.page, seed)
    for _ in range(25):
        wanderer.act()
    one.page.mouse.up()
    one.page.wait_for_timeout(1500)
    if not one.arena.count():  # the menu of a lane led inside its steps
        one.page.locator("[data-testid=stTopNavLink]").first.click()
        one.page.wait_for_selector(".rv-arena[data-ready=true]")
    one.until(
        "() => document.querySelector('.rv-play').dataset.shows === 'play' || document.querySelector('.rv-play').click()"
    )
    one.until(
        "() => document.querySelector('.rv-arena').dataset.drawn === location.search.slice(1)"
    )
