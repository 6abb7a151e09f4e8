"""Where a function is not defined: a tone and a hatching of its own, and words that say so."""

import itertools
import math
from typing import Literal, NamedTuple

import numpy as np
from contourpy import FillType, contour_generator
from jaxtyping import Bool, Float

from ravine.core.words import _
from ravine.experiments.field import Field
from ravine.figures.theme import Palette, mixed

TONE, HATCH = 0.1, 0.36  # shares of the text's colour in that of the page
HOLE_EDGE = 0.9  # of the way from a number to what is none: there Plotly ends its level curves
LINES = {"full": 44, "panel": 26}  # of the hatching, from one corner to the middle
# of the picture: a hole that reaches no farther from its middle has no room for words
SMALLEST_HOLE = 0.045
WIDE = {"full": 0.34, "panel": 0.62}  # of the picture: what the words need in one line

Rings = list[Float[np.ndarray, "n 2"]]


class Spot(NamedTuple):
    """The middle of the widest hole, and how much room is there."""

    x: float
    y: float
    reach: float  # shares of the picture, from the middle to the edge
    across: float  # its width there
    up: float  # its height there


def holes(field: Field) -> Bool[np.ndarray, "n n"]:
    """Where the heights of a field are no numbers, or infinite."""
    return ~np.isfinite(field.z)


def outlines(field: Field) -> list[Rings]:
    """The holes, each as its outline and those of the islands in it, in the coordinates of the
    surface.
    """
    solid = np.where(holes(field), 0.0, 1.0)
    made = contour_generator(field.x, field.y, solid, fill_type=FillType.OuterOffset).filled(
        -1.0, HOLE_EDGE
    )
    return [
        [_cornered(ring) for ring in np.split(dots, at[1:-1])]
        for dots, at in zip(*made, strict=True)
    ]


def shapes(field: Field, palette: Palette, size: Literal["full", "panel"]) -> list[dict]:
    """The holes as shapes of a figure, below its traces: the tone, and the hatching on it."""
    area = "".join(_path(ring, field, "Z") for rings in outlines(field) for ring in rings)
    lines = "".join(_path(line, field, "") for line in hatching(field, LINES[size]))
    below = {"type": "path", "layer": "below"}
    return [
        below
        | {"path": area, "fillrule": "evenodd", "fillcolor": tone(palette), "line": {"width": 0}},
        *(
            [below | {"path": lines, "line": {"width": 1.2, "color": hatch(palette)}}]
            if lines
            else []
        ),
    ]


def tone(palette: Palette) -> str:
    """The ground of what is not defined: no colour of any height."""
    return mixed(palette.page, palette.text, TONE)


def hatch(palette: Palette) -> str:
    """The lines on it."""
    return mixed(palette.page, palette.text, HATCH)


def hole_label() -> str:
    """What is written in a hole."""
    return _("f is not defined here")


def label(field: Field, palette: Palette, size: Literal["full", "panel"]) -> list[dict]:
    """The words as an annotation in the widest hole, upright where it is narrow; none when there is
    no room.
    """
    spot = widest(holes(field), field)
    if spot is None or spot.reach < SMALLEST_HOLE:
        return []
    room = spot.across / WIDE[size]
    upright = room < 0.5 and spot.up > spot.across
    text = hole_label() if room >= 1.0 or upright else _in_two(hole_label())
    words = {
        "text": text,
        "showarrow": False,
        "textangle": -90 if upright else 0,
        "x": spot.x,
        "y": spot.y,
    }
    return [words | {"bgcolor": tone(palette), "borderpad": 4, "font": {"color": palette.text}}]


def _in_two(text: str) -> str:
    """Two lines, broken at the blank that is nearest to the middle."""
    blanks = [at for at, letter in enumerate(text) if letter == " "]
    at = min(blanks, key=lambda at: abs(at - len(text) / 2), default=None)
    return text if at is None else f"{text[:at]}<br>{text[at + 1 :]}"


