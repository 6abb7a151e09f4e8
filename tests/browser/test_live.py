"""What a visitor does with the arena: drag, scrub, edit lanes, look closer, take away. With the mouse, keys and fingers."""

import contextlib
import csv
import io
import re
import struct
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import pytest
from playwright.sync_api import Error

from tests.browser.conftest import PATIENCE

pytestmark = pytest.mark.browser

TWO = "?run=momentum&run=momentum~gamma%3D0.9"


def button(one, name):
    return one.arena.get_by_role("button", name=name, exact=True)


def link(one):
    return unquote(one.url().partition("?")[2])


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag_with_a_finger(one, start, end, steps=12):
    wire = one.page.context.new_cdp_session(one.page)

    def finger(kind, *points):
        wire.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    finger("touchStart", start)
    for k in range(1, steps + 1):
        finger("touchMove", tuple(a + (b - a) * k / steps for a, b in zip(start, end, strict=True)))
        one.page.wait_for_timeout(25)
    finger("touchEnd")


# The start


def test_every_path_follows_the_start_while_it_is_dragged(visit):
    one = visit()
    before = one.page.evaluate("document.querySelector('.rv-handle').style.transform")
    x, y = middle(one.page.locator(".rv-handle"))
    one.page.mouse.move(x, y)
    one.page.mouse.down()
    one.page.mouse.move(x + 120, y - 60, steps=10)
    one.until("() => document.querySelector('.rv-arena').dataset.drawn.includes('start=')")
    assert "start" not in one.url()
    assert one.page.evaluate("document.querySelector('.rv-handle').style.transform") != before
    one.page.mouse.up()
    one.addressed("start=")
    x1, x2 = map(float, re.search(r"start=([-\d.]+),([-\d.]+)", link(one)).groups())
    assert -4.5 < x1 < -3
    assert -1.8 < x2 < -0.8
    assert "zoom" not in one.url()


def test_a_finger_drags_the_start_and_the_page_stays(visit):
    one = visit(phone=True)
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = one.page.evaluate(scrolled)
    x, y = middle(one.page.locator(".rv-handle"))
    drag_with_a_finger(one, (x, y), (x + 90, y - 110))
    one.addressed("start=")
    assert one.page.evaluate(scrolled) == before
    assert "zoom" not in one.url()


def test_a_finger_beside_the_start_scrolls_the_page(visit):
    one = visit(phone=True)
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    ground = one.page.locator(".rv-ground").bounding_box()
    drag_with_a_finger(
        one, (ground["x"] + 250, ground["y"] + 200), (ground["x"] + 250, ground["y"] + 20)
    )
    one.until(f"() => {scrolled} > 60")
    one.page.wait_for_timeout(500)
    assert "start" not in one.url()


def test_arrow_keys_move_the_start(visit):
    one = visit()
    one.page.locator(".rv-handle").focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        one.page.keyboard.press(key)
    one.addressed("start=-4.86,-1.55")
    assert one.state("step") == "20"


# The live knob


def test_the_live_knob_is_scrubbed_without_the_server_and_committed_when_let_go(visit):
    one = visit("?lr=0.1")
    knob = one.page.locator(".rv-dial input[type=range]")
    knob.hover()
    one.page.wait_for_selector(".rv-arena[data-fan=true]")
    pixels, mute = one.pixels(), []
    one.page.route("**/race?*", lambda route: mute.append(route))  # the server does not answer
    box = knob.bounding_box()
    one.page.mouse.move(box["x"] + box["width"] * 0.72, box["y"] + 20)
    one.page.mouse.down()
    seen = set()
    for k in range(20):
        one.page.mouse.move(box["x"] + box["width"] * (0.72 + 0.008 * k), box["y"] + 20)
        seen.add(one.state("scrubbing"))
    assert len(seen) > 5
    assert one.pixels() != pixels
    assert one.url().endswith("?lr=0.1")
    one.page.unroute("**/race?*")
    for route in mute:
        with contextlib.suppress(Error):  # the page may have given it up, or Playwright let it go
            route.continue_()
    value = one.page.locator(".rv-dial output").inner_text()
    one.page.mouse.up()
    one.addressed(f"lr={value}")
    one.until(
        "({value}) => document.querySelector('.st-key-shared--lr input').getAttribute('aria-valuetext') === value",
        value=value,
    )
    one.until("() => document.querySelector('.rv-arena').dataset.scrubbing === ''")


