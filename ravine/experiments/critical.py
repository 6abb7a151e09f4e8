"""Where a surface is level: its critical points, by Newton's method from everywhere in view."""

import math
from typing import Any, Literal, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ravine.core.bounded_jit import BoundedJit, bounded_jit
from ravine.core.types import Height, Place, Point, Scalar
from ravine.experiments.field import Box, view_box

Kind: TypeAlias = Literal["minimum", "maximum", "saddle", "degenerate", "kink"]
# any number of them: a search drops and adds some at every turn
Places: TypeAlias = Float[np.ndarray, "_ 2"]
Numbers: TypeAlias = Float[np.ndarray, "_"]
Truths: TypeAlias = Bool[np.ndarray, "_"]

MOST_POINTS = 500
# places of the lattice along each axis; the outermost lie half a cell outside of the view
SIDE = 64
CELL = 1.0 / (SIDE - 2)  # of the view
BATCH_1024, BATCH_256, BATCH_64, BATCH_16 = (
    1024,
    256,
    64,
    16,
)  # places that a compiled program takes at once
# the lattice from which the lowest height is searched: what is narrower can be missed
FINE_SIDE = 128
AT_ONCE = 512  # heights: the registers of a typed function's tape then stay in the cache
EDGE = 256  # places along each edge of the view
# lattice places lower than all around, from which kinks and the lowest points are searched
PITS, FINE_PITS = 256, 512

STEPS, FEW_STEPS, MORE_STEPS, POLISH, DESCENT = 24, 10, 60, 40, 150
MULTIPLES = (
    0.0,
    1.0,
    2.0,
    3.0,
    5.0,
    7.0,
    0.5,
)  # of Newton's step: m reaches a root of multiplicity m
DOWN = (1.0, 3.0, 0.25, 0.06)  # of the step that leads downhill
ALONG = (1.0, -1.0, 4.0, -4.0)  # of the radius of the search, along a kink
WIDER, NARROWER = 1.5, 0.6  # how that radius changes
COMPASS = np.arange(8) * np.pi / 4
GOLDEN = math.pi * (3.0 - math.sqrt(5.0))  # turned by it again and again, no direction comes twice
ROUNDING = float(np.finfo(float).eps)

SETTLED = 1e-6  # of the view: a step so short has arrived
SAME = 1e-6  # of the view: two points so near are one
APART = 1 / 20  # of the view: so far apart are the points that are shown of a curve
BLURRED = 2e-3  # of the view: so near are the places where one degenerate point may be found
NEAR, MIDDLE, FAR = 1e-5, 1e-3, 1 / 64  # of the view: radii of the rings by which a point is judged
RING = np.column_stack(
    [np.cos(np.arange(16) * np.pi / 8 + 0.1), np.sin(np.arange(16) * np.pi / 8 + 0.1)]
)
SINGULAR = 1e-11  # a curvature this small beside the other may be rounding
# or beside its own change within MIDDLE: it vanishes within a millionth of the view
VANISHING = 1e-3
ROUNDED = 1e-15  # and one as small as this is rounding
UNCURVED = 1e-14  # along a curvature this small beside the other Newton's method does not move
TORN = 2e-3  # a gradient that is off by this share of that at FAR has jumped
SHARP = (MIDDLE / NEAR) ** 1.9  # a height that grows less from NEAR to MIDDLE has no curvature
# of the largest rise around a kink: where it rises less somewhere, there may be more beside it
ALONE = 0.15
ORDER: dict[Kind, int] = {"minimum": 0, "kink": 0, "saddle": 1, "maximum": 2, "degenerate": 3}
AXES: tuple[Place, Place] = (1.0, 0.0), (0.0, 1.0)
FEW_DIGITS = (6, 3)  # to which a point is known where a curvature vanishes
LEAST_REGION = 9  # places of the lattice: a place and all around it
LONGEST_CURVE = 60  # points of a curve that is followed
REACHES = (1 / 256, 1 / 64, 1 / 16)  # of the view: along a curve of minima it is as low so far away


class Critical(NamedTuple):
    """A point where the gradient vanishes, or a minimum where there is none."""

    place: Place
    height: float
    # of the Hessian, the smaller first; one that is rounding is 0; NaN at a kink
    eigenvalues: tuple[float, float]
    # unit eigenvectors in that order, the first coordinate that is not 0 positive
    vectors: tuple[Place, Place]
    kind: Kind

    @property
    def condition(self) -> float:
        """|largest| / |smallest| eigenvalue, infinite when one is 0."""
        small, large = sorted(map(abs, self.eigenvalues))
        return large / small if small else math.inf

    @property
    def rate(self) -> float | None:
        """The learning rate below which gradient descent is stable here; None when no curvature is
        positive.
        """
        return 2.0 / self.eigenvalues[1] if self.eigenvalues[1] > 0.0 else None


class Found(NamedTuple):
    """The critical points in view."""

    # minima and kinks by height, then saddles, maxima, degenerate ones
    points: tuple[Critical, ...]
    more: int  # at least so many more than MOST_POINTS, or than what is shown of a curve
    flat: bool  # a whole region is critical; the region itself has no points
    constant: bool  # and that is all there is in view


class Lowest(NamedTuple):
    """The minima in view with their heights, the lowest first. None when something in view, or its
    edge, is lower than every one of them: then the function falls out of the view.
    """

    points: list[tuple[Place, float]]
    # whether the lowest ones are points; else they are curves or regions, of which these are some
    isolated: bool


class Ground(NamedTuple):
    """A height, taken apart for programs, and the part of the plane that is searched."""

    leaves: list[Any]
    kinds: Any
    low: Float[np.ndarray, "2"]
    size: Float[np.ndarray, "2"]


