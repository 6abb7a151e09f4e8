"""A class at once: a teacher who opens a room from the head of Compare, a projector, five phones."""

import json
import re
from itertools import count

import pytest

from benchmarks.servers import Server, started
from tests.browser.conftest import NARROW, WAS_HERE, WIDE, patient
from tests.browser.test_accessible import violations

pytestmark = pytest.mark.browser

LINK = "on=ravine&run=momentum&run=adam"
BEAMERS = [(1024, 768), (1280, 720), (1920, 1080)]
ADDRESSES = count(1)
LAST_ROW = 28  # pixels of the smallest type on a projector
FITS = """() => {
  const text = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
  const shown = [...document.body.querySelectorAll('*')].filter((one) => one.getClientRects().length && text(one))
  const { scrollWidth, scrollHeight } = document.documentElement
  const boxes = shown.map((one) => one.getBoundingClientRect())
  return {
    smallest: Math.min(...shown.map((one) => parseFloat(getComputedStyle(one).fontSize))),
    outside: boxes.filter((b) => b.left < -1 || b.top < -1 || b.right > innerWidth + 1 || b.bottom > innerHeight + 1).length,
    scrolls: scrollWidth > innerWidth || scrollHeight > innerHeight,
  }
}"""

# what a room answers to any `fetch` of any page, read beside the page
OVERHEAR = """(() => {
  const plain = window.fetch
  window.fetch = async (...asked) => {
    const answer = await plain(...asked)
    if (answer.url.includes('/ravine/room/')) answer.clone().text().then((text) => window.heard(text))
    return answer
  }
})()"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    rooms = str(tmp_path_factory.mktemp("rooms") / "rooms.db")
    env = {"RAVINE_ROOMS": rooms, "RAVINE_PATIENCE": "3600", "RAVINE_PROXY": "127.0.0.1"}
    with started(Server(env=env)) as one:
        yield one.address


class Screen:
    """One browser, with ears for what goes wrong and for everything that it is sent."""

    def __init__(self, browser, address, **how):
        # each comes from an address of its own: one opens three rooms, and then waits
        near = {"X-Real-IP": f"10.0.0.{next(ADDRESSES)}"}
        usual = {"viewport": NARROW, "locale": "en-US", "extra_http_headers": near}
        self.context = patient(browser, **(usual | how))
        self.context.add_init_script(WAS_HERE)
        self.wrong, self.heard = [], []
        self.context.expose_binding("heard", lambda _source, text: self.heard.append(text))
        self.context.add_init_script(OVERHEAR)
        self.context.on("response", lambda answer: self.hear(answer))
        self.page = self.listen(self.context.new_page())
        self.page.goto(address)

    def hear(self, answer):
        """A room sends nothing but its page, and what that asks for by `fetch`."""
        if "/ravine/room/" in answer.url:
            assert answer.request.resource_type in {"document", "fetch"}
            self.heard.append(f"{answer.url} {json.dumps(answer.headers)}")

    def listen(self, page):
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self.complains)
        return page

    def complains(self, message):
        """Streamlit looks for its server below every page first, and a line may be down."""
        usual = "_stcore" in message.location["url"] or "DISCONNECTED" in message.text
        if message.type == "error" and not usual:
            self.wrong.append(message.text)

    def said(self):
        """Every byte that a room sent here, and the headers."""
        return "\n".join(self.heard)

    def sees(self, text):
        self.page.get_by_text(text).locator("visible=true").first.wait_for()

    def phase(self, name):
        self.page.locator(f"#room[data-phase={name}]").wait_for()

    def close(self):
        self.context.close()


class Phone(Screen):
    def __init__(self, browser, address, **how):
        super().__init__(browser, address, has_touch=True, is_mobile=True, **how)

    def touch(self, across, down, times=1):
        self.page.locator(".picture img[src^=blob]").wait_for()
        box = self.page.locator(".picture").bounding_box()
        self.page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + down * box["height"])
        for _ in range(times):
            self.page.locator("#send").click()

    def sent(self):
        self.page.locator("#sent[data-sent=yes]").wait_for()
        return self.page.locator("#sent").inner_text()


class Teacher(Screen):
    def __init__(self, browser, address, query, **how):
        super().__init__(browser, f"{address}/{query}", **{"viewport": WIDE, **how})
        self.page.locator(".rv-room").wait_for()

    def opens_the_window(self):
        self.page.locator(".rv-room").click()
        self.page.locator(".rv-room-window button").first.wait_for()

    def opens_a_room(self):
        self.opens_the_window()
        self.page.get_by_role("button", name="Open a room").last.click()
        self.page.locator(".rv-room-code").wait_for()
        return self.known()

    def known(self):
        return json.loads(self.page.evaluate("localStorage.getItem('ravine-room')"))

    def follows(self, name):
        """The page that a link of the window opens in a tab of its own."""
        with self.context.expect_page() as opened:
            self.page.get_by_role("link", name=name).click()
        page = self.listen(opened.value)
        page.locator("#room[data-phase]").wait_for()
        return page


def steps(page, name):
    """Press the button of a step; what a double press would do is another test's."""
    page.locator(f"[data-step={name}]").click()
    page.locator(f"#room[data-phase={name}]").wait_for()


