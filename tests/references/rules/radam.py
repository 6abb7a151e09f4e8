"""RAdam, by hand."""

import numpy as np

from tests.references.rules._averages import corrected, mean, walk


def rectified(divided, trusted):
    """RAdam with this quotient where `trusted` of rho, and the plain corrected average elsewhere."""

    def move(x, g, t, rule):
        b, end = rule.beta2, 2 / (1 - rule.beta2) - 1
        rho = end - 2 * t * b**t / (1 - b**t)
        if not trusted(rho):
            return x - rule.lr * corrected(g, rule.beta1)
        r = np.sqrt((rho - 4) / (end - 4) * (rho - 2) / (end - 2) * end / rho)
        return x - rule.lr * r * corrected(g, rule.beta1) * divided(g, t, rule)

    return move


radam = rectified(
    lambda g, t, rule: np.sqrt(1 - rule.beta2**t) / (np.sqrt(mean(g**2, rule.beta2)) + rule.eps),
    lambda rho: rho > 5,
)


radam_paper = rectified(
    lambda g, t, rule: 1 / np.sqrt(corrected(g**2, rule.beta2)), lambda rho: rho > 4
)


radam_optax = rectified(
    lambda g, t, rule: 1 / (np.sqrt(corrected(g**2, rule.beta2)) + rule.eps), lambda rho: rho >= 5
)


BY_HAND = {
    "radam": walk(radam),
    "radam.paper": walk(radam_paper),
    "radam.optax": walk(radam_optax),
}
