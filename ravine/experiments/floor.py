"""The lowest ground of a surface: its minima, how high they lie, and which of them a run is at."""

import functools
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from ravine.experiments.critical import lowest_of
from ravine.experiments.field import Box, heights_at, sample, view_box
from ravine.experiments.trace import Trace
from surfaces import Surface

NEAR = 0.02  # of the picture, each way: an end as near to a minimum is at it
SPAN_SIDE = 32  # places along each axis from which the size of the heights in view is told
SAME_SHARE = 16 * float(np.finfo(float).eps)  # of that: heights so near are the same


class Floor(NamedTuple):
    """The minima of a surface with their heights, the global ones first."""

    places: Float[np.ndarray, "k 2"]
    heights: Float[np.ndarray, "k"]
    # f*, the height of the global minima; None when the surface falls for ever, or out of view
    lowest: float | None = None
    # whether the global minima are points; else they are curves or regions, some of it is listed
    isolated: bool = True
    span: float = 1.0  # the middle height in view above the lowest one: what a height is beside

    @property
    def noise(self) -> float:
        """Heights that differ by no more are the same but for rounding."""
        return SAME_SHARE * max(self.span, abs(self.lowest or 0.0))

    @property
    def numbered(self) -> Float[np.ndarray, "k 2"]:
        """A place of each minimum that ends are told by: of a curve or a region of global ones, one
        for all of it.
        """
        if self.isolated or self.lowest is None:
            return self.places
        higher = self.heights > self.lowest + max(self.noise, 1e-9 * self.span)
        return np.concatenate([self.places[:1], self.places[higher]])

    def at(
        self, x: Float[np.ndarray, "n 2"], loss: Float[np.ndarray, "n"], box: Box, tolerance: float
    ) -> Int[np.ndarray, "n"]:
        """Which of `numbered` each end is at, -1 for none: within NEAR of it; at a curve or region
        of minima, wherever in view f is within `tolerance` of f*.
        """
        targets, size = self.numbered, np.array([box[1] - box[0], box[3] - box[2]])
        if not len(targets):
            return np.full(len(x), -1)
        with np.errstate(all="ignore"):
            away = np.linalg.norm((x[:, None] - targets) / (NEAR * size), axis=-1)
            low = loss - (np.nan if self.lowest is None else self.lowest) <= tolerance
        away = np.where(np.isfinite(away), away, np.inf)
        if not self.isolated:
            away[:, 0] = np.where(low & is_inside(x, box), 0.0, np.inf)
        return np.where(away.min(axis=1) <= 1.0, away.argmin(axis=1), -1)


@functools.lru_cache(maxsize=256)
def floor_of(surface: Surface) -> Floor:
    """The minima of `surface`, global ones first, and how high they lie. What nobody knows is
    searched in view.
    """
    if not surface.known:
        return _searched(surface)
    lowest = surface.minima()
    places = np.array([*lowest, *surface.local_minima()], np.float64).reshape(-1, 2)
    heights = heights_at(surface, places)
    least = float(heights[0]) if lowest else None
    return Floor(places, heights, least, surface.isolated, _span(surface, least))


def _searched(surface: Surface) -> Floor:
    found = lowest_of(surface, view_box(surface))
    places = np.array([place for place, _height in found.points], np.float64).reshape(-1, 2)
    heights = np.array([height for _place, height in found.points])
    least = float(heights[0]) if len(heights) else None
    return Floor(places, heights, least, found.isolated, _span(surface, least))


def _span(surface: Surface, lowest: float | None) -> float:
    heights = sample(surface, n=SPAN_SIDE).z
    heights = heights[np.isfinite(heights)]
    if not heights.size:
        return 1.0
    least = float(heights.min()) if lowest is None else lowest
    return float(np.median(heights)) - least or float(heights.max()) - least


def corrected(floor: Floor, surface: Surface, traces: list[Trace]) -> Floor:
    """The floor as these runs know it: where one of them was lower in view than everything that
    the search found, it is its place that is the lowest.
    """
    if surface.known or floor.lowest is None:
        return floor
    x = np.concatenate([trace.x for trace in traces])
    loss = np.concatenate([trace.loss for trace in traces])
    loss = np.where(np.isfinite(loss) & is_inside(x, view_box(surface)), loss, np.inf)
    best = int(np.argmin(loss))
    if loss[best] >= floor.lowest:
        return floor
    if loss[best] >= floor.lowest - floor.noise:
        return floor._replace(lowest=float(loss[best]))
    return floor._replace(
        places=np.concatenate([x[[best]], floor.places]),
        heights=np.concatenate([loss[[best]], floor.heights]),
        lowest=float(loss[best]),
        isolated=True,
    )


def is_inside(x: Float[np.ndarray, "n 2"], box: Box) -> np.ndarray:
    """Which places lie in the box."""
    left, right, bottom, top = box
    return (left <= x[:, 0]) & (x[:, 0] <= right) & (bottom <= x[:, 1]) & (x[:, 1] <= top)
