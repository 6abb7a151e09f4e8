"""Predict first: one visitor is asked about a race before it is run, and sees how near the guess was."""

import json
import urllib.parse
import urllib.request
from typing import ClassVar

import pytest

from tests.browser.conftest import NARROW
from tests.browser.test_accessible import REACHED, violations

pytestmark = pytest.mark.browser

LINK = "on=ravine&run=momentum&run=adam&run=adagrad&steps=8"
KINDS = ["point", "lane", "order", "number", "choice"]
TELLS = ".rv-story, .rv-value, .rv-curves, .rv-results, .rv-critical summary, .rv-spot, .rv-remark, .rv-gallery"
SEEN = """(tells) => [...document.querySelectorAll(tells)]
  .filter((one) => one.textContent.trim() && one.checkVisibility({ visibilityProperty: true })).map((one) => one.className)"""
STORIES = "() => [...document.querySelectorAll('.rv-story')].map((one) => one.textContent)"
FOCUS = "(part) => document.activeElement?.matches(part)"
PHASE = "({phase}) => document.querySelector('.rv-arena').dataset.predicts === phase"
ASKED = "({text}) => document.querySelector('.rv-arena').dataset.predicts === 'asks' && document.querySelector('.rv-question h3')?.textContent === text"
SEND = ".rv-question [type=submit]"


class Mouse:
    """Answers with the mouse."""

    how: ClassVar = {}

    def __init__(self, one):
        self.one, self.page = one, one.page

    def press(self, part):
        self.page.locator(part).first.click()

    def open(self):
        self.press(".rv-predict")

    def choose(self, number):
        self.page.locator(".rv-others select").select_option(index=number)

    def place(self, x, y):
        self.page.mouse.click(x, y)

    def answer(self, kind):
        """A first answer of this kind; what it is called."""
        if kind == "point":
            self.place(*pixel(self.page, 0.75, 0.25))
            return "(−0.25, 0.875)"
        if kind in {"lane", "choice"}:
            self.press(".rv-question .choice:nth-of-type(2)")
            return {"lane": "Adam", "choice": "It is still on its way. (80\u00a0%)"}[kind]
        if kind == "order":
            self.press(".rv-question [aria-label='Move Adam up']")
            return "Adam › Momentum › AdaGrad"
        box = self.page.locator(".rv-question input[type=range]").bounding_box()
        self.place(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        return "η = 0."

    def send(self):
        self.press(SEND)


class Finger(Mouse):
    """Answers with a finger, on a telephone."""

    how: ClassVar = {"phone": True}

    def press(self, part):
        self.page.locator(part).first.tap()

    def place(self, x, y):
        self.page.touchscreen.tap(x, y)


class Keyboard(Mouse):
    """Answers with keys alone."""

    def press(self, part):
        self.go(part)
        self.page.keyboard.press("Enter")

    def go(self, part, key="Tab"):
        for _key in range(200):
            if self.page.evaluate(FOCUS, part):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"no key leads to {part}")

    def choose(self, number):
        self.go(".rv-others select")
        for _key in range(number):
            self.page.keyboard.press("ArrowDown")

    def answer(self, kind):
        if kind == "order":
            return super().answer(kind)
        if kind in {"lane", "choice"}:
            self.go(".choice input", "Shift+Tab")  # the last one, as there is none yet
            self.page.keyboard.press("ArrowDown")
            return {"lane": "Momentum", "choice": "It reaches a lowest point. (80\u00a0%)"}[kind]
        self.go(".rv-question fieldset label:nth-of-type(1) input, form > label input", "Shift+Tab")
        self.page.keyboard.press("End")
        if kind == "number":
            return "η = 10"
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Home")
        return "(1.5, −2.5)"


def pixel(page, across, down):
    """A place in the frame of the picture, by its shares."""
    return page.locator(".nsewdrag").first.evaluate(
        "(frame, [across, down]) => { const b = frame.getBoundingClientRect();"
        " return [b.left + across * b.width, b.top + down * b.height] }",
        [across, down],
    )


