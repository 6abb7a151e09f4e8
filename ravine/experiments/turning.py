"""One race on a surface at every angle: what tells a rule that looks at each coordinate from one
that does not.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from ravine.experiments.fan import fan
from ravine.experiments.field import heights_at
from ravine.experiments.grounds import TURN, carried, with_value
from ravine.experiments.race import Race
from surfaces import Turned


class Turning(NamedTuple):
    """How high each lane of a race ends at each angle, start and surface turned together."""

    # radians, from 0 to a quarter turn: after that everything comes again
    angles: Float[np.ndarray, "angles"]
    final: Float[np.ndarray, "lanes angles"]  # f at the last step
    now: float  # radians, the angle of the race itself


def turning(race: Race) -> Turning | None:
    """The race at every stop of its angle; None when its surface is not turned."""
    surface = race.surface
    if not isinstance(surface, Turned):
        return None
    angles = surface.knobs()[TURN].grid()
    grounds = [with_value(surface, TURN, angle) for angle in angles]
    races = [
        race.replace(surface=ground, start=carried(surface, ground, race.start))
        for ground in grounds
    ]
    ends = fan(races)[:, :, -1]
    on_ground = np.stack(
        [_back(ends[:, i], surface, angle) for i, angle in enumerate(angles)], axis=1
    )
    final = heights_at(surface.ground, on_ground.reshape(-1, 2)).reshape(ends.shape[:2])
    return Turning(np.array(angles), final, surface.turn)


def _back(
    places: Float[np.ndarray, "n 2"], surface: Turned, angle: float
) -> Float[np.ndarray, "n 2"]:
    """The places of the ground under these places of the picture, when the surface is turned by
    `angle`.
    """
    c, s = math.cos(angle), math.sin(angle)
    with np.errstate(invalid="ignore", over="ignore"):
        a, b = (places - surface.pivot).T
        return np.stack([c * a + s * b, c * b - s * a], axis=1) + surface.pivot
