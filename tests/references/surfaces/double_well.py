"""Double well: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from optim import build
from ravine.experiments.trace import run
from surfaces import SURFACES

MINIMA = [((-0.9363, 0), -2.063090)]
HIGHER = [((0.9053, 0), -1.092732)]
COUNT = 2


def lesson():
    """Slow, it ends in the nearer well; fast, it rolls past into the deeper one."""
    surface = SURFACES["double_well"]()
    (deep,), (near,) = surface.minima(), surface.local_minima()
    assert np.hypot(*(near - np.array(surface.start))) < np.hypot(*(deep - np.array(surface.start)))
    for gamma, well in ((0.0, near), (0.5, near), (0.8, deep), (0.9, deep)):
        trace = run(build("momentum", lr=surface.lr, gamma=gamma), surface, surface.start, 400)
        np.testing.assert_allclose(trace.x[-1], well, atol=1e-3)
