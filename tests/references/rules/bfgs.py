"""BFGS, by hand."""

import jax
import numpy as np

from tests.references.rules._products import times


def by_hand(rule, grad, x, steps, f):
    """Nocedal and Wright, 2006, equation 6.17, and Armijo's search in a loop."""
    x, h, path = np.array(x), np.eye(2), [np.array(x)]
    height = jax.jit(f)
    for _ in range(steps):
        g = grad(x)
        d = -times(h, g)
        here, slope, a = float(height(x)), times(g, d), rule.alpha
        while float(height(x + a * d)) > here + 1e-4 * a * slope:
            a = a / 2
        s = a * d
        x, y = x + s, grad(x + s) - g
        if times(y, s) > 0:
            left = np.eye(2) - np.outer(s / times(y, s), y)
            h = times(times(left, h), left.T) + np.outer(s / times(y, s), s)
        path.append(x)
    return np.array(path)


BY_HAND = {"bfgs": by_hand}
