"""A ground for laws: any polynomial. Its coefficients are leaves, so that a rule is compiled once for all of them."""

import jax
import numpy as np

from surfaces import Surface

DEGREE = 4


class Ground(Surface):
    """The sum of c[i, j] x1^i x2^j, i and j up to DEGREE."""

    c: jax.Array | np.ndarray

    def __call__(self, x):
        rows = horner(self.c.T, x[1])
        return horner(rows, x[0])


def horner(coefficients, x):
    height = coefficients[DEGREE]
    for i in reversed(range(DEGREE)):
        height = height * x + coefficients[i]
    return height


def ground(terms):
    """The polynomial with these `terms`: {(i, j): coefficient}."""
    c = np.zeros((DEGREE + 1, DEGREE + 1))
    for powers, coefficient in terms.items():
        c[powers] = coefficient
    return Ground(c=c)


RAVINE = {(2, 0): 0.1, (0, 2): 2.0}
BOWL = {(2, 0): 0.5, (0, 2): 1.5}
MONKEY_SADDLE = {(3, 0): 1.0, (1, 2): -3.0}
ROSENBROCK = {(0, 0): 1.0, (1, 0): -2.0, (2, 0): 1.0, (0, 2): 100.0, (2, 1): -200.0, (4, 0): 100.0}
HIMMELBLAU = {
    (0, 0): 170.0,
    (1, 0): -14.0,
    (0, 1): -22.0,
    (2, 0): -21.0,
    (0, 2): -13.0,
    (1, 2): 2.0,
    (2, 1): 2.0,
    (4, 0): 1.0,
    (0, 4): 1.0,
}
SAME = {
    name: ground(terms)
    for name, terms in {
        "ravine": RAVINE,
        "himmelblau": HIMMELBLAU,
        "rosenbrock": ROSENBROCK,
        "monkey_saddle": MONKEY_SADDLE,
    }.items()
}