def test_the_paths_of_the_fan_are_those_of_the_race(visit):
    """What is drawn while the knob is held is, to a pixel, what the server then draws."""
    one = visit("?lr=0.1&steps=60&run=momentum&run=adam")
    knob = one.page.locator(".rv-dial input[type=range]")
    knob.hover()
    one.page.wait_for_selector(".rv-arena[data-fan=true]")
    box = knob.bounding_box()
    one.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 20)
    one.page.mouse.down()
    one.page.mouse.move(box["x"] + box["width"] * 0.78, box["y"] + 20, steps=4)
    one.page.wait_for_timeout(60)
    held = one.pixels()
    one.page.mouse.up()
    one.until("() => !location.search.includes('lr=0.1')")
    one.until("() => document.querySelector('.rv-arena').dataset.scrubbing === ''")
    assert one.pixels() == pytest.approx(held, rel=0.01)


def test_the_live_knob_turns_any_knob(visit):
    one = visit("?on=quadratic&run=momentum~gamma%3D0.9&run=adam")
    which = one.page.locator(".rv-dial select")
    keys = which.locator("option").evaluate_all("options => options.map(o => o.value)")
    assert {
        "shared--lr",
        "own--momentum-1--gamma",
        "shared--beta1",
        "surface--quadratic--kappa",
        "start--0",
    } <= set(keys)
    which.select_option("own--momentum-1--gamma")
    one.addressed("dial=own--momentum-1--gamma")
    one.until("() => document.querySelector('.rv-dial output').textContent === '0.9'")
    one.page.locator(".rv-dial input[type=range]").focus()
    one.page.keyboard.press("ArrowRight")
    one.addressed("run=momentum~gamma=0.91")


def test_a_finger_on_the_live_knob(visit):
    one = visit(phone=True)
    box = one.page.locator(".rv-dial input[type=range]").bounding_box()
    one.page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    one.addressed("lr=")


def test_the_fan_is_drawn_behind_the_paths(visit):
    one = visit("?run=momentum")
    before = one.pixels()
    with one.page.expect_response(re.compile("/fan")):
        button(one, "Show").click()
        one.page.get_by_label("Fan").check()
    one.addressed("show=levels,minima,fan")
    one.page.wait_for_timeout(500)
    assert one.pixels() > 1.2 * before


# The sliders of the sidebar


@pytest.mark.parametrize(
    ("query", "key", "part"),
    [
        ("?run=momentum~with-clip_norm", "with--all--clip_norm--limit", "limit="),
        ("?run=adam&run=momentum~with-clip_norm", "with--momentum-1--clip_norm--limit", "limit="),
        ("?on=quadratic~turn=0.5&run=adam", "start--0--quadratic--turned", "start="),
    ],
)
def test_every_slider_of_the_race_previews_while_it_is_dragged(visit, query, key, part):
    one = visit(query)
    thumb = one.slider(key).locator("xpath=../..")
    thumb.scroll_into_view_if_needed()
    x, y = middle(thumb)
    one.page.mouse.move(x, y)
    one.page.mouse.down()
    one.page.mouse.move(x + 40, y, steps=8)
    one.until(
        "({part}) => decodeURIComponent(document.querySelector('.rv-arena').dataset.drawn).includes(part)",
        part=part,
    )
    assert part not in link(one)
    one.page.mouse.up()
    one.addressed(part)


# Lanes


def lane_names(one):
    return one.page.locator(".rv-lane b").all_inner_texts()


def open_menu(one, name):
    button(one, f"Change {name}").click()


