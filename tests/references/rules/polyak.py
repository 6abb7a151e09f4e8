"""Polyak's step, by hand."""

import jax
import numpy as np

from tests.references.rules._products import times


def by_hand(rule, grad, x, steps, f):
    """Polyak, 1969."""
    x, path = np.array(x), [np.array(x)]
    height = jax.jit(f)
    for _ in range(steps):
        g = grad(x)
        x = x - (float(height(x)) - rule.f_star) / times(g, g) * g if g.any() else x
        path.append(x)
    return np.array(path)


BY_HAND = {"polyak": by_hand}
