"""Beale: what is known of it elsewhere and what its lesson claims."""

import jax
import jax.numpy as jnp
import numpy as np

from optim import build
from ravine.experiments.trace import run
from surfaces import SURFACES

MINIMA = [((3, 0.5), 0)]


def lesson():
    """With a learning rate for the middle the corners overflow; with one for the corners the middle stands still."""
    surface, corners = SURFACES["beale"](), [(a, b) for a in (-4.0, 4.0) for b in (-4.0, 4.0)]
    slopes = [np.hypot(*jax.grad(surface)(jnp.array(place))) for place in (surface.start, *corners)]
    assert min(slopes[1:]) > 1000 * slopes[0]

    def walked(lr, start):
        return run(build("gradient_descent", lr=lr), surface, start, surface.steps).x

    assert np.hypot(*(walked(surface.lr, surface.start)[-1] - surface.minima()[0])) < 0.1
    for corner in corners:
        assert not np.isfinite(walked(surface.lr, corner)).all()
        assert np.abs(walked(1e-6, corner)).max() <= 4.0
    assert np.hypot(*(walked(1e-6, surface.start)[-1] - surface.start)) < 0.01