def test_a_lane_is_added_copied_named_and_removed(visit):
    one = visit("?run=adam")
    button(one, "Add an optimizer").click()
    button(one, "Momentum").click()
    one.until("() => document.querySelectorAll('.rv-lane').length === 2")
    assert lane_names(one) == ["Adam", "Momentum"]
    open_menu(one, "Momentum")
    button(one, "Duplicate").click()
    one.until("() => document.querySelectorAll('.rv-lane').length === 3")
    assert lane_names(one) == ["Adam", "Momentum", "Momentum 2"]
    one.slider("own--momentum-2--gamma").focus()
    one.page.keyboard.press("ArrowRight")
    one.until(
        "() => [...document.querySelectorAll('.rv-lane b')].some(b => b.textContent.includes('0.55'))"
    )
    assert [name.replace("\u00a0", " ") for name in lane_names(one)] == [
        "Adam",
        "Momentum γ = 0.5",
        "Momentum 2 γ = 0.55",
    ]
    open_menu(one, "Adam")
    one.page.get_by_label("Rename").fill("The <b>one</b> & only~x")
    one.page.keyboard.press("Enter")
    one.addressed("~name=")
    one.until(
        "() => document.querySelector('.rv-lane b').textContent === 'The <b>one</b> & only~x'"
    )
    open_menu(one, "The <b>one</b> & only~x")
    button(one, "Remove").click()
    one.until("() => document.querySelectorAll('.rv-lane').length === 2")
    assert "adam" not in link(one)


def test_a_lane_is_hidden_by_a_click_and_by_its_digit(visit):
    one = visit()
    before, rows = one.pixels(), one.page.locator(".rv-results tbody tr").count()
    one.page.locator(".rv-toggle", has_text="Gradient descent").click()
    one.addressed("run=gradient_descent~hidden")
    one.until("() => document.querySelector('.rv-toggle').getAttribute('aria-pressed') === 'false'")
    assert one.pixels() < before
    assert one.page.locator(".rv-results tbody tr").count() == rows
    one.page.locator(".rv-play").focus()
    one.page.keyboard.press("1")
    one.until("() => !location.search.includes('hidden')")
    one.page.keyboard.press("5")
    one.addressed("run=adam~eps=1e-08~hidden")


def test_lanes_change_places(visit):
    one = visit()
    open_menu(one, "Momentum")
    button(one, "Move up").click()
    one.until("() => document.querySelector('.rv-lane b').textContent === 'Momentum'")
    one.addressed("run=momentum&run=gradient_descent")
    open_menu(one, "Momentum")
    assert button(one, "Move up").is_disabled()


def test_a_lane_takes_a_value_of_its_own_and_gives_it_back(visit):
    one = visit()
    open_menu(one, "Momentum")
    button(one, "η").click()
    one.addressed("run=momentum~lr=0.4")
    assert one.slider("own--momentum-1--lr").count() == 1
    open_menu(one, "Momentum")
    assert button(one, "η").get_attribute("aria-pressed") == "true"
    button(one, "η").click()
    one.until("() => !decodeURIComponent(location.search).includes('momentum~lr')")


def test_lanes_are_edited_side_by_side_too(visit):
    one = visit("?view=panels&run=adam&run=momentum")
    open_menu(one, "Adam")
    button(one, "Duplicate").click()
    one.until("() => document.querySelectorAll('.rv-panel').length === 3")
    one.page.keyboard.press("3")
    one.until("() => document.querySelectorAll('.rv-panel').length === 2")
    one.page.locator(".rv-toggle", has_text="Momentum").click()
    one.until("() => document.querySelectorAll('.rv-panel').length === 3")


def test_a_thirteenth_is_refused_with_a_sentence(visit):
    one = visit("?" + "&".join(["run=adam"] * 12))
    button(one, "Add an optimizer").click()
    button(one, "Momentum").click()
    one.page.wait_for_selector("[role=alert]")
    assert "1 to 12 optimizers" in one.page.get_by_role("alert").inner_text()
    assert len(lane_names(one)) == 12


# What is seen


