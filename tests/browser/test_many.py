"""Many runs, in a real browser: a click on a map or in a basin is a race."""


def opened(visit, query):
    one = visit(query)
    one.page.get_by_role("link", name="Many runs").click()
    one.until("() => document.querySelector('.rv-plot .main-svg')")
    return one


def shown(one, name, key):
    one.page.get_by_text(name, exact=True).click()
    one.until(
        "({key}) => document.querySelector(`[class*=st-key-plot--${key}] .rv-plot .main-svg`)",
        key=key,
    )


def clicked(one, key, across, up):
    """Click at these shares of a plot's width and height, from the lower left."""
    box = one.page.evaluate(
        """(key) => {
          const plot = document.querySelector(`[class*=st-key-plot--${key}] .js-plotly-plot`)
          plot.scrollIntoView({ block: "center" })
          const { left, top } = plot.getBoundingClientRect()
          const { xaxis, yaxis } = plot._fullLayout
          return [left + xaxis._offset, top + yaxis._offset, xaxis._length, yaxis._length]
        }""",
        key,
    )
    one.page.mouse.click(box[0] + across * box[2], box[1] + (1 - up) * box[3])
    one.page.wait_for_selector(".rv-arena[data-ready=true]")


def test_a_click_in_a_basin_starts_there(visit):
    one = opened(visit, "?on=himmelblau&run=momentum")
    shown(one, "Basins of attraction", "basins")
    clicked(one, "basins", 0.75, 0.25)
    one.until("() => /start=2\\.[45]\\d*(,|%2C)-2\\.[45]/.test(location.search)")


def test_a_click_on_a_map_takes_its_knobs(visit):
    one = opened(visit, "?on=quadratic&run=momentum")
    shown(one, "Map of two knobs", "map")
    clicked(one, "map", 0.5, 0.5)
    one.until(
        "() => /lr(=|%3D)0\\.(09|1)\\d*/.test(location.search) && /gamma(=|%3D)0\\.(49|5)\\d*/.test(location.search)"
    )


def test_a_map_comes_coarse_first_can_be_stopped_and_goes_on(visit):
    one = opened(visit, "?on=rastrigin&run=adam&steps=2000")
    one.page.get_by_text("Map of two knobs", exact=True).click()
    one.page.get_by_role("button", name="Stop").click()
    side = "() => document.querySelector('.js-plotly-plot')._fullData[0].x.length"
    asked = []
    one.page.on(
        "request", lambda request: asked.append(request.url) if "/map?" in request.url else None
    )
    one.page.wait_for_timeout(800)
    assert asked == []
    one.page.get_by_role("button", name="Resume").click()
    one.page.wait_for_selector(".rv-figure[data-done]")
    assert one.page.evaluate(side) == 256
    assert one.page.get_by_text("Best of 65536 runs").count() == 1
    assert len(asked) == len(set(asked)) > 4
    one.page.get_by_role("button", name="Race with these settings").click()
    one.page.wait_for_selector(".rv-arena[data-ready=true]")
    one.until("() => /lr/.test(location.search) && /beta1/.test(location.search)")


def test_pointing_at_a_map_shows_the_run_and_saving_gives_files(visit, tmp_path):
    one = opened(visit, "?on=quadratic&run=momentum")
    shown(one, "Map of two knobs", "map")
    one.page.wait_for_selector(".rv-figure[data-done]")
    box = one.page.locator(".st-key-plot--map .js-plotly-plot").bounding_box()
    one.page.mouse.move(box["x"] + 300, box["y"] + 200)
    one.page.mouse.move(box["x"] + 302, box["y"] + 202)
    one.until("() => document.querySelector('.rv-card:not([hidden]) img')?.naturalWidth > 0")
    assert "η = " in one.page.locator(".rv-card").inner_text()
    one.page.mouse.move(box["x"] + 300, box["y"] - 40)
    one.until("() => document.querySelector('.rv-card').hidden")
    first = {"PNG": b"\x89PNG", "SVG": b"<svg", "CSV": b"lr,gamma,height,lost\n"}
    for kind, begins in first.items():
        with one.page.expect_download() as waiting:
            one.page.get_by_role("button", name=f"Save as {kind}").click()
        waiting.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(begins)


def test_a_finger_sees_a_run_before_it_takes_it(visit):
    one = visit("?on=himmelblau&run=momentum", phone=True)
    one.page.goto(f"{one.address}/many?many=basins&on=himmelblau&run=momentum")
    one.page.wait_for_selector(".rv-figure[data-done]")
    box = one.page.locator("[class*=st-key-plot--basins] .js-plotly-plot").bounding_box()
    one.page.touchscreen.tap(box["x"] + 200, box["y"] + 150)
    one.until("() => /Tap again/.test(document.querySelector('.rv-card:not([hidden])')?.innerText)")
    one.page.touchscreen.tap(box["x"] + 202, box["y"] + 152)
    one.page.wait_for_selector(".rv-arena[data-ready=true]")
    one.until("() => /start=/.test(location.search)")
    one.wrong.clear()  # Streamlit looks for itself below the page's path first


def test_every_picture_fits_a_phone(visit):
    one = visit("?run=adam", phone=True)
    one.page.goto(f"{one.address}/many?run=adam&run=momentum")
    one.until("() => document.querySelector('.rv-plot .main-svg')")
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    one.wrong.clear()  # Streamlit looks for itself below the page's path first
