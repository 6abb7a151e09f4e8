"""Three hump camel: what is known of it elsewhere and what its lesson claims."""

from ravine.experiments.floor import floor_of
from surfaces import SURFACES
from tests.references.surfaces._opened import ends

MINIMA = [((0, 0), 0)]
HIGHER = [((-1.7476, 0.8738), 0.298638), ((1.7476, -0.8738), 0.298638)]
COUNT = 3
VALUES = [((1, 1), 2 - 1.05 + 1 / 6 + 2)]


def lesson():
    """The rules part."""
    assert ends("three_hump_camel") == {
        "descent": (1.75, -0.87),
        "momentum": (1.75, -0.87),
        "adagrad": (0, 0),
        "rmsprop": (0, 0),
        "adam": (0, 0),
    }
    heights = floor_of(SURFACES["three_hump_camel"]()).heights
    assert heights[0] < min(heights[1:])
