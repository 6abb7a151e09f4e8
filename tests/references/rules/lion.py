"""Lion, by hand."""

import numpy as np

from tests.references.rules._averages import fade, walk


def lion(x, g, t, rule):
    m = fade(np.zeros(2), g[:-1], rule.beta2)
    return x - rule.lr * (np.sign(rule.beta1 * m + (1 - rule.beta1) * g[-1]) + rule.wd * x)


BY_HAND = {
    "lion": walk(lion),
}
