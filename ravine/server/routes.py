"""What the server offers beside Streamlit: the arena's scripts, plotly.js, and figures as JSON.

Everything here is stateless and may be kept for ever by a browser or a proxy: its address changes
when it does.
"""

import gzip
import json
import logging
import math
import mimetypes
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import anyio
import numpy as np
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ravine.core.formula import FormulaError
from ravine.core.words import speak
from ravine.experiments.critical import Critical, critical_points
from ravine.experiments.fair import rates_of
from ravine.experiments.field import Box, downhill, sample, view_box
from ravine.experiments.floor import Floor, floor_of
from ravine.experiments.link import LONGER, checked, decode, read_surface
from ravine.figures.curves import frame
from ravine.figures.levels import GRID_POINTS, level_curves
from ravine.figures.plain import to_json
from ravine.figures.relief import relief
from ravine.payload.dial import packed_fan
from ravine.payload.picture import packed, picture
from ravine.payload.remark import remarked
from ravine.payload.sliders import moved
from ravine.server import (
    admission,
    assets,
    collect_on_schedule,
    compress,
    downloads,
    icons,
    logs,
    maps,
    patches,
    predicting,
    preface,
    questions,
    rooms,
    security_headers,
    thumbnails,
    versions,
    warmup,
)
from ravine.server.answers import (
    MODES,
    NO_STORE,
    Limiter,
    MadeOnce,
    answer,
    asked,
    limited,
    refusal,
)

# computed at once: while many ask, paths come before the ground that they are drawn on. More races
# at once take turns for Python's lock, and are done later, each and all together.
RACES, FIGURES = 2, 1
QUICK = 4  # of gzip's levels: three times as fast as 6 on level curves, 3 % larger
FIELD_ARROWS = {"full": (26, 16), "panel": (12, 8)}  # arrows of the gradient field across and up

logger = logging.getLogger("ravine")
_races, _racing = MadeOnce(), Limiter(RACES)


def routes() -> list[Route]:
    """Starlette routes, below /ravine/ (and below the server's base path, when it has one)."""
    return [
        *downloads.routes(),
        *thumbnails.routes(),
        *maps.routes(),
        *questions.routes(),
        *predicting.routes(),
        *rooms.routes(),
        Route(assets.address("js/{version}/{name:path}"), _script),
        Route(assets.address("plotly/{version}/{name}"), _plotly),
        Route(assets.address("figures/{version}/levels"), limited(_figures(_levels), FIGURES)),
        Route(assets.address("figures/{version}/curves"), _figures(_curves, "names")),
        Route(assets.address("figures/{version}/relief"), _figures(_relief)),
        Route(assets.address("figures/{version}/field"), _figures(_field)),
        Route(assets.address("figures/{version}/critical"), _figures(_critical)),
        Route(assets.address("figures/{version}/fan"), _fan),
        Route(assets.address("figures/{version}/step"), limited(_step, RACES)),
        Route(assets.address("race"), _race),
    ]


def middleware() -> list[Middleware]:
    """What every answer goes through, the outermost first."""
    outside = [
        *security_headers.middleware(),
        *admission.middleware(),
        *versions.middleware(),
        Middleware(RavineRoutes, routes()),
    ]
    return [*outside, *icons.middleware(), *compress.middleware(), *preface.middleware()]


class RavineRoutes:
    """Answers what lies below /ravine/. All that Streamlit puts around its own answers has nothing
    to do there.
    """

    def __init__(self, app: ASGIApp, below: list[Route]) -> None:
        self.app, self.below = app, assets.address("")
        self.router = ExceptionMiddleware(Router(below))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and scope["path"].startswith(self.below)
        await (self.router if ours else self.app)(scope, receive, send)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Warm up before the first visitor comes."""
    logs.begin()
    patches.apply()
    await anyio.to_thread.run_sync(warmup.first)
    collect_on_schedule.by_the_clock()
    warmup.rest_in_background()
    logger.info("ready")
    yield
    logger.info("stopping")


def _script(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in assets.script_names() | assets.VENDOR_MODULES:
        return refusal("There is no such script.", 404)
    return answer(request, *_file(str(assets.SCRIPTS / name)))


def _plotly(request: Request) -> Response:
    bundles = {path.name: path for path in (assets.PLOTLY, assets.PLOTLY_FULL)}
    if (name := request.path_params["name"]) not in bundles:
        return refusal("There is no such script.", 404)
    return answer(request, *_file(str(bundles[name])))


async def _race(request: Request) -> Response:
    """The paths of a race while a slider still moves: the race's link, `turn` (the slider) and
    `shows` (its text). Where it comes to rest they stay, and no run of the page brings them again.
    A class that follows its teacher asks for one and the same.
    """
    try:
        body = await _races.get(request.url.query, lambda: _racing.run(_preview, request))
    except FormulaError:
        # not finished: its field says where
        return Response(status_code=204, headers={"Cache-Control": NO_STORE})
    except ValueError as error:
        return refusal(error)
    return answer(request, body, "application/octet-stream", NO_STORE)


def _preview(request: Request) -> bytes:
    race, (key, shows) = asked(request, "turn", "shows")
    race = checked(moved(race, key, shows)) if key else race
    return gzip.compress(packed(picture(race) | {"whose": rates_of(race)}), 1)


def _fan(request: Request) -> Response:
    """The paths of a race at every stop of one knob: the race's link, `knob` (the slider's key) and
    `lang`.
    """
    try:
        race, (key,) = asked(request, "knob")
        body = packed_fan(race, key)
    except ValueError as error:
        return refusal(error)
    return answer(request, body, "application/octet-stream")


def _step(request: Request) -> Response:
    """What is worth saying of a step: the race's link, `lane` (its key), `step` and `lang`."""
    try:
        race, (lane_id, step) = asked(request, "lane", "step")
        said = remarked(race, lane_id, step)
    except ValueError as error:
        return refusal(error)
    return answer(
        request, gzip.compress(json.dumps({"said": said}).encode(), 1), "application/json"
    )


