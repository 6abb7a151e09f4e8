"""Flat and sharp: what is known of it elsewhere and what its lesson claims."""

from ravine.experiments.floor import floor_of
from surfaces import SURFACES
from tests.references.surfaces._opened import kind, nearest, opened

MINIMA = [((4, 0), 0), ((0, 0), 0)]
COUNT = 2
VALUES = [((2, 0), 2 * 4 / 4.25), ((4, 1), 0.5 * 17 / 17.25)]


def lesson():
    """Long steps are thrown across."""
    assert nearest("flat_and_sharp", opened("flat_and_sharp")["descent"]) == (4, 0)
    assert nearest("flat_and_sharp", opened("flat_and_sharp")["momentum"]) == (4, 0)
    short = opened("flat_and_sharp", lr=0.02, steps=200)["descent"]
    assert nearest("flat_and_sharp", short) == (0, 0)
    assert kind("flat_and_sharp", short) == "reached"
    assert 0.02 < 2 / 64 < SURFACES["flat_and_sharp"].lr  # the edge of stability in the sharp one
    assert floor_of(SURFACES["flat_and_sharp"]()).heights.tolist() == [0, 0]
