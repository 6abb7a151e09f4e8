"""A teacher leads, and the arenas of the class follow: slider for slider, until the teacher lets go."""

import json
import urllib.request

import pytest
from playwright.sync_api import TimeoutError as TooLate

from benchmarks.servers import Server, started
from tests.browser.conftest import Visit
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser

# names, numbers and stories of all lanes, the step, the live knob: what a path's picture means
SEEN = """() => JSON.stringify([
  [...document.querySelectorAll('.rv-lane :is(.rv-toggle, .rv-value, .rv-story)')].map((one) => one.textContent),
  document.querySelector('.rv-bar output').textContent, document.querySelector('.rv-dial output').textContent,
  document.querySelector('.rv-layouts [aria-pressed=true]').textContent])"""
LED = ".rv-arena[data-follows]"
# what nobody can turn; closed parts of the page are so by themselves
STILL = ".rv-arena [inert], [data-testid=stSidebarUserContent][inert], [data-rv-inert]"
ALONE = ".rv-arena:not([data-follows])"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    rooms = str(tmp_path_factory.mktemp("rooms") / "rooms.db")
    with started(Server(env={"RAVINE_ROOMS": rooms, "RAVINE_PATIENCE": "3600"})) as server:
        yield server.address


def sent(house, path, body, secret=""):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    address = f"{house}/ravine/room/{path}"
    with urllib.request.urlopen(
        urllib.request.Request(address, json.dumps(body).encode(), headers)
    ) as answer:
        return json.loads(answer.read())


@pytest.fixture(scope="module")
def keys(house):
    """One room for the module: a server opens only a few a minute."""
    return sent(house, "", {})


LOOK, TRIES = 5000, 18  # milliseconds of a look at the other one, and how many there are


class Guest(Visit):
    """A visitor whose messages to Streamlit are counted. A room that is not there is no error."""

    def __init__(self, browser, address, **how):
        super().__init__(browser, address, **how)
        self.runs = 0
        self.page.on("websocket", lambda line: line.on("framesent", lambda _: self.count()))

    def count(self):
        self.runs += 1

    def says(self, text):
        self.page.locator(".rv-company p").get_by_text(text).wait_for()

    def press(self, name):
        self.arena.get_by_role("button", name=name, exact=True).click()

    def seen(self):
        return self.page.evaluate(SEEN)

    def sees(self, other):
        """Wait until this arena shows what the other one shows, which may still be on its way itself."""
        for _ in range(TRIES):
            told = other.seen()
            try:
                self.page.wait_for_function(
                    f"(told) => ({SEEN})() === told", arg=told, timeout=LOOK
                )
            except TooLate:
                continue
            return
        assert self.seen() == other.seen()

    def value(self, key):
        return self.slider(key).get_attribute("aria-valuetext")


@pytest.fixture
def guests(browser, house):
    made = []

    def new(query, **how):
        made.append(Guest(browser, house, **how))
        return made[-1].open(query)

    yield new
    for one in made:
        one.context.close()
        assert [text for text in one.wrong if "404" not in text] == []
        assert one.outside == []


@pytest.fixture
def teacher(guests, house, keys):
    """The browser that opened the room."""
    sent(house, f"{keys['code']}/control", {"do": "follow", "link": None}, keys["secret"])

    def come(query=""):
        room = json.dumps(keys)
        known = (
            f"localStorage.setItem('ravine-room', JSON.stringify({{...{room}, at: Date.now()}}))"
        )
        one = guests(query, before=f"try {{ {known} }} catch {{}}")
        one.says(f"Room {keys['code']} is open.")
        return one

    return come


@pytest.fixture
def student(guests, keys):
    """One of the class."""

    def come(query="", **how):
        one = guests(f"?room={keys['code'].lower()}{query}", **how)
        one.says(f"You are in room {keys['code']}.")
        return one

    return come


@pytest.fixture
def class_of(student):
    """Two of the class: at a desk, and on a telephone."""
    return lambda query="": (student(query), student(query, phone=True, dark=True))


def follow(teacher, class_):
    teacher.press("Follow me")
    teacher.says("follows this arena")
    for one in class_:
        one.page.wait_for_selector(LED)
        one.sees(teacher)


