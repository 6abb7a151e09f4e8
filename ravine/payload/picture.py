"""A race as the browser gets it: numbers in one table, looks and words beside it. Pure; no session,
no page.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple
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
from ravine.payload.lane_parts import LanePart, LaneParts, part_key
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
_parts = LaneParts()


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
    ran = _ran(race)
    floor = ran.floor
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
        **_table_and_lanes(race, ran, curves),
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
    little-endian.
    """
    columns = {name: picture["table"][name].to_numpy() for name in picture["table"].column_names}
    sizes = [[name, column.itemsize] for name, column in columns.items()]
    head = json.dumps(picture | {"table": sizes}, ensure_ascii=False).encode()
    return b"".join(
        [len(head).to_bytes(4, "little"), head, *(column.tobytes() for column in columns.values())]
    )


class Ran(NamedTuple):
    """The floor of a race, and the traces of its lanes where they are known: those that are needed
    to know the floor, or to tell how one parts from another.
    """

    floor: Floor
    traces: list[Trace | None]


def _ran(race: Race) -> Ran:
    floor = floor_of(race.surface)
    if race.surface.known or floor.lowest is None:
        return Ran(
            floor,
            [_trace(race, i) if _is_told_apart(race, i) else None for i in range(len(race.lanes))],
        )
    traces = run_race(race)
    return Ran(corrected(floor, race.surface, traces), [*traces])


def _trace(race: Race, i: int) -> Trace:
    return run(rule_of(race, race.lanes[i]), race.surface, race.start, race.steps)


def _table_and_lanes(race: Race, ran: Ran, curves: list[str]) -> dict[str, Any]:
    parts = [_part(race, ran, i, curves) for i in range(len(race.lanes))]
    return {
        "table": pa.table(_stacked([part.columns for part in parts])),
        "lanes": _lanes(race, ran, [part.row for part in parts]),
    }


def _part(race: Race, ran: Ran, i: int, curves: list[str]) -> LanePart:
    """What is shown of a lane. It is made anew where it is not kept, or where the search for the
    floor depends on the others.
    """
    lane, floor = race.lanes[i], ran.floor
    if not (race.surface.known or floor.lowest is None):
        return _new_part(race, ran, i, curves)
    key = part_key(race, lane, floor, curves)
    part = _parts.get(key)
    if part is None:
        _parts.put(key, part := _new_part(race, ran, i, curves))
    return part


def _new_part(race: Race, ran: Ran, i: int, curves: list[str]) -> LanePart:
    trace = ran.traces[i] or _trace(race, i)
    columns = lane_columns(race, race.lanes[i], trace, ran.floor, curves)
    return LanePart(columns, _row(race, trace, ran.floor))


def lane_columns(
    race: Race, lane: Lane, trace: Trace, floor: Floor, curves: Sequence[str]
) -> PictureColumns:
    """Columns x and y, those of the arrows that are shown, and one for each curve: steps + 1 rows.

    32 bits are enough for a screen. The first curve has 64: its numbers are read, and they span
    hundreds of decades. Infinity and NaN are kept.
    """
    rule = rule_of(race, lane)
    exact = _exact(race, lane, rule, trace, floor, curves)
    with np.errstate(over="ignore", invalid="ignore"):
        seen = {"x": trace.x[:, 0], "y": trace.x[:, 1], **_arrows(race, lane, rule, trace)}
        return {
            name: np.array(v) if name == curves[0] else v.astype(np.float32)
            for name, v in {**seen, **exact}.items()
        }


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


def _lanes(race: Race, ran: Ran, rows: list[dict[str, str]]) -> list[dict[str, Any]]:
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
            "row": _with_more(rows[i], _apart(race, ran, names, i))
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


def _first_of_its_rule(race: Race, i: int) -> int:
    return next(j for j, lane in enumerate(race.lanes) if lane.rule == race.lanes[i].rule)


def _is_of_another_form(race: Race, i: int) -> bool:
    """Whether a lane has another form than the first lane of its rule."""
    return race.lanes[i].kind.form is not race.lanes[_first_of_its_rule(race, i)].kind.form


def _is_told_apart(race: Race, i: int) -> bool:
    """Whether a lane, or one that is compared with it, has another form than the first of its
    rule.
    """
    rule = race.lanes[i].rule
    return any(
        lane.rule == rule and _is_of_another_form(race, j) for j, lane in enumerate(race.lanes)
    )


def _apart(race: Race, ran: Ran, names: Sequence[str], i: int) -> str:
    """Where a lane parts from the first lane of its rule, when that has another form."""
    if not _is_of_another_form(race, i):
        return ""
    first = _first_of_its_rule(race, i)
    one, other = ran.traces[first], ran.traces[i]
    return apart(parting(one, other), names[first]) if one and other else ""


def _with_more(row: dict[str, str], more: str) -> dict[str, str]:
    """A line in the table of results whose story ends with `more`."""
    return row | {"story": f"{row['story']} {more}".strip()}


def _row(race: Race, trace: Trace, floor: Floor) -> dict[str, str]:
    """The lane's story, and its line in the table of results."""
    known = trace.loss[~np.isnan(trace.loss)]
    gap = progress(trace, floor, view_box(race.surface)).gap
    arrived, stays = steps_to(gap, race.tolerance), stays_from(gap, race.tolerance)
    end = outcome(trace, race.surface, floor, race.tolerance)
    told = story(end, crossings(trace, arrived), arrived, stays, race.tolerance)
    return {
        "story": told,
        "outcome": sentence(end),
        "final": short_height(float(trace.loss[-1])),
        "best": short_height(float(known.min(initial=np.inf))),
        "arrived": "–" if arrived is None else str(arrived),
    }
