"""How much a visit moves over the wire: a limit of structure, so that nothing large slips in unseen."""

import pytest

from benchmarks.visit import LIMITS
from benchmarks.visit import visit as measured
from ravine.server import assets
from tests.browser.conftest import WIDE, patient

pytestmark = pytest.mark.browser

LOAD = """async ([script, flat, whole]) => {
  const { loadPlotly } = await import(script)
  const [one, again] = await Promise.all([loadPlotly(flat), loadPlotly(flat)])
  const full = await loadPlotly(whole)
  window.both = [one, full]
  return { same: one === again, other: one !== full && full === window.Plotly, versions: [one.version, full.version] }
}"""

DRAW = """async ([which, data, layout]) => {
  const place = document.body.appendChild(document.createElement("div"))
  const Plotly = window.both[which]
  await Plotly.newPlot(place, data, { width: 400, height: 300, ...layout })
  const picture = await Plotly.toImage(place, { format: "png" })
  await Plotly.react(place, data, { width: 420, height: 300, ...layout })
  return { types: place._fullData.map((trace) => trace.type), axis: place._fullLayout.yaxis?.type, size: picture.length,
           marks: [...place.querySelectorAll(".points path")].map((mark) => mark.getAttribute("d").length),
           levels: place.querySelectorAll(".contourlevel path").length }
}"""

GROUND = {"type": "contour", "z": [[1, 2, 3], [2, 3, 4], [3, 4, 9]], "y": [1, 10, 100]}
POINTS = {
    "x": [0, 1, 2],
    "y": [1, 10, 100],
    "mode": "markers",
    "marker": {"symbol": ["star", "cross", "triangle-up"]},
}


def test_a_first_visit_is_small_and_a_second_nearly_nothing(browser, address):
    context = patient(browser, viewport=WIDE, locale="en-US")
    first, second = measured(context, address), measured(context, address)
    context.close()
    assert first.total < LIMITS["first visit"], first.largest(12)
    assert second.total < LIMITS["second visit"], second.largest(12)
    assert not any("plotly.min.js" in name for name in first.items)


def test_flat_and_whole_plotly_stand_side_by_side(visit):
    page = visit().page
    scripts = [
        assets.script_address("shared/fetching.js"),
        assets.plotly_address(),
        assets.plotly_full_address(),
    ]
    loaded = page.evaluate(LOAD, scripts)
    assert loaded["same"]
    assert loaded["other"]
    assert len(set(loaded["versions"])) == 1
    for which in (0, 1):
        drawn = page.evaluate(DRAW, [which, [GROUND, POINTS], {"yaxis": {"type": "log"}}])
        assert drawn["types"] == ["contour", "scatter"]
        assert drawn["axis"] == "log"
        assert drawn["levels"] > 3
        assert len(set(drawn["marks"])) == 3
        assert drawn["size"] > 5000
    assert page.evaluate("window.both[0] !== window.Plotly")


def test_a_plotly_that_did_not_arrive_is_asked_for_again(browser, address):
    context = patient(browser)
    page = context.new_page()
    page.goto(f"{address}/_stcore/health")
    page.route("**/plotly/**", lambda route: route.abort(), times=1)
    load = "([script, url]) => import(script).then((m) => m.loadPlotly(url)).then((p) => p.version, (e) => e.message)"
    asked = [assets.script_address("shared/fetching.js"), assets.plotly_address()]
    assert "did not load" in page.evaluate(load, asked)
    assert page.evaluate(load, asked)[0].isdigit()
    context.close()