class Local(NamedTuple):
    """Heights, gradients and Hessians at places. Derivatives are in units of the view, whose sides
    have length 1.
    """

    f: Float[np.ndarray, "*n"]
    g: Float[np.ndarray, "*n 2"]
    h: Float[np.ndarray, "*n 2 2"]

    @property
    def slope(self) -> Float[np.ndarray, "*n"]:
        """The length of the gradient."""
        return np.hypot(self.g[..., 0], self.g[..., 1])

    @property
    def finite(self) -> Bool[np.ndarray, "*n"]:
        """Where all three are numbers."""
        return (
            np.isfinite(self.f)
            & np.isfinite(self.g).all(axis=-1)
            & np.isfinite(self.h).all(axis=(-1, -2))
        )


class Points(NamedTuple):
    """What was found, a row a point."""

    places: Places
    local: Local
    kinds: np.ndarray  # of Kind
    # which eigenvalues are rounding; of a kink, whether it may be one of a curve
    zero: Bool[np.ndarray, "n 2"]


def critical_points(surface: Height, box: Box | None = None) -> Found:
    """The critical points of `surface` in `box`, or in its own view.

    `surface` is any pytree that can be called. Where it is not defined there are none, and of a
    curve of them some are shown. Minima where there is no gradient are found too.
    """
    ground = _ground(surface, view_box(surface) if box is None else box)  # pyright: ignore[reportArgumentType]
    with np.errstate(all="ignore"):
        places = _lattice(ground)
        here = _local(ground, places)
        lowest = _lowest(here.f)
        smooth = _smooth(ground, _settled(ground, places), lowest)
        pits = places[_pits(here.f, PITS)]
        bottoms = _bottoms(ground, _unexplained(ground, pits, smooth), BATCH_64)
        smooth = _joined(smooth, _smooth(ground, _polish(ground, bottoms, BATCH_256), lowest))
        kinks = _kinks(ground, _away(ground, bottoms, smooth.places), lowest)
        known = _joined(smooth, kinks)
        # what only the fine lattice sees
        fine, heights = _fine(ground)
        deep = _deep(ground, fine, heights)
        deep = _each(deep, _far(ground, deep.places, known.places))
        kinked = deep.kinds == "kink"
        hidden = _joined(_smooth(ground, deep.places[~kinked], lowest), _each(deep, kinked))
        level = _level(here)
        points = _joined(known, hidden)
        noise = ROUNDING * _size(heights, lowest)
        points = _joined(points, _followed(ground, points, noise))
        return _told(ground, points, bool(level.any()), bool(level.all()))


def lowest_points(surface: Height, box: Box) -> list[tuple[Place, float]]:
    """The local minima in `box` with their heights, the lowest first: quickly, of at most FINE_PITS
    (`lowest_of`).
    """
    return lowest_of(surface, box).points


def lowest_of(surface: Height, box: Box) -> Lowest:
    """The lowest of `box`, from a lattice of FINE_SIDE - 2 places along each side, and its edges.

    What is narrower than a cell of that can be missed: who knows a lower height knows better.
    """
    ground = _ground(surface, box)
    with np.errstate(all="ignore"):
        fine, heights = _fine(ground)
        inner = heights.reshape(FINE_SIDE, FINE_SIDE)[1:-1, 1:-1].ravel()
        seen = np.concatenate([inner, _edges(ground)])
        region = _region(ground, fine, heights)
        found = _deep(ground, fine, heights)
        least = min(_lowest(found.local.f), _lowest(heights[region]))
        size = _size(seen, least)
        if not np.isfinite(least) or np.nanmin(seen) < least - 1e-9 * size:
            return Lowest([], isolated=True)
        floor = least + ROUNDING * size
        if len(region) and heights[region[0]] <= floor:
            x, y = _middle(ground, fine[region]).tolist()
            return Lowest([((x, y), float(least))], isolated=False)
        kept, _more = _few(ground, found)
        told = sorted((float(found.local.f[i]), *found.places[i].tolist()) for i in kept)
        doubtful = (found.local.f <= floor) & found.zero.any(axis=1)
        curve = _along(ground, _each(found, doubtful), floor)
        return Lowest([((x, y), height) for height, x, y in told], isolated=not curve)


# --- programs: places are those of the surface; steps and derivatives are in units of the view
# ------------------------


@bounded_jit("kinds")
def _heights(
    leaves: list[Any], places: Float[Array, "n 2"], _size: Any, kinds: Any
) -> Float[Array, "n"]:
    return jax.lax.map(jax.tree.unflatten(kinds, leaves), places, batch_size=AT_ONCE)


@bounded_jit("kinds")
def _walked(
    leaves: list[Any],
    starts: Float[Array, "n 2"],
    size: Float[Array, "2"],
    steps: Int[Array, ""],
    reach: Scalar,
    kinds: Any,
) -> Float[Array, "n 10"]:
    """So many steps of Newton's method, none longer than `reach`: the length of the last one, where
    it leads to, and height, gradient and Hessian there.
    """
    f = jax.tree.unflatten(kinds, leaves)

    def step(k: jax.Array, row: Float[Array, "10"]) -> Float[Array, "10"]:
        height, slope, bend = _look(f, row[1:3], size)
        move = _newton(slope, bend)
        far = jnp.abs(move).max()
        moved = jnp.concatenate([far[None], row[1:3] + move * jnp.minimum(1.0, reach / far) * size])
        stand = jnp.where(k < steps, moved, row[:3])
        return jnp.concatenate([stand, height[None], slope, bend.reshape(-1)])

    def walk(x: Point) -> Float[Array, "10"]:
        begin = jnp.concatenate([jnp.array([jnp.inf]), x, jnp.zeros(7)])
        return jax.lax.fori_loop(0, steps + 1, step, begin)

    return jax.vmap(walk)(starts)


