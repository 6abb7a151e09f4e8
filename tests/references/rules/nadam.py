"""NAdam, by hand."""

import numpy as np

from tests.references.rules._averages import corrected, mean, walk


def ahead(g, v, mu):
    """Dozat's corrected average one step ahead; `mu` are the momenta of the steps 1 to t + 1."""
    return mu[-1] * v / (1 - np.prod(mu)) + (1 - mu[-2]) * g[-1] / (1 - np.prod(mu[:-1]))


def warmed(psi, beta1, t):
    return beta1 * (1 - 0.5 * 0.96 ** (psi * np.arange(1.0, t + 2)))


def nadam(x, g, t, rule):
    v_hat = ahead(g, mean(g, rule.beta1), warmed(rule.psi, rule.beta1, t))
    return x - rule.lr * v_hat / (np.sqrt(corrected(g**2, rule.beta2)) + rule.eps)


def nadam_paper(x, g, t, rule):
    mu = warmed(rule.psi, rule.beta1, t)
    v = sum((1 - mu[i]) * np.prod(mu[i + 1 : t]) * g[i] for i in range(t))
    n_hat = rule.beta2 * mean(g**2, rule.beta2) / (1 - rule.beta2**t)
    return x - rule.lr * ahead(g, v, mu) / (np.sqrt(n_hat) + rule.eps)


def nadam_keras(x, g, t, rule):
    v_hat = ahead(g, mean(g, rule.beta1), warmed(1.0, rule.beta1, t))
    return x - rule.lr * v_hat / (np.sqrt(corrected(g**2, rule.beta2)) + rule.eps)


def nadam_optax(x, g, t, rule):
    b = rule.beta1
    v_hat = b * mean(g, b) / (1 - b ** (t + 1)) + (1 - b) * g[-1] / (1 - b**t)
    return x - rule.lr * v_hat / (np.sqrt(corrected(g**2, rule.beta2)) + rule.eps)


BY_HAND = {
    "nadam": walk(nadam),
    "nadam.paper": walk(nadam_paper),
    "nadam.keras": walk(nadam_keras),
    "nadam.optax": walk(nadam_optax),
}
