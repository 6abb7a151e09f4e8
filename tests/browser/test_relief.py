"""The surface in three dimensions: turned, zoomed, opened, read and filmed. Without a graphics card, so it is slow."""

import base64
import math
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageSequence

from tests.browser.conftest import PATIENCE
from tests.browser.test_live import button, drag_with_a_finger, middle, taken

pytestmark = pytest.mark.browser

SMALL = "?view=3d&run=momentum&steps=12"
LOWEST = math.radians(8)  # as in ravine/web/arena/orbit.js
CAMERA = (
    "() => { const { eye, center } = document.querySelector('.rv-relief > div')._fullLayout"
    ".scene._scene.getCamera(); return [eye.x - center.x, eye.y - center.y, eye.z - center.z] }"
)
# what the swing said of itself, and how high the surface was drawn meanwhile
WATCH_SWING = """() => {
  window.swings = []
  window.heights = []
  const look = ({ target }) => {
    window.swings.push(target.dataset.swing)
    const again = () => {
      const scene = target.firstChild._fullLayout?.scene?._scene
      if (scene) window.heights.push(scene.glplot.getAspectratio().z)
      if (target.dataset.swing === "running") requestAnimationFrame(again)
    }
    again()
  }
  const watch = { subtree: true, attributes: true, attributeFilter: ["data-swing"] }
  new MutationObserver((changes) => changes.forEach(look)).observe(document.body, watch)
}"""


def scene_of(one):
    one.page.wait_for_selector(".rv-relief canvas")
    return one.page.locator(".rv-relief")


def camera(one):
    """Azimuth, elevation and distance of the eye."""
    x, y, z = one.page.evaluate(CAMERA)
    return math.atan2(y, x), math.atan2(z, math.hypot(x, y)), math.hypot(x, y, z)


def drag(one, right, down):
    x, y = middle(scene_of(one))
    one.page.mouse.move(x, y)
    one.page.mouse.down()
    one.page.mouse.move(x + right, y + down, steps=10)
    one.page.mouse.up()


def pinch(one, start, end, steps=8):
    """Two fingers on the relief, so many pixels to either side of its middle."""
    x, y = middle(scene_of(one))
    wire = one.page.context.new_cdp_session(one.page)

    def fingers(kind, *aside):
        points = [{"x": x + a, "y": y, "id": i} for i, a in enumerate(aside)]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", -start)
    fingers("touchStart", -start, start)
    for k in range(1, steps + 1):
        apart = start + (end - start) * k / steps
        fingers("touchMove", -apart, apart)
        one.page.wait_for_timeout(25)
    fingers("touchEnd", -end)
    fingers("touchEnd")


@pytest.mark.parametrize("down", [400, -400])
def test_however_far_it_is_dragged_the_eye_stays_above_the_ground(visit_3d, down):
    one = visit_3d(SMALL)
    drag(one, 0, down)
    one.addressed("eye=")
    _azimuth, elevation, _distance = camera(one)
    assert LOWEST - 1e-3 <= elevation <= math.pi / 2 + 1e-3
    assert elevation == pytest.approx(math.pi / 2 if down > 0 else LOWEST, abs=1e-2)


def test_arrow_keys_turn_it_and_stop_above_the_ground(visit_3d):
    one = visit_3d(SMALL + "&at=5")
    scene = scene_of(one)
    before = camera(one)
    scene.focus()
    one.page.keyboard.press("ArrowRight")
    assert camera(one)[0] < before[0]
    for _ in range(20):
        one.page.keyboard.press("ArrowUp")
    assert camera(one)[1] == pytest.approx(LOWEST, abs=1e-3)
    one.page.keyboard.press("+")
    assert camera(one)[2] < before[2]
    one.page.keyboard.press("-")
    assert camera(one)[2] == pytest.approx(before[2])
    assert one.state("step") == "5"  # the keys of the race did not hear of it
    assert "arrow keys" in scene.get_attribute("aria-description")
    one.addressed("eye=")
    button(one, "Whole picture").click()
    one.until("() => !location.search.includes('eye')")
    assert camera(one) == pytest.approx(before, abs=1e-3)


