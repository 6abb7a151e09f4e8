"""Easom: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from tests.references.surfaces._opened import opened, walked

MINIMA = [((np.pi, np.pi), -1)]
VALUES = [((0, 0), -np.exp(-2 * np.pi**2)), ((np.pi, 0), np.exp(-(np.pi**2)))]
RIPPLES = 1e-4


def lesson():
    """Only who divides gets anywhere."""
    runs = opened("easom")
    assert np.hypot(*runs["descent"].grad[0]) < 0.001
    assert walked(runs["descent"]) < walked(runs["momentum"]) < 0.02
    assert all(
        trace.loss[-1] < -0.9 for name, trace in runs.items() if name not in ("descent", "momentum")
    )
