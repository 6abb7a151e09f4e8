"""Yogi, by hand."""

import numpy as np

from tests.references.rules._averages import mean, walk


def followed(g, s, beta2):
    """Yogi's s: up by a share of g^2 where it is below, down by as much where it is above."""
    for square in g**2:
        s = np.where(
            s < square, s + (1 - beta2) * square, np.where(s > square, s - (1 - beta2) * square, s)
        )
    return s


def yogi(x, g, t, rule):
    v = mean(g, rule.beta1) + rule.beta1**t * rule.s0
    s_hat = followed(g, np.full(2, rule.s0), rule.beta2) / (1 - rule.beta2**t)
    return x - rule.lr * v / (1 - rule.beta1**t) / (np.sqrt(s_hat) + rule.eps)


def yogi_paper(x, g, t, rule):
    s = followed(g, np.full(2, rule.s0), rule.beta2)
    return x - rule.lr * mean(g, rule.beta1) / (np.sqrt(s) + rule.eps)


BY_HAND = {
    "yogi": walk(yogi),
    "yogi.paper": walk(yogi_paper),
}
