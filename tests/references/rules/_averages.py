"""Moving averages as sums over everything so far, not as recursions, and the path of a rule that is made of them."""

import numpy as np


def walk(move):
    """The path of a rule that looks at all gradients so far: x, gradients (t, 2), t, rule -> next x."""

    def path(rule, grad, x0, steps):
        x, seen, path = np.array(x0), [], [np.array(x0)]
        for t in range(1, steps + 1):
            seen.append(np.asarray(grad(x)))
            with np.errstate(invalid="ignore", divide="ignore"):
                x = move(x, np.array(seen), t, rule)
            path.append(x)
        return np.array(path)

    return path


def means(values, beta):
    """Every moving average so far of `values`, (t, 2), that started from 0, as weighted sums."""
    age = np.subtract.outer(np.arange(len(values)), np.arange(len(values)))
    return np.where(age >= 0, (1 - beta) * beta ** np.maximum(age, 0.0), 0.0) @ values


def mean(values, beta):
    return means(values, beta)[-1]


def corrected(values, beta):
    return mean(values, beta) / (1 - beta ** len(values))


def fade(first, later, beta):
    """A moving average that starts from its first value."""
    for value in later:
        first = beta * first + (1 - beta) * value
    return first
