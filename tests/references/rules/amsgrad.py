"""AMSGrad, by hand."""

import numpy as np

from tests.references.rules._averages import corrected, mean, means, walk


def amsgrad(x, g, t, rule):
    u = means(g**2, rule.beta2).max(axis=0) / (1 - rule.beta2**t)
    return x - rule.lr * corrected(g, rule.beta1) / (np.sqrt(u) + rule.eps)


def amsgrad_paper(x, g, t, rule):
    return x - rule.lr * mean(g, rule.beta1) / np.sqrt(means(g**2, rule.beta2).max(axis=0))


def amsgrad_keras(x, g, t, rule):
    lr = rule.lr * np.sqrt(1 - rule.beta2**t) / (1 - rule.beta1**t)
    return x - lr * mean(g, rule.beta1) / (np.sqrt(means(g**2, rule.beta2).max(axis=0)) + rule.eps)


def amsgrad_optax(x, g, t, rule):
    s_hat = means(g**2, rule.beta2) / (1 - rule.beta2 ** np.arange(1.0, t + 1))[:, None]
    return x - rule.lr * corrected(g, rule.beta1) / (np.sqrt(s_hat.max(axis=0)) + rule.eps)


BY_HAND = {
    "amsgrad": walk(amsgrad),
    "amsgrad.paper": walk(amsgrad_paper),
    "amsgrad.keras": walk(amsgrad_keras),
    "amsgrad.optax": walk(amsgrad_optax),
}
