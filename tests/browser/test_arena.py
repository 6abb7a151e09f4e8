"""The page as a visitor meets it, in a real browser. Every visit ends with a clean console and no outside request."""

import re

import pytest

from tests.browser.conftest import choose

pytestmark = pytest.mark.browser

EIGHT = "view=panels&" + "&".join(
    f"run={rule}"
    for rule in [
        "gradient_descent",
        "momentum",
        "nesterov",
        "adagrad",
        "rmsprop",
        "adadelta",
        "adam",
        "momentum~gamma=0.9",
    ]
)


def test_it_opens_with_paths_curves_and_results(visit):
    one = visit()
    assert one.pixels() > 5000
    assert one.page.locator(".rv-curve").count() == 3
    rows = one.page.locator(".rv-results tbody tr").all_inner_texts()
    assert len(rows) == 5
    assert "Reached the minimum at (0, 0)." in rows[1]
    assert one.page.locator(".katex").count() >= 6


def test_a_key_on_a_slider_redraws_and_the_link_follows(visit):
    one = visit()
    before = one.pixels()
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowLeft")
    one.drawn("lr=0.355")
    one.addressed("lr=0.355")
    assert one.pixels() != before
    one.page.keyboard.press("ArrowLeft")
    one.drawn("lr=0.315")
    one.addressed("lr=0.315")


def test_a_slider_that_rests_runs_nothing(visit):
    """No run of the page, no picture over the websocket: the address alone. Then the page runs, and shows the same."""
    one = visit()
    runs = "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState"
    one.page.evaluate(
        "() => { window.states = []; const app = document.querySelector('[data-testid=stApp]');"
        " new MutationObserver(() => states.push(app.dataset.testScriptState)).observe(app, { attributes: true }) }"
    )
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowLeft")
    one.addressed("lr=0.355")
    one.page.keyboard.press("ArrowLeft")
    one.addressed("lr=0.315")
    assert one.page.evaluate("states.filter((state) => state !== 'notRunning')") == []
    assert one.page.evaluate(runs) == "notRunning"
    one.page.get_by_role("button", name="Side by side").click()
    one.addressed("view=panels")
    one.addressed("lr=0.315")
    one.drawn("lr=0.315&view=panels")
    assert one.slider("shared--lr").get_attribute("aria-valuetext") == "0.315"


def test_the_paths_of_a_slider_come_with_the_page_where_they_do_not_come_alone(visit):
    one = visit()
    one.page.route(re.compile("/ravine/race[?]"), lambda route: route.abort())
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowLeft")
    one.addressed("lr=0.355")
    one.drawn("lr=0.355")
    one.wrong[:] = [said for said in one.wrong if "ERR_FAILED" not in said]


def test_a_preview_that_began_from_an_older_race_does_not_stay(visit):
    """As when a lane has just joined, and the arena has not heard of it."""
    one = visit("?gamma=0.7&run=momentum&run=adam")

    def older(route):
        return route.continue_(url=route.request.url.replace("gamma=0.7", "gamma=0.6"))

    one.page.route(re.compile("/ravine/race[?]"), older)
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowLeft")
    one.until("() => document.querySelector('.rv-arena').dataset.drawn.includes('gamma=0.6')")
    one.until(
        "() => location.search.includes('lr=') && document.querySelector('.rv-arena').dataset.drawn === location.search.slice(1)"
    )
    one.addressed("gamma=0.7")


def test_paths_follow_a_slider_while_it_is_dragged(visit):
    one = visit()
    thumb = one.slider("shared--gamma").locator("xpath=../..").bounding_box()
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    one.page.mouse.move(x, y)
    one.page.mouse.down()
    one.page.mouse.move(x + 60, y, steps=8)
    one.until("() => document.querySelector('.rv-arena').dataset.drawn.startsWith('gamma=')")
    assert "gamma" not in one.url()
    one.page.mouse.up()
    one.addressed("gamma=")
    one.page.wait_for_timeout(900)
    assert one.state("drawn") == one.url().partition("?")[2]


def test_play_moves_and_pause_stops_on_a_step(visit):
    one = visit()
    play = one.page.get_by_role("button", name="Play")
    play.click()
    one.until(
        "() => +document.querySelector('.rv-arena').dataset.step >= 3 && +document.querySelector('.rv-arena').dataset.step < 20"
    )
    one.page.get_by_role("button", name="Pause").click()
    at = one.state("step")
    one.page.wait_for_timeout(500)
    assert one.state("step") == at
    one.addressed(f"at={at}")
    assert one.page.locator(".rv-bar output").inner_text() == f"step {at} of 20"


