"""Critical points in a real browser: the list, the marks, the one that is looked at, and what can be done there."""

import pytest

pytestmark = pytest.mark.browser

SADDLE = "?on=bounded_saddle&run=gradient_descent&run=momentum"
MARKED = f"{SADDLE}&show=levels,minima,critical"
ROW = ".rv-points tbody tr"
CARD = ".rv-about"
PIXEL = """([x, y]) => {
  const plot = document.querySelector(".rv-ground > div"), { _size: s, xaxis, yaxis } = plot._fullLayout
  const { left, top } = plot.getBoundingClientRect()
  const share = (v, [a, b]) => (v - a) / (b - a)
  return [left + s.l + s.w * share(x, xaxis.range), top + s.t + s.h * (1 - share(y, yaxis.range))]
}"""


def pixel(one, x, y):
    """Where a place of the first panel is on the screen."""
    return one.page.evaluate(PIXEL, [x, y])


def opened(one):
    """Open the list and wait for its rows."""
    one.page.locator(".rv-critical summary").click()
    one.page.wait_for_selector(ROW)
    return one


def marked(one):
    """Wait until the saddle is painted: a press there then means it."""
    x, y = pixel(one, 0, 0)
    one.page.mouse.move(x + 40, y)
    for k in range(300):
        one.page.mouse.move(x + k % 3, y)
        if one.page.locator(".rv-pointing").count():
            return x, y
        one.page.wait_for_timeout(100)
    raise AssertionError("the saddle was not marked")


def row(one, name):
    return one.page.get_by_role("button", name=name, exact=True)


def test_a_first_visit_does_not_ask_for_critical_points(visit):
    one = visit()
    asked = "performance.getEntriesByType('resource').map(r => r.name).filter(n => /critical|pointlist/.test(n))"
    assert one.page.evaluate(asked) == []
    assert not one.page.locator(".rv-critical[open]").count()


def test_opening_the_list_marks_them_on_the_picture(visit):
    one = visit(SADDLE)
    before = one.pixels()
    opened(one)
    one.addressed("show=levels,minima,critical")
    assert one.page.locator(ROW).all_inner_texts()[2].split() == [
        "Saddle",
        "point",
        "0",
        "0",
        "0",
        "−1",
        "1",
        "1",
        "2",
    ]
    one.until("() => document.querySelector('.rv-critical input').checked")
    assert one.pixels() > before + 20
    one.page.get_by_label("Mark them in the picture").uncheck()
    one.until("() => !location.search.includes('show')")
    assert one.pixels() == before


def test_one_is_chosen_in_the_list_with_the_keyboard_and_is_in_the_link(visit):
    one = opened(visit(SADDLE))
    row(one, "Saddle point (0, 0)").focus()
    one.page.keyboard.press("Enter")
    one.addressed("point=0.0,0.0")
    assert row(one, "Saddle point (0, 0)").get_attribute("aria-pressed") == "true"
    assert row(one, "Saddle point (0, 0)").evaluate("e => e === document.activeElement")
    card = one.page.locator(CARD)
    assert "Saddle point (0, 0)" in card.inner_text()
    assert "stable for η < 2/λ₂ = 2." in card.inner_text()
    one.page.keyboard.press("Enter")
    one.until("() => !location.search.includes('point')")
    assert not card.is_visible()


def test_a_press_on_a_mark_chooses_it_and_beside_it_sets_the_start(visit):
    one = visit(MARKED)
    x, y = marked(one)
    one.page.mouse.click(x + 9, y + 6)
    one.addressed("point=0.0,0.0")
    assert "start" not in one.url()
    assert one.page.locator(f".rv-spot {CARD}").is_visible()
    one.page.mouse.click(x + 70, y + 70)
    one.addressed("start=")


def test_a_link_with_a_point_opens_with_it(visit):
    one = visit("?on=himmelblau&run=momentum&point=0.1,2.9")
    one.page.wait_for_selector(ROW)
    assert one.page.locator(".rv-critical[open]").count() == 1
    assert one.page.locator(".rv-chosen").inner_text().startswith("Saddle point")
    assert "(0.0867, 2.88)" in one.page.locator(CARD).inner_text()
    assert "point=0.1,2.9" in one.url()


