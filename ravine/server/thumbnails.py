"""Small pictures of races, drawn from their links: `thumbnail?on=himmelblau&run=adam&mode=dark` is
an SVG.
"""

import gzip
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ravine.experiments.field import sample
from ravine.experiments.floor import floor_of
from ravine.experiments.lanes import wrap_of
from ravine.experiments.link import read_link, write_link
from ravine.experiments.race import Race, run_race
from ravine.figures.theme import styles
from ravine.figures.thumbnail import thumbnail
from ravine.server import assets
from ravine.server.answers import answer, asked, mode_of, refusal

MOST_DRAWN_STEPS = 300  # steps of a race that are drawn: a longer one costs no more
THUMBNAIL_POINTS = 72  # points of the grid along each axis


def routes() -> list[Route]:
    """The Starlette route of all thumbnails."""
    return [Route(thumbnail_address("{version}"), _thumbnail)]


def thumbnail_address(version: str | None = None) -> str:
    """The address of every thumbnail, without its query: a race's link and `mode`, light or
    dark.
    """
    return assets.address(f"figures/{version or assets.figures_version()}/thumbnail")


def _thumbnail(request: Request) -> Response:
    try:
        race, (mode,) = asked(request, "mode")
        packed = _packed(write_link(drawn_thumbnail(race)), mode_of(mode))
    except ValueError as error:
        return refusal(error)
    return answer(request, packed, "image/svg+xml")


def drawn_thumbnail(race: Race) -> Race:
    """What of a race a thumbnail shows: two races that look the same there are equal here."""
    until = min(race.steps if race.arena.at is None else max(1, race.arena.at), MOST_DRAWN_STEPS)
    lanes = tuple(lane._replace(name="") for lane in race.lanes)
    plain = race.unseen().replace(lanes=lanes, zoom=race.arena.zoom)
    if any(wrap_of(lane, "schedule") for lane in lanes):  # it knows how long the whole run is
        return plain.replace(steps=race.steps, at=until if until < race.steps else None)
    return plain.replace(steps=until)


@lru_cache(maxsize=512)
def _packed(link: str, mode: Any) -> bytes:
    race = read_link(link)
    looks = styles([lane.kind.look for lane in race.lanes])
    seen = [i for i, lane in enumerate(race.lanes) if not lane.hidden]
    until = race.steps if race.arena.at is None else race.arena.at
    paths = [trace.x[: until + 1] for trace in run_race(race)]
    picture = thumbnail(
        sample(race.surface, race.arena.zoom, THUMBNAIL_POINTS),
        floor_of(race.surface),
        [paths[i] for i in seen],
        [looks[i] for i in seen],
        race.surface.levels,
        mode,
    )
    return gzip.compress(picture.encode(), 6)
