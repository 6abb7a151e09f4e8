"""AdaMax, by hand."""

import numpy as np

from tests.references.rules._averages import corrected, walk


def largest(sizes, beta):
    """The norm of order infinity of gradients that fade with their age."""
    return (beta ** np.arange(len(sizes) - 1.0, -1.0, -1.0)[:, None] * sizes).max(axis=0)


def adamax(x, g, t, rule):
    return x - rule.lr * corrected(g, rule.beta1) / largest(np.abs(g) + rule.eps, rule.beta2)


def adamax_paper(x, g, t, rule):
    return x - rule.lr * corrected(g, rule.beta1) / largest(np.abs(g), rule.beta2)


def adamax_keras(x, g, t, rule):
    return x - rule.lr * corrected(g, rule.beta1) / (largest(np.abs(g), rule.beta2) + rule.eps)


BY_HAND = {
    "adamax": walk(adamax),
    "adamax.paper": walk(adamax_paper),
    "adamax.keras": walk(adamax_keras),
}
