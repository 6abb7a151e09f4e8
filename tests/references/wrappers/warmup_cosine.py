"""Warm-up, then cosine, by hand."""

import math


def step(wrap, x, g, lr, k, total):
    warm = wrap.share * total
    if k < warm:
        return x - lr * k / warm * g
    gone = (k - warm) / (total - warm)
    return x - lr * (wrap.end + (1 - wrap.end) * math.cos(math.pi * gone / 2) ** 2) * g
