"""Branin: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from ravine.experiments.floor import floor_of
from surfaces import SURFACES
from tests.references.surfaces._opened import kind, nearest, opened

MINIMA = [
    ((-np.pi, 12.275), 0.397887),
    ((np.pi, 2.275), 0.397887),
    ((9.42478, 2.475), 0.397887),
]
COUNT = 3
VALUES = [((0, 0), 56 - 10 / (8 * np.pi))]


def lesson():
    """The fork."""
    runs = opened("branin")
    assert kind("branin", runs["descent"]) == kind("branin", runs["momentum"]) == "reached"
    assert nearest("branin", runs["descent"]) == (3.14, 2.28)
    assert nearest("branin", runs["momentum"]) == (-3.14, 12.28)
    assert len(floor_of(SURFACES["branin"]()).places) == 3
