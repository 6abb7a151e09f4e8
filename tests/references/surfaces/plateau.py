"""Plateau: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from tests.references.surfaces._opened import opened

MINIMA = [((np.log(3) / 2, 0), 0)]
VALUES = [((0, 0), 1 / 8), ((-20, 1), 9 / 8 + 0.1)]


def lesson():
    """Gradient descent creeps."""
    runs = opened("plateau")
    assert np.abs(runs["descent"].grad[:, 0]).max() < 0.01
    assert abs(runs["descent"].x[-1, 0] - runs["descent"].x[0, 0]) < 0.1
    assert abs(runs["momentum"].x[-1, 0] - runs["momentum"].x[0, 0]) < 0.2
    for name in ("adagrad", "rmsprop", "adam"):
        assert runs[name].x[-1, 0] > 0.4
        assert runs[name].loss[-1] < 0.02
