"""Schedule-Free SGD, by hand."""

import numpy as np


def by_hand(rule, grad, x, steps):
    """Defazio et al., 2024: x is the mean of every z, taken anew each time."""
    zs, path = [np.array(x)], [np.array(x)]
    for _ in range(steps):
        y = zs[-1] + rule.beta1 * (path[-1] - zs[-1])
        zs.append(zs[-1] - rule.lr * grad(y))
        path.append(np.mean(zs, axis=0))
    return np.array(path)


BY_HAND = {"schedule_free": by_hand}
