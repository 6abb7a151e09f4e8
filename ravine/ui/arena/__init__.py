"""The arena: one component that draws the race, plays it, and says what the visitor did on it."""

from typing import Any

import streamlit as st

from optim import OPTIMIZERS
from ravine.core.words import _, language
from ravine.experiments.fair import rates_of
from ravine.experiments.floor import floor_of
from ravine.experiments.link import ARENA_LOOKS, NAMES, decode, encode
from ravine.experiments.race import KNOBS, Race
from ravine.payload.edits import edited
from ravine.payload.names import FAMILIES
from ravine.payload.picture import picture
from ravine.payload.sliders import SLIDER_KINDS, moved
from ravine.server import assets, warmup
from ravine.server.room_page import room_address
from ravine.ui import difference, session
from ravine.ui.arena.words import charts, marks, room_words_of_arena, words
from ravine.ui.component import browser_component

ARENA = "arena"

_arena = browser_component("ravine_arena", "arena/arena.js", "render")
_courier = browser_component("ravine_courier", "arena/arena.js", "deliver")


def arena() -> None:
    """Draw the visitor's race. What is done on the picture becomes part of the race and its
    link.
    """
    race = session.current()
    warmup.expect(race.surface, race.steps)
    _arena(
        key=ARENA,
        data=_payload(race) | _setting(race),
        on_turn_change=_turn,
        on_edit_change=_edit,
        on_look_change=_look,
        on_led_change=_led,
        on_repaint_change=lambda: None,  # it is enough that the page runs
    )
    session.publish(race)


def deliver(key: str, page: bool = False) -> None:
    """Bring the race to the arena that is already there, from a control that runs alone. `key`
    names the control.

    `page`: when it is drawn, the page runs too, because other controls change with the race.
    """
    if session.runs_alone():
        if session.needs_page() or not session.has_arena():
            st.rerun()
        race = session.current()
        _courier(key=f"courier--{key}", data=_payload(race) | {"repaint": page})
        session.publish(race)


def _payload(race: Race) -> dict[str, Any]:
    """The picture, with tuples for lists: Streamlit looks long at every list whether it is a
    table.
    """
    made = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in picture(race).items()
    }
    visit = {
        "visit": session.visit(),
        "stamp": session.next_version(),
        "revealed": session.revealed(),
    }
    return made | visit | {"whose": rates_of(race)}


def _setting(race: Race) -> dict[str, Any]:
    """What does not change while sliders move."""
    figures = ("levels", "curves", "relief", "field", "fan", "critical", "step", "predict")
    return {
        "at": race.arena.at,
        "zoom": race.arena.zoom,
        "eye": race.arena.eye,
        "point": race.arena.point,
        "rates": [KNOBS["lr"].low, KNOBS["lr"].high],
        "opened": session.opened_link(),
        "embedded": session.is_embedded(),
        "bare": session.came_bare(),
        "plays": session.plays() and race.arena.at is None,
        "sliders": list(SLIDER_KINDS),  # those that answer while they move
        "parts": list(NAMES),  # of which a link consists
        "rules": [
            [_(family), [_named(slug) for slug in slugs]] for family, slugs in FAMILIES.items()
        ],
        "urls": {
            "css": assets.script_address("arena/arena.css"),
            "menu": assets.script_address("shared/menu.css"),
            "critical_css": assets.script_address("arena/critical.css"),
            "plotly": assets.plotly_address(),
            "plotlyFull": assets.plotly_full_address(),
            **{name: assets.figure_address(name) for name in figures},
            "asks": assets.address(""),
            "race": assets.address(f"race?lang={language()}"),
            "csv": assets.address("race.csv"),
            "qr": assets.address("qr.svg"),
            "script": assets.address("race.py"),
            "parcel": assets.address("race.zip"),
        },
        "words": words(
            bounded=floor_of(race.surface).lowest is not None,
            pointing="critical" in race.arena.marks
            or race.arena.point is not None
            or session.in_room(),
        ),
        "names": {"marks": marks(), "charts": charts()},
        "room": _room(),
    }


def _room() -> dict[str, Any] | None:
    """What an arena needs to lead a class, or to follow; None where there are no rooms."""
    if not (address := room_address()):
        return None
    css = assets.script_address("arena/room.css")
    return {"address": address, "css": css, "words": room_words_of_arena()}


def _named(slug: str) -> list[str]:
    """A rule for the menus: its name in links, its title and what it does."""
    return [slug, _(OPTIMIZERS[slug].title), _(OPTIMIZERS[slug].idea)]


def _turn() -> None:
    """A slider's key and the value that it shows: from the live knob, and from the start that is
    dragged.
    """
    key, shows = _strings(_said("turn"), 2)
    session.change(lambda race, value: moved(race, key, value), shows)


def _edit() -> None:
    """What to do with which lane: ["rename", "momentum-1", "Fast"]."""
    said = _said("edit")
    do, lane_id, value = said if isinstance(said, list) and len(said) == 3 else (None, None, None)
    if do == "differ":
        difference.ask(lane_id)
        return
    session.change(lambda race, value: edited(race, do, lane_id, value), value)
    if do == "inside":
        session.go_to("pages/inside.py")


def _look() -> None:
    """How the race is looked at now, as parts of a link; an empty one is the usual."""
    said = _said("look")
    look = (
        {name: text for name, text in said.items() if name in ARENA_LOOKS}
        if isinstance(said, dict)
        else {}
    )
    session.change(
        _looked_at,
        {name: [text] if isinstance(text, str) and text else [] for name, text in look.items()},
    )


def _looked_at(race: Race, look: dict[str, list[str]]) -> Race:
    return decode({name: values for name, values in {**encode(race), **look}.items() if values})


def _led() -> None:
    """What the teacher's arena showed last, a link or nothing, goes on as a race of the visitor's
    own; and whether they have left the room.
    """
    said = _said("led")
    link, leaves = said if isinstance(said, list) and len(said) == 2 else (None, False)
    if leaves:
        session.leave_room()
    if isinstance(link, str):
        session.open_link(link)


def _said(trigger: str) -> Any:
    # where another page was opened meanwhile, the arena is not there
    return getattr(st.session_state.get(ARENA), trigger, None)


def _strings(said: Any, count: int) -> list[str]:
    """`count` texts, empty ones when something else was sent."""
    fits = (
        isinstance(said, list)
        and len(said) == count
        and all(isinstance(text, str) for text in said)
    )
    return said if fits else [""] * count
