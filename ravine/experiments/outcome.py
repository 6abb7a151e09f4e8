"""What became of a run: plain facts, computed in float64 from its trace."""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float

from ravine.core.types import Place
from ravine.experiments.field import Box, bends_at, heights_at, view_box
from ravine.experiments.floor import NEAR, SAME_SHARE, Floor, is_inside
from ravine.experiments.trace import Trace
from surfaces import Surface

# stuck: at rest on no minimum. flat: at rest, and all around is as high. halted: it stands on a
# slope, because its rule does not move. lost: the rule has no next place. undefined: f has none.
Kind: TypeAlias = Literal[
    "reached", "moving", "stuck", "flat", "halted", "left", "overflowed", "lost", "undefined"
]

# of the picture's diagonal:
FAR_AWAY = 100.0  # a height that is no number so near is a hole in the surface, farther an overflow
AROUND = 0.1  # a run so near to a minimum, and as low, has reached it
SEEN = 0.01  # so far apart, two paths are seen to be two
UNSEEN = 1e-3  # nobody sees a step so short
REST = 1e-9  # after a step so short a run is at rest
RINGS = (1e-6, 1e-5, 1e-4, 1e-3)  # radii of the circles around a place that is judged
AROUND_A_PLACE = np.column_stack(
    [np.cos(np.arange(32) * np.pi / 16 + 0.05), np.sin(np.arange(32) * np.pi / 16 + 0.05)]
)
LEVEL = 1e-6  # a slope that rises so little of the heights in view over the picture is none
USUAL_SIZE = 1e100  # numbers larger than this are on the way to an overflow


class Progress(NamedTuple):
    """How a run came along, one row a step. What a surface without minima cannot have is NaN."""

    gap: Float[np.ndarray, "points"]  # f - f*
    slope: Float[np.ndarray, "points"]  # length of the gradient
    distance: Float[np.ndarray, "points"]  # to the nearest minimum


class Outcome(NamedTuple):
    """How a run ended. `step` is when it left, overflowed, was lost or came to where the surface is
    not defined; `place` is the minimum reached or where it is at rest.
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


def seen_apart(one: Trace, other: Trace, surface: Surface) -> int | None:
    """The first step at which two runs of equally many steps are a hundredth of the picture's
    diagonal apart, or one is no number and the other is; None when there is none.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.hypot(*(one.x - other.x).T)
    alone = np.isfinite(one.x).all(axis=1) != np.isfinite(other.x).all(axis=1)
    steps = np.flatnonzero((distance > SEEN * _diagonal(surface)) | alone)
    return int(steps[0]) if len(steps) else None


def progress(trace: Trace, floor: Floor, box: Box) -> Progress:
    """F - f*, gradient length and distance to the nearest minimum at every step. Of what is as low
    as f* but for rounding, f - f* is 0; outside of `box`, where f* does not hold, nothing that is
    lower is told.
    """
    gap = trace.loss - (np.nan if floor.lowest is None else floor.lowest)
    gap = np.where((gap < 0.0) & (gap >= -floor.noise), 0.0, gap)
    gap = np.where((gap < 0.0) & ~is_inside(trace.x, box), np.nan, gap)
    return Progress(
        gap, np.hypot(*trace.grad.T), _distances(trace.x, floor).min(axis=1, initial=np.inf)
    )


def steps_to(gap: Float[np.ndarray, "points"], tolerance: float) -> int | None:
    """The first step at which f - f* is at most `tolerance`; None if there is none."""
    return _first(gap <= tolerance)


def stays_from(gap: Float[np.ndarray, "points"], tolerance: float) -> int | None:
    """The step from which on f - f* is at most `tolerance` to the end; None if it ends higher."""
    beyond = np.flatnonzero(~(gap <= tolerance))
    first = int(beyond[-1]) + 1 if len(beyond) else 0
    return first if first < len(gap) else None


