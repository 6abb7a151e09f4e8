"""Ackley: what is known of it elsewhere and what its lesson claims."""

import jax
import jax.numpy as jnp
import numpy as np

from surfaces import SURFACES
from tests.references.surfaces._opened import nearest, opened

MINIMA = [((0, 0), 0)]
COUNT = 121


def lesson():
    """Far out the gradient points anywhere, in the funnel straight at the minimum."""
    surface = SURFACES["ackley"]()
    places = np.random.default_rng(0).uniform(-5, 5, (4000, 2))
    slopes, far = np.asarray(jax.vmap(jax.grad(surface))(jnp.asarray(places))), np.hypot(*places.T)
    home = (slopes * places).sum(axis=1) / np.hypot(*slopes.T) / far  # 1: straight to the minimum
    assert home[far > 5].mean() < 0.1
    assert home[far < 0.5].mean() > 0.95
    assert len(surface.local_minima()) == 120
    for name in ("adagrad", "rmsprop", "adam"):  # and so they stay in the dimple beside the start
        assert nearest("ackley", opened("ackley")[name]) == (-2.97, 1.98)