def test_it_plays_to_the_end(visit):
    one = visit("?steps=5")
    one.page.get_by_role("button", name="Play").click()
    one.until("() => document.querySelector('.rv-play').dataset.shows === 'pause'")
    one.until("() => document.querySelector('.rv-arena').dataset.step === '2'")
    one.until("() => document.querySelector('.rv-play').dataset.shows === 'play'")
    assert one.state("step") == "5"


def test_stepping_and_scrubbing(visit):
    one = visit()
    one.page.get_by_role("button", name="One step back").click()
    assert one.state("step") == "19"
    one.page.get_by_role("button", name="One step forward").click()
    assert one.state("step") == "20"
    scrub = one.page.locator(".rv-bar input[type=range]")
    scrub.focus()
    one.page.keyboard.press("Home")
    assert one.state("step") == "0"
    assert one.pixels() < 3000
    one.addressed("at=0")


def test_position_and_zoom_survive_a_slider_move(visit):
    one = visit("?at=7&zoom=-2.0,1.0,-1.0,1.0")
    assert one.state("step") == "7"
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowLeft")
    one.addressed("lr=0.355")
    one.page.wait_for_timeout(900)
    assert one.state("step") == "7"
    box = one.page.evaluate(
        "document.querySelector('.rv-ground > div')._fullLayout.xaxis.range.map(Number)"
    )
    assert box == pytest.approx([-2.0, 1.0])
    one.addressed("at=7")
    one.addressed("zoom=-2.0,1.0,-1.0,1.0")


def test_a_drag_zooms_every_panel_and_the_button_shows_all_again(visit):
    one = visit("?view=panels")
    ground = one.page.locator(".rv-ground").first.bounding_box()
    x, y = ground["x"] + ground["width"] / 2, ground["y"] + ground["height"] / 2
    one.page.mouse.move(x - 40, y - 30)
    one.page.mouse.down()
    one.page.mouse.move(x + 40, y + 30, steps=6)
    one.page.mouse.up()
    one.addressed("zoom=")
    ranges = "[...document.querySelectorAll('.rv-ground > div')].map(g => g._fullLayout.xaxis.range.map(Number).join())"
    one.until(f"() => new Set({ranges}).size === 1 && !{ranges}[0].startsWith('-5.5')")
    assert "start=" not in one.url()
    one.page.get_by_role("button", name="Whole picture").click()
    one.until(f"() => new Set({ranges}).size === 1 && {ranges}[0] === '-5.5,1.5'")
    one.until("() => !location.search.includes('zoom')")


def test_a_click_sets_the_start_and_the_run_begins_anew(visit):
    one = visit()
    ground = one.page.locator(".rv-ground").bounding_box()
    one.page.mouse.click(ground["x"] + ground["width"] * 0.4, ground["y"] + ground["height"] * 0.7)
    one.addressed("start=")
    x = float(one.url().partition("start=")[2].split("%2C")[0].split(",")[0])
    assert -4 < x < -1
    thumb = one.slider("start--0--ravine")
    one.until(
        "({x}) => Math.abs(+document.querySelector('[class*=st-key-start--0] input').getAttribute('aria-valuetext') - x) < 0.05",
        x=x,
    )
    assert thumb.count() == 1


def test_a_tap_sets_the_start_on_a_phone(visit):
    one = visit(phone=True)
    ground = one.page.locator(".rv-ground").bounding_box()
    one.page.touchscreen.tap(
        ground["x"] + ground["width"] * 0.5, ground["y"] + ground["height"] * 0.3
    )
    one.addressed("start=")


def test_a_link_restores_everything(visit):
    query = (
        "?on=himmelblau&run=momentum&run=momentum~gamma%3D0.9&lr=0.008&steps=40&view=panels&at=9"
    )
    one = visit(query)
    assert one.page.locator(".rv-panel").count() == 2
    assert one.state("step") == "9"
    assert (
        one.page.locator(".rv-panel figcaption")
        .all_inner_texts()[1]
        .startswith("Momentum 2 γ\u00a0=\u00a00.9")
    )
    assert "steps=40" in one.url()


def test_a_vertical_drag_zooms_paths_and_ground_together(visit):
    one = visit()
    ground = one.page.locator(".rv-ground").bounding_box()
    x, y = ground["x"] + 300, ground["y"] + 100
    one.page.mouse.move(x, y)
    one.page.mouse.down()
    one.page.mouse.move(x + 2, y + 150, steps=6)
    one.page.mouse.up()
    one.addressed("zoom=")
    assert one.page.get_by_role("button", name="Whole picture").is_enabled()


def test_zooming_without_end_is_no_error(visit):
    one = visit()
    for name in ("Zoom in", "Zoom out"):
        for _ in range(35):
            one.page.get_by_role("button", name=name, exact=True).click()
    one.page.wait_for_timeout(1500)
    assert one.page.get_by_role("alert").count() == 0