@pytest.mark.parametrize(
    ("name", "mark"),
    [("Step arrow", "step"), ("Gradient arrow", "gradient"), ("Velocity arrow", "velocity")],
)
def test_arrows_at_a_step(visit, name, mark):
    one = visit("?run=momentum&at=3")
    before = one.pixels()
    button(one, "Show").click()
    one.page.get_by_label(name).check()
    one.addressed(mark)
    one.until("() => document.querySelector('.rv-arena').dataset.drawn.includes('show=')")
    assert one.pixels() > before + 100
    one.page.get_by_label(name).uncheck()
    one.until("() => !location.search.includes('show')")
    assert one.pixels() == before


def test_trails_fade(visit):
    one = visit("?run=gradient_descent&steps=40&lr=0.1")
    before = one.pixels()
    button(one, "Show").click()
    one.page.get_by_label("Fading trails").check()
    one.addressed("fade")
    assert one.pixels() < before


def test_ground_minima_and_field_are_switched(visit):
    one = visit("?run=adam")
    shown = "document.querySelector('.rv-ground > div').data.map(trace => trace.visible).join()"
    field = (
        "(() => { const c = document.querySelector('.rv-under'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        " return d.some(v => v > 0) })()"
    )
    assert one.page.evaluate(shown) == "true,true"
    assert one.page.evaluate(field) is False
    button(one, "Show").click()
    one.page.get_by_label("Level curves").uncheck()
    one.until(f"() => {shown} === 'false,true'")
    one.page.get_by_label("Minima").uncheck()
    one.until(f"() => {shown} === 'false,false'")
    one.page.get_by_label("Gradient field").check()
    one.until(f"() => {field}")
    one.addressed("show=field")


def test_follow_zooms_out_to_who_left(visit):
    one = visit("?run=momentum&lr=0.9&steps=8")
    assert button(one, "Follow: zoom out to the paths that left the picture").is_enabled()
    button(one, "Follow: zoom out to the paths that left the picture").click()
    one.addressed("zoom=")
    assert button(one, "Follow: zoom out to the paths that left the picture").is_disabled()
    assert visit().page.locator(".rv-follow").is_disabled()


def test_a_curve_scrubs_the_arena(visit):
    one = visit()
    one.page.locator(".rv-curve").first.scroll_into_view_if_needed()
    box = one.page.locator(".rv-curve").first.bounding_box()
    one.page.mouse.move(box["x"] + 58 + (box["width"] - 68) * 0.5, box["y"] + 100)
    one.until("() => document.querySelector('.rv-arena').dataset.step === '10'")
    one.addressed("at=10")


def test_further_curves(visit):
    one = visit("?run=adam&run=momentum")
    one.page.locator(".rv-pick").click()
    added = ("Effective learning rate of x₁", "Length of the step, ‖Δx‖", "v₂", "m₁")
    for drawn, name in enumerate(added, 4):
        one.page.get_by_label(name, exact=True).check()
        one.until(
            "({drawn}) => document.querySelectorAll('.rv-curve').length === drawn", drawn=drawn
        )
    one.page.get_by_label("f − f*", exact=True).uncheck()
    one.addressed("curves=slope,distance,stride,rate1,m1,v2")
    one.until(
        """({titles}) => {
          const shown = [...document.querySelectorAll('.rv-curve')].map((c) => c.getAttribute('aria-label'))
          return shown.length === 6 && shown.slice(2, 4).join() === titles.join()
        }""",
        titles=["Length of the step, ‖Δx‖", "Effective learning rate of x₁"],
    )


# Keys and ears


def test_keys_play_step_and_jump(visit):
    one = visit()
    one.page.keyboard.press("Home")
    assert one.state("step") == "0"
    one.page.keyboard.press("ArrowRight")
    one.page.keyboard.press("ArrowRight")
    one.page.keyboard.press("ArrowLeft")
    assert one.state("step") == "1"
    one.page.keyboard.press("End")
    assert one.state("step") == "20"
    one.page.keyboard.press("Space")
    one.until("() => document.querySelector('.rv-play').dataset.shows === 'pause'")
    one.page.keyboard.press("Space")
    one.until("() => document.querySelector('.rv-play').dataset.shows === 'play'")