def test_the_wheel_zooms_inside_limits_and_a_double_click_is_the_way_back(visit_3d):
    one = visit_3d(SMALL)
    scene = scene_of(one)
    before = camera(one)
    one.page.mouse.move(*middle(scene))
    one.page.mouse.wheel(0, -200)
    one.addressed("eye=")
    assert camera(one)[2] < 0.9 * before[2]
    assert camera(one)[:2] == pytest.approx(before[:2], abs=1e-6)
    for _ in range(12):
        one.page.mouse.wheel(0, -400)
    assert camera(one)[2] == pytest.approx(0.9, abs=1e-3)
    scene.dblclick()
    one.until("() => !location.search.includes('eye')")
    assert camera(one) == pytest.approx(before, abs=1e-3)


SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"


def test_the_wheel_scrolls_the_page_outside_of_it_and_where_there_is_no_more_to_zoom(visit_3d):
    one = visit_3d(SMALL)
    x, y = middle(scene_of(one))
    before = camera(one)
    one.page.mouse.move(x, y)
    one.page.mouse.wheel(0, 60)
    one.addressed("eye=")
    assert camera(one)[2] > before[2]
    assert one.page.evaluate(SCROLLED) == 0
    for _ in range(3):
        button(one, "Zoom out").click()
    assert camera(one)[2] == pytest.approx(4, abs=1e-3)
    one.page.wait_for_timeout(600)  # the pause after which another turn of the wheel begins
    one.page.mouse.move(x, y)
    one.page.mouse.wheel(0, 60)
    one.until(f"() => ({SCROLLED})() > 0")
    button(one, "Whole picture").click()
    one.until(f"() => Math.hypot(...({CAMERA})()) < {before[2] + 0.01}")
    one.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    one.page.mouse.move(*middle(one.page.locator(".rv-toolbar")))
    one.page.mouse.wheel(0, 15)  # less than would bring the picture below the pointer
    one.until(f"() => ({SCROLLED})() > 0")
    assert camera(one) == pytest.approx(before, abs=1e-3)


def test_two_fingers_zoom_and_one_turns(visit_3d):
    one = visit_3d(SMALL, phone=True)
    scene = scene_of(one)
    before = camera(one)
    pinch(one, 30, 55)
    one.addressed("eye=")
    nearer = camera(one)
    assert nearer[2] < 0.7 * before[2]
    assert nearer[:2] == pytest.approx(before[:2], abs=1e-6)
    pinch(one, 55, 30)
    assert camera(one)[2] == pytest.approx(before[2], rel=0.02)
    x, y = middle(scene)
    drag_with_a_finger(one, (x, y + 80), (x + 60, y - 80))
    azimuth, elevation, distance = camera(one)
    assert azimuth < before[0]
    assert LOWEST - 1e-3 <= elevation < before[1]
    assert distance == pytest.approx(before[2], rel=0.02)


def test_buttons_zoom_it_as_they_do_the_flat_picture(visit_3d):
    one = visit_3d(SMALL)
    scene_of(one)
    before = camera(one)
    button(one, "Zoom in").click()
    assert camera(one)[2] < before[2]
    button(one, "Zoom out").click()
    assert camera(one) == pytest.approx(before, abs=1e-6)


def test_it_rises_out_of_the_flat_picture_once(visit_3d):
    one = visit_3d("?run=momentum&steps=12")
    one.page.evaluate(WATCH_SWING)
    button(one, "3D").click()
    one.until("() => window.swings.includes('over')")
    assert one.page.evaluate("window.swings") == ["running", "over"]
    heights = one.page.evaluate("window.heights")
    assert heights[0] < 0.05 < 0.5 < heights[-1]
    assert heights == sorted(heights)
    usual = camera(one)
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowLeft")
    one.addressed("lr=")
    one.page.locator(".rv-play").click()
    one.until("() => document.querySelector('.rv-play').dataset.shows === 'play'")
    assert one.page.evaluate("window.swings") == ["running", "over"]
    assert camera(one) == pytest.approx(usual)
    again = visit_3d("?" + one.url().partition("?")[2])
    assert scene_of(again).get_attribute("data-swing") is None
    assert camera(again) == pytest.approx(usual, abs=1e-3)


