"""The controls of a race. Each shows a part of the race and reports a change of it; none keeps
anything.

A control's `change` is a function of the race as it is when the visitor turns it, never as it was
when it was drawn.
"""

import math

import streamlit as st

from optim import DIALECTS, OPTIMIZERS
from ravine.core.knob import Knob
from ravine.core.words import _
from ravine.experiments.grounds import MENU, TURN, TYPED, opened, typed_function
from ravine.experiments.link import on_surface
from ravine.experiments.race import KNOBS, Race, race_on
from ravine.payload import sliders
from ravine.payload.edits import add, common_dialect, is_of_one_dialect, joining, lacking, speak_all
from ravine.payload.names import (
    CLASSICS,
    HISTORY,
    dialect_title,
    knob_label,
    lane_ids,
    lane_labels,
    plain,
    rule_order,
)
from ravine.ui import session
from ravine.ui.arena import deliver
from surfaces import SURFACES, Surface, Typed, turned

SPOKEN_DIALECT = "spoken"  # the dialect that was chosen last: what it lacks is said
TURNED_AT_FIRST = math.radians(30.0)
USUAL_DIALECT = "d2l"  # the dialect whose rules are in their first form


def surface_picker(race: Race) -> None:
    """Which surface. A new one opens with its own start, learning rate and number of steps."""
    session.show_value("surface", race.surface.slug())
    st.selectbox(
        _("Surface"),
        [*MENU, TYPED],
        key="surface",
        format_func=_titled,
        on_change=_open_surface,
    )


def surface_sliders(race: Race) -> None:
    """The knobs of the surface, and how far it is turned."""
    held = race.surface.knobs()
    for name, knob in held.items():
        if name != TURN:
            slider(f"surface--{race.surface.slug()}--{name}", knob_label(knob), about(knob))
    said = _(
        "Rules that treat each coordinate separately depend on the angle. The paths of "
        "the others rotate with the surface."
    )
    label = _("Rotate it back") if TURN in held else _("Rotate the surface")
    st.button(
        label,
        key="turning",
        help=said,
        width="stretch",
        on_click=session.reopen,
        args=(_turn, None),
    )
    if TURN in held:
        key, knob = f"surface--{race.surface.slug()}--{TURN}", held[TURN]
        slider(key, knob_label(knob), about(knob))


def about(knob: Knob, more: str = "") -> str | None:
    """What a knob does, in plain words, and what `more` there is to say, for the question mark
    beside its slider. Of a knob that a visitor made up nobody knows.
    """
    return plain(" ".join(text for text in (knob.idea and _(knob.idea), more) if text)) or None


def _titled(slug: str) -> str:
    return _(SURFACES.get(slug, Typed).title)


def _turn(race: Race, _value: None) -> Race:
    """Turned by TURNED_AT_FIRST, so that it is seen to be; or turned back."""
    flat = race.surface.angle is None
    new = turned(race.surface, TURNED_AT_FIRST) if flat else race.surface.bare
    return sliders.on_ground(race, new)


def lane_picker(race: Race) -> None:
    """Which optimizers run. One that joins brings its own memory and epsilon, as in the seeds."""
    ids = lane_ids(race.lanes)
    known = {f"{slug}-1": _(OPTIMIZERS[slug].title) for slug in CLASSICS}
    known |= dict(zip(ids, lane_labels(race.lanes), strict=True))
    session.show_value("lanes", ids)
    st.pills(
        _("Optimizers"),
        sorted(known, key=rule_order),
        key="lanes",
        format_func=lambda key: known.get(key) or key,
        selection_mode="multi",
        on_change=lambda: session.change(_with_lanes, st.session_state["lanes"]),
    )
    session.show_value("more", None)
    st.selectbox(
        _("More optimizers"),
        [slug for slug in HISTORY if f"{slug}-1" not in known],
        key="more",
        format_func=lambda slug: _(OPTIMIZERS[slug].title),
        placeholder=_("Add one"),
        label_visibility="collapsed",
        on_change=lambda: session.change(add, st.session_state["more"]),
    )


