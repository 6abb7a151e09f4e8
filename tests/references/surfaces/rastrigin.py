"""Rastrigin: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from tests.references.surfaces._opened import opened

MINIMA = [((0, 0), 0)]
COUNT = 121


def lesson():
    """Short steps stay in the first cup, long ones of gradient descent and momentum jump from cup to cup."""
    for trace in opened("rastrigin", lr=0.001, steps=500).values():
        assert np.abs(trace.x - np.array([-2.0, 3.0])).max() <= 0.5
    for name in ("descent", "momentum"):
        long = opened("rastrigin", lr=0.02)[name]
        assert len({tuple(cup) for cup in np.round(long.x)}) > 10
