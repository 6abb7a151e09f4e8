"""A slider's turn without a run of its page, against a session of Streamlit's own; these die when a new Streamlit has
another one."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.exceptions import StopException

from ravine.server import quiet_turns


class Session:
    """What a turn needs of a session; it says what it was told to run."""

    _scriptrunner = None

    def __init__(self, quiet=("slider",)):
        self.session_state = {quiet_turns.QUIET: dict.fromkeys(quiet, "shared--lr")}
        self._pages_manager = type("Pages", (), {"current_page_script_hash": "page"})

    def has_fragment(self, name):
        return name == "slider"


def asked(**more):
    return ClientState(**({"fragment_id": "slider", "page_script_hash": "page"} | more))


@pytest.fixture
def settled(monkeypatch):
    """What a turn settles to, and the sessions that were settled."""
    sessions, answer = [], [True]
    monkeypatch.setattr(quiet_turns, "_settle", [lambda: True])
    monkeypatch.setattr(
        quiet_turns, "_settled", lambda session, _asked: (sessions.append(session), answer[0])[1]
    )
    return sessions, answer


def test_a_slider_of_the_open_page_needs_no_run(settled):
    sessions, _ = settled
    session = Session()
    assert quiet_turns.turn(session, asked()) is None
    assert sessions == [session]


@pytest.mark.parametrize(
    "other",
    [
        {"fragment_id": ""},
        {"fragment_id": "another"},
        {"page_script_hash": "another"},
        {"is_auto_rerun": True},
        {"is_history_navigation": True},
    ],
)
def test_everything_else_runs_as_it_was_asked(settled, other):
    sessions, _ = settled
    assert quiet_turns.turn(Session(), asked(**other)) == asked(**other)
    assert sessions == []


def test_a_session_that_runs_or_has_no_such_slider_runs_it(settled):
    sessions, _ = settled
    busy = Session()
    busy._scriptrunner = object()
    gone = Session(quiet=("slider", "gone"))
    assert quiet_turns.turn(busy, asked()) == asked()
    assert quiet_turns.turn(Session(quiet=()), asked()) == asked()
    assert quiet_turns.turn(gone, asked(fragment_id="gone")) == asked(fragment_id="gone")
    assert sessions == []


def test_what_is_to_be_painted_runs_the_whole_page(settled):
    _, answer = settled
    answer[0] = False
    assert quiet_turns.turn(Session(), asked(query_string="lr=1")) == asked(
        fragment_id="", query_string="lr=1"
    )


def test_what_goes_wrong_is_left_to_the_run(settled, monkeypatch):
    for error in (ValueError("?"), StopException()):
        monkeypatch.setattr(quiet_turns, "_settled", Mock(side_effect=error))
        assert quiet_turns.turn(Session(), asked()) == asked()


def test_only_the_slider_s_own_value_is_taken(monkeypatch):
    taken, state = [], Mock()
    state.on_script_will_rerun.side_effect = lambda states: taken.extend(states.widgets)
    monkeypatch.setattr(quiet_turns, "ScriptRunContext", lambda **_given: Mock(session_state=state))
    monkeypatch.setattr(quiet_turns, "_settle", [lambda: get_script_run_ctx() is not None])
    session = Mock(session_state=Session().session_state)
    states = WidgetStates(
        widgets=[
            WidgetState(id="$$ID-1-shared--lr", string_value="0.1"),
            WidgetState(id="$$ID-2-arena", json_trigger_value="{}"),
            WidgetState(id="$$ID-3-surface", string_value="rosenbrock"),
        ]
    )
    assert quiet_turns._settled(session, asked(widget_states=states))
    assert [one.id for one in taken] == ["$$ID-1-shared--lr"]
    assert get_script_run_ctx(suppress_warning=True) is None


def test_sessions_ask_it_first(monkeypatch):
    ran, session = [], SimpleNamespace()
    monkeypatch.setattr(AppSession, "request_rerun", lambda _session, state: ran.append(state))
    monkeypatch.setattr(
        quiet_turns, "turn", lambda _session, state: None if state.fragment_id else state
    )
    quiet_turns.answer_quietly()
    for state in (asked(), asked(fragment_id=""), None):
        AppSession.request_rerun(session, state)
    assert ran == [asked(fragment_id=""), None]
