"""What a picture holds of each lane, kept while others are turned: a slider seldom moves more than
one.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from ravine.core.words import language
from ravine.experiments.floor import Floor
from ravine.experiments.link import write_surface
from ravine.experiments.race import Lane, Race, settings


class LanePart(NamedTuple):
    """The columns of one lane, and its line in the table of results. Nothing in it may be written
    to.
    """

    columns: dict[str, np.ndarray]  # (steps+1,) each
    row: dict[str, str]


class LaneParts:
    """The parts that were asked for last, as many as fit into so many bytes. For many threads."""

    def __init__(self, most: int = 32_000_000) -> None:
        self._most, self._bytes = most, 0
        self._held: OrderedDict[Hashable, LanePart] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def get(self, key: Hashable) -> LanePart | None:
        """The part that was kept as `key`, if it still is."""
        with self._one_at_a_time:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: Hashable, part: LanePart) -> None:
        """Keep a part, and forget those that were not asked for longest."""
        with self._one_at_a_time:
            if key in self._held:
                return
            self._held[key] = part
            self._bytes += _size(part)
            while self._bytes > self._most:
                self._bytes -= _size(self._held.popitem(last=False)[1])


def part_key(race: Race, lane: Lane, floor: Floor, curves: Sequence[str]) -> Hashable:
    """Everything that the part of a lane depends on, where its floor is that of the surface.

    Numbers are written down: 0.0 and -0.0 are equal, and their paths differ.
    """
    values = repr((settings(race, lane), lane.wraps, race.start, race.tolerance))
    runs = (lane.rule, lane.dialect, lane.text, values, write_surface(race.surface), race.steps)
    # an arrow of the gradient is as long as a step at the shared learning rate
    rate = race.shared["lr"] if "gradient" in race.arena.marks else None
    return (*runs, repr(floor.lowest), *curves, race.arena.marks, rate, language())


def _size(part: LanePart) -> int:
    """About how many bytes a part takes."""
    return 2000 + sum(column.nbytes for column in part.columns.values())
