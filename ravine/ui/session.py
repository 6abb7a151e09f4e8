"""One visitor's race: read from the address, changed by controls, written back to the address.

The race in the session is the truth. Controls only show it and report changes, and the address is
its picture. An address that the visitor edits, or steps back to, is opened; one that cannot be
opened is said so.

The parts of a page that change with a slider are fragments: a slider redraws the arena and nothing
else, which is what makes it quick (docs/decisions/0004).
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ravine.core.words import language, speak
from ravine.experiments.link import checked, encode, is_foreign
from ravine.experiments.passed_on import open_query
from ravine.experiments.race import Race
from ravine.server import quiet_turns

RACE, LINK, OPENED = "race", "link", "opened"
# a control was turned since the last run: the address that came with it may be an old one
TURNED = "turned"
GOING = "going"  # the page that a control leads to
# another page was opened since the race was last published: the address may hold no race
MOVED = "moved"
COMPLAINT, REPAINT = (
    "complaint",
    "repaint",
)  # what was wrong; and that the page still shows another complaint
LANGUAGE, STAMP, VISIT = "language", "stamp", "visit"
# the one that an address has named in this visit: the menu leads to addresses that do not
ASKED = "asked language"
# the one that was open last: the menu leads from one to another to an address without the race
PAGE_KEY = "page"
PLAYED = "played"  # which of the races that were opened runs once by itself
NEWS, REVEALED = "news", "revealed"  # what is to be said; how often the picture was to be seen
BARE = "bare"  # the address that this visit began with named no race
SHOWN_CONTROLS = (
    "shown"  # the controls of this page that have been told what to show since it was opened
)

Change = Callable[[Race, Any], Race]  # what a control does to a race when the visitor picks a value


def open_race(page: str = "compare") -> Race:
    """The race of this visitor, opened from the address when that is new. For the top of the page
    called `page`.
    """
    st.session_state[LANGUAGE] = language()
    st.session_state.pop(REPAINT, None)
    query = _query()
    moved = st.session_state.get(PAGE_KEY, page) != page
    _enter(page)
    st.session_state[MOVED] = moved
    turned, back = st.session_state.pop(TURNED, False), moved and not _ours(query)
    if RACE not in st.session_state or (
        not (turned or back) and _ours(query) != st.session_state[LINK]
    ):
        _open(query)
    elif back:
        st.session_state[OPENED] += 1
    return st.session_state[RACE]


def go_to(page: str) -> None:
    """From a callback: when the page runs, another one is opened with this race."""
    st.session_state[GOING] = page


def go_to_pending_page() -> None:
    """Open the page that a callback asked for, if one did."""
    if page := st.session_state.pop(GOING, None):
        st.session_state[TURNED] = True
        # it would empty the address of the page that is left, and Back would lead to another race
        st.switch_page(page, query_params=_query())


def leave_race() -> None:
    """For the top of a page without a race: the race of this visitor waits until they come back."""
    _enter("")


def _enter(page: str) -> None:
    """Another page has controls of its own, also where they have the same keys: none of them shows
    anything yet.
    """
    if st.session_state.get(PAGE_KEY) != page:
        st.session_state[PAGE_KEY] = page
        st.session_state[SHOWN_CONTROLS] = set()


def current() -> Race:
    """The race as it stands. For a fragment, which runs without its page: it also speaks the
    visitor's language.
    """
    speak(st.session_state[LANGUAGE])
    st.session_state.pop(TURNED, None)
    return st.session_state[RACE]


def asked_language() -> str | None:
    """The language that this visitor's address names, or named before they went through the
    menu.
    """
    if said := st.query_params.get("lang"):
        st.session_state[ASKED] = said
    return st.session_state.get(ASKED)


def choose_language(code: str) -> None:
    """From a callback: this visitor reads `code` from now on, and says so in the address."""
    st.session_state[TURNED] = True
    st.session_state[ASKED] = st.query_params["lang"] = code.split("_", maxsplit=1)[0]


def repaint() -> None:
    """What a control has done is to be seen in the page around it: it runs."""
    st.session_state[REPAINT] = True


def needs_page() -> bool:
    """Whether a fragment must run its whole page: a complaint came or went, and fragments do not
    show it. Asks once.
    """
    return bool(st.session_state.pop(REPAINT, False))


def runs_alone() -> bool:
    """Whether one fragment runs by itself, and not the page."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def has_arena() -> bool:
    """Whether the page that is open shows the race in the arena, which a control can send its news
    to.
    """
    return st.session_state.get(PAGE_KEY) == "compare"


def is_embedded() -> bool:
    """Whether the page stands inside another one (`?embed=true`): then there is the arena and
    nothing else.
    """
    return bool(st.context.is_embedded)


def came_bare() -> bool:
    """Whether the visit began with an address that names no race: perhaps somebody new."""
    return bool(st.session_state.get(BARE))


