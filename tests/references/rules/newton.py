"""Newton's method, by hand."""

import jax
import jax.numpy as jnp
import numpy as np


def by_hand(rule, grad, x, steps, f):
    """Newton's step by elimination; the curvature is the derivative of the gradient, in the reverse mode."""
    x, path = np.array(x), [np.array(x)]
    bend = jax.jit(jax.jacrev(jax.grad(f)))
    for _ in range(steps):
        h = np.asarray(bend(jnp.asarray(x))) + rule.damping * np.eye(2)
        x = x - rule.alpha * np.linalg.solve(h, grad(x))
        path.append(x)
    return np.array(path)


BY_HAND = {"newton": by_hand}
