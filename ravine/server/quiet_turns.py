"""A slider that comes to rest, without a run of its page (docs/decisions/0029).

The browser has the paths already, as its preview. What is left for Streamlit is the slider's
callback and the address: no thread, no script, no message with a picture. A page says which of its
fragments may be answered so, and by which slider; all other requests run as ever. What else a
browser reports with it waits for the next run: a callback here holds up everyone.
"""

import contextvars
import threading
from collections.abc import Callable

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.exceptions import ScriptControlException
from streamlit.runtime.scriptrunner_utils.script_run_context import (
    ScriptRunContext,
    ThreadState,
)
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import (
    SCRIPT_RUN_CONTEXT_ATTR_NAME,
)
from streamlit.runtime.state.common import user_key_from_element_id
from streamlit.runtime.state.safe_session_state import SafeSessionState

# in the session: the ids of the fragments that need no run, each with the key of its slider
QUIET = "quiet fragments"

Settle = Callable[[], bool]  # after the callbacks: the address is written; whether that is all

_settle: list[Settle] = []  # what the pages do then; one, once they are imported


def settle_by(settle: Settle) -> None:
    """Let `settle` finish a turn, where a script's context is."""
    _settle[:] = [settle]


def this_fragment() -> str | None:
    """The id of the fragment that draws, for QUIET."""
    return ThreadState.get().fragment_id


def turn(session: AppSession, asked: ClientState) -> ClientState | None:
    """Take what a browser asks for without a run, on the event loop: None when all is done.

    Otherwise what is to be run: the same, or the whole page when the callback wants it painted.
    """
    if not _is_quiet(session, asked):
        return asked
    try:
        if contextvars.copy_context().run(_settled, session, asked):
            return None
    except (Exception, ScriptControlException):  # noqa: BLE001 - the run meets it again, and says so
        return asked
    page = ClientState()
    page.CopyFrom(asked)
    page.fragment_id = ""
    return page


def _is_quiet(session: AppSession, asked: ClientState) -> bool:
    """Whether nothing runs, and this is a slider of the page that is open."""
    state = session.session_state
    return (
        bool(_settle)
        and session._scriptrunner is None
        and not (asked.is_auto_rerun or asked.is_history_navigation)
        and QUIET in state
        and asked.fragment_id in state[QUIET]
        and session.has_fragment(asked.fragment_id)
        and asked.page_script_hash == session._pages_manager.current_page_script_hash
    )


def _settled(session: AppSession, asked: ClientState) -> bool:
    """Call the callback of the slider, and settle."""
    key = session.session_state[QUIET][asked.fragment_id]
    turned = [one for one in asked.widget_states.widgets if user_key_from_element_id(one.id) == key]
    here = threading.current_thread()
    context = ScriptRunContext(
        session_id=session.id,
        _enqueue=session._enqueue_forward_msg,
        query_string="",
        session_state=SafeSessionState(session.session_state, lambda: None),
        uploaded_file_mgr=session._uploaded_file_mgr,
        main_script_path=session._script_data.main_script_path,
        user_info=session._user_info,
        fragment_storage=session._fragment_storage,
        pages_manager=session._pages_manager,
    )
    setattr(here, SCRIPT_RUN_CONTEXT_ATTR_NAME, context)
    try:
        context.reset(
            query_string=asked.query_string,
            page_script_hash=asked.page_script_hash,
            fragment_ids_this_run=[asked.fragment_id],
            context_info=asked.context_info,
        )
        context.session_state.on_script_will_rerun(WidgetStates(widgets=turned))
        return _settle[0]()
    finally:
        delattr(here, SCRIPT_RUN_CONTEXT_ATTR_NAME)


def answer_quietly() -> None:
    """From now on, sessions answer so."""
    run = AppSession.request_rerun

    def request_rerun(session: AppSession, client_state: ClientState | None) -> None:
        left = turn(session, client_state) if client_state else None
        if left is not None or not client_state:
            run(session, left)

    setattr(AppSession, "request_rerun", request_rerun)  # noqa: B010
