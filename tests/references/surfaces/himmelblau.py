"""Himmelblau: what is known of it elsewhere and what its lesson claims."""

from ravine.experiments.floor import floor_of
from surfaces import SURFACES
from tests.references.surfaces._opened import ends

MINIMA = [
    ((3, 2), 0),
    ((-2.805118, 3.131312), 0),
    ((-3.779310, -3.283186), 0),
    ((3.584428, -1.848126), 0),
]
COUNT = 4


def lesson():
    """All minima are as low; the start decides, and near a divide the rule."""
    assert floor_of(SURFACES["himmelblau"]()).heights.max() < 1e-20
    starts = [(2.5, 2.5), (-2.5, 2.5), (-2.5, -2.5), (2.5, -2.5)]
    found = [ends("himmelblau", start=start, steps=1000) for start in starts]
    assert [len({*end.values()}) for end in found] == [1] * 4
    assert len({end["descent"] for end in found}) == 4
    divided = ends("himmelblau", start=(1.0, -1.0), steps=2000)
    assert len({*divided.values()}) == 2
