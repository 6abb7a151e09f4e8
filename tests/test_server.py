"""What the server offers beside the page, asked as a browser asks."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient

from ravine.experiments.link import encode
from ravine.experiments.race import default_race
from ravine.payload.sliders import moved
from ravine.server import assets, routes
from surfaces import SURFACES
from tests.cases import unpacked

client = TestClient(Starlette(routes=routes.routes()))


def get(path, **query):
    return client.get(path, params=query)


def test_every_script_is_served_and_may_be_kept_for_ever():
    for name in sorted(assets.script_names()):
        answer = get(assets.script_address(name))
        assert answer.status_code == 200
        assert answer.content == assets.small(assets.SCRIPTS / name)
        assert "immutable" in answer.headers["cache-control"]
    assert (
        get(assets.script_address("arena/arena.js"))
        .headers["content-type"]
        .startswith("text/javascript")
    )
    assert (
        get(assets.script_address("arena/arena.css")).headers["content-type"].startswith("text/css")
    )


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fserver.py", "..", "__init__.py"])
def test_nothing_else_is(name):
    assert client.get(f"/ravine/js/x/{name}").status_code == 404


@pytest.mark.parametrize(
    ("address", "path", "most"),
    [
        (assets.plotly_address(), assets.PLOTLY, 520_000),
        (assets.plotly_full_address(), assets.PLOTLY_FULL, 1_700_000),
    ],
)
def test_plotly_comes_compressed_flat_and_whole(address, path, most):
    answer = client.get(address, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == path.read_bytes()
    assert int(answer.headers["content-length"]) < most
    assert "immutable" in answer.headers["cache-control"]
    assert get(address).content.startswith(b"/**")


def test_no_other_plotly_is_served():
    assert client.get(assets.address("plotly/1/README.md")).status_code == 404


def test_who_cannot_unpack_gets_it_plain():
    answer = client.get(
        assets.script_address("arena/geometry.js"), headers={"accept-encoding": "identity"}
    )
    assert "content-encoding" not in answer.headers
    assert "export function clip" in answer.text


@pytest.mark.parametrize("slug", SURFACES)
def test_every_surface_has_its_ground(slug):
    figure = get(assets.figure_address("levels"), on=slug, mode="dark", size="panel").json()
    assert figure["data"][0]["type"] == "contour"


def test_a_zoomed_ground_is_finer_there():
    figure = get(assets.figure_address("levels"), on="rosenbrock", zoom="0.9,1.1,0.9,1.1").json()
    assert figure["layout"]["xaxis"]["range"] == pytest.approx([0.9, 1.1])


@pytest.mark.parametrize("names", [["gap", "slope", "distance"], ["height"], ["rate1", "v2"], []])
def test_the_frames_of_the_curves(names):
    made = get(assets.figure_address("curves"), names=",".join(names)).json()
    assert [frame["name"] for frame in made] == names


@pytest.mark.parametrize(
    "query",
    [
        {"on": "everest"},
        {"on": "quadratic~kappa=-1"},
        {"mode": "pink"},
        {"size": "huge"},
        {"zoom": "1,2,3"},
        {"on": "x" * 999},
    ],
)
def test_a_wrong_request_is_a_sentence(query):
    answer = get(assets.figure_address("levels"), **query)
    assert answer.status_code == 400
    assert answer.text.endswith(".")


def test_a_preview_is_the_race_after_the_turn():
    answer = get("/ravine/race", turn="shared--lr", shows="0.1", steps="50")
    assert answer.headers["cache-control"] == "no-store"
    from ravine.experiments.link import decode

    made = unpacked(answer.content)
    expected = encode(moved(decode({"steps": ["50"]}), "shared--lr", "0.1"))
    assert made["link"] == "&".join(f"{k}={v[0]}" for k, v in expected.items())
    assert made["steps"] == 50
    assert len(made["lanes"]) == 5


def test_a_function_is_raced_on_before_the_page_runs():
    made = unpacked(
        get("/ravine/race", on="typed~text=x^2", turn="function", shows="sin(3x) exp(-y^2)").content
    )
    assert made["link"] == "on=typed~text%3Dsin%283%2Ax%29%2Aexp%28-y%2A%2A2%29"
    assert (
        get(assets.figure_address("levels"), on="typed~text=sin(3*x)*exp(-y**2)").status_code == 200
    )


def test_of_what_is_no_function_there_is_no_race():
    answer = get("/ravine/race", turn="function", shows="x + foo(y)")
    assert (answer.status_code, answer.content) == (204, b"")


def test_who_comes_while_others_are_answered_waits_and_is_answered():
    def ask(k):
        return shared.get("/ravine/race", params={"on": f"typed~text=x^2 + {k}y^2", "steps": "2"})

    with (
        TestClient(Starlette(routes=routes.routes())) as shared,
        ThreadPoolExecutor(16) as pool,
    ):  # one event loop
        answers = [*pool.map(ask, range(2, 18))]
    grounds = [parse_qs(unpacked(one.content)["ground"])["on"] for one in answers]
    assert grounds == [[f"typed~text=x**2 + {k}*y**2"] for k in range(2, 18)]


@pytest.mark.parametrize(
    "query",
    [
        {"turn": "x", "shows": "1"},
        {"turn": "shared--lr", "shows": "99"},
        {"turn": "steps", "shows": "nan"},
        {"lr": "no"},
    ],
)
def test_a_wrong_preview_is_a_sentence(query):
    answer = get("/ravine/race", **query)
    assert answer.status_code == 400
    assert answer.text.endswith(".")


@settings(max_examples=150)
@given(
    st.dictionaries(
        st.sampled_from(["turn", "shows", "lang", "on", "run", "lr", "start", "zoom", "x"]),
        st.text(max_size=25),
    )
)
def test_any_request_is_answered(query):
    for path in ("/ravine/race", assets.figure_address("levels"), assets.figure_address("curves")):
        assert get(path, **query).status_code in (200, 204, 400)


def test_a_preview_without_a_turn_is_the_race():
    assert unpacked(get("/ravine/race").content)["link"] == ""
    assert encode(default_race()) == {}


def test_figures_are_kept_packed():
    packed = routes._levels("bowl", "", "light", "panel", "en")
    assert json.loads(gzip.decompress(packed))["data"]
    assert len(packed) < 70_000


def test_what_is_ours_goes_past_streamlit():
    async def streamlit(scope, receive, send):
        await PlainTextResponse("Streamlit")(scope, receive, send)

    ours = TestClient(Starlette(routes=[Mount("/", streamlit)], middleware=routes.middleware()))
    assert ours.get("/anything").text == "Streamlit"
    assert ours.get("/ravine/race", params={"run": "adam"}).status_code == 200
    assert ours.get("/ravine/nothing").status_code == 404
    assert ours.post("/ravine/race").status_code == 405
    assert ours.get("/ravine/race").headers["x-content-type-options"] == "nosniff"
