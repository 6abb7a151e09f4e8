"""The live knob: one slider, assigned to any knob, whose whole range the browser holds and scrubs
by itself.
"""

import functools
import gzip
from typing import Any, NamedTuple

import numpy as np

from ravine.core.words import _
from ravine.experiments.fan import fan
from ravine.experiments.field import view_box
from ravine.experiments.link import checked, read_link, write_link
from ravine.experiments.race import Race
from ravine.payload.sliders import Slider, knob_sliders, slider_of

MOST_FAN_POINTS = 1_000_000  # of one fan: a larger one leaves stops out


class Dial(NamedTuple):
    """What the live knob turns in a race."""

    key: str
    slider: Slider
    thinned: int  # one stop of so many has paths in the fan

    @property
    def stops(self) -> tuple[Any, ...]:
        """Those that have paths in the fan."""
        return self.slider.stops[:: self.thinned]

    def bare(self, race: Race) -> Race:
        """The race without what its fan does not depend on: how it is looked at, and where the
        slider stands.
        """
        return self.slider.write(race.unseen(), self.slider.stops[0])


def dial_of(race: Race, key: str) -> Dial:
    """The live knob on the slider called `key`. Raises ValueError when the race has no such
    knob.
    """
    if key not in knob_sliders(race):
        raise ValueError(_("This race has no such slider."))
    return _dial_of(race, key)


def _dial_of(race: Race, key: str) -> Dial:
    slider = slider_of(key, race)
    points = len(slider.stops) * len(race.lanes) * (race.steps + 1)
    return Dial(key, slider, -(-points // MOST_FAN_POINTS))


def dial(race: Race) -> dict[str, Any]:
    """What the browser needs to draw the live knob and to ask for its fan.

    The knob is the one assigned, or the first when this race has no such one.
    """
    labels = knob_sliders(race)
    key = race.arena.dial if race.arena.dial in labels else next(iter(labels))
    made = _dial_of(race, key)
    slider, value = made.slider, made.slider.read(race)
    return {
        "key": key,
        "options": [[other, label] for other, label in labels.items()],
        "stops": [*slider.texts[:: made.thinned]],
        "at": int(np.argmin(np.abs(np.array(made.stops) - value))),
        "shows": slider.show(value),
        "fan": write_link(made.bare(race)),
    }


def packed_fan(race: Race, key: str) -> bytes:
    """The fan of a race, compressed: float16 numbers, lane by lane, stop by stop, step by step, x1
    and x2 of each.

    A coordinate is counted from the middle of the picture in widths (heights) of it: half a picture
    from the middle that is a quarter of a thousandth fine, and what is far away keeps its
    direction. Raises ValueError.
    """
    return _packed_fan(write_link(dial_of(race, key).bare(race)), key)


@functools.lru_cache(maxsize=32)
def _packed_fan(link: str, key: str) -> bytes:
    race = checked(read_link(link))
    turns = dial_of(race, key)
    paths = fan([turns.slider.write(race, stop) for stop in turns.stops])
    left, right, bottom, top = view_box(race.surface)
    with np.errstate(over="ignore", invalid="ignore"):
        seen = (paths - [(left + right) / 2, (bottom + top) / 2]) / [right - left, top - bottom]
        return gzip.compress(seen.astype("<f2").tobytes(), 1)
