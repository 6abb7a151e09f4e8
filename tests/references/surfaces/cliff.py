"""Cliff: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from surfaces import SURFACES
from tests.references.surfaces._opened import kind, opened

MINIMA = [((1.5304, 0), 11.092128)]
VALUES = [((2, 0), 10 + 120), ((2, 1), 10.4 + 120)]


def lesson():
    """The wall throws the run out."""
    runs, left = opened("cliff"), SURFACES["cliff"].view[0][0]
    for name in ("descent", "momentum"):
        trace = runs[name]
        out = int(np.argmax(trace.x[:, 0] < left))
        assert kind("cliff", trace) == "left"
        assert trace.x[out - 1, 0] > 1.5  # at the wall, one step before
        assert np.hypot(*trace.grad[out - 1]) > 20 * np.hypot(*trace.grad[:4].T).max()
    for name in ("adagrad", "rmsprop", "adam"):
        assert (runs[name].x[:, 0] > left).all()
