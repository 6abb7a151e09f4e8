"""AdaBelief, by hand."""

import numpy as np

from tests.references.rules._averages import corrected, mean, means, walk


def adabelief(x, g, t, rule):
    piled = rule.eps * (1 - rule.beta2**t) / (1 - rule.beta2)
    s = mean((g - means(g, rule.beta1)) ** 2, rule.beta2) + piled
    return x - rule.lr * corrected(g, rule.beta1) / (np.sqrt(s / (1 - rule.beta2**t)) + rule.eps)


BY_HAND = {
    "adabelief": walk(adabelief),
}
