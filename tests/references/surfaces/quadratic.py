"""Quadratic: what is known of it elsewhere and what its lesson claims."""

import jax
import jax.numpy as jnp
import numpy as np

from ravine.experiments.race import race_on, run_race
from surfaces import SURFACES
from tests.references.surfaces._opened import NAMES

MINIMA = [((0, 0), 0)]


def lesson():
    """Kappa stretches it; turned away from the axes, whoever scales each coordinate comes less far."""
    heights = {}
    for theta in (0.0, np.pi / 4):
        surface = SURFACES["quadratic"](theta=theta)
        bends = np.linalg.eigvalsh(jax.hessian(surface)(jnp.zeros(2)))
        np.testing.assert_allclose(bends, [1.0, surface.kappa], rtol=1e-12)
        traces = run_race(race_on(surface))
        heights[theta] = {name: t.loss[-1] for name, t in zip(NAMES, traces, strict=True)}
    straight, turned = heights.values()
    for name in ("descent", "momentum"):
        assert turned[name] < straight[name]
    for name in ("adagrad", "rmsprop", "adam"):
        assert turned[name] > 5 * straight[name]