def test_the_picture_tells_its_story(visit):
    one = visit()
    told = one.page.locator(".rv-ground [role=img]").first.get_attribute("aria-label")
    overstep = "Overshoots 5 times: from downhill to uphill in one step."
    assert f"Momentum: {overstep} f is within 0.001 of f* from step 19 on." in told
    assert f"{overstep} Still moving." in one.page.locator(".rv-lanes").inner_text()


def test_every_control_of_the_arena_has_a_name(visit):
    one = visit()
    for control in one.page.locator(".rv-arena :is(button, input, select)").all():
        name = control.get_attribute("aria-label") or control.inner_text()
        assert name.strip(), control.evaluate("e => e.outerHTML")


def test_who_wants_less_motion_sees_whole_steps(visit):
    one = visit("?steps=5&run=adam")
    one.page.emulate_media(reduced_motion="reduce")
    still = "document.querySelector('.rv-over').toDataURL()"
    one.page.evaluate(
        "() => { const seen = window.rvSeen = new Set(); const look = () => { seen.add("
        f"{still}); if (window.rvSeen) requestAnimationFrame(look) }}; look() }}"
    )
    one.page.locator(".rv-play").click()
    one.until("() => document.querySelector('.rv-play').dataset.shows === 'pause'")
    one.until("() => document.querySelector('.rv-play').dataset.shows === 'play'")
    assert one.page.evaluate("window.rvSeen.size") <= 7


# Three dimensions


def test_three_dimensions_keep_their_camera(visit_3d):
    one = visit_3d("?view=3d")
    scene = one.page.locator(".rv-relief")
    x, y = middle(scene)
    one.page.mouse.move(x, y)
    one.page.mouse.down()
    one.page.mouse.move(x + 120, y + 20, steps=8)
    one.page.mouse.up()
    one.addressed("eye=")
    eye = "JSON.stringify(document.querySelector('.rv-relief > div')._fullLayout.scene._scene.getCamera().eye)"
    before = one.page.evaluate(eye)
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowLeft")
    one.addressed("lr=0.355")
    one.page.wait_for_timeout(800)
    assert one.page.evaluate(eye) == before
    button(one, "Play").click()
    one.until("() => +document.querySelector('.rv-arena').dataset.step > 2")
    assert one.page.evaluate(eye) == before
    again = visit_3d("?" + one.url().partition("?")[2])
    there = again.page.evaluate(f"Object.values(JSON.parse({eye}))")
    assert there == pytest.approx(one.page.evaluate(f"Object.values(JSON.parse({eye}))"), abs=2e-3)


def test_three_dimensions_and_back(visit_3d):
    one = visit_3d()
    button(one, "3D").click()
    one.addressed("view=3d")
    one.page.wait_for_selector(".rv-relief canvas")
    button(one, "Overlay").click()
    one.until(
        "() => document.querySelectorAll('.rv-over').length === 1 && !location.search.includes('view')"
    )
    assert one.pixels() > 5000


def test_where_there_is_no_webgl_that_is_said(visit):
    one = visit("?view=3d", before="HTMLCanvasElement.prototype.getContext = () => null")
    one.page.wait_for_selector(".rv-broken")
    assert "cannot draw in three dimensions" in one.page.locator(".rv-broken").inner_text()


# Take it away


def taken(one, role, name, patience=PATIENCE):
    with one.page.expect_download(timeout=patience) as download:
        one.page.get_by_role(role, name=name).click()
    path = download.value.path()
    return download.value.suggested_filename, path.read_bytes()


