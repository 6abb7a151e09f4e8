"""Saddle: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from optim import build
from ravine.experiments.trace import run
from surfaces import SURFACES
from tests.references.surfaces._opened import opened

MINIMA = []


def lesson():
    """Momentum comes by where the gradient nearly vanishes; all five get away, Newton walks in."""
    runs, surface = opened("saddle", steps=200), SURFACES["saddle"]()
    sizes = np.hypot(*runs["momentum"].grad.T)
    assert sizes.min() < 0.01 * sizes[0]
    assert all(abs(trace.x[-1, 1]) > 2 for trace in runs.values())
    newton = run(build("newton"), surface, surface.start, 5)
    np.testing.assert_allclose(newton.x[1:], 0.0, atol=1e-12)