def dialect_picker(race: Race) -> None:
    """Who writes the rules: one dialect for all of them. A rule that it does not have stays in its
    first form.
    """
    written = {"" if name == USUAL_DIALECT else name: title for name, title in DIALECTS.items()}
    session.show_value("dialect", common_dialect(race) if is_of_one_dialect(race) else None)
    st.selectbox(
        _("Dialect"),
        sorted(written, key=lambda name: name != ""),
        key="dialect",
        format_func=lambda name: _(written[name]),
        placeholder=_("Mixed dialects"),
        on_change=_speak,
    )
    wanted = common_dialect(race) or st.session_state.get(SPOKEN_DIALECT) or USUAL_DIALECT
    if missing := lacking(race, wanted):
        names = ", ".join(dict.fromkeys(_(OPTIMIZERS[slug].title) for slug in missing))
        said = _("{dialect} has no {names}; the usual form is used instead.")
        st.caption(plain(said.format(dialect=dialect_title(wanted), names=names)))


def _speak() -> None:
    st.session_state[SPOKEN_DIALECT] = st.session_state["dialect"]
    session.change(speak_all, st.session_state["dialect"] or "")


def shared_sliders(race: Race) -> None:
    """One slider for every knob that some lane takes from here."""
    names = lane_labels(race.lanes)
    for name, knob in KNOBS.items():
        driven = [names[i] for i in sliders.followers(race, name)]
        if driven:
            drives = _("Drives {names}.").format(names=", ".join(driven))
            slider(f"shared--{name}", knob_label(knob), about(knob, drives))


def own_sliders(race: Race) -> None:
    """A slider for each value that an optimizer has of its own. Its menu in the arena gives and
    takes them.
    """
    held = {
        key: label for key, label in sliders.knob_sliders(race).items() if key.startswith("own--")
    }
    if held:
        st.markdown(_("**Individual values**"))
    for key, label in held.items():
        slider(key, label, about(sliders.own_knob(key, race)))


def run_sliders() -> None:
    """How many steps, from where, and how near is near enough."""
    slider("steps", _("Steps"))
    for axis, name in enumerate(("x₁", "x₂")):
        _start_slider(f"start--{axis}", axis, _("Start {axis}").format(axis=name))
    slider("tolerance", _("Tolerance: f − f* at most"))


def reset_button() -> None:
    """Back to what this surface opens with."""
    st.button(
        _("Reset"), key="reset", on_click=session.reopen, args=(_reset, None), width="stretch"
    )


@st.fragment
def slider(key: str, label: str, help: str | None = None) -> None:
    """The slider called `key`. A value from a link that is none of its stops becomes a stop for
    this visitor.

    It runs alone: a move sends this slider and the new paths, and nothing else of the page. Beside
    the arena not even that (ravine/server/quiet_turns.py).
    """
    race = session.current()
    turn = sliders.slider_of(key, race)
    value, extra = turn.read(race), st.session_state.setdefault(f"stops {key}", set())
    if value not in turn.stops:
        extra.add(value)
    options = sorted({*turn.stops, *extra}) if extra else turn.stops
    session.show_value(key, value)
    st.select_slider(
        label, options, key=key, format_func=turn.show, help=help, on_change=_report, args=(key,)
    )
    session.turns_quietly(key)
    deliver(key)


@st.fragment
def _start_slider(key: str, axis: int, label: str) -> None:
    race = session.current()
    low, high = race.surface.view[axis]
    # The widget's own key holds its picture: a value of another one may lie outside.
    widget = f"{key}--{_picture_of(race.surface)}"
    session.show_value(widget, race.start[axis])
    step = (high - low) / 200
    st.slider(
        label,
        low,
        high,
        step=step,
        format="%.4g",
        key=widget,
        on_change=_report,
        args=(key, widget),
    )
    session.turns_quietly(widget)
    deliver(key)


def _picture_of(surface: Surface) -> str:
    """A name for what a surface shows: its own, whether it is turned, and the view of one that was
    typed.
    """
    function = typed_function(surface)
    window = [f"{edge:g}" for edge in function.window] if function else []
    turn = [] if surface.angle is None else ["turned"]
    return "--".join([surface.slug(), *turn, *window])


def _report(key: str, widget: str | None = None) -> None:
    session.change(
        lambda race, value: sliders.slider_of(key, race).write(race, value),
        st.session_state[widget or key],
    )


def _open_surface() -> None:
    session.reopen(on_surface, opened(st.session_state["surface"]))


def _reset(race: Race, _value: None) -> Race:
    return race_on(race.surface.opened())


def _with_lanes(race: Race, chosen: list[str]) -> Race:
    ids = lane_ids(race.lanes)
    stay = [racer for key, racer in zip(ids, race.lanes, strict=True) if key in chosen]
    join = [joining(race, key.rpartition("-")[0]) for key in chosen if key not in ids]
    if not (stay or join):
        raise ValueError(_("A race needs at least one optimizer."))
    return race.replace(lanes=(*stay, *join))
