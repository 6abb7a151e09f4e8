"""Where a visitor types a function of their own. As soon as it is finished it is raced on."""

import streamlit as st

from ravine.core.formula import FormulaError, parse_expression
from ravine.core.formula.grammar import FUNCTIONS
from ravine.core.words import _
from ravine.experiments.grounds import function_of, typed_function
from ravine.experiments.link import on_surface
from ravine.experiments.race import Race
from ravine.payload.names import plain
from ravine.ui import session
from ravine.ui.arena import deliver
from ravine.ui.editor import pointed
from surfaces import Typed, typed
from surfaces._typed import USUAL_WINDOW

BOX = "function box"
TEXT, KEPT_TEXT = (
    "function",
    "kept function",
)  # what a widget holds is gone when the visitor looks at another page
SHOWN_FUNCTION = "function shown"  # the function of the race that the field was last filled from
WRONG, RACED = "function wrong", "function raced"
FUNCTION_EXAMPLES = (
    "x^2 + 10 y^2",
    "sin(3x) exp(-y^2)",
    "|x| + y^4",
    "(1 - x)^2 + 100 (y - x^2)^2",
    "log(x^2 + y^2)",
)


def function_editor(race: Race) -> None:
    """The text, what it is understood as or where it is wrong, and the part of the plane that is
    shown.

    Closed it is nothing but its title: what is in it comes when it is opened.
    """
    box = st.expander(
        _("Type your own function and race on it"),
        expanded=_is_typed(race),
        key=BOX,
        on_change="rerun",
    )
    if not box.open:
        return
    _fill(race)
    with box:
        st.markdown(_grammar())
        _examples()
        _text()
        _window()
        if wrong := st.session_state.get(WRONG):
            st.error(plain(wrong))
        if not _is_typed(race):
            st.button(_("Race on it"), key="race on it", on_click=_race)


# Three fragments, because the browser draws again all that runs: a new function sends itself and
# its paths to the arena, next to nothing else is drawn meanwhile, and then the page follows.


@st.fragment
def _examples() -> None:
    _deliver("example")
    with st.container(horizontal=True):
        for text in FUNCTION_EXAMPLES:
            st.button(_latex(text), key=f"function--{text}", on_click=_take, args=(text,))


@st.fragment
def _text() -> None:
    _deliver("function")
    st.session_state[KEPT_TEXT] = st.text_input(_("f(x, y) ="), key=TEXT, on_change=_race)
    _understood(st.session_state[KEPT_TEXT])


@st.fragment
def _window() -> None:
    _deliver("window")
    for i, column in enumerate(st.columns(4)):
        said = _("{axis} to") if i % 2 else _("{axis} from")
        column.number_input(
            said.format(axis=("x₁", "x₂")[i // 2]), key=_edge(i), format="%g", on_change=_race
        )


def _deliver(control: str) -> None:
    """What this control made of the race goes to the arena, and then the page follows."""
    session.current()
    deliver(control, page=st.session_state.pop(RACED, False))


def _is_typed(race: Race) -> bool:
    return typed_function(race.surface) is not None


def _grammar() -> str:
    """What may be written, in Markdown."""
    said = _(
        "A function of `x` and `y` (the axes x₁ and x₂), with `+ - * / ^`, brackets, `|x|`, "
        "`pi`, `e` and {names}; LaTeX and Python are read too."
    )
    return said.format(names=f"`{' '.join(FUNCTIONS)}`")


def _latex(text: str) -> str:
    return f"${parse_expression(text).latex}$"


def _edge(i: int) -> str:
    return f"window--{i}"


def _fill(race: Race) -> None:
    """Let the fields show the function of the race when that has come from elsewhere: a link, a
    menu, an example.
    """
    function = function_of(race.surface)
    now = repr((function.text, function.window)) if _is_typed(race) else ""
    if TEXT not in st.session_state:
        st.session_state[TEXT] = (
            function.text if now else st.session_state.get(KEPT_TEXT) or FUNCTION_EXAMPLES[0]
        )
        st.session_state[SHOWN_FUNCTION] = now
        _frame(function)
    elif now and st.session_state.get(SHOWN_FUNCTION) != now:
        st.session_state[TEXT], st.session_state[SHOWN_FUNCTION] = function.text, now
        st.session_state.pop(WRONG, None)
        _frame(function)


def _frame(function: Typed) -> None:
    for i, edge in enumerate(function.window):
        st.session_state[_edge(i)] = edge


def _understood(text: str) -> None:
    """The function as it is understood, or where it is wrong."""
    try:
        st.latex(f"f(x, y) = {parse_expression(text).latex}")
    except FormulaError as error:
        st.error(plain(str(error)))
        st.text(pointed(text, error))


def _take(text: str) -> None:
    """Race on an example, in the usual picture."""
    st.session_state[TEXT] = text
    for i, edge in enumerate(USUAL_WINDOW):
        st.session_state[_edge(i)] = edge
    _race()


def _race() -> None:
    """Race on what is typed, if it is a function; what is wrong with it is said beside it, and the
    race stays.
    """
    if st.session_state.pop(WRONG, None):
        session.repaint()
    text = st.session_state[TEXT]
    left, right, bottom, top = (float(st.session_state[_edge(i)] or 0.0) for i in range(4))
    try:
        surface = typed(text, (left, right, bottom, top))
    except FormulaError:
        return  # `_understood` says it
    except ValueError as error:
        st.session_state[WRONG] = str(error)
        session.repaint()
        return
    st.session_state[SHOWN_FUNCTION] = repr((surface.text, surface.window))
    st.session_state[RACED] = True
    session.announce(_("The race is on your function now."))
    session.reopen(on_surface, surface)
