"""Components are presented as Streamlit presents them; these die when a new Streamlit does it in another way."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.components.v2 import presentation
from streamlit.components.v2.bidi_component import main

from ravine.server import patches


class Known(dict):
    """What a session knows of its widgets."""

    def __init__(self, told, kind="json_trigger_value"):
        super().__init__({} if told is None else {"events": told})
        self.widget_metadata = {"events": SimpleNamespace(value_type=kind)} if kind else {}


@pytest.mark.parametrize("value", [{}, {"a": 1}, {"picked": 3}, None, 5])
@pytest.mark.parametrize("kind", ["json_trigger_value", "json_value", None])
@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        [{"event": "picked", "value": [1, 2]}],
        {"event": "open", "value": "x"},
        [{"event": 5}, 3, {}],
        "text",
    ],
)
def test_it_is_what_streamlit_shows(value, kind, told):
    state = SimpleNamespace(_new_widget_state=Known(told, kind))
    theirs = presentation.make_bidi_component_presenter("events", "id", None)(value, state)
    ours = patches.presenter("events", "id", None)(value, state)
    assert ours == theirs
    if isinstance(theirs, dict) and theirs is not value:
        assert (ours.picked, ours.a, ours.nothing) == (theirs.picked, theirs.a, None)


def test_streamlit_takes_it_from_where_it_is_put(monkeypatch):
    monkeypatch.setattr(main, "make_bidi_component_presenter", main.make_bidi_component_presenter)
    assert main.make_bidi_component_presenter is presentation.make_bidi_component_presenter
    patches.by_one_class()
    assert main.make_bidi_component_presenter is patches.presenter
    assert "make_bidi_component_presenter(" in Path(main.__file__).read_text(encoding="utf-8")