def widest(mask: Bool[np.ndarray, "n n"], field: Field) -> Spot | None:
    """The place that is farthest from everything outside of `mask`, the frame of the picture among
    it.
    """
    left, steps = np.pad(mask, 1), 0
    if not mask.any():
        return None
    while (inner := _eroded(left)).any():
        left, steps = inner, steps + 1
    rows, columns = np.nonzero(left[1:-1, 1:-1])
    nearest = np.argmin(np.hypot(rows - rows.mean(), columns - columns.mean()))
    j, i = int(rows[nearest]), int(columns[nearest])
    across, up = _run(mask[j], i) / mask.shape[1], _run(mask[:, i], j) / mask.shape[0]
    return Spot(float(field.x[i]), float(field.y[j]), (steps + 0.5) / max(mask.shape), across, up)


def hatching(field: Field, lines: int) -> Rings:
    """Lines from upper left to lower right through the holes: their ends."""
    solid = np.where(holes(field), 0.0, 1.0)
    found: Rings = []
    for total in (np.arange(2 * lines) + 0.5) / lines:
        u = np.linspace(max(0.0, total - 1.0), min(1.0, total), 4 * max(solid.shape))
        inside = np.pad(_between(solid, u, total - u) < HOLE_EDGE, 1)
        begins, ends = (
            np.flatnonzero(inside[1:] & ~inside[:-1]),
            np.flatnonzero(inside[:-1] & ~inside[1:]) - 1,
        )
        found += [
            _placed(u[[a, b]], total - u[[a, b]], field)
            for a, b in zip(begins, ends, strict=True)
            if a < b
        ]
    return found


def _between(solid: Float[np.ndarray, "m n"], u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """A grid, bilinear, at shares of its width and height."""
    across, up = u * (solid.shape[1] - 1), v.clip(0.0, 1.0) * (solid.shape[0] - 1)
    i, j = (
        np.minimum(c.astype(int), n - 2)
        for c, n in ((across, solid.shape[1]), (up, solid.shape[0]))
    )
    p, q = across - i, up - j
    low, high = ((1 - p) * solid[j + k, i] + p * solid[j + k, i + 1] for k in (0, 1))
    return (1 - q) * low + q * high


def _placed(u: np.ndarray, v: np.ndarray, field: Field) -> Float[np.ndarray, "n 2"]:
    ends = [(axis[0], axis[-1] - axis[0]) for axis in (field.x, field.y)]
    return np.column_stack(
        [low + size * share for (low, size), share in zip(ends, (u, v), strict=True)]
    )


def _eroded(mask: Bool[np.ndarray, "n n"]) -> Bool[np.ndarray, "n n"]:
    inner = mask.copy()
    inner[1:-1, 1:-1] &= mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    return inner


def _run(line: Bool[np.ndarray, "n"], at: int) -> int:
    """How many neighbours there are in a row around `at`, itself among them."""
    behind = sum(1 for _one in itertools.takewhile(bool, line[at::-1]))
    return behind + sum(1 for _one in itertools.takewhile(bool, line[at + 1 :]))


def _cornered(ring: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "k 2"]:
    """A closed line without the points along its straight pieces."""
    ring = ring[:-1]
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    turns = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    return ring[np.abs(turns) > 1e-9 * np.hypot(*before.T) * np.hypot(*after.T)]


def _path(dots: Float[np.ndarray, "n 2"], field: Field, end: str) -> str:
    """Plotly's path through places, to a ten thousandth of the picture."""
    digits = [4 - math.floor(math.log10(abs(axis[-1] - axis[0]))) for axis in (field.x, field.y)]
    told = [
        "{:.12g},{:.12g}".format(*(round(float(v), d) for v, d in zip(dot, digits, strict=True)))
        for dot in dots
    ]
    return f"M{'L'.join(told)}{end}"
