"""Inside the step, in a real browser: the way there from a lane, the pictures, forward and back."""

SCALES = """() => {
  const [across, up] = ["xaxis", "yaxis"].map((name) => {
    const { _length, range } = document.querySelector(".rv-plot .js-plotly-plot")._fullLayout[name]
    return _length / (range[1] - range[0])
  })
  return across / up
}"""  # pixels for a unit of x1 to those for one of x2


def look_inside(one, lane):
    entry = one.page.locator(f".rv-lane[data-id={lane}]")
    entry.locator(".rv-more").click()
    one.page.get_by_role("button", name="Look inside its steps").click()
    one.until("() => document.querySelectorAll('.rv-plot .main-svg').length > 2")


def test_a_lane_leads_inside_its_steps_and_back(visit):
    one = visit("?lr=0.3")
    look_inside(one, "momentum-1")
    one.addressed("follow=momentum-1")
    one.addressed("lr=0.3")
    assert "/inside" in one.url()
    one.until("() => document.body.textContent.includes('Step 3')")
    one.page.get_by_role("button", name="▶").click()
    one.addressed("at=4")
    one.until("() => document.body.textContent.includes('Step 4')")
    one.page.get_by_role("link", name="Compare").click()
    one.page.wait_for_selector(".rv-arena[data-ready=true]")
    one.addressed("lr=0.3")
    assert one.state("step") == "4"


def test_a_picture_is_drawn_to_scale_on_the_ground(visit):
    one = visit("?run=momentum")
    look_inside(one, "momentum-1")
    one.until("() => document.querySelector('.rv-plot .contourlayer path')")
    assert 0.99 < one.page.evaluate(SCALES) < 1.01
    one.page.get_by_role("button", name="Look closely").click()
    one.addressed("zoom=")
    one.until(
        "() => document.querySelector('.rv-plot .js-plotly-plot')._fullLayout.xaxis.range[1] < 0"
    )
    assert 0.99 < one.page.evaluate(SCALES) < 1.01


def test_on_a_phone_nothing_is_wider_than_the_screen(visit):
    one = visit(phone=True)
    look_inside(one, "adam-1")
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert one.page.evaluate(
        "[...document.querySelectorAll('.rv-plot')].every((one) => one.getBoundingClientRect().right <= innerWidth)"
    )


def test_a_formula_can_be_read_aloud(visit):
    one = visit("?run=momentum")
    look_inside(one, "momentum-1")
    one.until("() => document.querySelector('.katex-mathml math')")
    said = one.page.evaluate(
        "[...document.querySelectorAll('.rv-plot [role=img]')].map((one) => one.ariaLabel)"
    )
    assert said[0] == "Step 3 of Momentum on the level curves."
    assert all(said)
