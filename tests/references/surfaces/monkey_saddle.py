"""Monkey saddle: what is known of it elsewhere and what its lesson claims."""

import jax
import jax.numpy as jnp
import numpy as np

from surfaces import SURFACES
from tests.references.surfaces._opened import opened

MINIMA = []


def lesson():
    """In the middle neither slope nor curvature; gradient descent is on the plateau for long, then it falls."""
    surface, descent = SURFACES["monkey_saddle"](), opened("monkey_saddle")["descent"]
    np.testing.assert_array_equal(jax.grad(surface)(jnp.zeros(2)), 0.0)
    np.testing.assert_array_equal(jax.hessian(surface)(jnp.zeros(2)), 0.0)
    sizes = np.hypot(*descent.grad.T)
    flat = np.flatnonzero(sizes < 0.4 * sizes[0])
    np.testing.assert_array_equal(flat, np.arange(3, 16))
    assert sizes[25] > 100 * sizes[flat].max()