@bounded_jit("kinds")
def _polished(
    leaves: list[Any], starts: Float[Array, "n 2"], size: Float[Array, "2"], kinds: Any
) -> Float[Array, "n 2"]:
    """Newton's method, each step as long as makes the gradient shortest: roots of any multiplicity
    are found.
    """
    f = jax.tree.unflatten(kinds, leaves)

    def slope(x: Point) -> Float[Array, ""]:
        there = jnp.abs(jax.grad(f)(x) * size).max()
        return jnp.where(jnp.isnan(there), jnp.inf, there)

    def step(_k: jax.Array, x: Point) -> Point:
        move = _newton(*_look(f, x, size)[1:])
        capped = jnp.nan_to_num(move * jnp.minimum(1.0, CELL / jnp.abs(move).max()))
        tries = x[None] + jnp.array(MULTIPLES)[:, None] * (capped * size)[None]
        return tries[jnp.argmin(jax.vmap(slope)(tries))]

    return jax.vmap(lambda x: jax.lax.fori_loop(0, POLISH, step, x))(starts)


@bounded_jit("kinds")
def _descended(
    leaves: list[Any], starts: Float[Array, "n 2"], size: Float[Array, "2"], kinds: Any
) -> Float[Array, "n 2"]:
    """Downhill with curvature where there is one, along a kink where there is one, and by trying
    all around.
    """
    f = jax.tree.unflatten(kinds, leaves)

    def step(k: jax.Array, row: Float[Array, "4"]) -> Float[Array, "4"]:
        x, radius, height = row[:2], row[2], row[3]
        move = _downhill(*_look(f, x, size)[1:])
        angles = jnp.array(COMPASS) + GOLDEN * k
        around = radius * jnp.stack([jnp.cos(angles), jnp.sin(angles)], axis=1)
        along = radius * _crease(jax.vmap(jax.grad(f))(x[None] + around * size[None]) * size[None])
        ways = [
            jnp.array(DOWN)[:, None] * move[None],
            jnp.array(ALONG)[:, None] * along[None],
            around,
        ]
        tries = x[None] + jnp.concatenate(ways) * size[None]
        heights = jax.vmap(f)(tries)
        best = jnp.argmin(jnp.where(jnp.isnan(heights), jnp.inf, heights))
        along_it = (best >= len(DOWN)) & (best < len(DOWN) + len(ALONG))
        wider = jnp.where(along_it, jnp.minimum(WIDER * radius, CELL), radius)
        gone = jnp.concatenate([tries[best], jnp.stack([wider, heights[best]])])
        return jnp.where(heights[best] < height, gone, row.at[2].set(NARROWER * radius))

    def walk(x: Point) -> Point:
        begin = jnp.concatenate([x, jnp.stack([jnp.asarray(CELL / 2), f(x)])])
        return jax.lax.fori_loop(0, DESCENT, step, begin)[:2]

    return jax.vmap(walk)(starts)


def _look(f: Height, x: Point, size: Float[Array, "2"]) -> tuple[Any, Any, Any]:
    """Height, gradient and Hessian at once, the derivatives in units of the view."""

    def along(way: Point) -> Any:
        return jax.jvp(jax.value_and_grad(f), (x,), (way,))

    (height, slope), (_rise, bend) = jax.vmap(along, out_axes=((None, None), (0, 0)))(jnp.eye(2))
    return height, slope * size, bend * size[:, None] * size[None]


def _axes(bend: Float[Array, "2 2"]) -> tuple[Any, Any]:
    """The eigenvalues of a symmetric matrix and its eigenvectors, a row each."""
    (a, b), (_b, c) = bend
    middle, radius, angle = (a + c) / 2, jnp.hypot((a - c) / 2, b), jnp.atan2(2 * b, a - c) / 2
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    return jnp.stack([middle + radius, middle - radius]), jnp.stack(
        [jnp.stack([cos, sin]), jnp.stack([-sin, cos])]
    )


def _newton(slope: Point, bend: Float[Array, "2 2"]) -> Point:
    """Newton's step to where the gradient vanishes; along what is not curved it does not move."""
    values, vectors = _axes(bend)
    curved = jnp.abs(values) > UNCURVED * jnp.abs(values).max()
    parts = jnp.where(
        curved, (vectors * slope[None]).sum(axis=1) / jnp.where(curved, values, 1.0), 0.0
    )
    return -(parts[:, None] * vectors).sum(axis=0) + 0.0 * (slope.sum() + values.sum())


def _downhill(slope: Point, bend: Float[Array, "2 2"]) -> Point:
    """Newton's step with curvatures as if they were positive, so that it goes down; at most some
    cells long.
    """
    values, vectors = _axes(bend)
    sizes = jnp.maximum(jnp.abs(values), 1e-9 * jnp.abs(values).max())
    move = -((vectors * slope[None]).sum(axis=1) / sizes)[:, None] * vectors
    whole = jnp.nan_to_num(move.sum(axis=0), posinf=0.0, neginf=0.0)
    return whole * jnp.minimum(1.0, 4 * CELL / jnp.maximum(jnp.abs(whole).max(), 1e-300))


def _crease(slopes: Float[Array, "k 2"]) -> Point:
    """The direction along which gradients around a place change least: that of the kink, if it has
    one.
    """
    way = _axes(jnp.nan_to_num(jnp.cov(slopes, rowvar=False), posinf=0.0, neginf=0.0))[1][1]
    return jnp.where(jnp.abs(way) < 1e-6, 0.0, way)


# --- the search
# --------------------------------------------------------------------------------------------------


def _ground(surface: Height, box: Box) -> Ground:
    leaves, kinds = jax.tree.flatten(surface)
    left, right, bottom, top = box
    return Ground(leaves, kinds, np.array([left, bottom]), np.array([right - left, top - bottom]))


def _lattice(ground: Ground, side: int = SIDE) -> Places:
    """The middles of side - 2 by side - 2 cells of the view, and a ring of places around it."""
    shares = (np.arange(side) - 0.5) / (side - 2)
    return ground.low + np.stack(np.meshgrid(shares, shares), axis=-1).reshape(-1, 2) * ground.size


