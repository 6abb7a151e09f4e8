"""Three phones in a room: what they see in each phase, and what they keep when the line is down."""

import json
import re
import urllib.request
from contextlib import contextmanager

import pytest

from benchmarks.servers import Server, started
from tests.browser.conftest import NARROW, patient
from tests.test_rooms import SVG, asks

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    env = {
        "RAVINE_ROOMS": str(tmp_path_factory.mktemp("rooms") / "rooms.db"),
        "RAVINE_PATIENCE": "3600",
    }
    with started(Server(env=env)) as server:
        yield f"{server.address}/ravine/room/"


class Teacher:
    """Whoever opened a room, by its control API."""

    def __init__(self, house):
        self.house = house
        self.keys = self.send("", {})
        self.code = self.keys["code"]

    def send(self, path, body):
        headers = {"Authorization": f"Bearer {self.keys['secret']}"} if path else {}
        request = urllib.request.Request(self.house + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def go(self, phase, question=None):
        return self.send(f"{self.code}/control", {"do": phase, "question": question})


class Phone:
    """A browser of its own in the room."""

    def __init__(self, browser, address, **how):
        self.context = patient(browser, viewport=NARROW, has_touch=True, is_mobile=True, **how)
        self.page, self.wrong, self.outside = self.context.new_page(), [], []
        self.hear(self.page)
        self.page.goto(address)

    def hear(self, page):
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on(
            "request",
            lambda r: (
                self.outside.append(r.url)
                if "127.0.0.1" not in r.url and not r.url.startswith(("data:", "blob:"))
                else None
            ),
        )

    def sees(self, text):
        self.page.get_by_text(text).first.wait_for()

    def sent(self):
        self.page.wait_for_selector("#sent[data-sent=yes]")
        return self.page.locator("#sent").inner_text()

    def send(self):
        self.page.locator("#send").click()


@pytest.fixture(scope="module")
def room(house):
    """One room for the module: a server opens only a few a minute."""
    return Teacher(house)


@contextmanager
def in_hand(browser, address, count):
    """So many phones at an address, the first one Chinese and dark; in the end none has seen an error."""
    chinese = Phone(browser, address, locale="zh-CN", color_scheme="dark")
    held = [chinese, *(Phone(browser, address) for _ in range(count - 1))]
    yield held
    for phone in held:
        phone.context.close()
        assert phone.wrong == []
        assert phone.outside == []


@pytest.fixture
def phones(browser, house, room):
    room.go("wait")
    with in_hand(browser, house + room.code, 3) as held:
        yield held


def question(kind, text):
    return asks(kind) | {"text": text}


def test_three_phones_answer_by_finger_and_keys_and_see_how_far_off_they_were(room, phones):
    chinese, finger, keys = phones
    chinese.sees("请等待提问")
    finger.sees("Wait for the question")
    room.go("ask", question("point", "Where does it end?"))
    for phone in phones:
        phone.sees("Where does it end?")
        phone.page.wait_for_selector(".picture img[src^=blob]")
        assert phone.page.locator("#send").is_disabled()
    box = finger.page.locator(".picture").bounding_box()
    finger.page.touchscreen.tap(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    finger.send()
    place = [float(one) for one in re.findall(r"[\d.]+", finger.sent())]
    assert place == pytest.approx([2, 1.5], abs=0.03)
    for i in range(2):
        slider = keys.page.locator("input[type=range]").nth(i)
        slider.focus()
        slider.press("Home")
    keys.send()
    assert "(−4, −3)" in keys.sent()
    chinese.page.locator(".picture").click()
    chinese.send()
    assert "已发送" in chinese.sent()
    finger.sees("3 answered")
    assert finger.page.locator("path.dot").count() == 0
    room.go("closed")
    finger.page.wait_for_selector("path.dot", state="attached")
    assert finger.page.locator("path.dot").count() == 3
    assert finger.page.locator("path.truth").count() == 0
    room.go("reveal")
    for phone in phones:
        phone.page.wait_for_selector("#own-first")
        assert phone.page.locator("path.truth").count() == 1
    assert "58 %" in keys.page.locator("#own-first").inner_text().replace("\u00a0", " ")


@pytest.mark.parametrize("kind", ["lane", "number", "order", "choice"])
def test_every_kind_is_answered_with_keys_alone_and_survives_a_reload(room, phones, kind):
    phone = phones[1]
    room.go("ask", question(kind, f"A {kind}, please"))
    phone.sees(f"A {kind}, please")
    if kind in {"lane", "choice"}:
        phone.page.locator("input[type=radio]").first.focus()
        phone.page.keyboard.press("Space")
    elif kind == "number":
        phone.page.locator("input[type=range]").focus()
        phone.page.keyboard.press("End")
    else:
        phone.page.get_by_role("button", name="Move Momentum up").focus()
        phone.page.keyboard.press("Enter")
    phone.page.locator("#send").focus()
    phone.page.keyboard.press("Enter")
    said = {
        "lane": "Adam",
        "choice": "More (80",
        "number": "η = 10",
        "order": "Momentum › Adam › Lion",
    }[kind]
    assert said in phone.sent()
    phone.page.reload()
    assert said in phone.sent()


def test_without_a_line_an_answer_is_kept_and_sent_when_it_is_back(room, phones):
    phone = phones[1]
    room.go("ask", question("lane", "Who keeps it?"))
    phone.sees("Who keeps it?")
    phone.context.set_offline(True)
    phone.page.locator(".choice").nth(1).click()
    phone.send()
    phone.sees("Kept on this phone, will send: Momentum")
    phone.sees("No connection")
    phone.context.set_offline(False)
    assert "Momentum" in phone.sent()
    assert room.go("closed")["count"] == 1


def test_two_tabs_are_one_phone(room, phones):
    phone = phones[2]
    room.go("ask", question("lane", "One or two?"))
    other = phone.context.new_page()
    phone.hear(other)
    other.goto(phone.page.url)
    phone.sees("One or two?")
    phone.page.locator(".choice").nth(0).click()
    phone.send()
    phone.sent()
    other.wait_for_selector("#sent[data-sent=yes]")
    other.locator(".choice").nth(1).click()
    other.locator("#send").dblclick()
    other.get_by_text("Sent: Momentum").wait_for()
    phone.sees("Sent: Momentum")
    assert room.go("closed")["count"] == 1


def test_a_code_is_typed_and_a_wrong_one_is_told(browser, house, room):
    phone = Phone(browser, house)
    phone.page.get_by_label("Code of the room").fill("zzzzz")
    phone.page.keyboard.press("Enter")
    phone.sees("There is no room with this code")
    phone.page.get_by_label("Code of the room").fill(f"{room.code[:2].lower()} {room.code[2:]}")
    phone.page.keyboard.press("Enter")
    phone.page.wait_for_selector("#room[data-phase]")
    phone.context.close()
    assert phone.wrong == []


def test_what_others_wrote_stays_letters(room, phones):
    hostile = "<img src=x onerror=\"document.title='broken'\">"
    asked = {"text": hostile, "kind": "choice", "options": [hostile[:59], "{n} $& \\"], "truth": 1}
    room.go("ask", asked | {"picture": SVG, "alt": hostile})
    phone = phones[1]
    phone.sees(hostile)
    phone.page.wait_for_selector(".picture img[src^=blob]")
    phone.page.locator(".choice").nth(1).click()
    phone.send()
    assert "{n} $& \\" in phone.sent()
    assert phone.page.locator("img").count() == 1
    assert phone.page.title() != "broken"
