"""The Compare page: widgets, address and what the arena is given."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from optim import OPTIMIZERS
from ravine.experiments.link import decode, encode, read_link
from ravine.experiments.race import KNOBS, MOST_LANES, default_race
from ravine.payload.names import plain
from surfaces import SURFACES
from tests.pages.opened import spoken

APP = str(Path(__file__).parents[2] / "app.py")
EIGHT = [
    "gradient_descent",
    "momentum",
    "nesterov",
    "adagrad",
    "rmsprop~gamma=0.9",
    "adadelta",
    "adam",
    "momentum~gamma=0.9",
]


def page(**query):
    test = AppTest.from_file(APP, default_timeout=60)
    for name, values in query.items():
        test.query_params[name] = values
    return sound(test.run())


def sound(test):
    assert [error.message for error in test.exception] == []
    return test


def slider(test, key):
    return next(s for s in [*test.select_slider, *test.slider] if s.key == key)


def keys(test):
    return [s.key for s in test.select_slider]


def sent(test):
    """What the arena was given: the JSON beside its table."""
    return json.loads(arena(test).proto.mixed.json)


def arena(test):
    """The arena and the gallery are the only components on the page."""
    (found,) = [
        made for made in test.get("bidi_component") if made.proto.component_name.endswith("arena")
    ]
    return found


def table(test):
    """The numbers that the arena was given."""
    (blob,) = arena(test).proto.mixed.arrow_blobs.values()
    return pa.ipc.open_stream(blob.data).read_all()


def link(test):
    query = {name: test.query_params[name] for name in test.query_params}
    return {
        name: values if isinstance(values, list) else [values] for name, values in query.items()
    }


def test_it_opens_with_the_race_of_the_seeds():
    test = page()
    assert [lane["name"] for lane in sent(test)["lanes"]] == [
        "Gradient descent",
        "Momentum",
        "AdaGrad",
        "RMSProp",
        "Adam",
    ]
    assert sent(test)["steps"] == 20
    assert link(test) == {}
    assert not test.warning


def test_the_arena_is_one_component_however_many_panels():
    test = page(view=["panels"], run=EIGHT)
    assert [made.key for made in test.get("bidi_component")] == ["head", "arena", "gallery"]
    assert len(test.get("plotly_chart")) == 0
    assert len(sent(test)["lanes"]) == 8


def test_only_sliders_that_someone_listens_to_are_there():
    assert keys(page(run=["gradient_descent"])) == ["shared--lr", "steps", "tolerance"]
    assert "shared--rho" in keys(page(run=["adadelta"]))
    assert [key for key in keys(page()) if key.startswith("shared")] == [
        f"shared--{name}" for name in ("lr", "gamma", "beta1", "beta2", "eps")
    ]


def test_a_shared_slider_changes_the_race_and_the_link():
    test = page()
    sound(slider(test, "shared--lr").set_value(0.1).run())
    assert link(test) == {"lr": ["0.1"]}
    assert "η = 0.1" in sent(test)["lanes"][0]["row"]["settings"]


def test_two_sliders_in_a_row_are_both_kept():
    test = page()
    sound(slider(test, "shared--lr").set_value(0.1).run())
    sound(slider(test, "shared--gamma").set_value(0.7).run())
    sound(slider(test, "steps").set_value(50).run())
    assert link(test) == {"lr": ["0.1"], "gamma": ["0.7"], "steps": ["50"]}
    assert sent(test)["steps"] == 50


def test_a_value_of_its_own_has_its_own_slider():
    test = page(run=["momentum~lr=0.4", "adam"])
    assert [key for key in keys(test) if key.startswith("own")] == ["own--momentum-1--lr"]
    sound(slider(test, "own--momentum-1--lr").set_value(0.2).run())
    assert link(test)["run"] == ["momentum~lr=0.2", "adam"]
    assert "shared--gamma" in keys(test)
    told = slider(test, "shared--lr").help.replace("\\", "")
    assert told.startswith("How long steps are.")
    assert told.endswith("Drives Adam.")


def test_the_card_of_a_rule_says_what_it_does_in_plain_words():
    told = spoken(page(run=["adam", "lion.keras", "typed~text=x = x - lr*g"]))
    for slug in ("adam", "lion"):
        assert told.count(OPTIMIZERS[slug].idea) == 1


def test_the_slider_of_an_own_value_says_what_it_does():
    test = page(run=["momentum~gamma=0.5"])
    told = slider(test, "own--momentum-1--gamma").help.replace("\\", "")
    assert told.startswith("How much of the past is kept.")


def test_two_of_a_rule_are_told_apart_by_what_differs():
    test = page(run=["momentum~gamma=0.5", "momentum~gamma=0.9~name=Fast"])
    assert [lane["name"] for lane in sent(test)["lanes"]] == ["Momentum γ\u00a0=\u00a00.5", "Fast"]
    assert slider(test, "own--momentum-2--gamma").label == "Fast γ"


def test_what_the_page_shows_is_what_the_link_asks_for():
    query = {
        "show": ["levels,field,step"],
        "curves": ["gap,stride,v1"],
        "dial": ["shared--gamma"],
        "eye": ["1.0,-1.0,0.5"],
    }
    query |= {"view": ["3d"], "run": ["momentum", "adam~hidden~name=<b>"]}
    test = page(**query)
    assert link(test) == query
    data = sent(test)
    assert (data["marks"], data["charts"]) == (["levels", "field", "step"], ["gap", "stride", "v1"])
    assert (data["layout"], data["eye"], data["dial"]["key"]) == (
        "3d",
        [1.0, -1.0, 0.5],
        "shared--gamma",
    )
    assert [(lane["called"], lane["hidden"]) for lane in data["lanes"]] == [
        ("", False),
        ("<b>", True),
    ]


def test_what_is_not_shown_is_not_sent():
    def columns(**query):
        return set(table(page(**query)).column_names)

    assert columns() == {"x", "y", "gap", "slope", "distance"}
    assert columns(show=["step"]) - columns() == {"step1", "step2"}
    assert columns(curves=["v1"], run=["momentum"]) == {"x", "y", "gap", "v1"}


def test_picking_optimizers_keeps_the_order_and_the_own_values():
    test = page()
    sound(test.pills(key="lanes").set_value(["momentum-1", "rmsprop-1", "nesterov-1"]).run())
    assert [lane["id"] for lane in sent(test)["lanes"]] == ["momentum-1", "rmsprop-1", "nesterov-1"]
    assert link(test)["run"] == ["momentum", "rmsprop~gamma=0.9", "nesterov"]


def test_the_last_optimizer_stays():
    test = page(run=["adam"])
    sound(test.pills(key="lanes").set_value([]).run())
    assert [lane["id"] for lane in sent(test)["lanes"]] == ["adam-1"]
    assert test.pills(key="lanes").value == ["adam-1"]
    [said] = [warning.value for warning in test.warning]
    assert "at least one optimizer" in said
    assert [toast.value for toast in test.toast] == [said]


def test_a_surface_opens_with_its_own_settings_and_keeps_the_lanes():
    test = page(run=["adam"], gamma=["0.7"])
    sound(test.selectbox(key="surface").set_value("rosenbrock").run())
    assert link(test) == {"on": ["rosenbrock"], "run": ["adam"], "gamma": ["0.7"]}
    assert slider(test, "shared--lr").value == SURFACES["rosenbrock"].lr
    assert sent(test)["steps"] == SURFACES["rosenbrock"].steps


def test_the_knobs_of_a_surface_are_sliders():
    test = page(on=["quadratic"])
    sound(slider(test, "surface--quadratic--kappa").set_value(100.0).run())
    assert link(test) == {"on": ["quadratic~kappa=100.0"]}


def test_the_start_is_two_sliders():
    test = page()
    sound(slider(test, "start--0--ravine").set_value(-3.0).run())
    assert link(test) == {"start": ["-3.0,-2.0"]}


def test_reset_returns_to_what_the_surface_opens_with():
    test = page(on=["bowl"], lr=["0.2"], steps=["7"], run=["adam"])
    sound(test.button(key="reset").click().run())
    assert link(test) == {"on": ["bowl"]}


def assert_opens(on, slugs):
    test = page(on=[on], run=slugs)
    kinds = [OPTIMIZERS[slug] for slug in slugs]
    assert len(sent(test)["lanes"]) == len(slugs)
    assert {kind.formula for kind in kinds} <= {
        formula.value.strip("$\n ") for formula in test.latex
    }
    assert all(any(plain(kind.paper) in text.value for text in test.markdown) for kind in kinds)
    assert any(SURFACES[on].formula in markdown.value for markdown in test.markdown)


@pytest.mark.parametrize("on", SURFACES)
def test_every_surface_opens(on):
    assert_opens(on, ["gradient_descent", "adam"])


@pytest.mark.parametrize("some", range(0, len(OPTIMIZERS), MOST_LANES))
def test_every_rule_opens(some):
    assert_opens("ravine", [*OPTIMIZERS][some : some + MOST_LANES])


def test_a_link_is_restored_whole():
    query = {
        "on": ["quadratic~kappa=50.0~theta=0.5"],
        "run": EIGHT,
        "lr": ["0.0123"],
        "start": ["1.25,-0.5"],
        "steps": ["77"],
        "tol": ["0.0001"],
        "view": ["panels"],
        "at": ["12"],
        "zoom": ["-1.0,1.0,-1.0,1.0"],
    }
    test = page(**query)
    assert link(test) == query
    assert slider(test, "shared--lr").value == 0.0123
    assert slider(test, "steps").value == 77
    assert (sent(test)["at"], sent(test)["zoom"]) == (12, [-1.0, 1.0, -1.0, 1.0])


def test_a_value_between_the_stops_stays_a_stop():
    test = page(lr=["0.0123"])
    sound(slider(test, "shared--lr").set_value(0.1).run())
    assert "0.0123" in slider(test, "shared--lr").options


@pytest.mark.parametrize(
    "query",
    [{"on": ["everest"]}, {"run": ["adam~lr=99"]}, {"steps": ["![](http://h/a.png)<script>"]}],
)
def test_a_wrong_link_opens_the_default_and_says_why(query):
    test = page(**query)
    assert link(test) == {}
    assert len(sent(test)["lanes"]) == 5
    (warning,) = test.warning
    assert "could not be opened" in warning.value
    assert "![" not in warning.value.replace("\\", "|")
    sound(slider(test, "shared--lr").set_value(0.1).run())
    assert not test.warning


def test_an_edited_address_is_opened():
    test = page(lr=["0.1"])
    test.query_params.clear()
    test.query_params["on"] = ["bowl"]
    sound(test.run())
    assert test.selectbox(key="surface").value == "bowl"
    assert sent(test)["opened"].endswith(" 2")


def test_the_language_stays_in_the_address():
    test = page(lang=["en"])
    sound(slider(test, "shared--lr").set_value(0.1).run())
    assert link(test) == {"lang": ["en"], "lr": ["0.1"]}


def test_what_the_arena_is_given_says_what_the_address_says():
    test = page(run=["momentum~gamma=0.9"], lr=["0.3"])

    assert encode(read_link(sent(test)["link"])) == link(test)


def test_words_for_every_button():
    words = sent(page())["words"]
    assert all(
        words[name]
        for name in (
            "play",
            "pause",
            "back",
            "forward",
            "scrub",
            "speed",
            "closer",
            "wider",
            "whole",
        )
    )


def test_a_slider_move_is_small():
    test = page(view=["panels"], run=EIGHT)
    assert arena(test).proto.ByteSize() < 30_000


hostile = st.dictionaries(
    st.sampled_from(["on", "run", "start", "steps", "at", "zoom", "view", "tol", "lang", *KNOBS])
    | st.text(max_size=6),
    st.lists(st.text(max_size=20), min_size=1, max_size=2),
    max_size=3,
)


@pytest.fixture(scope="module")
def visitor():
    return page()


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(query=hostile)
def test_any_address_opens_a_page(visitor, query):
    visitor.query_params.clear()
    for name, values in query.items():
        if name.lower() not in ("embed", "embed_options"):
            visitor.query_params[name] = values
    sound(visitor.run())
    assert arena(visitor)
    assert decode({name: v for name, v in link(visitor).items() if name != "lang"}) is not None


def test_the_default_race_is_restored_from_nothing():
    assert decode(link(page())) == default_race()
