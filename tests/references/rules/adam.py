"""Adam, by hand."""

import numpy as np

from tests.references.rules._averages import corrected, mean, walk


def adam(x, g, t, rule):
    return x - rule.lr * corrected(g, rule.beta1) / (
        np.sqrt(corrected(g**2, rule.beta2)) + rule.eps
    )


def adam_keras(x, g, t, rule):
    lr = rule.lr * np.sqrt(1 - rule.beta2**t) / (1 - rule.beta1**t)
    return x - lr * mean(g, rule.beta1) / (np.sqrt(mean(g**2, rule.beta2)) + rule.eps)


BY_HAND = {
    "adam": walk(adam),
    "adam.keras": walk(adam_keras),
}