def test_the_link_follows_after_a_reset(visit):
    one = visit()
    back = one.page.get_by_role("button", name="One step back")
    back.click()
    one.addressed("at=19")
    one.page.get_by_role("button", name="Reset").click()
    one.until(
        "() => document.querySelector('.rv-arena').dataset.step === '20' && location.search === ''"
    )
    back.click()
    one.addressed("at=19")


def test_a_complaint_goes_when_a_slider_moves(visit):
    one = visit("?setps=1")
    assert one.page.get_by_role("alert").count() == 1
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowLeft")
    one.addressed("lr=0.355")
    one.until("() => !document.querySelector('[role=alert]')")
    assert one.slider("shared--lr").get_attribute("aria-valuetext") == "0.355"


def test_back_is_undo(visit):
    one = visit()
    one.slider("shared--lr").focus()
    one.page.keyboard.press("ArrowLeft")
    one.addressed("lr=0.355")
    one.page.wait_for_timeout(700)
    one.page.go_back()
    one.until("() => document.querySelector('.rv-arena').dataset.drawn === ''")
    one.until(
        "() => document.querySelector('.st-key-shared--lr input').getAttribute('aria-valuetext') === '0.4'"
    )


def test_a_wrong_link_says_so(visit):
    one = visit("?run=adam~lr=99")
    said = one.page.get_by_role("alert").inner_text()
    assert "could not be opened" in said
    assert "Adam.lr = 99 is outside [1e-06, 10]." in said


def test_a_link_that_a_messenger_passed_on_opens_whole(visit):
    one = visit("?from=singlemessage&isappinstalled=0&run=Adam&amp;lr=0.2&utm_source=x")
    assert one.page.locator(".rv-lane").count() == 1
    assert one.page.get_by_role("alert").count() == 0
    assert one.slider("shared--lr").get_attribute("aria-valuetext") == "0.2"


def test_one_wrong_part_of_a_link_costs_that_part(visit):
    one = visit("?on=beale&run=sgd&run=adam&setps=40")
    said = one.page.get_by_role("alert").inner_text()
    assert "it is called gradient_descent" in said
    assert "did you mean steps?" in said
    assert one.page.locator(".rv-lane").count() == 1


def test_a_diverging_run_is_shown_and_said(visit):
    one = visit("?run=gradient_descent&run=nesterov&lr=0.56&steps=2000")
    rows = one.page.locator(".rv-results tbody tr").all_inner_texts()
    assert any("Overflowed at step" in row for row in rows)
    assert one.pixels() > 5000


def test_eight_panels_side_by_side(visit):
    one = visit(f"?{EIGHT}")
    assert one.page.locator(".rv-panel").count() == 8
    assert all(one.pixels(i) > 100 for i in range(8))
    boxes = [panel.bounding_box() for panel in one.page.locator(".rv-panel").all()]
    assert len({round(box["width"]) for box in boxes}) == 1
    one.page.get_by_role("button", name="Overlay").click()
    one.until("() => document.querySelectorAll('.rv-panel').length === 1")


def test_another_surface(visit):
    one = visit()
    choose(one.page, one.page.locator(".st-key-surface input").first, "Monkey saddle")
    one.addressed("on=monkey_saddle")
    one.until("() => document.querySelectorAll('.rv-curve').length === 2")
    one.until("() => document.querySelector('.rv-arena').dataset.curves === 'on=monkey_saddle'")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_nothing_is_wider_than_the_screen(visit, phone, dark):
    one = visit(phone=phone, dark=dark)
    wide = one.page.evaluate(
        "document.querySelector('[data-testid=stMain]').scrollWidth - document.querySelector('[data-testid=stMain]').clientWidth"
    )
    assert wide <= 0
    assert one.page.locator(".rv-bar").bounding_box()["width"] <= one.page.viewport_size["width"]


def test_the_theme_changes_the_ground(visit):
    light = visit().page.evaluate(
        "JSON.stringify(document.querySelector('.rv-ground > div').data[0].colorscale)"
    )
    dark = visit(dark=True).page.evaluate(
        "JSON.stringify(document.querySelector('.rv-ground > div').data[0].colorscale)"
    )
    assert light != dark


def test_every_control_has_a_name(visit):
    one = visit()
    for control in one.page.locator(".rv-bar :is(button, input, select)").all():
        assert control.get_attribute("aria-label") or control.inner_text().strip()


def test_keys_reach_every_button_of_the_bar(visit):
    one = visit()
    one.page.locator(".rv-back").focus()
    seen = []
    for _ in range(8):
        seen.append(one.page.evaluate("document.activeElement.getAttribute('aria-label')"))
        one.page.keyboard.press("Tab")
    assert {
        "One step back",
        "Play",
        "One step forward",
        "Step",
        "Speed",
        "Choose the live knob",
    } <= set(seen)
