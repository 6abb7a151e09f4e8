"""The arena: one component that draws the race, plays it, and says where the visitor clicked."""

from typing import Any, TypeGuard

import streamlit as st
from streamlit.components.v2 import component

from core.words import _, language
from experiments.race import Race
from ui import assets, session
from ui.picture import picture

KEY = "arena"

BOOTSTRAP = """
const loading = import(new URL("{script}", window.location.origin))
export default function (component) {{
  const parent = component.parentElement
  loading
    .then((arena) => arena.{call}(component))
    .catch((error) => {{
      console.error(error)
      parent.textContent = component.data?.words?.broken ?? "?"
    }})
  return () => loading.then((arena) => arena.dispose(parent), () => {{}})
}}
"""


def _component(name: str, call: str) -> Any:
    script = BOOTSTRAP.format(script=assets.script_address("arena.js"), call=call)
    return component(name, js=script, isolate_styles=False)


_arena = _component("ravine_arena", "render")
_courier = _component("ravine_courier", "deliver")


def arena() -> None:
    """Draw the visitor's race. A click moves its start; a pause or a zoom becomes part of its link."""
    race = session.current()
    _arena(key=KEY, data=_payload(race) | _setting(race), on_start_change=_move_start, on_look_change=_look)
    session.publish(race)


def deliver(key: str) -> None:
    """Bring the race to the arena that is already there, from a control that runs alone. `key` names the control."""
    if session.alone():
        if session.needs_page():
            st.rerun()
        race = session.current()
        _courier(key=f"courier--{key}", data=_payload(race))
        session.publish(race)


def _payload(race: Race) -> dict[str, Any]:
    return picture(race) | {"visit": session.visit(), "stamp": session.stamp()}


def _setting(race: Race) -> dict[str, Any]:
    """What does not change while sliders move."""
    return {
        "layout": race.layout,
        "at": race.at,
        "zoom": race.zoom,
        "opened": session.opened(),
        "urls": {
            "css": assets.script_address("arena.css"),
            "plotly": assets.plotly_address(),
            "levels": assets.figure_address("levels"),
            "curves": assets.figure_address("curves"),
            "race": assets.address(f"race?lang={language()}"),
        },
        "words": _words(bounded=bool(race.surface.minima())),
    }


def _words(bounded: bool) -> dict[str, str]:
    return {
        "bar": _("Play the race"),
        "play": _("Play"),
        "pause": _("Pause"),
        "back": _("One step back"),
        "forward": _("One step forward"),
        "scrub": _("Step"),
        "speed": _("Speed"),
        "closer": _("Zoom in"),
        "wider": _("Zoom out"),
        "whole": _("Whole picture"),
        "step": _("step {k} of {n}"),
        "value": _("numbers: f − f* at this step") if bounded else _("numbers: f at this step"),
        "results": _("Results"),
        "optimizer": _("Optimizer"),
        "outcome": _("Outcome"),
        "final": _("Final f"),
        "best": _("Best f"),
        "settings": _("Settings"),
        "broken": _("The picture could not be drawn: its scripts did not arrive. Reload the page to try again."),
    }


def _move_start() -> None:
    where = getattr(st.session_state[KEY], "start", None)
    if _are_numbers(where, 2):
        session.change(lambda race, at: race._replace(start=at), (float(where[0]), float(where[1])))


def _look() -> None:
    look = getattr(st.session_state[KEY], "look", None) or {}
    at, zoom = look.get("at"), look.get("zoom")
    seen = {
        "at": at if isinstance(at, int) and not isinstance(at, bool) else None,
        "zoom": tuple(float(v) for v in zoom) if _are_numbers(zoom, 4) else None,
    }
    session.change(lambda race, seen: race._replace(**seen), seen)


def _are_numbers(values: Any, count: int) -> TypeGuard[list[float]]:
    return isinstance(values, list) and len(values) == count and all(isinstance(v, int | float) for v in values)
