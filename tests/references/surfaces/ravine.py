"""Ravine: what is known of it elsewhere and what its lesson claims."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optim import build
from ravine.experiments.trace import run
from surfaces import SURFACES

MINIMA = [((0, 0), 0)]


def lesson():
    """A step that suits one direction is wrong for the other."""
    surface = SURFACES["ravine"]()
    along, across = np.linalg.eigvalsh(jax.hessian(surface)(jnp.zeros(2)))
    assert across / along == pytest.approx(20)
    short, long = (
        run(build("gradient_descent", lr=1 / bend), surface, surface.start, surface.steps).x
        for bend in (across, along)
    )
    np.testing.assert_allclose(short[1, 1], 0.0, atol=1e-12)  # across it is there after one step
    assert abs(short[-1, 0]) > 0.3 * abs(surface.start[0])  # and along it is not after all of them
    np.testing.assert_allclose(long[1, 0], 0.0, atol=1e-12)
    assert abs(long[-1, 1]) > 1e20 * abs(surface.start[1])
