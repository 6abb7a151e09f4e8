"""Matyas: what is known of it elsewhere and what its lesson claims."""

import jax
import jax.numpy as jnp
import numpy as np

from surfaces import SURFACES
from tests.references.surfaces._opened import opened

MINIMA = [((0, 0), 0)]
VALUES = [((1, 2), 0.34), ((-1, 1), 1.0)]


def lesson():
    """Every rule finds the floor first."""
    bends = jnp.linalg.eigvalsh(jax.hessian(SURFACES["matyas"]())(jnp.zeros(2)))
    np.testing.assert_allclose(bends, [0.04, 1.0], rtol=1e-12)
    for trace in opened("matyas").values():
        along, across = np.abs(trace.x @ [[1, 1], [1, -1]]).T / np.sqrt(2)
        floor = np.argmax(across < 0.2 * across[0])
        assert 0 < floor < 40
        assert along[floor] > 0.9 * along[0]
        assert (across[40:] < 0.2 * across[0]).all()
