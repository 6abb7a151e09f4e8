"""What is the difference? Two lanes beside each other: their formulas with the terms marked in
which they differ, their settings, and where their paths part.
"""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ravine.core.words import _, speak
from ravine.experiments.lanes import knobs_of
from ravine.experiments.outcome import parting, seen_apart
from ravine.experiments.race import Race, run_race, settings
from ravine.figures.difference import marked
from ravine.figures.sentences import apart, seen_from
from ravine.payload.names import lane_ids, lane_names, letter, plain
from ravine.ui import session
from ravine.ui.report import formula

_ASKED = "difference--asked"
_SIDES = ("difference--one", "difference--other")


def ask(lane_id: str | None) -> None:
    """From a callback: open the window when the page runs, with this lane and the next one."""
    st.session_state[_ASKED] = lane_id


def difference_button(race: Race) -> None:
    """A button that opens the window with the first two lanes."""
    if len(race.lanes) > 1:
        st.button(
            _("What is the difference?"),
            key="difference",
            on_click=ask,
            args=(lane_ids(race.lanes)[0],),
        )


def show_asked(race: Race) -> None:
    """Open the window, if that was asked for."""
    ids = lane_ids(race.lanes)
    lane_id = st.session_state.pop(_ASKED, None)
    if lane_id in ids and len(ids) > 1:
        i = ids.index(lane_id)
        other = i + 1 if i + 1 < len(ids) else i - 1
        for side, k in zip(_SIDES, sorted((i, other)), strict=True):
            st.session_state[side] = ids[k]
        st.dialog(_("What is the difference?"), width="large")(_window)()


def _window() -> None:
    speak(st.session_state[session.LANGUAGE])
    race = session.current()
    names = dict(zip(lane_ids(race.lanes), lane_names(race), strict=True))
    columns = st.columns(2)
    for side, column in zip(_SIDES, columns, strict=True):
        with column:
            st.selectbox(
                _("One") if side == _SIDES[0] else _("The other"),
                [*names],
                key=side,
                format_func=lambda lane_id: names.get(lane_id, ""),
            )
    one, other = ([*names].index(st.session_state[side]) for side in _SIDES)
    if one == other:
        st.markdown(_("Choose two different optimizers."))
        return
    _formulas(race, one, other, columns)
    _settings(race, one, other)
    _paths(race, one, other)


def _formulas(race: Race, one: int, other: int, columns: Sequence[DeltaGenerator]) -> None:
    lanes = race.lanes[one], race.lanes[other]
    *texts, letters = marked(*(formula(race, lane) for lane in lanes))
    for lane, text, column in zip(lanes, texts, columns, strict=True):
        with column:
            if lane.kind.idea:
                st.markdown(plain(lane.kind.idea))
            st.latex(text)
    titles = {"one": plain(lanes[0].kind.title), "other": plain(lanes[1].kind.title)}
    if formula(race, lanes[0]) == formula(race, lanes[1]):
        st.markdown(_("Both follow the same formula."))
        return
    st.markdown(_("A frame marks what the other one does not have."))
    for ours, theirs in letters.items():
        said = _("What is {ours} in {one} is {theirs} in {other}.")
        st.markdown(said.format(ours=f"${ours}$", theirs=f"${theirs}$", **titles))


def _settings(race: Race, one: int, other: int) -> None:
    """The values of both; those that differ in bold letters."""
    told, rows = _told(race, one), _told(race, other)
    heads = [_("Settings"), *(plain(lane_names(race)[i]) for i in (one, other))]
    lines = [
        [name, *(f"**{text}**" if told.get(name) != rows.get(name) else text for text in pair)]
        for name in {**told, **rows}
        for pair in [(told.get(name, "–"), rows.get(name, "–"))]
    ]
    if lines:
        st.markdown(
            "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *lines))
        )


def _told(race: Race, i: int) -> dict[str, str]:
    """The settings of a lane as a person reads them, by the letters of its knobs."""
    held = knobs_of(race.lanes[i])
    return {
        letter(held[name]): held[name].show(value)
        for name, value in settings(race, race.lanes[i]).items()
    }


def _paths(race: Race, one: int, other: int) -> None:
    """Where the paths part, and from which step on it is seen."""
    traces = run_race(race)
    found = parting(traces[one], traces[other])
    names = lane_names(race)
    said = [apart(found, names[one])]
    if found.step is not None:
        said.append(seen_from(seen_apart(traces[one], traces[other], race.surface)))
    st.markdown(plain(f"{names[other]}: {' '.join(said)}"))