def asks(one, link=LINK):
    """All that can be asked of a race."""
    with urllib.request.urlopen(f"{one.address}/ravine/questions?{link}") as answer:
        return json.loads(answer.read())["questions"]


def truth(one, asked, answer):
    who = "" if asked["lane"] is None else asked["lane"]
    query = urllib.parse.urlencode(
        {"ask": asked["kind"], "who": who, "answer": json.dumps(answer), "lang": "en"}
    )
    with urllib.request.urlopen(f"{one.address}/ravine/truth?{LINK}&{query}") as found:
        return json.loads(found.read())["truth"]


@pytest.fixture
def slow(visit):
    """A visit in which the race plays for so long that it can be cut short."""

    def new(query="", **how):
        one = visit(query, **how)
        one.page.locator(".rv-bar select").select_option("0.25")
        return one

    return new


def until(one, phase):
    one.until(PHASE, phase=phase)


def opened(one, kind="point", hand=Mouse):
    """A question of this kind is open."""
    hand(one).open()
    until(one, "asks")
    listed = asks(one)
    number = next(i for i, asked in enumerate(listed) if asked["kind"] == kind)
    if number:
        hand(one).choose(number)
    one.until(ASKED, text=listed[number]["text"])
    return listed[number]


def nothing_is_told(one, stories):
    assert one.page.evaluate(SEEN, TELLS) == []
    heard = one.page.locator("body").aria_snapshot()
    assert not any(story in heard for story in stories)
    assert "Level curves of Ravine with the start" in heard
    assert one.page.locator(".rv-tools").is_hidden()


@pytest.mark.parametrize("hand", [Mouse, Finger, Keyboard])
@pytest.mark.parametrize("kind", KINDS)
def test_a_guess_of_every_kind_from_a_fresh_page_to_the_next_question(slow, kind, hand):
    one = slow(f"?{LINK}&show=levels,minima,step,fan", **hand.how)
    stories, whole = one.page.evaluate(STORIES), one.pixels()
    wanted = []
    one.page.on("request", lambda r: wanted.append(r.url) if "/ravine/truth" in r.url else None)
    opened(one, kind, hand)
    nothing_is_told(one, stories)
    assert one.pixels() < 0.2 * whole
    assert one.page.locator(".rv-heard").text_content() in one.page.locator("h3").all_inner_texts()
    said = hand(one).answer(kind)
    assert wanted == []
    hand(one).send()
    until(one, "plays")
    assert one.page.locator(".rv-tools").is_visible()
    hand(one).press(".rv-question .rv-act")
    until(one, "told")
    assert len(wanted) == 1
    told = one.page.locator(".rv-told").inner_text()
    assert f"Your answer: {said}" in told
    assert "What came out: " in told
    assert "Right guesses in a row, in this browser: " in told
    assert "What came out: " in one.page.locator(".rv-heard").text_content()
    away = one.page.locator(".rv-away").inner_text()
    assert one.page.locator(".rv-guess").inner_text().endswith(away)
    assert set(stories) <= set(one.page.locator(".rv-story").all_inner_texts())
    hand(one).press(".rv-question .rv-main-act")
    until(one, "asks")
    assert one.page.locator(".rv-guess").count() == 0
    nothing_is_told(one, stories)


def test_the_race_is_watched_to_its_end_and_the_guess_stays_beside_it(visit):
    one = visit(f"?{LINK}")
    opened(one)
    Mouse(one).answer("point")
    Mouse(one).send()
    until(one, "plays")
    assert one.page.evaluate(SEEN, ".rv-story, .rv-curves, .rv-results") == []
    assert one.page.locator(".rv-guess").inner_text() == "Your answer: (−0.25, 0.875)"
    until(one, "told")
    assert one.state("step") == "8"
    marked = one.pixels()
    place = one.page.locator(".rv-guess").bounding_box()
    frame = one.page.locator(".nsewdrag").first.bounding_box()
    assert place["x"] >= frame["x"]
    assert place["x"] + place["width"] <= frame["x"] + frame["width"]
    assert place["y"] + place["height"] <= frame["y"] + frame["height"]
    one.page.get_by_role("button", name="No more questions").click()
    one.until("() => !document.querySelector('.rv-question, .rv-guess')")
    assert one.pixels() < marked
    assert one.page.evaluate(FOCUS, ".rv-predict")


