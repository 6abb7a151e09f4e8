"""Six hump camel: what is known of it elsewhere and what its lesson claims."""

import numpy as np
import pytest

from ravine.experiments.floor import floor_of
from surfaces import SURFACES
from tests.references.surfaces._opened import NAMES, ends

MINIMA = [((0.0898, -0.7127), -1.031628), ((-0.0898, 0.7127), -1.031628)]
HIGHER = [
    *[((-1.7036, 0.7961), -0.215464), ((1.7036, -0.7961), -0.215464)],
    *[((-1.6071, -0.5687), 2.104250), ((1.6071, 0.5687), 2.104250)],
]
COUNT = 6
VALUES = [((1, 1), 4 - 2.1 + 1 / 3 + 1), ((0, 2), 48)]


def lesson():
    """Only momentum leaves the highest."""
    high, low = (-1.61, -0.57), (0.09, -0.71)
    assert ends("six_hump_camel") == {name: low if name == "momentum" else high for name in NAMES}
    floor, start = floor_of(SURFACES["six_hump_camel"]()), SURFACES["six_hump_camel"].start
    by_distance = np.argsort(np.hypot(*(floor.places - start).T))
    assert floor.heights[by_distance[0]] == pytest.approx(floor.heights.max())
    assert len(floor.places) == 6