@pytest.fixture
def classroom(browser, server):
    """A teacher with a room, a projector, five phones, of which one is Chinese and dark."""
    teacher = Teacher(browser, server, f"?{LINK}")
    room = teacher.opens_a_room()
    base = f"{server}/ravine/room/"
    projector = Screen(
        browser,
        f"{base}show#c={room['code']}&p={room['projector']}",
        viewport={"width": 1280, "height": 720},
    )
    projector.phase("wait")
    door = f"{base}{room['code']}#p={room['entry']}"
    looks = [{}, {}, {}, {}, {"locale": "zh-CN", "color_scheme": "dark"}]
    phones = [Phone(browser, door, **look) for look in looks]
    for phone in phones:
        phone.phase("wait")
    yield teacher, projector, phones
    for screen in (teacher, projector, *phones):
        screen.close()


def test_a_class_predicts_talks_predicts_again_and_sees_the_run(classroom):
    teacher, projector, phones = classroom
    projector.sees(teacher.known()["code"])
    teacher.page.get_by_role("button", name="Where is Adam after 20 steps?").click()
    teacher.page.get_by_text("Asked: Where is Adam after 20 steps?").wait_for()
    steering = teacher.follows("Steer the room")
    assert teacher.known()["secret"] not in steering.url
    offline, reloaded, double, other, chinese = phones
    for phone in phones[:4]:
        phone.sees("Where is Adam after 20 steps?")
    chinese.page.locator("#send").wait_for()
    offline.page.locator(".picture img[src^=blob]").wait_for()

    offline.context.set_offline(True)
    offline.touch(0.3, 0.4)
    offline.sees("Kept on this phone, will send")
    reloaded.touch(0.5, 0.5)
    before = reloaded.sent()
    reloaded.page.reload()
    assert reloaded.sent() == before
    double.touch(0.6, 0.3, times=2)
    double.sent()
    other.touch(0.7, 0.6)
    other.sent()
    chinese.touch(0.2, 0.7)
    assert "已发送" in chinese.sent()
    projector.page.locator("#count", has_text=re.compile("^4$")).wait_for()
    offline.context.set_offline(False)
    offline.sent()
    projector.page.locator("#count", has_text=re.compile("^5$")).wait_for()
    assert projector.page.locator("path.dot").count() == 0
    assert steering.locator("path.dot").count() == 0

    steps(steering, "closed")
    for page in (projector.page, steering, *(phone.page for phone in phones)):
        page.locator("path.dot").nth(4).wait_for(state="attached")
    steps(steering, "discuss")
    projector.sees("Talk with your neighbours")
    steps(steering, "again")
    for i, phone in enumerate(phones):
        phone.phase("again")
        phone.touch(0.8 + 0.02 * i, 0.5)
        phone.sent()
    projector.page.locator("#count", has_text=re.compile("^5$")).wait_for()
    steps(steering, "closed_again")
    projector.page.locator("path.arrow").nth(4).wait_for(state="attached")
    projector.page.locator(".label.median").wait_for()

    screens = (teacher, projector, *phones)
    before = [screen.said() for screen in screens]
    steps(steering, "reveal")
    projector.page.locator("svg[data-played=playing] path.run").first.wait_for(state="attached")
    projector.page.locator("svg[data-played=yes]").wait_for(state="attached")
    projector.sees("What came out: (")
    projector.page.locator(".label.truth").wait_for()
    for phone in phones:
        phone.page.locator("#own-second").wait_for()
        phone.page.locator("path.truth").wait_for(state="attached")
        assert phone.page.locator("path.run").count() == 2
    nothing_was_told(teacher, before)

    steps(steering, "happened")
    projector.sees("What happened?")
    assert projector.page.locator("path.run").count() == 0
    for phone in phones:
        phone.phase("happened")
        phone.touch(0.85, 0.55)
        phone.sent()
    steps(steering, "settled")
    for phone in phones:
        phone.page.locator("#own-after").wait_for()
    projector.page.locator(".label.truth").wait_for()
    for screen in screens:
        assert screen.wrong == []


