"""Bowl: what is known of it elsewhere and what its lesson claims."""

import jax
import jax.numpy as jnp
import numpy as np

from surfaces import SURFACES
from tests.references.surfaces._opened import kind, opened

MINIMA = [((0, 0), 0)]


def lesson():
    """Gradient descent walks straight to the bottom."""
    surface, descent = SURFACES["bowl"](), opened("bowl")["descent"]
    np.testing.assert_allclose(jax.hessian(surface)(jnp.zeros(2)), 2 * np.eye(2), rtol=1e-12)
    shares = descent.x / np.array(surface.start)
    np.testing.assert_allclose(shares[:, 0], shares[:, 1], rtol=1e-9)
    assert (np.diff(shares[:, 0]) < 0).all()
    assert shares.min() >= 0
    assert kind("bowl", descent) == "reached"
