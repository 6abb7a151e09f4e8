"""The inverse square root, by hand."""


def step(wrap, x, g, lr, k, total):
    return x - lr * (1 + k / wrap.after) ** -0.5 * g
