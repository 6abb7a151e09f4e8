"""Goldstein price: what is known of it elsewhere and what its lesson claims."""

import numpy as np
import pytest

from ravine.experiments.field import sample
from surfaces import SURFACES
from tests.references.surfaces._opened import kind, opened

MINIMA = [((0, -1), 3)]
HIGHER = [((-0.6, -0.4), 30), ((1.8, 0.2), 84), ((1.2, 0.8), 840)]
COUNT = 4
VALUES = [((0, 0), 20 * 30), ((1, 1), 28 * 67), ((0, 1), 33 * 867)]


def lesson():
    """Who steps by the gradient flies off."""
    runs = opened("goldstein_price")
    heights = sample(SURFACES["goldstein_price"](), n=201).z
    assert (heights.min(), heights.max()) == pytest.approx((3, 1e6), rel=0.02)
    for name, trace in runs.items():
        if name in ("descent", "momentum"):
            assert kind("goldstein_price", trace) == "overflowed"
            assert not np.isfinite(trace.x[4]).all()
        else:
            assert trace.loss[-1] < 0.1 * trace.loss[0]
            assert trace.loss.max() <= 1.01 * trace.loss[0]
