"""A race as the browser gets it: numbers in one table, looks and words beside it. Pure; no session,
no page.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
from jaxtyping import Float

from optim import Optimizer
from ravine.core.words import _, language
from ravine.experiments import inside
from ravine.experiments.field import view_box
from ravine.experiments.floor import Floor, corrected, floor_of
from ravine.experiments.grounds import title_of
from ravine.experiments.lanes import knobs_of, remembered
from ravine.experiments.link import write_link, write_surface
from ravine.experiments.outcome import (
    crossings,
    outcome,
    parting,
    progress,
    stays_from,
    steps_to,
)
from ravine.experiments.race import KNOBS, Lane, Race, rule_of, run_race, settings
from ravine.experiments.trace import Trace, run
from ravine.experiments.turning import turning
from ravine.experiments.views.gallery import CHAPTERS
from ravine.figures.sentences import apart, sentence, short_height, story
from ravine.figures.theme import styles
from ravine.payload.dial import dial
from ravine.payload.names import (
    dialect_title,
    lane_ids,
    lane_names,
    letter,
    rate_text,
    settings_text,
)

ARROW_MARKS = (
    "gradient",
    "velocity",
    "step",
)  # the marks that need numbers of their own: columns gradient1, gradient2, ...
KEPT_BITS = 14  # of the 23 of a fraction
PictureColumns = dict[str, Float[np.ndarray, "points"]]


class Pictures:
    """The last pictures that were asked for, as far as they are small. For many threads."""

    def __init__(self, most: int = 256, largest: int = 200_000) -> None:
        self._most, self._largest = most, largest  # pictures; bytes of the numbers of one
        self._held: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def get(self, key: tuple[str, str]) -> dict[str, Any] | None:
        with self._one_at_a_time:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: tuple[str, str], picture: dict[str, Any]) -> None:
        if picture["table"].nbytes > self._largest:
            return
        with self._one_at_a_time:
            self._held[key] = picture
            while len(self._held) > self._most:
                self._held.popitem(last=False)


_pictures = Pictures()


def picture(race: Race) -> dict[str, Any]:
    """Run the race. `table` is one Arrow table with the lanes one after the other; the rest is
    JSON.

    It is kept for a while: the run of a slider asks for what its preview has just shown, and a
    class for one race. Nothing in it may be written to.
    """
    link = write_link(race)
    made = _pictures.get((link, language()))
    if made is None:
        _pictures.put((link, language()), made := _picture(race, link))
    return {**made}


def _picture(race: Race, link: str) -> dict[str, Any]:
    traces = run_race(race)
    floor = corrected(floor_of(race.surface), race.surface, traces)
    available = inside.available(race.lanes, floor.lowest is not None, floor.isolated)
    usual = inside.usual(floor.lowest is not None, race.lanes)
    charts = [
        name
        for name in available
        if name in (usual if race.arena.curves is None else race.arena.curves)
    ]
    curves = [
        usual[0],
        *(name for name in charts if name != usual[0]),
    ]  # the legend reads the first one
    (left, right), (bottom, top) = race.surface.view
    return {
        "table": race_table(race, traces, floor, curves),
        "lanes": _lanes(race, traces, floor),
        "curves": curves,
        "charts": charts,
        "asked": race.arena.curves is not None,
        "available": list(available),
        "marks": list(race.arena.marks),
        "layout": race.arena.layout,
        **_heading(race),
        "steps": race.steps,
        "view": [left, right, bottom, top],
        "start": list(race.start),
        "dial": dial(race),
        "turning": _turning(race, floor),
        "ground": urlencode({"on": write_surface(race.surface), "lang": language()}),
        "link": link,
        "arrived": _("Steps to f − f* ≤ {tolerance}").format(tolerance=f"{race.tolerance:g}"),
    }


def _heading(race: Race) -> dict[str, str]:
    """Title and sentence of the race: those of the gallery, or of the surface."""
    if preset := CHAPTERS.get(race.gallery.chapter):
        return {"title": _(preset.title), "sentence": _(preset.sentence), "chapter": preset.slug}
    surface = race.surface
    return {"title": title_of(surface), "sentence": _(surface.lesson), "chapter": ""}


def _turning(race: Race, floor: Floor) -> dict[str, Any] | None:
    """How high each lane ends at each angle, in degrees, above f* where there is one. What is no
    number is None.
    """
    found = turning(race)
    if found is None:
        return None
    final = found.final - (floor.lowest or 0.0)
    return {
        "angles": np.degrees(found.angles).round(6).tolist(),
        "final": [[_short(v) for v in lane] for lane in final.tolist()],
        "now": round(float(np.degrees(found.now)), 6),
    }


def _short(value: float) -> float | None:
    return float(f"{value:.5g}") if np.isfinite(value) else None


def packed(picture: dict[str, Any]) -> bytes:
    """The same as bytes: the length of the JSON (uint32), the JSON, and the columns of the table
    one after the other.

    In the JSON `table` has the name of each column and the size of its floats. All numbers are
    little-endian. What is only drawn is cut to KEPT_BITS bits, so that it compresses: 1/16384 of a
    coordinate, for the moment of a preview.
    """
    columns = {
        name: _cut(picture["table"][name].to_numpy()) for name in picture["table"].column_names
    }
    sizes = [[name, column.itemsize] for name, column in columns.items()]
    head = json.dumps(picture | {"table": sizes}, ensure_ascii=False).encode()
    return b"".join(
        [len(head).to_bytes(4, "little"), head, *(column.tobytes() for column in columns.values())]
    )


def _cut(values: np.ndarray) -> np.ndarray:
    """32-bit floats with all but KEPT_BITS bits of the fraction zero; others, infinity and NaN as
    they are.
    """
    if values.dtype != np.float32:
        return values
    mask = np.uint32(0xFFFFFFFF << (23 - KEPT_BITS) & 0xFFFFFFFF)
    return np.where(np.isfinite(values), (values.view(np.uint32) & mask).view(np.float32), values)


def race_table(
    race: Race, traces: Sequence[Trace], floor: Floor, curves: Sequence[str]
) -> pa.Table:
    """Columns x and y, those of the arrows that are shown, and one for each curve: steps + 1 rows a
    lane.

    32 bits are enough for a screen. The first curve has 64: its numbers are read, and they span
    hundreds of decades. Infinity and NaN are kept.
    """
    rules = [rule_of(race, lane) for lane in race.lanes]
    runs = zip(race.lanes, rules, traces, strict=True)
    exact = [_exact(race, lane, rule, trace, floor, curves) for lane, rule, trace in runs]
    with np.errstate(over="ignore", invalid="ignore"):
        seen = [
            {"x": trace.x[:, 0], "y": trace.x[:, 1], **_arrows(race, lane, rule, trace)}
            for lane, rule, trace in zip(race.lanes, rules, traces, strict=True)
        ]
        columns = {**_stacked(seen), **_stacked(exact)}
        return pa.table(
            {name: v if name == curves[0] else v.astype(np.float32) for name, v in columns.items()}
        )


def _stacked(lanes: list[PictureColumns]) -> PictureColumns:
    return {name: np.concatenate([columns[name] for columns in lanes]) for name in lanes[0]}


def _exact(
    race: Race, lane: Lane, rule: Optimizer, trace: Trace, floor: Floor, curves: Sequence[str]
) -> PictureColumns:
    """The curves of a lane. A state that its rule does not have is NaN."""
    makers = {**progress(trace, floor, view_box(race.surface))._asdict(), "height": trace.loss}
    if "stride" in curves:
        makers["stride"] = np.hypot(*inside.steps_of(trace).T)
    if {"rate1", "rate2"} & {*curves}:
        makers["rate1"], makers["rate2"] = inside.rates(rule, trace).T
    if "lr" in curves:
        makers["lr"] = inside.learning_rates(lane, settings(race, lane), rule, trace)
    return {name: makers[name] if name in makers else _state(lane, trace, name) for name in curves}


def _state(lane: Lane, trace: Trace, curve: str) -> Float[np.ndarray, "points"]:
    vector = remembered(lane, trace).get(curve[:-1]) if curve[:-1] in lane.kind.vectors else None
    return np.full(len(trace.x), np.nan) if vector is None else vector[:, int(curve[-1]) - 1]


def _arrows(race: Race, lane: Lane, rule: Optimizer, trace: Trace) -> PictureColumns:
    """What the arrows at each point show, in units of the picture: a plain gradient step of this
    lane's learning rate, the step that memory alone would take, and the step that is taken.
    """
    makers = {
        "gradient": lambda: -_learning_rate(race, lane) * trace.grad,
        "velocity": lambda: inside.coasts(rule, trace),
        "step": lambda: np.diff(run(rule, race.surface, race.start, race.steps + 1).x, axis=0),
    }
    made = {mark: makers[mark]() for mark in ARROW_MARKS if mark in race.arena.marks}
    return {
        f"{mark}{axis + 1}": values[:, axis] for mark, values in made.items() for axis in (0, 1)
    }


def _learning_rate(race: Race, lane: Lane) -> float:
    """That of a lane; the shared one where its rule has none."""
    return lane.own.get("lr", race.shared["lr"])


def _lanes(race: Race, traces: Sequence[Trace], floor: Floor) -> list[dict[str, Any]]:
    names, ids = lane_names(race), lane_ids(race.lanes)
    looks = styles([lane.kind.look for lane in race.lanes])
    return [
        {
            "id": ids[i],
            "name": names[i],
            "called": lane.name,
            "hidden": lane.hidden,
            "rate": rate_text(race, lane),
            "knobs": [
                [n, letter(knob), n in lane.own] for n, knob in knobs_of(lane).items() if n in KNOBS
            ],
            "dialects": _dialects(lane),
            **looks[i]._asdict(),
            "row": _row(race, traces[i], floor, _apart(race, traces, names, i))
            | {"settings": settings_text(race, lane)},
        }
        for i, lane in enumerate(race.lanes)
    ]


def _dialects(lane: Lane) -> list[tuple[str, str, bool]]:
    """The dialects of a lane's rule, one for each of its forms: name, titles, and whether it runs
    so.
    """
    spoken = lane.kind.dialects if len(lane.kind.dialects) > 1 else {}

    def runs_so(dialect: str) -> bool:
        return lane._replace(dialect=dialect).kind.form is lane.kind.form

    return [
        (dialect, ", ".join(map(dialect_title, names)), runs_so(dialect))
        for dialect, names in spoken.items()
    ]


def _apart(race: Race, traces: Sequence[Trace], names: Sequence[str], i: int) -> str:
    """Where a lane parts from the first lane of its rule, when that has another form."""
    first = next(j for j, lane in enumerate(race.lanes) if lane.rule == race.lanes[i].rule)
    if race.lanes[i].kind.form is race.lanes[first].kind.form:
        return ""
    return apart(parting(traces[first], traces[i]), names[first])


def _row(race: Race, trace: Trace, floor: Floor, more: str) -> dict[str, str]:
    """The lane's story, which ends with `more`, and its line in the table of results."""
    known = trace.loss[~np.isnan(trace.loss)]
    gap = progress(trace, floor, view_box(race.surface)).gap
    arrived, stays = steps_to(gap, race.tolerance), stays_from(gap, race.tolerance)
    end = outcome(trace, race.surface, floor, race.tolerance)
    told = story(end, crossings(trace, arrived), arrived, stays, race.tolerance)
    return {
        "story": f"{told} {more}".strip(),
        "outcome": sentence(end),
        "final": short_height(float(trace.loss[-1])),
        "best": short_height(float(known.min(initial=np.inf))),
        "arrived": "–" if arrived is None else str(arrived),
    }
