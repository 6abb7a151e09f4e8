"""Adan, by hand."""

import numpy as np

from tests.references.rules._averages import corrected, fade, walk


def adan(x, g, t, rule):
    d = np.diff(g, axis=0)
    m = fade(g[0], g[1:], rule.beta1)
    v = fade(d[0], d[1:], rule.beta2) if t > 1 else np.zeros(2)
    n = fade(g[0] ** 2, (g[1:] + rule.beta2 * d) ** 2, rule.beta3)
    return (x - rule.lr * (m + rule.beta2 * v) / (np.sqrt(n) + rule.eps)) / (1 + rule.lr * rule.wd)


def adan_optax(x, g, t, rule):
    d = np.diff(g, axis=0, prepend=g[:1])
    u = corrected(g, rule.beta1) + (1 - rule.beta2) * corrected(d, rule.beta2)
    n = corrected((g + (1 - rule.beta2) * d) ** 2, rule.beta3)
    return x - rule.lr * (u / (np.sqrt(n + rule.eps) + rule.eps) + rule.wd * x)


BY_HAND = {
    "adan": walk(adan),
    "adan.optax": walk(adan_optax),
}
