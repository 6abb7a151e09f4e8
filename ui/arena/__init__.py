"""The arena: one component that draws the race, plays it, and says where the visitor clicked."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
import streamlit as st

from core.words import _, language
from experiments.link import write_surface
from experiments.outcome import Floor, progress
from experiments.race import Race, numbered
from experiments.trace import Trace
from figures.curves import curves_for
from figures.theme import style
from ui import assets, session
from ui.names import lane_ids, lane_names

KEY = "arena"

BOOTSTRAP = """
const loading = import(new URL("{script}", window.location.origin))
export default function (component) {{
  const parent = component.parentElement
  loading
    .then((arena) => arena.render(component))
    .catch((error) => {{
      console.error(error)
      parent.textContent = "{sorry}"
    }})
  return () => loading.then((arena) => arena.dispose(parent), () => {{}})
}}
"""

_component = st.components.v2.component(
    "ravine_arena",
    js=BOOTSTRAP.format(
        script=assets.script_address("arena.js"),
        sorry="The picture could not be drawn: its scripts did not arrive. Reload the page to try again.",
    ),
    isolate_styles=False,
)


def arena(race: Race, traces: Sequence[Trace], floor: Floor) -> None:
    """Draw `race`. A click moves its start; a pause or a zoom becomes part of its link."""
    _component(
        key=KEY,
        data=payload(race, traces, floor),
        on_start_change=_move_start,
        on_look_change=_look,
    )


def payload(race: Race, traces: Sequence[Trace], floor: Floor) -> dict[str, Any]:
    """What the browser gets after every change: one table with the lanes one after the other, and their looks."""
    curves = curves_for(bounded=floor.lowest is not None)
    query = urlencode({"on": write_surface(race.surface), "lang": language()})
    (left, right), (bottom, top) = race.surface.view
    return {
        "table": table(traces, floor, curves),
        "lanes": _lanes(race),
        "curves": list(curves),
        "layout": race.layout,
        "steps": race.steps,
        "at": race.at,
        "zoom": race.zoom,
        "view": [left, right, bottom, top],
        "opened": session.opened(),
        "stamp": str(hash((race.start, race.steps, repr(race.lanes), repr(race.shared), repr(race.surface)))),
        "urls": {
            "css": assets.script_address("arena.css"),
            "plotly": assets.plotly_address(),
            "levels": assets.figure_address("levels", query),
            "curves": assets.figure_address("curves", query),
        },
        "words": _words(bounded=floor.lowest is not None),
    }


def table(traces: Sequence[Trace], floor: Floor, curves: Sequence[str]) -> pa.Table:
    """Columns x, y and one for each curve, 32 bits each; steps + 1 rows a lane. Infinity and NaN are kept."""
    columns = [_columns(trace, floor, curves) for trace in traces]
    with np.errstate(over="ignore"):
        return pa.table({name: np.concatenate([c[name] for c in columns]).astype(np.float32) for name in columns[0]})


def _columns(trace: Trace, floor: Floor, curves: Sequence[str]) -> dict[str, np.ndarray]:
    made = {**progress(trace, floor)._asdict(), "height": trace.loss}
    return {"x": trace.x[:, 0], "y": trace.x[:, 1], **{name: made[name] for name in curves}}


def _lanes(race: Race) -> list[dict[str, Any]]:
    return [
        {"id": key, "name": name, **style(lane.rule, nth)._asdict()}
        for key, name, lane, nth in zip(
            lane_ids(race.lanes), lane_names(race.lanes), race.lanes, numbered(race.lanes), strict=True
        )
    ]


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
    }


def _move_start() -> None:
    where = getattr(st.session_state[KEY], "start", None)
    if _are_numbers(where, 2):
        session.change(start=(float(where[0]), float(where[1])))


def _look() -> None:
    look = getattr(st.session_state[KEY], "look", None) or {}
    at, zoom = look.get("at"), look.get("zoom")
    session.change(
        at=at if isinstance(at, int) and not isinstance(at, bool) else None,
        zoom=tuple(float(v) for v in zoom) if _are_numbers(zoom, 4) else None,
    )


def _are_numbers(values: Any, count: int) -> bool:
    return isinstance(values, list) and len(values) == count and all(isinstance(v, int | float) for v in values)