def test_the_largest_stable_rate_is_taken(visit):
    one = visit("?run=gradient_descent&lr=0.1&point=0,0")
    one.page.get_by_role("button", name="Use η = 0.5").click()
    one.addressed("lr=0.5")
    one.until(
        "() => document.querySelector('.st-key-shared--lr input').getAttribute('aria-valuetext') === '0.5'"
    )
    assert one.page.get_by_role("button", name="Use η = 0.5").evaluate(
        "e => e === document.activeElement"
    )


def test_a_saddle_is_a_start_exactly_and_beside_itself(visit):
    one = visit(f"{SADDLE}&point=0,0")
    one.page.get_by_role("button", name="Start exactly here").click()
    one.addressed("start=0.0,0.0")
    one.until("() => document.querySelector('.rv-story').textContent.startsWith('Stuck at (0, 0)')")
    one.page.get_by_role("button", name="Start 0.001 away from it").click()
    one.addressed("start=0.0,0.001")
    one.until(
        "() => document.querySelector('.rv-lane:nth-child(2) .rv-story').textContent.includes('within 0.001')"
    )


def test_a_point_stays_chosen_while_its_surface_changes(visit):
    one = visit("?run=gradient_descent&on=quadratic&point=0,0")
    one.page.locator(CARD).get_by_text("κ").wait_for()
    before = one.page.locator(CARD).inner_text()
    one.slider("surface--quadratic--kappa").focus()
    one.page.keyboard.press("ArrowRight")
    one.addressed("kappa=")
    one.until(
        "({before}) => document.querySelector('.rv-about').innerText !== before", before=before
    )
    one.addressed("point=")


def test_a_finger_chooses_and_nothing_is_too_wide(visit):
    one = visit(MARKED, phone=True)
    one.page.locator(".rv-critical summary").tap()
    one.page.wait_for_selector(ROW)
    one.page.locator(".rv-ground").scroll_into_view_if_needed()
    one.page.touchscreen.tap(*(v + 12 for v in pixel(one, 0, 0)))
    one.addressed("point=")
    main = "document.querySelector('[data-testid=stMain]')"
    assert one.page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 0
    for made in one.page.locator(f":is({CARD}, .rv-points) button").all():
        assert made.bounding_box()["height"] >= 44


def test_how_each_lane_ends_against_the_angle(visit):
    one = visit("?on=quadratic~turn=0.5&run=gradient_descent&run=adam&steps=20")
    chart = one.page.locator('.rv-curve[data-name="turning"]')
    assert chart.get_attribute("aria-label") == "Final f − f* against the angle"
    drawn = "() => document.querySelector('.rv-curve[data-name=turning] > div').data"
    assert [len(trace["x"]) for trace in one.page.evaluate(drawn)] == [37, 37]
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    one.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
    one.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 100)
    assert one.state("step") == "20"
    one.page.keyboard.press("1")
    one.until(
        "() => document.querySelector('.rv-curve[data-name=turning] > div').data.length === 1"
    )
    assert visit().page.locator('.rv-curve[data-name="turning"]').count() == 0


def test_after_painting_the_page_runs_again_when_it_is_asked_to(visit):
    listen = (
        "const send = WebSocket.prototype.send; window.told = ''; WebSocket.prototype.send = function (data) {"
        " window.told += new TextDecoder().decode(data); return send.call(this, data) }"
    )
    one = visit(before=listen)
    assert "repaint" not in one.page.evaluate("window.told")
    script = one.page.evaluate(
        "performance.getEntriesByType('resource').map(r => r.name).find(n => n.includes('arena.js'))"
    )
    deliver = "([url, data]) => import(url).then((arena) => arena.deliver({ data }))"
    one.page.evaluate(deliver, [script, {"stamp": 1, "visit": "another", "repaint": True}])
    one.until("() => window.told.includes('repaint')")
