"""The one run of a question that somebody in a class was handed."""

from functools import lru_cache
from typing import Any

import numpy as np

from ravine.core.words import _
from ravine.experiments.asking import HANDS_OUT, asked_of
from ravine.experiments.asking.runs import run_of, visible
from ravine.experiments.field import view_box
from ravine.experiments.floor import floor_of
from ravine.experiments.link import read_link
from ravine.experiments.outcome import progress, steps_to
from ravine.experiments.race import Race
from ravine.payload.question import paths

MOST_SENT = 200  # of the path that a phone is sent


def own_run(asked: dict[str, Any], number: int) -> dict[str, Any]:
    """A run of a question as a room keeps it, by its number: its `fate` by number, `steps` until it
    was near a lowest point (None: never), the `height` at its end above that (None where there is
    none, or no number), and its `path` as the paths of a question are. Raises ValueError.
    """
    race, kind, who = _race(asked.get("link", "")), asked["kind"], asked["lane"]
    fields = asked_of(race, kind, who, HANDS_OUT).fields(race, who, ())
    if any(asked[name] != value for name, value in fields.items() if name != "fates"):
        raise ValueError(_("The runs of this question are not those of its race."))
    mine = HANDS_OUT[kind].one(race, who, number)
    (shown,) = visible(mine)
    trace = run_of(mine, shown)
    gap = progress(trace, floor_of(race.surface), view_box(race.surface)).gap
    heights = asked["truth"].get("heights")
    height = heights[number] if heights else float(f"{gap[-1]:.4g}")
    return {
        "answer": number,
        "fate": int(asked["truth"]["became"][number]),
        "steps": steps_to(gap, race.tolerance),
        "height": height if height is not None and np.isfinite(height) else None,
        "path": paths(mine, MOST_SENT)[0],
    }


@lru_cache(maxsize=16)
def _race(link: str) -> Race:
    """The race of a link; three hundred phones ask for the same."""
    return read_link(link)
