"""Egg crate: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from ravine.experiments.floor import floor_of
from surfaces import SURFACES
from tests.references.surfaces._opened import ends

MINIMA = [((0, 0), 0)]
COUNT = 25
VALUES = [((np.pi / 2, 0), np.pi**2 / 4 + 25)]


def lesson():
    """The hollow beside the start."""
    for start in [SURFACES["egg_crate"].start, (4.0, -2.5), (-2.0, -5.0), (5.5, 5.5)]:
        surface = SURFACES["egg_crate"]()
        places = floor_of(surface).places
        nearby = tuple(places[np.argmin(np.hypot(*(places - start).T))].round(2).tolist())
        assert nearby != (0, 0)
        assert set(ends("egg_crate", start=start, steps=2000).values()) == {nearby}
