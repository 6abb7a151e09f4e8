"""Controls show the race, however a page was reached: every control of every page in the menu, on every route.

Two things say what a control must show: the race in the address (every slider), and a fresh visitor at the same address
(every control, those that pages will have one day too).
"""

import itertools
import re
from urllib.parse import parse_qs, urlparse

import pytest

from benchmarks.servers import Server, started
from ravine.experiments.link import decode
from ravine.payload import sliders
from tests.browser.conftest import NARROW, WIDE, address_of, patient

pytestmark = pytest.mark.browser

LINK = (
    "?on=quadratic~kappa=50~turn=0.3&run=momentum~gamma=0.8&run=adam~with-clip_norm~limit=0.5&run=adagrad"
    "&lr=0.02&beta1=0.8&steps=40&start=-3,1&tol=0.01&many=fair&goal=arrived&tune=all&follow=adam-1&at=7"
)
MENU = "[data-testid=stTopNavLink], [data-testid=stSidebarNavLink]"
# What every control shows, by its key: a slider its value, a menu what is chosen, pills and segments what is pressed.
SHOWN = """() => {
  const shown = {}
  for (const one of document.querySelectorAll("[class*='st-key-']")) {
    const key = [...one.classList].find((name) => name.startsWith("st-key-")).slice(7)
    if (one.querySelector(".rv-arena, .rv-figure, .rv-plot, .rv-cards, [class*='st-key-']")) continue
    const range = one.querySelector("input[type=range]")
    const pressed = [...one.querySelectorAll("button[data-variant]")]
    const fields = [...one.querySelectorAll("input[type=text], input[type=number], textarea")]
    const chips = [...one.querySelectorAll("[data-baseweb=tag], [data-testid=stMultiSelectTag]")]
    if (range) shown[key] = range.getAttribute("aria-valuetext")
    else if (pressed.length)
      shown[key] = pressed
        .filter((b) => b.getAttribute("aria-pressed") === "true" || b.getAttribute("aria-checked") === "true")
        .map((b) => b.innerText)
    else if (chips.length || one.querySelector("[data-testid=stMultiSelect]")) shown[key] = one.innerText
    else if (fields.length) shown[key] = fields.map((field) => field.value)
  }
  return shown
}"""


# The menu marks the page that the server draws; the address may have another one already, or still.
SETTLED = """([menu, path]) => {
  const app = document.querySelector("[data-testid=stApp]")?.dataset
  const open = [...document.querySelectorAll(menu)].find((link) => link.ariaCurrent === "page")
  return app?.testScriptState === "notRunning" && app.testConnectionState === "CONNECTED"
    && !document.querySelector("[data-testid=stSkeleton]")
    && open && new URL(open.href).pathname === location.pathname && (path ?? location.pathname) === location.pathname
    && (location.search || !document.querySelector(".st-key-steps"))
}"""


class Walk:
    """A visitor who goes from page to page, and what the page must show wherever they are."""

    def __init__(self, browser, address, phone=False, locale="en-US"):
        self.browser, self.address, self.seen = browser, address, {}
        self.how = {
            "viewport": NARROW if phone else WIDE,
            "has_touch": phone,
            "is_mobile": phone,
            "locale": locale,
        }
        self.phone, self.context = phone, patient(browser, **self.how)
        self.page = self.context.new_page()

    def open(self, query, page=None):
        (page or self.page).goto(f"{self.address}/{query}")
        self.settled(page or self.page)

    def settled(self, page, path=None):
        """Until the page of the address, with this path, is drawn whole, and the address holds the
        race, if the page has one.
        """
        page.wait_for_function(SETTLED, arg=[MENU, path])

    def open_drawer(self, page):
        if self.phone and page.locator("[data-testid=stExpandSidebarButton]").is_visible():
            page.locator("[data-testid=stExpandSidebarButton]").click()

    def names(self):
        self.open_drawer(self.page)
        self.page.wait_for_selector(MENU)
        return self.page.locator(MENU).all_inner_texts()

    def go(self, name):
        """Through the menu, unless the page is open."""
        self.open_drawer(self.page)
        link = self.page.locator(MENU).filter(has_text=re.compile(f"^{re.escape(name)}$"))
        if link.get_attribute("aria-current") != "page":
            self.by(link.click, urlparse(link.get_attribute("href")).path)

    def by(self, way, path):
        """Go some way to the page with this path."""
        way()
        self.settled(self.page, path)

    def seen_fresh(self, url):
        """What a visitor sees who comes to this address from elsewhere."""
        context = patient(self.browser, **self.how)
        fresh = context.new_page()
        self.open(url.removeprefix(f"{self.address}/"), fresh)
        shown = fresh.evaluate(SHOWN)
        context.close()
        return shown

    def must_show(self, page=None):
        """Every control shows what a fresh visitor sees at this address, and every slider the race of the address."""
        page = page or self.page
        url = address_of(page)
        if url not in self.seen:
            self.seen[url] = self.seen_fresh(url)
        shown = soon(page, self.seen[url])
        race = decode(ours(url))
        for key, text in shown.items():
            if re.match("(shared|own|with|surface|start)--|steps$|tolerance$", key):
                slider = sliders.slider_of(re.sub(r"^(start--\d).*", r"\1", key), race)
                assert text == slider.show(slider.read(race)), key
        return shown