def test_slider_for_slider_and_then_each_goes_on_alone(teacher, class_of, keys):
    """All of a lesson: sliders, the live knob in the hand, another surface, one more lane, steps, and goodbye."""
    lead, class_ = teacher("?lr=0.1"), class_of()
    desk, _phone = class_
    follow(lead, class_)
    before = [one.runs for one in class_]

    lead.slider("shared--lr").focus()
    for _ in range(4):
        lead.page.keyboard.press("ArrowRight")
    lead.addressed("lr=")
    for one in class_:
        one.sees(lead)

    knob = lead.page.locator(".rv-dial input[type=range]")
    knob.hover()
    lead.page.wait_for_selector(".rv-arena[data-fan=true]")
    box = knob.bounding_box()
    lead.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 20)
    lead.page.mouse.down()
    lead.page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 20, steps=6)
    held = lead.page.locator(".rv-dial output").inner_text()
    for one in class_:  # while the hand still holds it
        one.until(
            "({held}) => document.querySelector('.rv-dial output').textContent === held", held=held
        )
    lead.page.mouse.up()
    lead.addressed(f"lr={held}")

    lead.page.get_by_role("combobox", name="Surface").fill("Himmelblau")
    lead.page.keyboard.press("Enter")
    lead.addressed("on=himmelblau")
    for one in class_:
        one.until("() => document.querySelector('.rv-heading h2').textContent === 'Himmelblau'")
        one.sees(lead)

    lead.press("Add an optimizer")
    lead.press("Lion")
    lead.addressed("run=lion")
    lead.press("Side by side")
    for one in class_:
        one.until("() => document.querySelectorAll('.rv-panel').length === 6")
        one.sees(lead)
    lead.press("Overlay")

    lead.page.locator(".rv-bar input[type=range]").focus()
    lead.page.keyboard.press("Home")
    lead.page.keyboard.press("ArrowRight")
    for one in class_:
        one.until("() => document.querySelector('.rv-arena').dataset.step === '1'")
    lead.press("Play")
    for one in class_:
        one.until("() => document.querySelector('.rv-play').dataset.shows === 'pause'")
        one.until("() => +document.querySelector('.rv-arena').dataset.step > 3")
    lead.press("Pause")
    for one in class_:
        one.sees(lead)

    assert [one.runs for one in class_] == before  # not one run of their pages
    assert "himmelblau" not in desk.url()
    lead.press("Let go")
    for one in class_:
        one.says("The teacher let go")
        one.addressed("on=himmelblau")
        one.addressed(f"room={keys['code']}")
        one.page.wait_for_selector(ALONE)
        one.sees(lead)
    desk.until(
        "({held}) => document.querySelector('.st-key-shared--lr input').getAttribute('aria-valuetext') === held",
        held=lead.value("shared--lr"),
    )
    assert desk.page.get_by_role("combobox", name="Surface").input_value() == "Himmelblau"
    stops = lead.slider("shared--lr").get_attribute("aria-valuetext")
    desk.slider("shared--lr").focus()
    desk.page.keyboard.press("ArrowRight")
    desk.addressed("lr=")
    assert float(desk.value("shared--lr")) == pytest.approx(float(stops) * 1.26, rel=0.2)
    assert lead.value("shared--lr") == stops


def test_back_leads_to_what_was_before_the_lesson(teacher, class_of):
    lead, class_ = teacher("?on=beale"), class_of("&on=rosenbrock")
    follow(lead, class_)
    lead.press("Let go")
    for one in class_:
        one.addressed("on=beale")
        one.page.wait_for_selector(ALONE)
        one.page.go_back()
        one.addressed("on=rosenbrock")
        one.until("() => document.querySelector('.rv-arena').dataset.drawn.includes('rosenbrock')")


def test_a_page_that_is_opened_anew_goes_on_following_and_leading(teacher, student):
    lead, desk = teacher("?on=beale"), student()
    follow(lead, [desk])
    for one in (desk, lead):
        one.page.reload()
    lead.says("follows this arena")
    desk.page.wait_for_selector(LED)
    desk.until("() => document.querySelector('.rv-arena').dataset.drawn.includes('beale')")
    lead.slider("shared--lr").focus()
    lead.page.keyboard.press("ArrowLeft")
    lead.addressed("lr=")
    desk.sees(lead)
    lead.press("Let go")
    desk.addressed("on=beale")


def test_nobody_but_the_teacher_turns_anything_and_the_page_says_why(teacher, class_of):
    lead, class_ = teacher("?on=beale"), class_of()
    desk, _phone = class_
    follow(lead, class_)
    assert desk.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stSidebarUserContent]'), '::before').content"
    ).startswith('"You follow room')
    assert desk.slider("shared--lr").evaluate("one => one.closest('[inert]') !== null")
    before = desk.seen()
    desk.page.keyboard.press("Home")
    desk.page.keyboard.press("1")
    middle = desk.page.locator(".rv-ground").bounding_box()
    desk.page.mouse.click(middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2)
    assert desk.page.locator(".rv-handle").is_hidden()
    desk.press("Zoom in")
    desk.until("() => !document.querySelector('.rv-whole').disabled")
    assert desk.seen() == before
    lead.slider("shared--lr").focus()
    lead.page.keyboard.press("ArrowLeft")
    lead.addressed("lr=")
    desk.sees(lead)
    assert desk.page.locator(".rv-whole").is_enabled()  # who looks closer goes on looking there
    for one in (lead, *class_):
        one.until(
            "() => ((one) => one.curves === one.drawn)(document.querySelector('.rv-arena').dataset)"
        )
        assert violations(one.page) == {}


