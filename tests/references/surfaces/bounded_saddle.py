"""Bounded saddle: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from tests.references.surfaces._opened import opened

MINIMA = [((0, 1), -0.25), ((0, -1), -0.25)]


def lesson():
    """A hair off the ridge everyone escapes, each at its own time; on it nobody does."""
    left = [np.abs(trace.x[:, 1]) > 0.5 for trace in opened("bounded_saddle").values()]
    assert all(out[-1] for out in left)
    assert len({int(np.argmax(out)) for out in left}) >= 4
    for trace in opened("bounded_saddle", start=(-1.5, 0.0), steps=2000).values():
        np.testing.assert_array_equal(trace.x[:, 1], 0.0)
