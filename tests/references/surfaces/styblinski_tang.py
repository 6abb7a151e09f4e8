"""Styblinski tang: what is known of it elsewhere and what its lesson claims."""

import numpy as np

from tests.references.surfaces._opened import NAMES, nearest, opened

MINIMA = [((-2.903534, -2.903534), -78.332331)]
HIGHER = [
    *[((-2.903534, 2.746803), -64.195612), ((2.746803, -2.903534), -64.195612)],
    ((2.746803, 2.746803), -50.058893),
]
COUNT = 4
VALUES = [((0, 0), 0), ((1, 1), -10), ((2, 0), -19)]


def lesson():
    """The start decides and the axes do not mix."""
    for start in [(0.0, 0.5), (0.0, -0.5), (0.4, 0.5), (0.4, -0.5)]:
        top = 0.156731  # of both curves
        wells = tuple(2.75 if t > top else -2.9 for t in start)
        both = opened("styblinski_tang", start=start, steps=1500)
        assert {nearest("styblinski_tang", trace) for trace in both.values()} == {wells}
        alone = opened("styblinski_tang", start=(start[0], 3.3), steps=1500)
        for name in NAMES:
            np.testing.assert_allclose(both[name].x[:, 0], alone[name].x[:, 0], rtol=1e-12)
