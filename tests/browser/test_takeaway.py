"""A race in a file: a page that plays without a network, and films that other programs read."""

import io
import shutil
from urllib.parse import quote

import pytest
from PIL import Image

from tests.browser.conftest import patient

PAINTED = """() => { const d = document.querySelector('canvas').getContext('2d')
  const { width, height } = d.canvas
  return [...d.getImageData(0, 0, width, height).data].reduce((sum, value, i) => i % 4 === 3 ? sum + (value > 0) : sum, 0) }"""
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def saved(one, item, export="Export"):
    if not one.page.locator(".rv-menu:popover-open").count():
        one.arena.get_by_role("button", name=export, exact=True).click()
    with one.page.expect_download() as download:
        one.page.get_by_role("button", name=item).click()
    return download.value


class File:
    """A file as somebody opens it who has no network."""

    def __init__(self, browser, path, **how):
        self.context = patient(browser, offline=True, **how)
        self.wrong, self.asked = [], []
        self.context.route(lambda url: not url.startswith("file:"), self.refuse)
        self.page = self.context.new_page()
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: self.wrong.append(dialog.message))
        self.page.goto(path.as_uri())
        self.readout = self.page.locator(".rv-bar output")
        self.readout.wait_for()

    def hear(self, message):
        if not message.text.startswith("Canvas2D: Multiple readback"):  # that is these tests
            self.wrong.append(message.text)

    def refuse(self, route):
        if not route.request.url.startswith("data:"):
            self.asked.append(route.request.url)
        route.abort() if not route.request.url.startswith("data:") else route.continue_()

    def shows(self, text):
        self.page.wait_for_function(
            "(text) => document.querySelector('.rv-bar output').textContent === text", arg=text
        )

    def pixels(self):
        return self.page.evaluate(PAINTED)


@pytest.fixture
def opened(browser, tmp_path):
    files = []

    def new(download, **how):
        path = tmp_path / download.suggested_filename
        shutil.copy(download.path(), path)
        files.append(File(browser, path, **how))
        return files[-1]

    yield new
    for file in files:
        file.context.close()
        assert file.wrong == []
        assert file.asked == []


def test_a_race_plays_in_a_file_without_a_network(visit, opened):
    one = visit("?run=momentum&run=adam&steps=20")
    download = saved(one, "Page that plays offline")
    assert download.suggested_filename == "ravine-ravine.html"
    assert download.path().stat().st_size < 150_000
    file = opened(download)
    page = file.page
    assert page.locator("h1").inner_text() == "Ravine"
    assert page.locator("li b").all_inner_texts() == ["Momentum", "Adam"]
    assert "η = 0.4" in page.locator("li").first.inner_text()
    assert page.locator("footer").inner_text().endswith("MIT licence.")
    picture = page.get_by_role("img", name="Momentum:")
    assert picture.locator("img").evaluate("(img) => img.complete && img.naturalWidth > 0")
    assert page.get_by_role("img", name="QR code of this link").evaluate("(img) => img.naturalWidth > 0")  # fmt: skip
    link = page.locator("footer a").get_attribute("href")
    assert link == f"{one.address}/?run=momentum&run=adam"
    file.shows("step 20 of 20")
    whole, values = file.pixels(), page.locator("data").all_inner_texts()
    # the scrubber
    page.get_by_role("slider", name="Step").fill("0")
    file.shows("step 0 of 20")
    assert 0 < file.pixels() < whole / 3
    assert page.locator("data").all_inner_texts() != values
    # the buttons
    page.get_by_role("button", name="One step forward").click()
    file.shows("step 1 of 20")
    at_one = file.pixels()
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    page.wait_for_function("() => document.querySelector('.rv-bar input').valueAsNumber > 2")
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    assert file.pixels() > at_one
    # the keys
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("End")
    file.shows("step 20 of 20")
    assert abs(file.pixels() - whole) < whole / 10  # a name keeps its place where it can
    assert page.locator("data").all_inner_texts() == values
    page.keyboard.press("ArrowLeft")
    file.shows("step 19 of 20")
    page.keyboard.press(" ")
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    file.shows("step 20 of 20")


