"""What became of a run: plain facts, computed in float64 from its trace."""

import functools
from typing import Literal, NamedTuple, TypeAlias

import jax
import numpy as np
from jaxtyping import Array, Float

from ravine.core.types import Place, Point
from ravine.experiments.critical import lowest_points
from ravine.experiments.field import Box, heights_at, view_box
from ravine.experiments.trace import Trace
from surfaces import Surface

Kind: TypeAlias = Literal["reached", "moving", "stuck", "left", "overflowed", "undefined"]

STILL = 1e-6  # a gradient shorter than this moves nothing that could be seen
# views: a height that is no number so near is a hole in the surface, farther away an overflow
NEAR = 100.0


class Floor(NamedTuple):
    """The minima of a surface with their heights, the global ones first."""

    places: Float[np.ndarray, "k 2"]
    heights: Float[np.ndarray, "k"]
    # f*, the height of the global minima; None when the surface falls for ever
    lowest: float | None = None


class Progress(NamedTuple):
    """How a run came along, one row a step. What a surface without minima cannot have is NaN."""

    gap: Float[np.ndarray, "points"]  # f - f*
    slope: Float[np.ndarray, "points"]  # length of the gradient
    distance: Float[np.ndarray, "points"]  # to the nearest minimum


class Outcome(NamedTuple):
    """How a run ended. `step` is when it left, overflowed or came to where the surface is not
    defined; `place` is the minimum reached or where it is stuck.
    """

    kind: Kind
    step: int | None = None
    place: Place | None = None
    is_global: bool = True  # whether the minimum reached is a lowest one


class Parting(NamedTuple):
    """How two runs came apart: the first step at which they differ, and the largest distance of
    their points.
    """

    step: int | None  # None: they never do
    distance: float


def parting(one: Trace, other: Trace) -> Parting:
    """How far two runs of equally many steps are apart. They differ when it is more than rounding:
    1e-9 of their size.

    A point that is no number differs from one that is; where both are none, nothing is compared.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        apart, size = np.abs(one.x - other.x).max(axis=1), np.abs(one.x).max(axis=1)
        gone = ~(np.isfinite(one.x) | np.isfinite(other.x)).all(axis=1)
        same = (apart <= 1e-9 * np.maximum.accumulate(size)) | (one.x == other.x).all(axis=1) | gone
        distance = np.hypot(*(one.x - other.x).T)
    steps = np.flatnonzero(~same)
    return Parting(
        int(steps[0]) if len(steps) else None,
        float(np.max(distance, where=np.isfinite(distance), initial=0)),
    )


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
    return Floor(places, heights, float(heights[0]) if lowest else None)


def _searched(surface: Surface) -> Floor:
    found = lowest_points(surface, view_box(surface))
    places = np.array([place for place, _height in found], np.float64).reshape(-1, 2)
    return Floor(
        places, np.array([height for _place, height in found]), found[0][1] if found else None
    )


def progress(trace: Trace, floor: Floor) -> Progress:
    """F - f*, gradient length and distance to the nearest minimum at every step."""
    gap = trace.loss - (np.nan if floor.lowest is None else floor.lowest)
    return Progress(
        gap, np.hypot(*trace.grad.T), _distances(trace.x, floor).min(axis=1, initial=np.inf)
    )


def steps_to(gap: Float[np.ndarray, "points"], tolerance: float) -> int | None:
    """The first step at which f - f* is at most `tolerance`; None if there is none."""
    return _first(gap <= tolerance)


def crossings(trace: Trace, until: int | None = None) -> int:
    """How many of the first `until` steps (None: of all) cross the floor of a valley.

    Such a step sets out downhill and arrives where it points uphill, on the other side.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        step = np.diff(trace.x, axis=0)
        before, after = (trace.grad[:-1] * step).sum(axis=1), (trace.grad[1:] * step).sum(axis=1)
    return int(np.sum(((before < 0) & (after > 0))[:until]))


def outcome(trace: Trace, surface: Surface, floor: Floor, tolerance: float) -> Outcome:
    """How the run ended: overflowed, gone, at a minimum (f within `tolerance`), stuck, or still
    moving.
    """
    finite = np.isfinite(trace.x).all(axis=1) & np.isfinite(trace.loss)
    if not finite.all():
        hole = _hole(trace, surface)
        return (
            Outcome("overflowed", _first(~finite)) if hole is None else Outcome("undefined", hole)
        )
    outside = ~_inside(trace.x, view_box(surface))
    if outside[-1]:
        return Outcome(
            "left", len(outside) - int(np.argmin(outside[::-1])) if not outside.all() else 0
        )
    return (
        _arrived(trace, surface, floor, tolerance) or _resting(trace, surface) or Outcome("moving")
    )


def _hole(trace: Trace, surface: Surface) -> int | None:
    """The first step at which a run is where the surface has no height or no slope, unless that is
    far away.
    """
    left, right, bottom, top = view_box(surface)
    reach = NEAR * np.hypot(right - left, top - bottom)
    with np.errstate(invalid="ignore"):
        near = (np.abs(trace.x) <= reach).all(axis=1)
    return _first(near & ~(np.isfinite(trace.loss) & np.isfinite(trace.grad).all(axis=1)))


def _arrived(trace: Trace, surface: Surface, floor: Floor, tolerance: float) -> Outcome | None:
    if (
        not surface.isolated
        and floor.lowest is not None
        and trace.loss[-1] - floor.lowest <= tolerance
    ):
        return Outcome("reached", place=(float(trace.x[-1, 0]), float(trace.x[-1, 1])))
    if not len(floor.places):
        return None
    far = _distances(trace.x[-1:], floor)[0]
    nearest = int(np.argmin(far))
    left, right, bottom, top = view_box(surface)
    near = far[nearest] <= 0.1 * np.hypot(right - left, top - bottom)
    if near and abs(trace.loss[-1] - floor.heights[nearest]) <= tolerance:
        a, b = floor.places[nearest]
        is_global = bool(floor.heights[nearest] <= floor.heights[0] + 1e-9)
        return Outcome("reached", place=(float(a), float(b)), is_global=is_global)
    return None


def _resting(trace: Trace, surface: Surface) -> Outcome | None:
    """At rest where no minimum is listed: curved upwards every way it is one all the same, else it
    is a trap.
    """
    if np.hypot(*trace.grad[-1]) > STILL or np.hypot(*(trace.x[-1] - trace.x[-2:][0])) > STILL:
        return None
    place = (float(trace.x[-1, 0]), float(trace.x[-1, 1]))
    least, most = np.linalg.eigvalsh(np.asarray(_hessian(surface, trace.x[-1])))
    return (
        Outcome("reached", place=place, is_global=False)
        if least > 1e-9 * most
        else Outcome("stuck", place=place)
    )


@jax.jit
def _hessian(surface: Surface, x: Point) -> Float[Array, "2 2"]:
    return jax.hessian(surface)(x)


def _distances(x: Float[np.ndarray, "n 2"], floor: Floor) -> Float[np.ndarray, "n k"]:
    with np.errstate(invalid="ignore", over="ignore"):
        away = x[:, None, :] - floor.places[None, :, :]
        return np.hypot(away[..., 0], away[..., 1])


def _inside(x: Float[np.ndarray, "n 2"], box: Box) -> np.ndarray:
    left, right, bottom, top = box
    return (left <= x[:, 0]) & (x[:, 0] <= right) & (bottom <= x[:, 1]) & (x[:, 1] <= top)


def _first(found: np.ndarray) -> int | None:
    return int(np.argmax(found)) if found.any() else None
