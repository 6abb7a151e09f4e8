"""Logarithmic axes that can be read: labels on whole powers of ten where two of them are in view,
and where fewer are, on 1, 2 and 5 times a power, or on round numbers, so far apart that none is
printed over another.

Plotly puts a label at every tenth of a short axis. The browser labels the curves of a race by the
same rule (`web/arena/ranges.js`).
"""

import math

MOST = 7  # labels of an axis
LABELS_APART = 1 / 9  # of its length, at least, between two of them


def log_axis(low: float, high: float) -> dict:
    """A logarithmic axis from 10**low to 10**high, as a part of a Plotly layout.

    >>> log_axis(-3.0, 0.0)["dtick"], log_axis(-0.8, 0.4)["ticktext"]
    (1, ['0.2', '0.5', '1', '2'])
    """
    axis = {"type": "log", "range": [float(low), float(high)]}
    whole = math.floor(high) - math.ceil(low) + 1
    if whole >= 2:
        return axis | {"exponentformat": "power", "dtick": max(1, math.ceil((high - low) / MOST))}
    places = _round(low, high)
    return axis | {"tickvals": places, "ticktext": [tick_text(value) for value in places]}


def _round(low: float, high: float) -> list[float]:
    """The round numbers that an axis of less than two whole powers is labelled with."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    some = [float(f"{digit}e{k}") for k in powers for digit in (1, 2, 5)]
    inside = [value for value in some if low <= math.log10(value) <= high]
    return inside if len(inside) > 2 else _even(low, high)


def _even(low: float, high: float) -> list[float]:
    """Round numbers an even way apart, as many as have room."""
    begin, end = 10.0**low, 10.0**high
    k = math.floor(math.log10((end - begin) / 3))
    step = next(d for d in (5, 2, 1) if d * 10.0**k <= (end - begin) / 3)
    places: list[float] = []
    for n in range(math.ceil(begin / 10.0**k / step), math.floor(end / 10.0**k / step) + 1):
        value = float(f"{n * step}e{k}")
        if not places or math.log10(value / places[-1]) >= LABELS_APART * (high - low):
            places.append(value)
    return places


def tick_text(value: float) -> str:
    """A positive number as it stands at an axis.

    >>> tick_text(0.25), tick_text(2e-5), tick_text(1.2e7)
    ('0.25', '2×10<sup>−5</sup>', '1.2×10<sup>7</sup>')
    """
    if 1e-3 <= value < 1e5:
        return f"{float(f'{value:.5g}'):.10g}"
    digits, power = f"{value:.4e}".split("e")
    return f"{float(digits):g}×10<sup>{int(power)}</sup>".replace("-", "−")
