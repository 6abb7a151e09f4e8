"""QHM, by hand."""

import numpy as np


def by_hand(rule, grad, x, steps):
    """Ma and Yarats, 2019: the sum over all past gradients, written out."""
    x, past, path = np.array(x), [], [x]
    for _ in range(steps):
        past.append(grad(x))
        mean = sum((1 - rule.beta1) * rule.beta1**age * g for age, g in enumerate(reversed(past)))
        x = x - rule.lr * (past[-1] + rule.nu * (mean - past[-1]))
        path.append(x)
    return np.array(path)


BY_HAND = {"qhm": by_hand}
