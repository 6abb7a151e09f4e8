"""Maps of many runs as the browser gets them: coarse first, then fine, some rows at a time.

The address is the link of a race with one lane: `many=map&over=lr,gamma` or `many=basins`. Beside
it stand `n`, the runs along each side, and `first`, the first row that is asked for; the answer
says how many it has. A browser that asks no more has stopped the work.
"""

import gzip
import json
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import numpy as np
from jaxtyping import Float
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ravine.core.words import _
from ravine.experiments.floor import floor_of
from ravine.experiments.grounds import with_value
from ravine.experiments.link import checked, encode, read_link, read_number, write_link
from ravine.experiments.maps import KnobMap, Rows, basins, knob_map
from ravine.experiments.outcome import outcome
from ravine.experiments.race import Race, run_race
from ravine.experiments.scores import GROUND, knobs_for
from ravine.figures.many import basin_planes, goal_title, map_planes
from ravine.figures.remarks import short
from ravine.figures.sentences import place, sentence
from ravine.payload.names import letter
from ravine.payload.sliders import on_ground
from ravine.server import assets
from ravine.server.answers import NO_STORE, Limiter, answer, asked, refusal
from ravine.server.thumbnails import drawn_thumbnail, thumbnail_address

SIDES = (64, 128, 256)  # runs along each side of a map
MOST_RUNS = 16_384  # of an answer
MOST_MAP_STEPS = 10_000_000  # of all its runs together: about a tenth of a second
Shares = Float[np.ndarray, "minima_and_none"]
LIMITER = Limiter(1)  # one answer at a time: maps are what a server does beside races


def routes() -> list[Route]:
    """Starlette routes of the maps, below the address of figures."""
    return [
        Route(assets.address("figures/{version}/map"), _part),
        Route(assets.address("figures/{version}/map.csv"), _csv),
        Route(assets.address("figures/{version}/cell"), _cell),
    ]


def map_address(race: Race, at: int, **more: Any) -> str:
    """The address of the map that `race` shows of the lane at `at`, without `n` and `first`."""
    return f"{assets.figure_address('map')}?{_link(lone_race(race, at, **more))}"


def lone_race(race: Race, at: int, **more: Any) -> Race:
    """What a map of the lane at `at` depends on, as a race: two that look the same are equal."""
    plain, shown = race.unseen(), {"picture": race.many.picture, "tolerance": race.tolerance}
    return plain.replace(lanes=plain.lanes[at : at + 1], **shown, **more)


def at_cell(race: Race, at: int, keys: tuple[str, ...], values: tuple[float, float]) -> Race:
    """The race at a place of a map: these knobs of the lane at `at`, or of the surface; without
    keys, a start.
    """
    if not keys:
        return checked(race.replace(start=values))
    lane = race.lanes[at]
    for name, value in zip(keys, values, strict=True):
        if name.startswith(GROUND):
            race = on_ground(race, with_value(race.surface, name.removeprefix(GROUND), value))
        else:
            lane = lane._replace(own={**lane.own, name: value})
    return checked(race.replace(lanes=(*race.lanes[:at], lane, *race.lanes[at + 1 :])))


def map_keys(race: Race) -> tuple[str, ...]:
    """The knobs along the sides of the map that a race of one lane asks for; none when its sides
    are starts.

    Raises ValueError, with a sentence for a reader.
    """
    if race.many.picture == "basins":
        return ()
    can = knobs_for(race, race.lanes[0])
    if (
        len(race.many.over) != 2
        or race.many.over[0] == race.many.over[1]
        or any(name not in can for name in race.many.over)
    ):
        said = _("A map needs two different knobs of {names}.")
        raise ValueError(said.format(names=", ".join(can)))
    return race.many.over


