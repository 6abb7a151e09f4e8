"""Everything that is changed in Streamlit while it runs. Each change has a test that dies when
Streamlit changes.

A component's value: Streamlit makes a new class for it each time that it is looked at, three times
a move. A class is a knot of objects that only the garbage collector takes apart, and it gets to it
late: 10 kB a move. Here it is one class.
"""

from typing import Any

from streamlit.components.v2.bidi_component import main
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.pages_manager import PagesManager

from ravine.server import quiet_turns


def apply() -> None:
    """Change Streamlit, once, before the first visitor comes."""
    own_menu()
    keep_theme()
    by_one_class()
    quiet_turns.answer_quietly()


def own_menu() -> None:
    """Let Streamlit take no menu from the folder `pages`: without this the first visitor of a
    server who asks for another page than the first one gets the bare script.
    """
    PagesManager.uses_pages_directory = False


def keep_theme() -> None:
    """Let Streamlit read the theme from its settings once, and not for every move of a slider: it
    never changes.
    """
    kept: dict[str, CustomThemeConfig] = {}
    read = app_session._populate_theme_msg

    def populate(message: CustomThemeConfig, section: str = "theme") -> None:
        if section not in kept:
            kept[section] = CustomThemeConfig()
            read(kept[section], section)
        if kept[section].ByteSize():
            message.MergeFrom(kept[section])

    app_session._populate_theme_msg = populate


class Presented(dict[str, Any]):
    """State and triggers of a component by name, also as attributes; None for what there is not."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Presented":
        return self


def presenter(
    aggregator_id: str, _component_id: str | None = None, _allowed: set[str] | None = None
) -> Any:
    """Stands in for `streamlit.components.v2.presentation.make_bidi_component_presenter`."""

    def present(value: Any, state: Any) -> Any:
        known = state._new_widget_state
        kind = known.widget_metadata.get(aggregator_id)
        if not isinstance(value, dict) or kind is None or kind.value_type != "json_trigger_value":
            return value
        try:
            told = known[aggregator_id]
        except KeyError:
            told = None
        events = [
            one for one in (told if isinstance(told, list) else [told]) if isinstance(one, dict)
        ]
        return Presented(
            {one["event"]: one.get("value") for one in events if isinstance(one.get("event"), str)}
            | value
        )

    return present


def by_one_class() -> None:
    """From now on, components are presented so."""
    setattr(main, "make_bidi_component_presenter", presenter)  # noqa: B010
