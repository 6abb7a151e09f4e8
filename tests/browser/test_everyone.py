"""Everyone runs one: a teacher, a projector and five phones, each with a start or a rate of its own."""

import re

import pytest

from ravine.experiments.asking import HANDS_OUT
from ravine.experiments.link import read_link
from tests.browser.conftest import NARROW, WIDE, patient
from tests.browser.test_rooms import Teacher, house, in_hand

pytestmark = pytest.mark.browser
house = house  # noqa: PLW0127 - a fixture of another module

LINK = "on=himmelblau&run=gradient_descent&run=momentum"
WHO = {"starts": 1, "rates": 1}
WALLS = [
    {"width": width, "height": height} for width, height in ((1024, 768), (1280, 720), (1920, 1080))
]
MAP_IS_SEEN = """() => [...document.querySelectorAll(".cells, .curve")].some(
    (one) => one.getBoundingClientRect().width > innerWidth / 6)"""
LANDSCAPE = {"width": 844, "height": 390}


@pytest.fixture(scope="module")
def room(house):
    return Teacher(house)


@pytest.fixture
def phones(browser, house, room):
    room.go("wait")
    with in_hand(browser, f"{house}{room.code}#p={room.keys['entry']}", 5) as held:
        held[4].page.set_viewport_size(LANDSCAPE)
        yield held


@pytest.fixture
def projector(browser, house, room):
    context = patient(browser, viewport=WIDE)
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{house}show#c={room.code}&p={room.keys['projector']}")
    yield page
    context.close()
    assert wrong == []


def ask(room, kind):
    made = {"link": LINK, "kind": kind, "lane": WHO[kind], "lang": "en"}
    return room.send(f"{room.code}/control", {"do": "ask", "make": made})["number"]


def own(phone):
    """What the phone says that it was handed."""
    phone.page.wait_for_selector("#send:not([disabled])")
    return phone.page.locator(".said").first.inner_text()


def numbers(text):
    found = re.findall(r"[−-]?[\d.]+\d", text)
    return [float(one.replace("−", "-")) for one in found]


def marks(page):
    return page.locator(".picture .fates .fate:not(.ghost), .strip .fates .fate:not(.ghost)")


@pytest.mark.parametrize("kind", sorted(HANDS_OUT))
def test_each_phone_runs_its_own_and_together_they_are_a_map(room, phones, projector, kind):
    number = ask(room, kind)
    told = [own(phone) for phone in phones]
    assert len({*told}) > 2  # two may share one, by chance
    phones[1].page.reload()
    assert own(phones[1]) == told[1]
    handed = [
        phone.page.evaluate(
            f"JSON.parse(localStorage['ravine-room-{room.code}'])['handed {number} first']"
        )
        for phone in phones
    ]
    for text, run in zip(told, handed, strict=True):
        race = HANDS_OUT[kind].one(read_link(LINK), WHO[kind], run)
        true = race.start if kind == "starts" else [race.lanes[0].own["lr"]]
        assert numbers(text) == pytest.approx([*true], rel=6e-3, abs=1e-3)
    for phone in phones:
        phone.send()
        phone.page.wait_for_selector("#ran-first:not([hidden])")
        phone.page.wait_for_selector(".picture path.run", state="attached")
        assert phone.page.locator("#send").is_hidden()
        assert marks(phone.page).count() == 0
    said = phones[1].page.locator("#ran-first").inner_text()
    phones[1].page.reload()
    phones[1].page.wait_for_selector("#ran-first:not([hidden])")
    assert phones[1].page.locator("#ran-first").inner_text() == said
    projector.wait_for_function("() => document.querySelector('#count')?.textContent === '5'")
    assert marks(projector).count() == 0

    room.go("closed")
    for page in (*(phone.page for phone in phones), projector):
        page.wait_for_selector("table.fates")
        assert marks(page).count() == 5
        counts = page.locator("table.fates tbody tr td:nth-child(2)").all_inner_texts()
        assert sum(map(int, counts)) == 5
        assert page.locator(".ghost, .cells, .curve").count() == 0
        assert fits(page)
    fate = phones[1].page.locator("#ran-first").inner_text()
    mine = phones[1].page.locator(".fates .fate:has(path:nth-child(2))")
    place = [int(one) for one in re.findall(r"fate-(\d)", mine.first.get_attribute("class"))]
    names = room.send(f"{room.code}/control", {"do": "reveal"})["question"]["fates"]
    assert names[place[0]] in fate
    for page in (*(phone.page for phone in phones), projector):
        page.locator(".cells" if kind == "starts" else ".curve").wait_for(state="attached")
        assert marks(page).count() == 5
        shares = page.locator("table.fates tbody tr td:last-child").all_inner_texts()
        assert sum(numbers(share)[0] if numbers(share) else 0 for share in shares) > 90
        assert fits(page)
    for size in WALLS:
        projector.set_viewport_size(size)
        projector.wait_for_function(MAP_IS_SEEN)
        assert fits(projector)


def fits(page):
    """Nothing is wider than the screen; on the projector nothing is higher, either."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth + 1
            && (!document.querySelector(".stage") || [...document.querySelectorAll(".stage, .parts")]
                .every((one) => one.scrollHeight <= one.clientHeight + 2))"""
    )


def test_without_a_line_a_run_is_kept_and_goes_on_when_it_is_back(room, phones):
    phone = phones[2]
    ask(room, "starts")
    own(phone)
    phone.context.set_offline(True)
    phone.send()
    phone.sees("Kept on this phone, will send")
    phone.context.set_offline(False)
    phone.page.wait_for_selector("#ran-first:not([hidden])")
    phone.sent()
    assert room.go("closed")["count"] == 1


def test_a_second_vote_hands_out_another(room, phones):
    phone = phones[3]
    ask(room, "starts")
    first = own(phone)
    phone.send()
    phone.page.wait_for_selector("#ran-first:not([hidden])")
    for step in ("closed", "discuss", "again"):
        room.go(step)
    phone.sees("One more for you")
    assert own(phone) != first
    phone.send()
    phone.page.wait_for_selector("#ran-second:not([hidden])")
    room.go("closed_again")
    phone.page.wait_for_selector("table.fates")
    phone.page.wait_for_function(
        "() => document.querySelectorAll('.fates .fate:not(.ghost)').length === 2"
    )


def test_it_is_run_with_the_keyboard_alone(room, phones):
    phone = phones[1]
    ask(room, "rates")
    own(phone)
    phone.page.locator("#send").focus()
    phone.page.keyboard.press("Enter")
    phone.page.wait_for_selector("#ran-first:not([hidden])")
    assert phone.page.viewport_size == NARROW