def crossings(trace: Trace, until: int | None = None) -> int:
    """How many of the first `until` steps (None: of all) set out downhill and arrive where the
    ground rises in their direction: they step over the lowest point of their line.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        step = np.diff(trace.x, axis=0)
        before, after = (trace.grad[:-1] * step).sum(axis=1), (trace.grad[1:] * step).sum(axis=1)
    return int(np.sum(((before < 0) & (after > 0))[:until]))


def outcome(trace: Trace, surface: Surface, floor: Floor, tolerance: float) -> Outcome:
    """How the run ended: overflowed, gone, at a minimum, at rest elsewhere, or still moving.

    It is at a minimum when f is within `tolerance` of it and it is no farther than a tenth of the
    picture's diagonal; at one that is not listed, when Newton's method would not go on visibly. It
    is at rest when its last step was less than REST of the picture. What is small is measured by
    the heights in view, and what is lower or higher around a place is looked at.
    """
    finite = np.isfinite(trace.x).all(axis=1) & np.isfinite(trace.loss)
    if not finite.all():
        hole = _hole(trace, surface)
        if hole is not None:
            return Outcome("undefined", hole)
        first = _first(~finite) or 0
        return Outcome("lost" if _is_torn(trace, first) else "overflowed", first)
    outside = ~is_inside(trace.x, view_box(surface))
    if outside[-1]:
        return Outcome(
            "left", len(outside) - int(np.argmin(outside[::-1])) if not outside.all() else 0
        )
    return (
        _arrived(trace, surface, floor, tolerance)
        or _beside(trace, surface, floor, tolerance)
        or _resting(trace, surface, floor)
        or Outcome("moving")
    )


def _is_torn(trace: Trace, first: int) -> bool:
    """Whether a rule led to no place from numbers of a usual size, as 0/0 does."""
    if first == 0 or not np.isnan(trace.x[first]).any():
        return False
    before = (trace.x[first - 1], trace.grad[first - 1], trace.loss[first - 1])
    return all(np.isfinite(v).all() and np.abs(v).max() < USUAL_SIZE for v in before)


def _hole(trace: Trace, surface: Surface) -> int | None:
    """The first step at which a run is where the surface has no height or no slope, unless that is
    far away.
    """
    reach = FAR_AWAY * _diagonal(surface)
    with np.errstate(invalid="ignore"):
        near = (np.abs(trace.x) <= reach).all(axis=1)
    return _first(near & ~(np.isfinite(trace.loss) & np.isfinite(trace.grad).all(axis=1)))


def _arrived(trace: Trace, surface: Surface, floor: Floor, tolerance: float) -> Outcome | None:
    here, low = (float(trace.x[-1, 0]), float(trace.x[-1, 1])), trace.loss[-1]
    if not floor.isolated and floor.lowest is not None:
        slope, above = float(np.hypot(*trace.grad[-1])), low - floor.lowest
        # on a parabola it is twice as far as on a slope
        far = 2 * above / slope if slope > 0.0 else 0.0
        if above <= tolerance and far <= NEAR * _diagonal(surface):
            return Outcome("reached", place=here)
    if not len(floor.places):
        return None
    far = _distances(trace.x[-1:], floor)[0]
    nearest = int(np.argmin(far))
    near = far[nearest] <= AROUND * _diagonal(surface)
    if floor.isolated and near and abs(low - floor.heights[nearest]) <= tolerance:
        a, b = floor.places[nearest]
        is_global = bool(floor.heights[nearest] <= floor.heights[0] + floor.noise)
        return Outcome("reached", place=(float(a), float(b)), is_global=is_global)
    return None


def _beside(trace: Trace, surface: Surface, floor: Floor, tolerance: float) -> Outcome | None:
    """At a minimum that is not listed, with curvature every way: Newton's step to it cannot be
    seen, and f is within `tolerance` of it.
    """
    last, unseen = np.hypot(*(trace.x[-1] - trace.x[-2:][0])), UNSEEN * _diagonal(surface)
    if last > unseen:
        return None
    bend = bends_at(surface, trace.x[-1:])[0]
    if not np.isfinite(bend).all():
        return None
    least, most = np.linalg.eigvalsh(bend)
    if not least > 1e-9 * most > 0.0:
        return None
    step = np.linalg.solve(bend, trace.grad[-1])
    if np.hypot(*step) > unseen or trace.grad[-1] @ step / 2 > tolerance:
        return None
    lowest = np.nan if floor.lowest is None else floor.lowest
    return _at_rest("reached", trace, is_global=bool(trace.loss[-1] - lowest <= floor.noise))


def _resting(trace: Trace, surface: Surface, floor: Floor) -> Outcome | None:
    """At rest where no minimum is known: what it is follows from the heights all around."""
    size = _diagonal(surface)
    stands = np.hypot(*(trace.x[-1] - trace.x[-2:][0])) <= REST * size
    level = np.hypot(*trace.grad[-1]) * size <= LEVEL * floor.span
    if not stands:
        return None
    here = trace.loss[-1]
    rings = trace.x[-1] + size * np.array(RINGS)[:, None, None] * AROUND_A_PLACE
    heights = heights_at(surface, rings.reshape(-1, 2)).reshape(len(RINGS), -1)
    heights = heights[np.isfinite(heights).all(axis=1)]
    same = SAME_SHARE * max(abs(here), np.abs(heights - here).max(initial=0.0))
    if floor.lowest is not None and here - floor.lowest <= floor.noise:
        return _at_rest("reached", trace)
    if (heights < here - same).any():
        return _at_rest("stuck" if level else "halted", trace)
    if (heights > here + same).any():
        return _at_rest("reached", trace, is_global=False)
    return _at_rest("flat", trace)


def _at_rest(kind: Kind, trace: Trace, is_global: bool = True) -> Outcome:
    place = (float(trace.x[-1, 0]), float(trace.x[-1, 1]))
    return Outcome(kind, place=place, is_global=is_global)


def _diagonal(surface: Surface) -> float:
    left, right, bottom, top = view_box(surface)
    return float(np.hypot(right - left, top - bottom))


def _distances(x: Float[np.ndarray, "n 2"], floor: Floor) -> Float[np.ndarray, "n k"]:
    with np.errstate(invalid="ignore", over="ignore"):
        away = x[:, None, :] - floor.places[None, :, :]
        return np.hypot(away[..., 0], away[..., 1])


def _first(found: np.ndarray) -> int | None:
    return int(np.argmax(found)) if found.any() else None