def nothing_was_told(teacher, before):
    """Of the truth, the link and the paths not one byte: nobody was sent them, not the teacher."""
    told = teacher.page.evaluate(
        """async () => {
          const room = JSON.parse(localStorage['ravine-room'])
          const ask = async (path) => (await fetch(`/ravine/room/${room.code}/${path}`)).json()
          return [await ask('state'), await ask('paths/1')]
        }"""
    )
    state, paths = told
    truth = state["question"]["truth"]
    needles = ['"truth"', '"paths"', '"link"', "run=adam", *map(str, truth)]
    needles += [json.dumps(one) for one in paths["paths"][0]["points"][3:]]
    for said in before:
        assert "Where is Adam" in said or "Adam" in said
        for needle in needles:
            assert needle not in said, needle


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_projector_fits_its_screen_and_axe_finds_nothing(browser, server, scheme):
    """At three sizes, from waiting to what was seen; so do the pages of teacher and phone."""
    teacher = Teacher(browser, server, f"?{LINK}", color_scheme=scheme)
    room = teacher.opens_a_room()
    assert violations(teacher.page, ".rv-menu:popover-open") == {}
    base = f"{server}/ravine/room/"
    secret = f"#c={room['code']}&s={room['secret']}"
    shows = [
        Screen(
            browser, f"{base}show{secret}", viewport={"width": w, "height": h}, color_scheme=scheme
        )
        for w, h in BEAMERS
    ]
    steering = Screen(browser, f"{base}teach{secret}", color_scheme=scheme)
    phone = Phone(browser, f"{base}{room['code']}#p={room['entry']}", color_scheme=scheme)

    def looks(phase, stands=".stage"):
        for screen in (*shows, steering, phone):
            screen.phase(phase)
        for screen in shows:
            screen.page.locator(stands).first.wait_for()
            found = screen.page.evaluate(FITS)
            assert found["smallest"] >= LAST_ROW, (phase, found)
            assert not found["scrolls"], phase
            assert found["outside"] == 0, phase
        for screen in (shows[1], steering, phone):
            assert violations(screen.page) == {}, phase

    looks("wait", ".qr")
    steering.page.get_by_text("From the races worth seeing").click()
    steering.page.locator("#gallery .ask").first.click()
    looks("ask", "aside .qr")
    phone.page.locator("#send").click()
    phone.sent()
    shows[0].page.keyboard.press("Space")
    looks("closed", ".places td")
    steps(shows[1].page, "reveal")
    looks("reveal", "svg[data-played=yes]")
    for screen in (teacher, *shows, steering, phone):
        screen.close()
        assert screen.wrong == []


