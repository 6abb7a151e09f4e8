"""Booth: what is known of it elsewhere and what its lesson claims."""

import jax
import jax.numpy as jnp
import numpy as np

from ravine.experiments.outcome import crossings
from surfaces import SURFACES
from tests.references.surfaces._opened import kind, opened

MINIMA = [((1, 3), 0)]
VALUES = [((0, 0), 49 + 25), ((1, 1), 16 + 4)]


def lesson():
    """Gradient descent zigzags all the way."""
    descent = opened("booth")["descent"]
    assert crossings(descent, 25) == 25
    assert kind("booth", descent) == "reached"
    steep = jnp.linalg.eigh(jax.hessian(SURFACES["booth"]())(jnp.zeros(2)))[1][:, 1]
    # across the valley is at 45 degrees
    np.testing.assert_allclose(np.abs(steep), np.sqrt(0.5), atol=1e-12)
