"""The paths that are played through a class's dots at the reveal, read from whoever asks."""

import re
from typing import Any

from ravine.core.words import _
from ravine.rooms.reading import index_of, line_of, number_of

MOST_PATHS, MOST_PATH_POINTS = 12, 2500  # paths of a question; points of all of them together
FAR_POINT = 1e12
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
DASH = re.compile(r"(?:\d{1,3}(?:\.\d{1,2})?(?: \d{1,3}(?:\.\d{1,2})?){0,7})?")


def read_paths(raw: Any) -> list[dict[str, Any]]:
    """At most MOST_PATHS paths: `name`, colours `light` and `dark` ("#rrggbb"), `dash` ("6 4"),
    `points` in the units of the picture, one every so many steps (`every`). Raises ValueError.
    """
    if not isinstance(raw, list) or len(raw) > MOST_PATHS:
        raise ValueError(_("paths must be a list of at most {most}.").format(most=MOST_PATHS))
    paths = [_read_path(one) for one in raw]
    if sum(len(path["points"]) for path in paths) > MOST_PATH_POINTS:
        raise ValueError(_("The paths have too many points."))
    return paths


def _read_path(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict) or not isinstance(raw.get("points"), list):
        raise ValueError(_("A path is an object with points."))
    looks = {name: raw.get(name) for name in ("light", "dark")} | {"dash": raw.get("dash", "")}
    for name, value in looks.items():
        if not isinstance(value, str) or not (DASH if name == "dash" else COLOUR).fullmatch(value):
            raise ValueError(_("A path has the colours light and dark, and a dash."))
    return {
        "name": line_of(raw.get("name"), "name", 100),
        **looks,
        "points": [_read_place(place) for place in raw["points"]],
        "every": index_of(raw.get("every", 1), "every", 100_000),
    }


def _read_place(raw: Any) -> list[float]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise ValueError(_("A point is two numbers."))
    return [number_of(value, "points", -FAR_POINT, FAR_POINT) for value in raw]