def test_another_page_shows_what_was_followed_and_the_way_back_follows_again(teacher, class_of):
    lead, class_ = teacher("?on=beale"), class_of()
    desk, phone = class_
    follow(lead, class_)
    desk.page.get_by_role("link", name="Inside the step").first.click()
    phone.page.locator(".rv-pages").select_option(label="Inside the step")
    for one in class_:
        one.until("() => location.pathname.endsWith('/inside')")
        one.addressed("on=beale")
        assert "room=" not in one.url()
    desk.page.get_by_role("link", name="Compare").first.click()
    phone.page.locator(".rv-pages").select_option(label="Compare")
    for one in class_:
        one.page.wait_for_selector(LED)
        assert "room=" in one.url()
        one.sees(lead)


def test_who_leaves_goes_on_alone_and_is_not_fetched_back(teacher, class_of):
    lead, (desk, phone) = teacher("?on=beale"), class_of()
    follow(lead, [desk, phone])
    desk.press("Leave")
    desk.page.wait_for_selector(ALONE)
    desk.addressed("on=beale")
    assert desk.page.locator(".rv-company").count() == 0
    assert desk.page.locator(STILL).count() == 0
    lead.slider("shared--lr").focus()
    lead.page.keyboard.press("ArrowLeft")
    lead.addressed("lr=")
    phone.sees(lead)
    assert desk.seen() != lead.seen()
    assert "room=" not in desk.url()
    desk.page.reload()
    desk.page.wait_for_selector(".rv-arena[data-curves]")
    assert desk.page.locator(".rv-company").count() == 0


def test_without_a_line_the_picture_stays_and_goes_on_by_itself(teacher, student):
    lead, desk = teacher("?on=beale"), student()
    follow(lead, [desk])
    before = desk.seen()
    desk.page.route("**/ravine/**", lambda route: route.abort())
    desk.says("No connection")
    assert desk.seen() == before
    lead.slider("shared--lr").focus()
    lead.page.keyboard.press("ArrowLeft")
    lead.addressed("lr=")
    desk.page.unroute("**/ravine/**")
    desk.sees(lead)
    desk.says("You follow room")
    desk.wrong.clear()


def test_the_teacher_without_a_line_is_heard_when_it_is_back(teacher, student):
    lead, desk = teacher("?on=beale"), student()
    follow(lead, [desk])
    lead.page.route("**/control", lambda route: route.abort())
    lead.slider("shared--lr").focus()
    lead.page.keyboard.press("ArrowLeft")
    lead.addressed("lr=")
    lead.says("No connection")
    lead.page.unroute("**/control")
    desk.sees(lead)
    lead.wrong.clear()


def test_the_class_is_told_at_most_four_times_a_second_and_of_the_last_one(teacher, student):
    lead, desk = teacher("?on=beale"), student()
    told = []
    lead.page.on("request", lambda one: told.append(one) if one.url.endswith("/control") else None)
    follow(lead, [desk])
    told.clear()
    began = lead.page.evaluate("performance.now()")
    lead.page.locator(".rv-bar input[type=range]").focus()
    for key in ("Home", *["ArrowRight"] * 12):
        lead.page.keyboard.press(key)
        lead.page.wait_for_timeout(60)  # as fast as a key that is held
    desk.until("() => document.querySelector('.rv-arena').dataset.step === '12'")
    seconds = (lead.page.evaluate("performance.now()") - began) / 1000
    assert 1 <= len(told) <= 4 * seconds + 1
    assert "at=12" in json.loads(told[-1].post_data)["link"].split("&")


def test_a_wrong_code_is_a_sentence_and_the_race_is_the_visitors(guests):
    one = guests("?room=zzzzz&on=beale")
    one.says("There is no room with this code")
    assert "room=" not in one.url()
    assert one.page.locator(ALONE).count() == 1
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowLeft")
    one.addressed("lr=")
    assert "room=" not in one.url()
    one.says("There is no room with this code")
    one.press("Close")
    one.page.wait_for_selector(".rv-company", state="detached")


def test_a_telephone_in_the_room_is_shown_the_way(teacher, house, keys, browser):
    lead = teacher()
    phone = Visit(browser, house, phone=True)
    phone.page.goto(f"{house}/ravine/room/{keys['code']}")
    phone.page.wait_for_selector("#room[data-phase]")
    assert phone.page.locator("#follow").count() == 0
    lead.press("Follow me")
    phone.page.locator("#follow").click()
    phone.page.wait_for_selector(LED)
    phone.context.close()
    lead.press("Let go")


def test_without_rooms_an_address_with_one_is_a_race_as_any(browser, address):
    one = Visit(browser, address).open("?room=ABCDE&on=beale")
    assert one.page.locator("[role=alert]").count() == 0
    assert one.page.locator(".rv-company").count() == 0
    one.context.close()
    assert one.wrong == []


def test_a_room_that_is_over_leaves_each_with_what_was_shown(teacher, class_of, house, keys):
    """The last one: the room is gone after it."""
    lead, class_ = teacher("?on=beale"), class_of()
    follow(lead, class_)
    sent(house, f"{keys['code']}/control", {"do": "end"}, keys["secret"])
    for one in class_:
        one.says(f"Room {keys['code']} is over")
        one.page.wait_for_selector(ALONE)
        one.addressed("on=beale")
        one.until("() => !location.search.includes('room=')")
    lead.page.locator(".rv-company").wait_for(state="hidden")