def _figures(draw: Callable[..., bytes], asks: str = "zoom") -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        query = request.query_params
        mode, size = query.get("mode", "light"), query.get("size", "full")
        on, more, lang = query.get("on", "ravine"), query.get(asks, ""), query.get("lang", "en")
        if (
            mode not in MODES
            or size not in GRID_POINTS
            or max(len(on), len(more), len(lang)) > LONGER["on"]
        ):
            return refusal(
                "mode is light or dark, size is full or panel, and no part is longer than 600 "
                "characters."
            )
        try:
            body = draw(on, more, mode, size, speak(lang))
        except ValueError as error:
            return refusal(error)
        return answer(request, body, "application/json")

    return endpoint


@lru_cache(maxsize=512)
def _levels(on: str, zoom: str, mode: Any, size: Any, _lang: str) -> bytes:
    surface = read_surface(on)
    field = sample(surface, _box(zoom), GRID_POINTS[size])
    figure = level_curves(field, floor_of(surface), surface.levels, mode, size)
    return gzip.compress(to_json(figure), QUICK)


@lru_cache(maxsize=256)
def _relief(on: str, zoom: str, mode: Any, size: Any, _lang: str) -> bytes:
    surface = read_surface(on)
    figure = relief(
        sample(surface, _box(zoom), GRID_POINTS["panel"]),
        floor_of(surface),
        surface.levels,
        mode,
        size,
    )
    return gzip.compress(str(figure.to_json()).encode(), 6)


@lru_cache(maxsize=256)
def _field(on: str, zoom: str, _mode: Any, size: Any, _lang: str) -> bytes:
    """Places and where the ground falls there, a list of [x1, x2, down1, down2]; where that is no
    number, nothing.
    """
    surface = read_surface(on)
    arrows = downhill(surface, _box(zoom) or view_box(surface), *FIELD_ARROWS[size]).reshape(-1, 4)
    return gzip.compress(
        json.dumps(arrows[np.isfinite(arrows).all(axis=1)].round(9).tolist()).encode(), 6
    )


@lru_cache(maxsize=256)
def _critical(on: str, zoom: str, _mode: Any, _size: Any, _lang: str) -> bytes:
    """The critical points in view, each with what its Hessian tells. What is no number is null."""
    surface = read_surface(on)
    found, floor = critical_points(surface, _box(zoom)), floor_of(surface)
    points = [_point(point, floor) for point in found.points]
    told = {
        "points": points,
        "more": found.more,
        "flat": found.flat,
        "constant": found.constant,
    }
    return gzip.compress(json.dumps(told, allow_nan=False).encode(), 6)


def _point(point: Critical, floor: Floor) -> dict[str, Any]:
    near = floor.lowest is not None and point.height <= floor.lowest + floor.noise
    low = near and point.kind not in {"saddle", "maximum"}
    return {
        "x": point.place[0],
        "y": point.place[1],
        "f": point.height,
        "kind": point.kind,
        "values": [_number(value) for value in point.eigenvalues],
        "vectors": [list(vector) for vector in point.vectors],
        "condition": _number(point.condition),
        "rate": point.rate if point.rate is None else _number(point.rate),
        "lowest": low,
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


@lru_cache(maxsize=512)
def _curves(_on: str, names: str, mode: Any, _size: Any, _lang: str) -> bytes:
    frames = [
        f'{{"name":"{name}",{str(frame(name, mode).to_json())[1:]}'
        for name in names.split(",")
        if name
    ]
    return gzip.compress(f"[{','.join(frames)}]".encode(), 6)


def _box(zoom: str) -> Box | None:
    return decode({"zoom": [zoom]}).arena.zoom if zoom else None


@lru_cache(maxsize=64)
def _file(path: str) -> tuple[bytes, str]:
    packed = gzip.compress(assets.small(Path(path)), 9)
    kind = (
        "text/javascript" if path.endswith(".js") else mimetypes.guess_type(path)[0] or "text/plain"
    )
    return packed, kind