def rows_from(race: Race, n: int, first: int) -> Rows:
    """As many rows from `first` on as an answer has: the n-th part of a map, n a power of two."""
    slow = max(race.lanes[0].kind.cost, race.surface.cost)
    rows = min(n, MOST_RUNS // n)
    while rows > 1 and rows * n * race.steps * slow > MOST_MAP_STEPS:
        rows //= 2
    return first, min(n, first + rows)


def _asked(request: Request) -> tuple[Race, int, int]:
    race, (side, row) = asked(request, "n", "first")
    n, first = side or str(SIDES[-1]), row or "0"
    if n not in map(str, SIDES) or not (
        first.isascii() and first.isdigit() and len(first) < 4 and int(first) < int(n)
    ):
        raise ValueError(_("A map has {sides} rows, and first is one of them.").format(sides=SIDES))
    if len(race.lanes) != 1:
        raise ValueError(_("A map shows one optimizer."))
    map_keys(race)
    return race, int(n), int(first)


async def _part(request: Request) -> Response:
    """Some rows: the length of the JSON (uint32), the JSON, and float32 planes one after the other,
    little-endian.
    """
    try:
        race, n, first = _asked(request)
        body = await LIMITER.run(
            _packed, _link(race), n, first, request.query_params.get("lang", "")[:20]
        )
    except ValueError as error:
        return refusal(error)
    return answer(request, body, "application/octet-stream")


@lru_cache(maxsize=128)
def _packed(link: str, n: int, first: int, _lang: str) -> bytes:
    race = read_link(link)
    found, rows = _found(link, n, first)
    bounded = floor_of(race.surface).lowest is not None
    if isinstance(found, KnobMap):
        planes, best = map_planes(found, goal_of(race), bounded), _best(race, found)
    else:
        planes, best = basin_planes(found, len(floor_of(race.surface).numbered), race.steps), None
    head = {
        "n": n,
        "rows": rows,
        "planes": len(planes),
        "x": found.x.tolist(),
        "y": found.y.tolist(),
        "best": best,
    }
    said = json.dumps(head, allow_nan=False).encode()
    said += b" " * (-len(said) % 4)
    most = np.finfo("<f4").max
    numbers = np.clip(np.stack(planes), -most, most).astype("<f4").tobytes()
    return gzip.compress(b"".join([len(said).to_bytes(4, "little"), said, numbers]), 1)


def shares(race: Race, at: int) -> Shares:
    """The share of the area that each minimum has in the basins of the lane at `at`, and last none:
    from the coarse map that the browser asks for as well.
    """
    link, first, parts = _link(lone_race(race, at)), 0, []
    while first < SIDES[0]:
        part, (_begun, first) = _found(link, SIDES[0], first)
        parts.append(part.reached)
    reached = np.concatenate(parts)
    return np.array(
        [np.mean(reached == k) for k in (*range(len(floor_of(race.surface).numbered)), -1)]
    )


def _link(race: Race) -> str:
    return write_link(race)


@lru_cache(maxsize=64)
def _found(link: str, n: int, first: int) -> tuple[Any, Rows]:
    """Some rows of a `KnobMap` or of `Basins`."""
    race = read_link(link)
    rows, lane = rows_from(race, n, first), race.lanes[0]
    keys = map_keys(race)
    if not keys:
        return basins(race, lane, n, rows), rows
    across, up = keys
    return knob_map(race, lane, across, up, n, goal_of(race), rows), rows


def goal_of(race: Race) -> Any:
    """What is compared: without a minimum nobody arrives."""
    return (
        "arrived"
        if race.many.goal == "arrived" and floor_of(race.surface).lowest is not None
        else "height"
    )


def _best(race: Race, found: KnobMap) -> dict[str, Any] | None:
    """The best of these runs: its goal, its place, and both in words."""
    if not np.isfinite(found.goals).any():
        return None
    j, i = np.unravel_index(np.argmin(found.goals), found.goals.shape)
    at = float(found.x[i]), float(found.y[j])
    return {
        "goal": float(found.goals[j, i]),
        "at": at,
        "said": _told(race, map_keys(race), at, found.goals[j, i]),
    }


def _told(race: Race, keys: tuple[str, ...], at: tuple[float, float], goal: float) -> str:
    can = knobs_for(race, race.lanes[0])
    knobs = ", ".join(
        f"{letter(can[name])} = {short(value)}" for name, value in zip(keys, at, strict=True)
    )
    bounded = floor_of(race.surface).lowest is not None
    return f"{knobs}: {goal_title(goal_of(race), bounded)} = {short(float(goal))}"


def _cell(request: Request) -> Response:
    """The run at a place of a map, `x` and `y`: what becomes of it, and the address of its
    picture.
    """
    try:
        race, (x, y, mode) = asked(request, "x", "y", "mode")
        keys = map_keys(race)
        values = read_number("x", x), read_number("y", y)
        there = at_cell(race, 0, keys, values)
        (trace,) = run_race(there)
    except ValueError as error:
        return refusal(error)
    floor = floor_of(there.surface)
    if keys:
        goal = trace.loss[-1] - (floor.lowest or 0.0)
        can = knobs_for(there, there.lanes[0])
        where = ", ".join(
            f"{letter(can[name])} = {short(v)}" for name, v in zip(keys, values, strict=True)
        )
        bounded = floor.lowest is not None
        said = f"{where}: {goal_title('height', bounded)} = {short(float(goal))}."
    else:
        said = _("From {place}.").format(place=place(values))
    query = urlencode({**encode(drawn_thumbnail(there)), "mode": mode}, doseq=True)
    told = {"said": f"{said} {sentence(outcome(trace, there.surface, floor, there.tolerance))}"}
    told["picture"] = f"{thumbnail_address()}?{query}"
    return answer(request, gzip.compress(json.dumps(told).encode(), 1), "application/json")


async def _csv(request: Request) -> Response:
    """The whole map as a table, with all digits."""
    try:
        race, n, _first = _asked(request)
    except ValueError as error:
        return refusal(error)

    async def rows() -> AsyncIterator[str]:
        yield _heads(race)
        first = 0
        while first < n:
            (_, first), text = await LIMITER.run(_csv_rows, race, n, first)
            yield text

    headers = {
        "Content-Disposition": f'attachment; filename="ravine-{race.many.picture}.csv"',
        "Cache-Control": NO_STORE,
    }
    return StreamingResponse(
        rows(), media_type="text/csv", headers=headers | {"X-Content-Type-Options": "nosniff"}
    )


def _heads(race: Race) -> str:
    if not map_keys(race):
        return "x1,x2,minimum,steps\n"
    return f"{','.join(race.many.over)},{goal_of(race)},lost\n"


def _csv_rows(race: Race, n: int, first: int) -> tuple[Rows, str]:
    found, rows = _found(_link(race), n, first)
    x, y = (column.ravel().tolist() for column in np.meshgrid(found.x, found.y))
    if isinstance(found, KnobMap):
        ends = zip(
            found.goals.ravel().tolist(), found.lost.ravel().astype(int).tolist(), strict=True
        )
    else:
        steps = ("" if s != s else int(s) for s in found.steps.ravel().tolist())  # noqa: PLR0124
        ends = zip(
            (k + 1 if k >= 0 else "" for k in found.reached.ravel().tolist()), steps, strict=True
        )
    return rows, "".join(f"{a!r},{b!r},{c},{d}\n" for a, b, (c, d) in zip(x, y, ends, strict=True))
