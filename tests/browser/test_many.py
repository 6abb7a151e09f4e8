"""Many runs, in a real browser: a click on a map or in a basin is a race."""


def opened(visit, query):
    one = visit(query)
    one.page.get_by_role("link", name="Many runs").click()
    one.until("() => document.querySelector('.rv-plot .main-svg')")
    return one


def shown(one, name, key):
    one.page.get_by_text(name, exact=True).click()
    one.until("({key}) => document.querySelector(`[class*=st-key-plot--${key}] .rv-plot .main-svg`)", key=key)


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
    one.page.wait_for_selector(".rv-arena[data-ready=true]", timeout=30_000)


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


def test_every_picture_fits_a_phone(visit):
    one = visit("?run=adam", phone=True)
    one.page.goto(f"{one.address}/many?run=adam&run=momentum")
    one.until("() => document.querySelector('.rv-plot .main-svg')")
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    one.wrong.clear()  # Streamlit looks for itself below the page's path first
