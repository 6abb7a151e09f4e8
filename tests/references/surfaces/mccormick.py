"""Mccormick: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from optim import build
from ravine.experiments.trace import run
from surfaces import SURFACES
from tests.references.surfaces._opened import ends, nearest

MINIMA = [((-0.54720, -1.54720), -1.913223)]
HIGHER = [((2.5944, 1.5944), -1.913223 + np.pi)]
COUNT = 2
VALUES = [((0, 0), 1), ((np.pi, 0), np.pi**2 - 1.5 * np.pi + 1)]


def lesson():
    """The first dip holds all but the fast."""
    assert set(ends("mccormick", steps=200).values()) == {(2.59, 1.59)}
    surface = SURFACES["mccormick"]()
    fast = run(build("momentum", lr=surface.lr, gamma=0.9), surface, surface.start, 12)
    assert nearest("mccormick", fast) == (-0.55, -1.55)
