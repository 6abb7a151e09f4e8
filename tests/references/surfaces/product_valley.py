"""Product valley: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from optim import build
from ravine.experiments.trace import run
from surfaces import SURFACES

PRODUCTS = [(1, 1), (9 / 4, 4 / 9), (4 / 9, 9 / 4), (-1, -1), (-9 / 4, -4 / 9), (-4 / 9, -9 / 4)]
MINIMA = [(place, 0) for place in PRODUCTS]
VALUES = [((2, 2), 4.5), ((0, 3), 0.5)]


def lesson():
    """Rest is only where it is wide."""
    for lr in [0.1, 0.2, 0.4, 0.5]:
        surface, rested = SURFACES["product_valley"](), 0
        for start in [surface.start, (2.5, 1.0), (0.3, 2.0), (-2.0, -1.0), (1.5, 1.5)]:
            trace = run(build("gradient_descent", lr=lr), surface, start, 2000)
            if np.isfinite(trace.x[-1]).all() and trace.loss[-1] < 1e-12:
                assert np.sum(trace.x[-1] ** 2) <= 2 / lr + 1e-6
                rested += 1
        assert rested >= 3
