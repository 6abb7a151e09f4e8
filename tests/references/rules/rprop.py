"""Rprop, by hand."""

import numpy as np


def by_hand(rule, grad, x, steps):
    """Riedmiller and Braun, 1993, one coordinate at a time."""
    x, path = list(x), [tuple(x)]
    length, before, last = [rule.lr] * 2, [0.0, 0.0], [0.0, 0.0]
    for _ in range(steps):
        g = grad(np.array(x))
        for i in range(2):
            product = g[i] * before[i]
            if product < 0:
                length[i] = max(length[i] * rule.shrink, rule.shortest)
                x[i], before[i] = x[i] + last[i], 0.0
                continue
            if product > 0:
                length[i] = min(length[i] * rule.grow, rule.longest)
            last[i], before[i] = length[i] * float(np.sign(g[i])), g[i]
            x[i] -= last[i]
        path.append(tuple(x))
    return np.array(path)


BY_HAND = {"rprop": by_hand}