def test_what_can_be_taken_away(visit):
    one = visit("?on=himmelblau&run=momentum&run=adam&at=7&steps=12&lr=0.01")
    button(one, "Export").click()
    name, png = taken(one, "button", "Image (PNG)")
    assert name == "ravine-himmelblau.png"
    assert struct.unpack(">II", png[16:24]) == (1920, 1080)
    assert len(png) > 50_000
    name, svg = taken(one, "button", "Image (SVG)")
    texts = " ".join(ET.fromstring(svg).itertext())
    for part in ("Himmelblau", "Momentum", "Adam", "step 7 of 12", "MIT licence"):
        assert part in texts
    name, numbers = taken(one, "link", "Data (CSV)")
    rows = list(csv.DictReader(io.StringIO(numbers.decode())))
    assert name == "ravine-himmelblau.csv"
    assert [row["lane"] for row in rows].count("Adam") == 13
    assert {"x1", "x2", "f", "grad1", "m1", "v2"} <= set(rows[0])
    name, script = taken(one, "link", re.compile("^Python script$"))
    assert name == "ravine-himmelblau.py"
    compile(script, name, "exec")


def test_the_film_shows_its_progress_and_can_be_stopped(visit):
    one = visit("?run=adam&steps=4")
    button(one, "Export").click()
    one.page.get_by_role("button", name="Video of the run (WebM)").click()
    one.until("() => document.querySelector('.rv-said progress')?.value > 0.05")
    button(one, "Stop").click()
    one.until("() => !document.querySelector('.rv-said progress')")
    name, film = taken(one, "button", "Video of the run (WebM)")
    assert name == "ravine-ravine.webm"
    assert film[:4] == b"\x1aE\xdf\xa3"  # how a WebM file begins
    assert len(film) > 20_000


def test_embedded_there_is_the_arena_and_nothing_else(visit):
    one = visit("?embed=true&run=adam&run=momentum")
    assert one.pixels() > 1000
    assert one.page.locator("[data-testid=stSidebar]").count() == 0
    assert one.page.locator(".rv-gallery").count() == 0
    assert one.page.locator(".rv-dial").count() == 1


# The gallery


def test_a_card_opens_its_race_on_top_of_the_page(visit):
    one = visit()
    one.page.wait_for_selector(".rv-card")
    cards = one.page.locator(".rv-card")
    assert cards.count() >= 12
    card = one.page.get_by_role("link", name="Over the wall").first
    card.scroll_into_view_if_needed()
    one.until(
        "() => [...document.querySelectorAll('.rv-card img')].some(i => i.complete && i.naturalWidth > 0)"
    )
    card.click()
    one.addressed("on=double_well")
    one.until(
        "() => document.querySelector('.rv-arena').dataset.drawn.startsWith('on=double_well')"
    )
    one.until("() => document.querySelector('[data-testid=stMain]').scrollTop < 5")
    one.page.get_by_role("button", name="Reset").click()
    one.until("() => location.search === '?on=double_well'")


# The phone


def test_nothing_is_wider_than_a_small_phone(visit):
    one = visit(TWO, phone=True)
    one.page.set_viewport_size({"width": 360, "height": 740})
    one.page.wait_for_timeout(900)
    main = "document.querySelector('[data-testid=stMain]')"
    assert one.page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 0
    for part in (".rv-toolbar", ".rv-stage", ".rv-bar", ".rv-dial", ".rv-lanes"):
        box = one.page.locator(part).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360


def test_on_a_phone_the_arena_comes_first_and_the_thumb_reaches_all_settings(visit):
    one = visit(phone=True)
    picture, lanes = (
        one.page.locator(".rv-stage").bounding_box(),
        one.page.locator(".rv-lanes").bounding_box(),
    )
    assert picture["y"] < 320
    assert lanes["y"] > picture["y"] + picture["height"]
    play = one.page.locator(".rv-play").bounding_box()
    assert play["y"] + play["height"] <= 844
    one.page.get_by_role("button", name="All settings").tap()
    one.until(
        "() => document.querySelector('[data-testid=stSidebar]')?.dataset.collapsed === 'false'"
    )


def test_an_embedded_arena_leads_to_the_whole_page(visit):
    one = visit("?embed=true&run=adam")
    button(one, "Export").click()
    assert (
        one.arena.get_by_role("link", name="Open in Ravine").get_attribute("href")
        == f"{one.address}/?run=adam"
    )