def test_a_file_looks_and_speaks_as_the_page_did(visit, opened):
    one = visit(
        "?on=himmelblau&run=momentum&run=adam&view=panels&at=3&lang=zh_CN&show=levels,minima,critical,gradient",
        dark=True,
    )
    file = opened(
        saved(one, "可离线播放的网页", export="导出"), viewport={"width": 390, "height": 844}
    )
    page = file.page
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator("h1").inner_text() == "Himmelblau 函数"
    page.get_by_role("button", name="播放", exact=True).wait_for()
    assert page.locator(".rv-bar input").input_value() == "3"
    assert page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor") == one.page.evaluate(
        "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )  # fmt: skip
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_who_wants_less_motion_sees_whole_steps_in_a_file_too(visit, opened):
    download = saved(visit("?run=adam&steps=4&at=0"), "Page that plays offline")
    file = opened(download, reduced_motion="reduce")
    file.page.evaluate(
        """() => { window.seen = new Set(); const paint = CanvasRenderingContext2D.prototype.clearRect
        CanvasRenderingContext2D.prototype.clearRect = function (...all) { window.seen.add(this.canvas.toDataURL()); paint.apply(this, all) } }"""
    )
    file.page.get_by_role("button", name="Play", exact=True).click()
    file.shows("step 4 of 4")
    assert file.page.evaluate("() => window.seen.size") <= 5


def test_texts_of_others_are_texts_in_a_file(visit, opened):
    one = visit(f"?run=adam~name={quote(HOSTILE)}&run=momentum&steps=5")
    file = opened(saved(one, "Page that plays offline"))
    assert file.page.locator("li b").first.inner_text() == one.page.locator(".rv-lane b").first.inner_text()  # fmt: skip
    assert file.page.locator("script").count() == 2
    assert file.page.locator("[onerror]").count() == 0


def test_a_film_is_a_gif_everywhere(visit):
    one = visit("?run=momentum&run=adam&steps=20")
    download = saved(one, "Animation of the run (GIF)")
    assert download.suggested_filename == "ravine-ravine.gif"
    data = download.path().read_bytes()
    assert len(data) < 2_000_000
    film = Image.open(io.BytesIO(data))
    assert film.size == (1280, 720)
    assert film.n_frames > 60
    frames, lasting = [], 0
    for k in range(film.n_frames):
        film.seek(k)
        lasting += film.info["duration"]
        if k in (0, film.n_frames - 1):
            frames.append(film.convert("RGB"))
    assert abs(lasting - 9000) < 200
    assert film.info["loop"] == 0
    # the picture of the same step, as the browser paints it
    for frame, step in zip(frames, (0, 20), strict=True):
        one.page.locator(".rv-bar input[type=range]").fill(str(step))
        one.until("({k}) => document.querySelector('.rv-arena').dataset.step === k", k=str(step))
        png = Image.open(saved(one, "Image (PNG)").path()).convert("RGB").resize(film.size)
        far = sorted(
            max(abs(a - b) for a, b in zip(one, other, strict=True))
            for one, other in zip(frame.get_flattened_data(), png.get_flattened_data(), strict=True)
        )
        assert far[int(0.97 * len(far))] < 12


def test_a_film_that_is_stopped_is_no_file(visit):
    one = visit("?run=adam&steps=4")
    one.arena.get_by_role("button", name="Export", exact=True).click()
    one.page.get_by_role("button", name="Animation of the run (GIF)").click()
    one.until("() => document.querySelector('.rv-said progress')?.value > 0.05")
    one.page.get_by_role("button", name="Stop", exact=True).click()
    one.until("() => !document.querySelector('.rv-said progress')")


def test_the_menu_offers_the_films_that_the_browser_makes(visit):
    none = "MediaRecorder.isTypeSupported = () => false"
    both = "MediaRecorder.isTypeSupported = (type) => /^video.(webm|mp4;codecs=avc1)$/.test(type)"
    for before, offered in ((none, 1), (both, 3)):
        one = visit("?run=adam&steps=4", before=before)
        one.arena.get_by_role("button", name="Export", exact=True).click()
        one.page.get_by_role("button", name="(GIF)").wait_for()
        assert one.page.get_by_role("button", name="of the run").count() == offered


def test_in_space_there_is_no_page_that_plays(visit_3d):
    one = visit_3d("?run=adam&view=3d")
    one.arena.get_by_role("button", name="Export", exact=True).click()
    assert one.page.get_by_role("button", name="Page that plays offline").is_disabled()