def _run(program: BoundedJit, ground: Ground, places: Places, batch: int, *more: Any) -> np.ndarray:
    """What a program that takes `batch` places at once answers for any number, a row each."""
    count = max(1, -(-len(places) // batch))
    middle = np.broadcast_to(ground.low + ground.size / 2, (count * batch - len(places), 2))
    parts = np.split(np.concatenate([places, middle]), count)
    rows = [
        np.asarray(program(ground.leaves, part, ground.size, *more, kinds=ground.kinds))
        for part in parts
    ]
    return np.concatenate(rows)[: len(places)]


def _walk(
    ground: Ground, starts: Places, steps: int, reach: float = CELL, batch: int = BATCH_1024
) -> tuple[Numbers, Places, Local]:
    """Newton's method: the length of the last step, where it leads to, and what is there."""
    rows = _run(_walked, ground, starts, batch, steps, reach)
    return rows[:, 0], rows[:, 1:3], Local(rows[:, 3], rows[:, 4:6], rows[:, 6:].reshape(-1, 2, 2))


def _local(ground: Ground, places: Float[np.ndarray, "*n 2"]) -> Local:
    here = _walk(ground, places.reshape(-1, 2), 0)[2]
    return jax.tree.map(lambda column: column.reshape(*places.shape[:-1], *column.shape[1:]), here)


def _ring(ground: Ground, places: Places, radius: float) -> Local:
    """What is around each place, in 16 directions."""
    return _local(ground, places[:, None] + radius * RING * ground.size)


def _inside(ground: Ground, places: Places, margin: float = 1e-9) -> Truths:
    shares = (places - ground.low) / ground.size
    return np.all((shares >= -margin) & (shares <= 1.0 + margin), axis=1)


def _settled(ground: Ground, starts: Places) -> Places:
    """Where Newton's method comes to from `starts`, each place about once; of very many, some of
    everywhere.
    """
    last, places, _here = _walk(ground, starts, STEPS)
    near = (last <= CELL) & _inside(ground, places, CELL)
    places = places[near][np.argsort(last[near], kind="stable")]
    places = _thinned(ground, places, 4096)
    cells = np.floor((places - ground.low) / ground.size * SIDE) @ (1.0, 4.0 * SIDE)
    return _polish(ground, places[_in_turn(cells)[:BATCH_1024]], BATCH_256)


def _in_turn(cells: Numbers) -> Int[np.ndarray, "n"]:
    """An order in which one of each cell comes first, then a second one of each."""
    order = np.argsort(cells, kind="stable")
    first = np.searchsorted(cells[order], cells[order])
    return order[np.lexsort((np.arange(len(cells)) * GOLDEN % 1.0, np.arange(len(cells)) - first))]


def _thinned(ground: Ground, places: Places, fine: int) -> Places:
    """The first place in each cell of a grid."""
    cells = np.floor((places - ground.low) / ground.size * fine)
    return places[np.sort(np.unique(cells, axis=0, return_index=True)[1])]


def _polish(ground: Ground, places: Places, batch: int) -> Places:
    """To machine precision."""
    return (
        _round_ones(ground, _run(_polished, ground, places, batch), batch)[0]
        if len(places)
        else places
    )


def _round_ones(ground: Ground, found: Places, batch: int) -> tuple[Places, Local]:
    """Round numbers instead, where the gradient is not longer there; and what is there."""
    count = len(found)
    places = np.concatenate([_rounded(ground, found, 12), found])
    here = _walk(ground, places, 0, CELL, batch)[2]
    rows = np.arange(count) + np.where(here.slope[:count] <= here.slope[count:], 0, count)
    return places[rows], _each(here, rows)


def _rounded(ground: Ground, places: Places, digits: int) -> Places:
    """Places with so many digits, counted from the size of the view."""
    after = (digits - np.ceil(np.log10(ground.size))).astype(int).tolist()
    return np.column_stack([np.round(places[:, i], after[i]) for i in (0, 1)]) + 0.0


def _smooth(ground: Ground, places: Places, lowest: float) -> Points:
    """Those of `places` where the gradient exists and vanishes."""
    places = places[_inside(ground, places)]
    here = _local(ground, places)
    places, here = places[here.finite], _each(here, here.finite)
    near, middle, far = (_ring(ground, places, radius) for radius in (NEAR, MIDDLE, FAR))
    zero = _vanishing(ground, places, here)
    sure, unsure = _steps(here, zero)
    slow = (unsure <= MIDDLE) & (middle.slope.min(axis=1) >= 10 * here.slope)
    still = (sure <= SETTLED) & ((unsure <= SETTLED) | slow)
    still |= here.slope <= 64 * ROUNDING * np.abs(here.f)
    still &= (here.slope <= 1e-6 * _most(far.slope)) | (
        here.slope <= 64 * ROUNDING * np.abs(here.f)
    )
    rises = _rise(here, far) > 16 * ROUNDING * np.maximum(np.abs(here.f), here.f - lowest)
    kept = near.finite.all(axis=1) & still & rises & ~_plateau(here, middle)
    kept &= ~_torn(here, near, far) & ~_jumps(here, near, far)
    places, here, zero = places[kept], _each(here, kept), zero[kept]
    blurred = np.flatnonzero(zero.any(axis=1))
    for digits in FEW_DIGITS:
        round_ones = _rounded(ground, places[blurred], digits)
        there = _local(ground, round_ones)
        better = (there.slope <= here.slope[blurred]) & there.finite & _inside(ground, round_ones)
        for old, new in zip((places, *here), (round_ones, *there), strict=True):
            old[blurred[better]] = new[better]
    return Points(places, here, _kinds(here, zero), zero)


def _steps(here: Local, zero: Bool[np.ndarray, "n 2"]) -> tuple[Numbers, Numbers]:
    """The length of Newton's step, leaving out what is not curved: along curvatures that are known,
    and along those that vanish, which come to their place slowly.
    """
    values, vectors = np.linalg.eigh(here.h)
    curved = np.abs(values) > UNCURVED * np.abs(values).max(axis=1, keepdims=True)
    parts = np.einsum("nij,ni->nj", vectors, here.g) / np.where(curved, values, np.inf)
    known, slow = np.where(zero, 0.0, parts), np.where(zero, parts, 0.0)
    return np.hypot(*known.T), np.hypot(*slow.T)


def _rise(here: Local, ring: Local) -> Numbers:
    """The largest difference of height to a ring."""
    return _most(np.abs(ring.f - here.f[:, None]))


def _torn(here: Local, near: Local, far: Local) -> Truths:
    """Where the gradient close by is not the one that the Hessian promises."""
    promised = here.g[:, None] + np.einsum("nij,kj->nki", here.h, NEAR * RING)
    return _most(np.abs(near.g - promised).max(axis=-1)) > TORN * _most(far.slope)


def _jumps(here: Local, near: Local, far: Local) -> Truths:
    """Where the heights close by are not those that gradient and Hessian promise."""
    way = NEAR * RING
    promised = np.einsum("ni,ki->nk", here.g, way)
    promised += 0.5 * np.einsum("ki,nij,kj->nk", way, here.h, way)
    off = _most(np.abs(near.f - here.f[:, None] - promised))
    return off > TORN * _rise(here, far) + 64 * ROUNDING * np.abs(here.f)


def _plateau(here: Local, ring: Local) -> Truths:
    """Where a quarter of what is around is as high and as level: the edge of a flat region, or
    inside of one.
    """
    level = (np.abs(ring.f - here.f[:, None]) <= 4 * ROUNDING * np.abs(ring.f)) & _is_level(ring)
    return level.mean(axis=1) >= 0.25


def _is_level(local: Local) -> Bool[np.ndarray, "*n"]:
    return local.slope <= 16 * ROUNDING * np.abs(local.f)


def _vanishing(ground: Ground, places: Places, here: Local) -> Bool[np.ndarray, "n 2"]:
    """Which curvatures are none: as small as rounding, or as what they are a millionth of the view
    away.
    """
    values, vectors = np.linalg.eigh(here.h)
    ways = vectors.transpose(0, 2, 1)[:, :, None] * np.array([[MIDDLE], [-MIDDLE]])
    bends = _local(ground, places[:, None, None] + ways * ground.size).h
    there = np.einsum("nia,nabij,nja->nab", vectors, bends, vectors)
    change = _most(np.abs(there - values[:, :, None]))
    sizes = np.abs(values)
    share = sizes / sizes.max(axis=1, keepdims=True)
    # one that is small and real shows in the gradient some way off
    off = vectors.transpose(0, 2, 1)[:, :, None] * np.array([[FAR], [-FAR]])
    slopes = _local(ground, places[:, None, None] + off * ground.size).g
    change_of = slopes - here.g[:, None, None]
    along = np.einsum("nia,nabi->nab", vectors, change_of) * np.array([1.0, -1.0]) / FAR
    real = (np.abs(along - values[:, :, None]) <= 0.1 * sizes[:, :, None]).all(axis=2)
    rounding = ~(share > ROUNDED) | ((share <= SINGULAR) & ~real)
    return rounding | (sizes <= VANISHING * change)


def _kinds(here: Local, zero: Bool[np.ndarray, "n 2"]) -> np.ndarray:
    values = np.linalg.eigvalsh(here.h)
    up = (values > 0.0).sum(axis=1)
    return np.where(zero.any(axis=1), "degenerate", np.array(["maximum", "saddle", "minimum"])[up])


def _lowest(heights: Numbers) -> float:
    return float(np.min(heights, where=np.isfinite(heights), initial=np.inf))


def _most(ring: Float[np.ndarray, "_ _ ..."]) -> Float[np.ndarray, "_ ..."]:
    """The largest number of each row, leaving out what is none."""
    return np.max(ring, axis=1, where=np.isfinite(ring), initial=0.0)


def _followed(ground: Ground, points: Points, noise: float) -> Points:
    """Points of curves that pass through a degenerate one to which Newton's method leads from
    everywhere, as through that of x^2 y: followed in steps of APART.
    """
    rows = np.flatnonzero(points.zero.any(axis=1) & (points.kinds == "degenerate"))
    kept, more = _spread(ground, points, rows)
    if len(kept) > 2 or more:
        return _each(points, rows[:0])
    places, turn = points.places[kept], 0
    while turn < len(places) < LONGEST_CURVE:
        beside = _beside(ground, places[turn], noise)
        beside = beside[_inside(ground, beside)]
        places = np.concatenate([places, _away(ground, beside, places, 0.7 * APART)])
        turn += 1
    places = places[len(kept) :]
    local, count = _local(ground, places), len(places)
    return Points(places, local, np.full(count, "degenerate"), _vanishing(ground, places, local))


def _beside(ground: Ground, place: Float[np.ndarray, "2"], noise: float) -> Places:
    """Where a curve of critical points, or of lowest ones, cuts the circle of radius APART."""
    high = float(_run(_heights, ground, place[None], BATCH_64)[0])
    angles = np.linspace(0.0, 2 * np.pi, 2 * BATCH_64, endpoint=False) + 0.01
    _there, all_around = _on_circle(ground, place, angles)
    steep, rise = all_around.slope.max(), np.abs(all_around.f - high).max()
    least = [_dips(values) for values in (all_around.slope, all_around.f)]
    middles = np.concatenate([angles[found] for found in least])
    by_height = np.repeat([False, True], [len(found) for found in least])
    width = angles[1] - angles[0]
    for _turn in range(5):
        around = middles[:, None] + width * np.linspace(-1.0, 1.0, 17)
        _there, here = _on_circle(ground, place, around)
        values = np.where(by_height[:, None], here.f, here.slope)
        best = np.argmin(np.where(np.isnan(values), np.inf, values), axis=1)
        middles, width = around[np.arange(len(around)), best], width / 8
    there, here = _on_circle(ground, place, middles)
    still = here.slope <= 1e-6 * steep
    low = by_height & (np.abs(here.f - high) <= np.maximum(noise, 1e-6 * rise))
    return there[still | low]


def _on_circle(
    ground: Ground, place: Float[np.ndarray, "2"], angles: Float[np.ndarray, "*n"]
) -> tuple[Float[np.ndarray, "*n 2"], Local]:
    """The places at these angles, APART from `place`, and what is there."""
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    # as good as along an axis is along it
    there = place + APART * np.where(np.abs(ways) < 1e-6, 0.0, ways) * ground.size
    return there, _local(ground, there)


def _dips(values: Numbers) -> Int[np.ndarray, "k"]:
    """Where values around a circle are lower than both neighbours."""
    return np.flatnonzero((values <= np.roll(values, 1)) & (values < np.roll(values, -1)))


# --- kinks ----------------------------------------------------------------------------------------


def _pits(heights: Numbers, count: int, side: int = SIDE) -> Int[np.ndarray, "k"]:
    """The places of the lattice with a higher one beside them and none lower, the lowest first.

    Places of equal height are mixed, so that the first ones stand for all. Beside what is no number
    there are none.
    """
    least, most, middle = _neighbours(heights, side)
    low = (
        np.isfinite(least)
        & np.isfinite(most)
        & (least >= middle)
        & (most - middle > 16 * ROUNDING * np.abs(middle))
    )
    found = np.flatnonzero(low)
    depth = middle[found] - middle[found].min(initial=np.inf)
    depth = np.round(depth / max(depth.max(initial=0.0), 1e-300), 9)
    order = np.lexsort(((np.arange(len(found)) * GOLDEN) % 1.0, depth))
    return _of_inner(found[order][:count], side)


def _of_inner(inner: Int[np.ndarray, "k"], side: int) -> Int[np.ndarray, "k"]:
    """The numbers in the lattice of inner places of it."""
    rows, columns = np.divmod(inner, side - 2)
    return (rows + 1) * side + columns + 1


def _neighbours(heights: Numbers, side: int = SIDE) -> tuple[Numbers, Numbers, Numbers]:
    """The lowest and the highest of the eight neighbours of each inner place of the lattice, and
    its own height.
    """
    square = heights.reshape(side, side)
    cut = [slice(0, -2), slice(1, -1), slice(2, None)]
    moved = [square[a, b].ravel() for a in cut for b in cut]
    middle = moved.pop(4)
    return np.minimum.reduce(moved), np.maximum.reduce(moved), middle


def _level(here: Local) -> Truths:
    """Where the lattice and all around is as high and as level."""
    least, most, middle = _neighbours(here.f)
    level, _highest, inner = _neighbours(np.where(_is_level(here), 1.0, 0.0))
    same = np.maximum(np.abs(most - middle), np.abs(least - middle)) <= 4 * ROUNDING * np.abs(
        middle
    )
    return same & (np.minimum(level, inner) > 0.0)


def _unexplained(ground: Ground, pits: Places, smooth: Points) -> Places:
    """Pits that are not beside a minimum that is known."""
    bottoms = smooth.places[np.isin(smooth.kinds, ("minimum", "degenerate"))]
    return _away(ground, pits, bottoms, 1.5 * CELL)


def _away(ground: Ground, places: Places, others: Places, reach: float = BLURRED) -> Places:
    return places[_far(ground, places, others, reach)]


def _far(ground: Ground, places: Places, others: Places, reach: float = BLURRED) -> Truths:
    return _distances(ground, places, others).min(axis=1, initial=np.inf) > reach


def _distances(ground: Ground, places: Places, others: Places) -> Float[np.ndarray, "_ _"]:
    return np.hypot(*np.moveaxis((places[:, None] - others[None]) / ground.size, -1, 0))


def _bottoms(ground: Ground, pits: Places, batch: int) -> Places:
    """Where it goes down to from `pits`, in view."""
    if not len(pits):
        return pits
    found = _lower_ones(ground, _run(_descended, ground, pits, batch))
    return found[_inside(ground, found)]


def _lower_ones(ground: Ground, places: Places) -> Places:
    """Round numbers instead, where it is not higher there."""
    near = _rounded(ground, places, 9)
    lower = _run(_heights, ground, near, BATCH_64) <= _run(_heights, ground, places, BATCH_64)
    return np.where(lower[:, None], near, places)


def _kinks(ground: Ground, places: Places, lowest: float) -> Points:
    """Those of `places` that are lower than all around them and have no gradient or curvature. No
    poles, no steps.
    """
    here = _local(ground, places)
    at, near, middle = (_ring(ground, places, radius) for radius in (1e-9, NEAR, MIDDLE))
    heights = np.concatenate([near.f, middle.f, _lengthwise(ground, places, near)], axis=1)
    least = 16 * ROUNDING * np.maximum(np.abs(here.f), here.f - lowest)
    kept = np.isfinite(here.f) & np.isfinite(heights).all(axis=1)
    kept &= (heights >= (here.f - 4 * ROUNDING * np.abs(here.f))[:, None]).all(axis=1)
    # where the formula has no gradient, as the root of x^2 + y^2 at 0, it need not be sharp
    sharp = (_rise(here, middle) < SHARP * _rise(here, near)) | ~here.finite
    kept &= (_rise(here, near) > least) & sharp
    kept &= (_rise(here, at) < 0.5 * _rise(here, middle)) & ~_plateau(here, middle)
    count = int(kept.sum())
    rises = (middle.f - here.f[:, None])[kept]
    curve = rises.min(axis=1, initial=np.inf) < ALONE * rises.max(axis=1, initial=0.0)
    local = Local(here.f[kept], np.full((count, 2), np.nan), np.full((count, 2, 2), np.nan))
    return Points(places[kept], local, np.full(count, "kink"), np.column_stack([curve, curve]))


def _lengthwise(ground: Ground, places: Places, near: Local) -> Places:
    """The heights near by along the kinks."""
    ways = np.stack(
        [np.cov(slopes, rowvar=False) for slopes in np.nan_to_num(near.g)] or [np.eye(2)]
    )
    along = np.linalg.eigh(ways)[1][: len(places), :, 0]
    along = np.where(np.abs(along) < 1e-6, 0.0, along)  # as good as along an axis is along it
    return _local(
        ground, places[:, None] + np.array([[NEAR], [-NEAR]]) * along[:, None] * ground.size
    ).f


# --- the lowest points ----------------------------------------------------------------------------


def _fine(ground: Ground) -> tuple[Places, Numbers]:
    """The fine lattice and the heights there."""
    places = _lattice(ground, FINE_SIDE)
    return places, _run(_heights, ground, places, FINE_SIDE**2)


def _deep(ground: Ground, fine: Places, heights: Numbers) -> Points:
    """The minima below the pits of the fine lattice."""
    pits = _pits(heights, FINE_PITS, FINE_SIDE)
    found = _valleys(ground, fine[pits], heights[pits], _lowest(heights))
    slow = np.flatnonzero((found.kinds == "degenerate") & (found.local.slope > 0.0))
    slow = slow[np.argsort(found.local.f[slow])][:BATCH_16]
    if len(slow):  # Newton's method comes slowly to a degenerate minimum
        better = _polish(ground, found.places[slow], BATCH_16)
        for places in (better, *(_rounded(ground, better, digits) for digits in FEW_DIGITS)):
            there = _walk(ground, places, 0, CELL, BATCH_64)[2]
            lower = (there.f <= found.local.f[slow]) & (there.slope <= found.local.slope[slow])
            lower &= _inside(ground, places) & there.finite
            for old, new in zip((found.places, *found.local), (places, *there), strict=True):
                old[slow[lower]] = new[lower]
    return found


def _size(seen: Numbers, least: float) -> float:
    """The size of the heights in view, beside which rounding is measured: of the lowest one, or of
    the middle one above it.
    """
    seen = seen[np.isfinite(seen)]
    return max(abs(least), float(np.median(seen)) - least) if len(seen) else 0.0


def _edges(ground: Ground) -> Numbers:
    """Heights along the edges of the view, finer around the lowest of each."""
    shares = np.tile(np.linspace(0.0, 1.0, EDGE), (4, 1))
    told = []
    for _round in range(2):
        places = np.stack([shares, shares], axis=-1)
        for edge, axis in enumerate((0, 0, 1, 1)):
            places[edge, :, axis] = edge % 2
        at = ground.low + places.reshape(-1, 2) * ground.size
        heights = _run(_heights, ground, at, BATCH_1024).reshape(shares.shape)
        told.append(heights.ravel())
        best = np.argmin(np.where(np.isnan(heights), np.inf, heights), axis=1)
        around = [
            (row[max(0, k - 1)], row[min(len(row) - 1, k + 1)])
            for row, k in zip(shares, best, strict=True)
        ]
        shares = np.array([np.linspace(low, high, EDGE) for low, high in around])
    return np.concatenate(told)


def _region(ground: Ground, fine: Places, heights: Numbers) -> Int[np.ndarray, "k"]:
    """The places of the fine lattice in a flat region that nothing in view is lower than."""
    low = _lowest(heights)
    same = 4 * ROUNDING * abs(low)
    if np.count_nonzero(heights <= low + same) < LEAST_REGION:
        return np.zeros(0, int)
    least, most, middle = _neighbours(heights, FINE_SIDE)
    inner = (np.maximum(most, -least) <= np.maximum(middle, -middle) + same) & (
        np.abs(most - least) <= same
    )
    found = _of_inner(np.flatnonzero(inner & (middle <= low + same)), FINE_SIDE)
    few = found[:: max(1, len(found) // BATCH_256)]
    return found if len(few) and _is_level(_local(ground, fine[few])).all() else found[:0]


def _middle(ground: Ground, places: Places) -> Float[np.ndarray, "2"]:
    """The one of very many places that is nearest to the middle of them: it stands for a region."""
    return places[_distances(ground, places, places.mean(axis=0)[None])[:, 0].argmin()]


def _along(ground: Ground, points: Points, floor: float) -> bool:
    """Whether one of the first of `points` lies on a curve of them: a little way along it, it is as
    low, not only where it comes back to.
    """
    count = min(len(points.places), 3)
    if not count:
        return False
    places = points.places[:count]
    ring = _ring(ground, places, NEAR)
    bends = np.where(
        (points.kinds[:count] == "kink")[:, None, None],
        np.stack([np.cov(slopes, rowvar=False) for slopes in np.nan_to_num(ring.g)]),
        np.nan_to_num(points.local.h[:count]),
    )
    values, vectors = np.linalg.eigh(bends)
    least = np.abs(values).argmin(axis=1)
    ways = vectors[np.arange(count), :, least]
    far = np.array(REACHES)[:, None, None] * np.array([[1.0], [-1.0]])[None]
    starts = places[:, None, None] + far[None] * ways[:, None, None] * ground.size
    ends = _run(_descended, ground, starts.reshape(-1, 2), BATCH_16)
    heights = _run(_heights, ground, ends, BATCH_64).reshape(starts.shape[:-1])
    gone = np.hypot(
        *np.moveaxis((ends.reshape(starts.shape) - places[:, None, None]) / ground.size, -1, 0)
    )
    stays = (heights <= floor) & (gone >= 0.5 * np.array(REACHES)[:, None])
    return bool(stays.any(axis=2).all(axis=1).any())


def _valleys(ground: Ground, pits: Places, heights: Numbers, lowest: float) -> Points:
    """The minima below `pits`: most are near by and smooth; only for the others it takes a longer
    search.
    """
    least = heights + 4 * ROUNDING * np.abs(heights)
    near, hard = _quick(ground, pits, least, FEW_STEPS, CELL)
    if not hard.any():
        return near
    far, left = _quick(ground, pits[hard], least[hard], MORE_STEPS, 1.0)
    easy = _joined(near, far)
    if not left.any():
        return easy
    coarse = _lattice(ground)  # other starts: what is hidden is not met from everywhere
    heights = _run(_heights, ground, coarse, BATCH_1024)
    more = coarse[_pits(heights, BATCH_16 // 2)]
    starts = np.concatenate([pits[hard][left][: BATCH_16 - len(more)], more])
    return _joined(easy, _hidden(ground, starts, easy, lowest))


def _quick(
    ground: Ground, pits: Places, least: Numbers, steps: int, reach: float
) -> tuple[Points, Truths]:
    """Minima, not higher than `least`, that Newton's method leads to, and which `pits` are left."""
    last, found, here = _walk(ground, pits, steps, reach, BATCH_64)
    good = here.finite & (here.f <= least) & (last <= SETTLED) & _inside(ground, found)
    values = np.linalg.eigvalsh(np.where(good[:, None, None], here.h, 0.0))
    tiny = SINGULAR * values[:, 1]
    good &= (values[:, 1] > 0.0) & (values[:, 0] >= -tiny) & (here.slope <= SETTLED * values[:, 1])
    curve = (values[:, 0] <= tiny)[good]
    places, local = _round_ones(ground, found[good], BATCH_64)
    points = Points(
        places, local, np.where(curve, "degenerate", "minimum"), np.column_stack([curve, curve])
    )
    return points, ~good


def _hidden(ground: Ground, pits: Places, easy: Points, lowest: float) -> Points:
    """Minima to which Newton's method does not come, below `pits`, at most BATCH_16."""
    bottoms = _away(ground, _bottoms(ground, pits, BATCH_16), easy.places)
    smooth = _smooth(ground, _polish(ground, bottoms, BATCH_16), lowest)
    smooth = _each(smooth, np.isin(smooth.kinds, ("minimum", "degenerate")))
    return _joined(smooth, _kinks(ground, _away(ground, bottoms, smooth.places), lowest))


# --- what is told ---------------------------------------------------------------------------------


def _joined(one: Points, other: Points) -> Points:
    return jax.tree.map(lambda a, b: np.concatenate([a, b]), one, other)


def _each(rows: Any, chosen: Any) -> Any:
    return jax.tree.map(lambda column: column[chosen], rows)


def _told(ground: Ground, points: Points, flat: bool, constant: bool) -> Found:
    kept, more = _few(ground, points)
    told = [_critical(ground, points, i) for i in kept]
    told.sort(key=lambda point: (ORDER[point.kind], point.height, point.place))
    return Found(tuple(told[:MOST_POINTS]), more + max(0, len(told) - MOST_POINTS), flat, constant)


def _few(ground: Ground, points: Points) -> tuple[list[int], int]:
    """Each point once, and some of each curve of them; and how many more of a curve were found."""
    curve = points.zero.any(axis=1)
    kept, more = _distinct(ground, points, np.flatnonzero(~curve)), 0
    for kind in ("degenerate", "kink"):
        some, rest = _spread(ground, points, np.flatnonzero(curve & (points.kinds == kind)))
        kept, more = [*kept, *some], more + rest
    return kept, more


def _distinct(ground: Ground, points: Points, rows: Int[np.ndarray, "k"]) -> list[int]:
    """Each point once: the lowest, or that with the shortest gradient, of those near."""
    slopes, kept = np.nan_to_num(points.local.slope[rows]), []
    for row in rows[np.lexsort((points.local.f[rows], slopes))]:
        reach = BLURRED if points.kinds[row] == "kink" else SAME
        if not kept or _distances(ground, points.places[[row]], points.places[kept]).min() > reach:
            kept.append(int(row))
    return kept


def _spread(ground: Ground, points: Points, rows: Int[np.ndarray, "k"]) -> tuple[list[int], int]:
    """Points that are APART, always the one that is farthest from those before; and how many more
    there were.
    """
    if not len(rows):
        return [], 0
    places = points.places[rows]
    kept = [int(np.argmin(np.nan_to_num(points.local.slope[rows])))]
    far = _distances(ground, places, places[kept])[:, 0]
    while far.max() > APART:
        kept.append(int(np.argmax(far)))
        far = np.minimum(far, _distances(ground, places, places[kept[-1:]])[:, 0])
    rest = len(_thinned(ground, places[far > BLURRED], int(1 / BLURRED)))
    return [int(rows[i]) for i in kept], max(rest, int(len(kept) > 2))


def _critical(ground: Ground, points: Points, row: int) -> Critical:
    x, y = points.places[row].tolist()
    kind, height = str(points.kinds[row]), float(points.local.f[row])
    bend = points.local.h[row] / np.outer(ground.size, ground.size)
    nothing = (math.nan, math.nan), AXES
    values, vectors = nothing if kind == "kink" else _bends(bend, int(points.zero[row].sum()))
    return Critical((x, y), height, values, vectors, kind)  # pyright: ignore[reportArgumentType] - of `_kinds`


def _bends(
    bend: Float[np.ndarray, "2 2"], zeros: int
) -> tuple[tuple[float, float], tuple[Place, Place]]:
    """Eigenvalues and unit eigenvectors, the smaller first. The `zeros` smallest are rounding and
    become 0.
    """
    values, columns = np.linalg.eigh(bend)
    values[np.argsort(np.abs(values))[:zeros]] = 0.0
    small, large = sorted(values.tolist())
    if large - small <= 1e-9 * max(abs(small), abs(large)):
        return (small, large), AXES
    (a, b), (c, d) = (_signed(*columns[:, i].tolist()) for i in np.argsort(values))
    return (small, large), ((a, b), (c, d))


def _signed(a: float, b: float) -> Place:
    """A direction with its sign chosen; what is as good as along an axis is along it."""
    a, b = (0.0 if abs(v) < 1e-9 else v for v in (a, b))
    sign = math.copysign(1.0, a or b)
    return sign * a + 0.0, sign * b + 0.0