def test_a_touch_ends_the_swing_at_once(visit_3d):
    one = visit_3d("?run=momentum&steps=12")
    # time stands still for the swing: it would be over before a slow machine is asked to touch it
    one.page.evaluate(
        "() => { const real = window.requestAnimationFrame.bind(window);"
        " window.requestAnimationFrame = (draw) => real(() => draw(0)) }"
    )
    button(one, "3D").click()
    one.page.wait_for_selector(".rv-relief[data-swing=running]")
    one.page.mouse.move(*middle(scene_of(one)))
    one.page.mouse.down()
    assert one.page.locator(".rv-relief").get_attribute("data-swing") == "over"
    assert camera(one)[1] < math.radians(60)
    one.page.mouse.up()


def test_who_wants_less_motion_sees_no_swing(visit_3d):
    one = visit_3d("?run=momentum&steps=12", less_motion=True)
    one.page.evaluate(WATCH_SWING)
    button(one, "3D").click()
    one.addressed("view=3d")
    scene = scene_of(one)
    one.until("() => document.querySelector('.rv-relief > div')._fullLayout?.scene?._scene")
    assert camera(one)[1] < math.radians(60)
    assert one.page.evaluate("window.swings") == []
    assert scene.get_attribute("data-swing") is None


def test_a_bent_height_axis_says_so_in_both_languages(visit_3d):
    title = "() => document.querySelector('.rv-relief > div').layout.scene.zaxis.title.text"
    for locale, words, short in (
        ("en-US", "logarithm above the lowest point", "f (log)"),
        ("zh-CN", "对数", "f\uff08对数\uff09"),
    ):
        one = visit_3d("?view=3d&on=rosenbrock&run=adam&steps=12", locale=locale)
        scene_of(one)
        assert words in one.page.locator(".rv-bent").inner_text()
        assert one.page.evaluate(title) == short
    straight = visit_3d(SMALL)
    scene_of(straight)
    assert straight.page.locator(".rv-bent").inner_text() == ""
    assert straight.page.evaluate(title) == "f"


# pictures of a film, a few pixels wide: the first one and the last one
ENDS = """async (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const video = Object.assign(document.createElement("video"), { muted: true })
  video.src = URL.createObjectURL(new Blob([bytes], { type: "video/webm" }))
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 })
  const pen = canvas.getContext("2d", { willReadFrequently: true })
  const at = (time) => new Promise((done) => {
    video.onseeked = () => {
      pen.drawImage(video, 0, 0, 320, 180)
      done([...pen.getImageData(0, 22, 230, 146).data])
    }
    video.currentTime = time
  })
  await new Promise((ready) => (video.onloadeddata = ready))
  const [first, last] = [await at(0), await at(1e6)]
  const different = first.filter((v, i) => Math.abs(v - last[i]) > 40).length
  const coloured = first.filter((v, i) => i % 4 === 0 && v < first[i + 2] - 8).length
  return { different, coloured }
}"""


def test_it_is_filmed_with_its_paths(visit_3d):
    one = visit_3d("?view=3d&run=momentum&run=adam&steps=20")
    before = camera(one)
    scene_of(one)
    button(one, "Export").click()
    name, film = taken(one, "button", "Video of the run (WebM)")
    assert name == "ravine-ravine.webm"
    elsewhere = one.context.new_page()  # a page of Ravine's plays no films
    seen = elsewhere.evaluate(ENDS, base64.b64encode(film).decode())
    assert seen["different"] > 100  # the paths
    assert seen["coloured"] > 1000  # the ground
    one.until("() => !document.querySelector('.rv-twin')")
    assert camera(one) == pytest.approx(before)
    assert one.state("step") == "20"


def test_it_is_an_animation_too(visit_3d):
    one = visit_3d("?view=3d&run=momentum&run=adam&steps=4")
    scene_of(one)
    button(one, "Export").click()
    # a hundred frames, each drawn without a graphics card
    name, animation = taken(one, "button", "Animation of the run (GIF)", patience=5 * PATIENCE)
    assert name == "ravine-ravine.gif"
    frames = [
        frame.convert("RGB") for frame in ImageSequence.Iterator(Image.open(BytesIO(animation)))
    ]
    left = (0, 0, int(0.7 * frames[0].width), frames[0].height)
    moved = ImageChops.difference(frames[0].crop(left), frames[-1].crop(left)).getbbox()
    assert len(frames) > 10
    assert moved is not None
    one.until("() => !document.querySelector('.rv-twin')")
