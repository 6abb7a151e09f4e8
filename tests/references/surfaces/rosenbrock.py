"""Rosenbrock: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from tests.references.surfaces._opened import kind, opened

MINIMA = [((1, 1), 0)]


def lesson():
    """Gradient descent and momentum are in the valley after five steps, and nobody
    at its end after 500."""
    runs = opened("rosenbrock")
    for name in ("descent", "momentum"):
        beside = np.abs(runs[name].x[:, 1] - runs[name].x[:, 0] ** 2)
        assert beside[0] > 0.4
        assert (beside[5:] < 0.1).all()
    assert {len(trace.x) for trace in runs.values()} == {501}
    assert {kind("rosenbrock", trace) for trace in runs.values()} == {"moving"}