def test_a_row_of_right_guesses_stays_in_this_browser(slow):
    one = slow(f"?{LINK}")
    for row in (1, 2):
        asked = opened(one, "lane")
        right = truth(one, asked, 0)
        one.page.locator(".rv-question .choice").nth(right).click()
        Mouse(one).send()
        one.page.get_by_role("button", name="Show what came out").click()
        one.page.get_by_text(f"in this browser: {row}.").first.wait_for()
        assert one.page.locator(".rv-away").inner_text() == "That is right."
        one.page.reload()
        one.page.wait_for_selector(".rv-arena[data-curves]")
    opened(one, "lane")
    one.page.locator(".rv-question .choice").nth((right + 1) % 3).click()
    Mouse(one).send()
    one.page.get_by_role("button", name="Show what came out").click()
    one.page.get_by_text("in this browser: 0.").first.wait_for()
    other = slow(f"?{LINK}")
    assert other.page.evaluate("() => localStorage.getItem('ravine-guesses')") is None


def test_the_next_question_is_of_another_kind(slow):
    one = slow(f"?{LINK}")
    kinds = []
    Mouse(one).open()
    for _turn in range(3):
        until(one, "asks")
        text = one.page.locator(".rv-question h3").inner_text()
        kinds.append(next(asked["kind"] for asked in asks(one) if asked["text"] == text))
        Mouse(one).answer(kinds[-1])
        Mouse(one).send()
        one.page.get_by_role("button", name="Show what came out").click()
        one.page.get_by_role("button", name="Next question").click()
    assert kinds == ["point", "lane", "order"]


def test_a_turned_slider_is_told_and_the_race_as_it_is_now_can_be_asked_about(visit):
    one = visit(f"?{LINK}")
    opened(one)
    slider = one.slider("steps")
    slider.focus()
    slider.press("ArrowRight")
    one.page.get_by_text("The question is about the race as it was.").wait_for()
    assert "8 steps" in one.page.locator(".rv-question h3").inner_text()
    Mouse(one).answer("point")
    with one.page.expect_request("**/ravine/truth?**") as asked:
        Mouse(one).send()
    assert "steps=8" in asked.value.url
    until(one, "told")
    assert one.page.locator(".rv-guess").count() == 0
    one.page.get_by_role("button", name="Ask about the race as it is now").click()
    one.until("() => / 9 steps/.test(document.querySelector('.rv-question h3')?.textContent)")
    assert one.page.locator(".rv-changed").is_hidden()


def test_a_slider_takes_the_guess_from_the_picture_and_back(slow):
    one = slow(f"?{LINK}")
    opened(one)
    Mouse(one).answer("point")
    Mouse(one).send()
    one.page.get_by_role("button", name="Show what came out").click()
    until(one, "told")
    one.page.locator(".rv-guess").wait_for()
    slider = one.slider("steps")
    slider.focus()
    slider.press("ArrowRight")
    one.page.locator(".rv-guess").wait_for(state="detached")
    slider.press("ArrowLeft")
    one.page.locator(".rv-guess").wait_for()
    one.page.locator(".rv-changed").wait_for(state="hidden")