def soon(page, wanted):
    """What the page shows, as soon as it is what is wanted."""
    for _look in range(100):
        shown = page.evaluate(SHOWN)
        if shown == wanted:
            break
        page.wait_for_timeout(150)
    assert shown == wanted, address_of(page)
    return shown


def ours(url):
    query = parse_qs(urlparse(url).query)
    return {name: values for name, values in query.items() if name not in {"lang", "embed"}}


@pytest.fixture
def walk(browser, address):
    walks = []

    def new(query=LINK, **how):
        walks.append(Walk(browser, address, **how))
        walks[-1].open(query)
        return walks[-1]

    yield new
    for one in walks:
        one.context.close()


def test_the_controls_of_the_first_page_are_found(walk):
    shown = walk().must_show()
    assert shown["shared--lr"] == "0.02"
    assert shown["surface"] == ["Quadratic, stretched and turned"]
    assert shown["lanes"] == ["Momentum", "AdaGrad", "Adam"]
    assert shown["start--0--quadratic--turned"] == "-3"
    assert shown["around"] == ["Adam"]


@pytest.mark.parametrize(
    "how", [{}, {"phone": True}, {"locale": "zh-CN"}], ids=["wide", "phone", "Chinese"]
)
def test_every_page_of_the_menu_from_every_other(walk, how):
    """A walk along every road between two pages, in both directions."""
    one = walk(**how)
    names = one.names()
    assert len(names) >= 4
    for this, that in itertools.combinations(names, 2):
        one.go(this)
        one.go(that)
        one.must_show()
        one.go(this)
        one.must_show()


@pytest.mark.parametrize("there", ["Inside the step", "Many runs"])
def test_from_a_fresh_visit_and_back_forward_and_reloaded(walk, there):
    one = walk()
    one.go(there)
    one.must_show()
    path_there = urlparse(address_of(one.page)).path
    for way, path in (
        (one.page.go_back, "/"),
        (one.page.go_forward, path_there),
        (one.page.reload, path_there),
    ):
        one.by(way, path)
        one.must_show()
    tab = one.context.new_page()
    one.open(address_of(one.page).removeprefix(f"{one.address}/"), tab)
    one.must_show(tab)


def test_the_menu_of_a_lane_and_the_button_that_races_it_so(walk):
    one = walk()
    one.page.locator(".rv-lane[data-id=adam-1] .rv-more").click()
    one.by(one.page.get_by_role("button", name="Look inside its steps").click, "/inside")
    one.must_show()
    one.go("Many runs")
    one.by(one.page.get_by_role("button", name="Race with these settings").click, "/")
    one.page.wait_for_selector(".rv-arena[data-ready=true]")
    shown = one.must_show()
    assert shown["own--adam-1--lr"] != "0.02"
    one.by(one.page.go_back, "/many")
    one.must_show()
    for path in ("/inside", "/"):  # no entry without a race between them
        one.by(one.page.go_back, path)
        assert len(ours(address_of(one.page))) > 5


def test_a_turned_slider_turns_from_what_it_shows(walk):
    """One arrow key after a change of page moves the slider by one stop of the race, not of another one."""
    one = walk()
    one.go("Many runs")
    one.must_show()
    one.page.locator(".st-key-shared--lr input[type=range]").press("ArrowRight")
    one.page.wait_for_url("**lr=0.0224*")
    assert one.must_show()["shared--lr"] == "0.0224"


def test_after_a_restart_of_the_server(browser):
    with started(Server()) as server:
        one = Walk(browser, server.address)
        one.open(LINK)
        one.go("Many runs")
        server.stop(kill=True)
        server.start().ready()
        one.settled(one.page)
        one.must_show()
        one.go("Inside the step")
        one.must_show()
        one.context.close()