def change(what: Change, value: Any) -> None:
    """Change the race, from a control's callback. One that is out of range is refused with a
    sentence.
    """
    st.session_state[TURNED] = True
    st.session_state[REPAINT] = st.session_state.pop(COMPLAINT, None) is not None
    try:
        st.session_state[RACE] = checked(what(st.session_state[RACE], value))
    except ValueError as error:
        st.session_state[COMPLAINT] = (str(error), None)
        st.session_state[REPAINT] = True
        announce(str(error))


def turns_quietly(widget: str) -> None:
    """For the fragment of a slider, whose key is `widget`: beside the arena its turns need no run,
    as the arena fetches what they change.
    """
    if has_arena() and (fragment := quiet_turns.this_fragment()):
        st.session_state.setdefault(quiet_turns.QUIET, {})[fragment] = widget


def settle() -> bool:
    """After a turn that needed no run: the address holds the race. False when the page is to be
    painted.
    """
    if not has_arena() or needs_page():
        return False
    publish(current())
    return True


quiet_turns.settle_by(settle)


def announce(text: str) -> None:
    """From a callback: say in a corner of the screen what has happened, wherever the visitor has
    scrolled to.
    """
    st.session_state[NEWS] = text


def news() -> str | None:
    """What has happened and is not said yet. Asks once."""
    return st.session_state.pop(NEWS, None)


def reveal() -> None:
    """From a callback: what was done changes the picture, which may be out of sight."""
    st.session_state[REVEALED] = st.session_state.get(REVEALED, 0) + 1


def revealed() -> int:
    """How often the picture was to be brought into view: the arena does it for a new number."""
    return st.session_state.get(REVEALED, 0)


def reopen(what: Change, value: Any) -> None:
    """Put another race in the place of this one: the picture starts anew, whole and at its last
    step.
    """
    st.session_state[OPENED] += 1
    change(what, value)


def opened_link() -> str:
    """Which race this visitor has opened: the arena takes step and zoom from a race when it is
    newly opened.
    """
    return f"{visit()} {st.session_state[OPENED]}"


def next_version() -> int:
    """A number that is larger for every picture of this visit: the arena never shows an older one
    again.
    """
    st.session_state[STAMP] = st.session_state.get(STAMP, 0) + 1
    return st.session_state[STAMP]


def visit() -> str:
    """A name for this visit. After a restart of the server the same browser page belongs to a new
    one.
    """
    if VISIT not in st.session_state:
        st.session_state[VISIT] = secrets.token_hex(4)
    return st.session_state[VISIT]


def complaint() -> tuple[str, str | None] | None:
    """What was wrong with the last link or change: a sentence, and the link as it came."""
    return st.session_state.get(COMPLAINT)


def publish(race: Race) -> None:
    """Let the address hold the whole race. The visitor's choice of language stays in it, and the
    room that they are in, where its arena is.
    """
    link = encode(race)
    st.session_state[LINK] = link
    query = _query()
    said, moved = asked_language(), st.session_state.pop(MOVED, False)
    if moved or _ours(query) != link or (said and "lang" not in query):
        room = {"room": query["room"][:1]} if in_room() and has_arena() else {}
        st.query_params.from_dict({**({"lang": said} if said else {}), **link, **room})


def in_room() -> bool:
    """Whether the visitor's address names a room, whose arenas follow the teacher's."""
    return "room" in st.query_params


def leave_room() -> None:
    """From a callback: the address names no room any more."""
    st.session_state[TURNED] = True
    if in_room():
        del st.query_params["room"]


def open_link(link: str) -> None:
    """Open the race of a link, as if the visitor had followed it. For a callback."""
    st.session_state[TURNED] = True
    _open(_ours(parse_qs(link, keep_blank_values=True)))


def open_and_play(link: str) -> None:
    """Open the race of a link, and let it run once from its start."""
    open_link(link)
    st.session_state[PLAYED] = st.session_state[OPENED]


def plays() -> bool:
    """Whether the race that is open shall run once from its start."""
    return st.session_state.get(PLAYED) == st.session_state[OPENED]


def show_value(key: str, value: Any) -> None:
    """Let the control called `key` show `value`. Nothing is sent when it shows it already.

    After a change of page the session still has the values of controls that both pages have. The
    browser does not: its controls are new, and show their first option until they are told
    otherwise.
    """
    shown = st.session_state.setdefault(SHOWN_CONTROLS, set())
    if key not in shown or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
        shown.add(key)


def _open(query: Mapping[str, list[str]]) -> None:
    st.session_state.pop(COMPLAINT, None)
    st.session_state.setdefault(BARE, not _ours(query))
    race, said = open_query(query)
    if said:
        st.session_state[COMPLAINT] = (" ".join(said), _written(query))
    st.session_state[RACE] = race
    st.session_state[LINK] = encode(race)
    st.session_state[OPENED] = st.session_state.get(OPENED, 0) + 1


def _query() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _ours(query: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Without what others put into an address."""
    return {name: values for name, values in query.items() if not is_foreign(name)}


def _written(query: Mapping[str, list[str]]) -> str:
    text = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
    return text if len(text) <= 400 else f"{text[:397]}..."