def test_escape_closes_it_and_the_race_stands_where_it_stood(visit):
    one = visit(f"?{LINK}&at=5")
    keys = Keyboard(one)
    keys.open()
    until(one, "asks")
    assert one.state("step") == "0"
    for key in (" ", "End", "ArrowRight", "1"):
        one.page.locator(".rv-arena").focus()
        one.page.keyboard.press(key)
    assert one.state("step") == "0"
    one.page.keyboard.press("Escape")
    one.until("() => !('predicts' in document.querySelector('.rv-arena').dataset)")
    one.until("() => document.querySelector('.rv-arena').dataset.step === '5'")
    assert one.page.evaluate(FOCUS, ".rv-predict")
    assert one.page.evaluate(SEEN, ".rv-story")


def test_a_press_on_the_picture_is_a_guess_and_moves_no_start(visit):
    one = visit(f"?{LINK}&zoom=-6,-2,-3,1")
    opened(one, "point")
    before = one.url()
    one.page.mouse.click(*pixel(one.page, 0.5, 0.5))
    one.page.get_by_text("x₁ = −4", exact=True).wait_for()
    one.page.get_by_text("x₂ = −1", exact=True).wait_for()
    one.page.mouse.click(*pixel(one.page, 0.25, 0.75))  # on the start
    one.page.get_by_text("x₁ = −5", exact=True).wait_for()
    one.page.get_by_text("x₂ = −2", exact=True).wait_for()
    assert "start" not in one.url()
    assert one.url().partition("zoom")[2] == before.partition("zoom")[2]


def test_another_page_and_back(visit):
    one = visit(f"?{LINK}")
    opened(one)
    one.page.get_by_role("link", name="Verified").click()
    one.page.locator(".stMain table").first.wait_for()
    assert one.page.locator(".rv-question").count() == 0
    one.page.get_by_role("link", name="Compare").click()
    one.page.wait_for_selector(".rv-arena[data-curves]")
    assert one.page.evaluate(SEEN, ".rv-story")
    opened(one, "lane")
    Mouse(one).answer("lane")
    Mouse(one).send()
    until(one, "plays")


def test_what_goes_wrong_is_a_sentence_and_can_be_tried_again(visit):
    one = visit(f"?{LINK}")
    one.page.route("**/ravine/questions?**", lambda route: route.abort(), times=1)
    Mouse(one).open()
    alert = one.page.locator(".rv-wrong")
    one.page.get_by_text("The server could not be reached. Try again.").wait_for()
    one.page.get_by_role("button", name="Try again", exact=True).click()
    until(one, "asks")
    Mouse(one).answer("point")
    says = {"status": 400, "body": json.dumps({"says": "It does not end in the picture."})}
    one.page.route("**/ravine/truth?**", lambda route: route.fulfill(**says), times=1)
    Mouse(one).send()
    one.page.get_by_text("It does not end in the picture.").wait_for()
    assert one.page.evaluate(SEEN, ".rv-story") == []
    assert one.page.locator(SEND).is_enabled()
    assert alert.get_attribute("role") == "alert"
    Mouse(one).send()
    until(one, "plays")
    assert alert.inner_text() == ""
    assert all("Failed to load resource" in text for text in one.wrong)
    one.wrong.clear()


def test_without_a_line_its_script_is_asked_for_again(visit):
    one = visit(f"?{LINK}")
    one.page.route("**/arena/predict.js", lambda route: route.abort(), times=1)
    Mouse(one).open()
    one.page.get_by_text("The server could not be reached. Try again.").wait_for()
    one.wrong.clear()
    one.page.locator(".rv-predict").click()
    until(one, "asks")


def test_without_the_style_that_hides_the_answer_nothing_is_asked(visit):
    one = visit(f"?{LINK}")
    one.page.route("**/arena/predict.css", lambda route: route.abort(), times=1)
    Mouse(one).open()
    one.page.get_by_text("The server could not be reached. Try again.").wait_for()
    assert one.page.locator(".rv-arena").get_attribute("data-predicts") is None
    one.wrong.clear()
    one.page.locator(".rv-predict").click()
    until(one, "asks")
    assert one.page.evaluate(SEEN, ".rv-story") == []


