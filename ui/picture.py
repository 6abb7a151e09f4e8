"""A race as the browser gets it: numbers in one table, looks and words beside it. Pure; no session, no page."""

import base64
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa

from core.words import _, language
from experiments.link import encode, write_surface
from experiments.outcome import Floor, floor_of, outcome, progress, steps_to
from experiments.race import Race, numbered, run_race
from experiments.trace import Trace
from figures.curves import curves_for
from figures.sentences import number, sentence
from figures.theme import style
from ui.names import lane_ids, lane_names, settings_text


def picture(race: Race) -> dict[str, Any]:
    """Run the race. `table` is one Arrow table with the lanes one after the other; the rest is JSON."""
    traces, floor = run_race(race), floor_of(race.surface)
    curves = curves_for(bounded=floor.lowest is not None)
    (left, right), (bottom, top) = race.surface.view
    return {
        "table": table(traces, floor, curves),
        "lanes": _lanes(race, traces, floor),
        "curves": list(curves),
        "steps": race.steps,
        "view": [left, right, bottom, top],
        "ground": urlencode({"on": write_surface(race.surface), "lang": language()}),
        "link": urlencode(encode(race), doseq=True),
        "arrived": _("Steps to f − f* ≤ {tolerance}").format(tolerance=f"{race.tolerance:g}"),
    }


def packed(picture: dict[str, Any]) -> dict[str, Any]:
    """The same as pure JSON: each column of the table as base64 of its floats."""
    columns = picture["table"]
    numbers = {name: columns[name].to_numpy().tobytes() for name in columns.column_names}
    return picture | {"table": {name: base64.b64encode(raw).decode() for name, raw in numbers.items()}}


def table(traces: Sequence[Trace], floor: Floor, curves: Sequence[str]) -> pa.Table:
    """Columns x and y (32 bits, enough for a screen) and one for each curve (64: they span hundreds of decades).

    steps + 1 rows a lane. Infinity and NaN are kept.
    """
    columns = [_columns(trace, floor, curves) for trace in traces]
    whole = {name: np.concatenate([c[name] for c in columns]) for name in columns[0]}
    with np.errstate(over="ignore"):
        return pa.table(whole | {name: whole[name].astype(np.float32) for name in ("x", "y")})


def _columns(trace: Trace, floor: Floor, curves: Sequence[str]) -> dict[str, np.ndarray]:
    made = {**progress(trace, floor)._asdict(), "height": trace.loss}
    return {"x": trace.x[:, 0], "y": trace.x[:, 1], **{name: made[name] for name in curves}}


def _lanes(race: Race, traces: Sequence[Trace], floor: Floor) -> list[dict[str, Any]]:
    names, ids, turns = lane_names(race.lanes), lane_ids(race.lanes), numbered(race.lanes)
    return [
        {
            "id": ids[i],
            "name": names[i],
            **style(lane.rule, turns[i])._asdict(),
            "row": _row(race, traces[i], floor) | {"settings": settings_text(race, lane)},
        }
        for i, lane in enumerate(race.lanes)
    ]


def _row(race: Race, trace: Trace, floor: Floor) -> dict[str, str]:
    """The lane's line in the table of results."""
    known = trace.loss[~np.isnan(trace.loss)]
    arrived = steps_to(trace.loss - (np.nan if floor.lowest is None else floor.lowest), race.tolerance)
    return {
        "outcome": sentence(outcome(trace, race.surface, floor, race.tolerance)),
        "final": number(float(trace.loss[-1])),
        "best": number(float(known.min(initial=np.inf))),
        "arrived": "–" if arrived is None else str(arrived),
    }