def test_a_link_holds_the_questions_for_next_time(browser, server):
    """Own questions and those of a race, through the link, a room that it offers, and the end, twice asked."""
    one = Screen(browser, f"{server}/ravine/room/teach")
    page = one.page
    page.locator("#open").click()
    page.get_by_text("A question of your own").click()
    page.get_by_label("Question", exact=True).fill("Is it <b>steep</b>?")
    page.get_by_label("Answer 1", exact=True).fill("Yes")
    page.get_by_label("Answer 2", exact=True).fill("No")
    page.locator("#own").get_by_role("button", name="Keep for later").click()
    page.get_by_text("From another race").click()
    page.get_by_label("Paste the link of a race").fill(f"{server}/?{LINK}&lang=en")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Where is Momentum after 20 steps?", exact=True).click()
    one.phase("ask")
    assert page.locator("#queue .ask").is_disabled()
    page.get_by_role("button", name="Link that holds these questions").click()
    link = page.locator("#held").input_value()
    page.get_by_role("button", name="Download all answers (CSV)").wait_for()
    with page.expect_download() as table:
        page.get_by_role("button", name="Download all answers (CSV)").click()
    assert table.value.suggested_filename.endswith(".csv")
    page.get_by_role("button", name="End the room").click()
    page.get_by_role("button", name="Keep it open").click()
    page.get_by_role("button", name="End the room").click()
    page.get_by_role("button", name="End it now").click()
    one.sees("The room is over.")
    assert page.evaluate("localStorage.getItem('ravine-room')") is None

    page.goto("about:blank")
    page.goto(link)
    one.sees("This link holds 2 questions.")
    one.sees("Is it <b>steep</b>?")
    page.locator("#open").click()
    page.get_by_role("button", name="Is it <b>steep</b>?", exact=True).click()
    one.phase("ask")
    assert page.locator("#queue .ask").all_inner_texts() == ["Where is Momentum after 20 steps?"]
    steps(page, "closed")
    page.get_by_role("button", name="Put this question away").click()
    one.phase("wait")
    page.get_by_role("button", name="Where is Momentum after 20 steps?", exact=True).first.click()
    one.phase("ask")
    one.close()
    assert one.wrong == []


def test_a_double_press_is_one_step(browser, server):
    one = Teacher(browser, server, f"?{LINK}")
    one.opens_a_room()
    one.page.get_by_role("button", name="Where is Adam after 20 steps?").click()
    one.page.get_by_text("Asked:").wait_for()
    show = one.follows("Projector")
    show.locator("[data-step=closed]").dblclick()
    show.locator("#room[data-phase=closed]").wait_for()
    show.locator("[data-step=discuss]").wait_for()
    assert show.locator("#room").get_attribute("data-phase") == "closed"
    one.close()
    assert one.wrong == []


@pytest.mark.parametrize("path", ["inside", "many", "verified"])
def test_every_page_opens_a_room(browser, server, path):
    one = Teacher(browser, server, f"{path}?{LINK}")
    one.opens_the_window()
    known = one.page.get_by_role("button", name="Open a room").last
    known.click()
    one.page.locator(".rv-room-code").wait_for()
    asked = one.page.get_by_role("button", name="Where is Adam after 20 steps?")
    if path == "verified":
        assert one.page.get_by_text("Ask about this race").count() == 0
    else:
        asked.wait_for()
    one.page.get_by_role("button", name="Control on my phone").click()
    one.page.locator(".rv-room-control img").wait_for()
    one.sees("Never show it on the screen that the class sees.")
    one.close()
    assert one.wrong == []