def test_a_chapter_does_not_say_what_becomes_of_it(visit):
    one = visit()
    one.page.get_by_role("button", name="Races worth seeing").click()
    one.page.get_by_role("dialog").locator(".rv-gallery a").first.click()
    one.page.get_by_text("are the only ones to arrive in 20 steps").first.wait_for()
    one.page.locator(".rv-predict").click()
    until(one, "asks")
    told = one.page.get_by_text("are the only ones to arrive in 20 steps")
    assert [line.is_visible() for line in told.all()] == [False] * told.count()
    one.page.keyboard.press("Escape")
    told.first.wait_for()


def test_it_is_not_in_the_way_of_a_lesson_or_of_another_page(visit):
    one = visit(f"?{LINK}")
    opened(one)
    one.page.locator(".rv-present").click()
    one.page.locator(".rv-presents").wait_for()
    assert one.page.locator(".rv-question").count() == 0
    assert one.page.locator(".rv-predict").is_hidden()
    inside = visit(f"?{LINK}&embed=true")
    assert inside.page.locator(".rv-play").is_visible()
    assert inside.page.locator(".rv-predict").is_hidden()


def test_who_wants_less_motion_sees_at_once_what_came_out(visit):
    one = visit(f"?{LINK}", less_motion=True)
    opened(one, "lane")
    Mouse(one).answer("lane")
    Mouse(one).send()
    until(one, "told")
    assert one.state("step") == "8"


@pytest.mark.parametrize("layout", ["panels", "3d"])
def test_a_place_is_put_on_the_picture_in_every_layout(slow, layout):
    one = slow(f"?{LINK}&view={layout}") if layout == "panels" else slow(f"?{LINK}")
    if layout == "3d":
        one.page.get_by_role("button", name="3D", exact=True).click()
        one.addressed("view=3d")
    opened(one)
    one.page.locator(".nsewdrag").first.wait_for()
    Mouse(one).answer("point")
    one.page.get_by_text("x₁ = −0.25", exact=True).wait_for()
    Mouse(one).send()
    one.page.get_by_role("button", name="Show what came out").click()
    one.page.locator(".rv-guess").wait_for()


@pytest.mark.parametrize(
    "look", [{}, {"dark": True}, {"phone": True}], ids=["desk", "dark", "telephone"]
)
def test_axe_finds_nothing(visit, look):
    one = visit(f"?{LINK}", **look)
    for kind in KINDS:
        opened(one, kind)
        assert violations(one.page, ".rv-arena") == {}, kind
        one.page.keyboard.press("Escape")
    opened(one, "point")
    Mouse(one).answer("point")
    Mouse(one).send()
    assert violations(one.page, ".rv-question") == {}
    until(one, "told")
    one.until(REACHED)
    assert violations(one.page, ".rv-arena") == {}


@pytest.mark.parametrize("size", [(390, 844), (844, 390), (1024, 768), (1440, 900)])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_bar_has_room_for_it_and_the_panel_for_its_form(visit, size, locale):
    width, height = size
    one = visit(f"?{LINK}", size={"width": width, "height": height}, locale=locale)
    rows = "() => new Set([...document.querySelectorAll('.rv-bar button')].map((b) => Math.round(b.getBoundingClientRect().top))).size"
    wide = "() => document.documentElement.scrollWidth <= innerWidth"
    assert one.page.evaluate(rows) == 1
    assert one.page.evaluate(wide)
    one.page.locator(".rv-predict").click()
    until(one, "asks")
    assert one.page.evaluate(wide)
    frame, panel = (
        one.page.locator(part).first.bounding_box() for part in (".nsewdrag", ".rv-question")
    )
    assert frame["y"] >= 0
    assert frame["y"] + frame["height"] <= height
    assert panel["y"] < height - 100
    assert panel["x"] + panel["width"] <= width


def test_the_picture_of_a_telephone_is_above_the_question(visit):
    one = visit(f"?{LINK}", phone=True)
    opened(one, "point", Finger)
    box = one.page.locator(".rv-question").bounding_box()
    assert box["y"] + box["height"] <= NARROW["height"]
