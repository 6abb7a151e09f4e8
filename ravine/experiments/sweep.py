"""Many runs at once: one rule on one surface with any knobs and starts, and of each run only what
is asked for.

Runs go in blocks, so that memory does not grow with their number, and each block is spread over all
devices: the cores of a processor that was told to be several devices, graphics cards, or those of
several hosts under `jax.distributed`. Within a device they go in chunks that fit its cache.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import multihost_utils
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from jaxtyping import Array, Float

from optim import Optimizer, Wrapped
from ravine.core.bounded_jit import bounded_jit
from ravine.core.types import Point
from ravine.experiments.stepping import step
from surfaces import Surface

Kept: TypeAlias = Literal["height", "best", "arrived", "lost", "x1", "x2"]
KEPT: tuple[Kept, ...] = get_args(Kept)
CHUNK = 512  # runs that go together on a device: their state stays in its cache
FEW_CHUNKS = (1, 8)  # chunks that a device gets, where it does not get more: powers of two
# runs that are in memory at a time: at most 200 bytes each, and twice that while they are moved
BLOCK = 65_536
NEVER = -1  # where a step is asked for that there was none
AXIS = "runs"

Columns: TypeAlias = tuple[Any, ...]


@dataclasses.dataclass(frozen=True)
class Grid:
    """Runs to do: the leaves of rule and surface, some with a row for each run (`axes` 0), and a
    start for each.
    """

    kinds: Any
    columns: Columns
    axes: tuple[int | None, ...]
    starts: Float[np.ndarray, "n 2"]

    def __len__(self) -> int:
        return len(self.starts)

    def part(self, first: int, last: int) -> "Grid":
        """The runs from `first` to before `last`."""
        rows = (
            c if axis is None else c[first:last]
            for c, axis in zip(self.columns, self.axes, strict=True)
        )
        return dataclasses.replace(self, columns=tuple(rows), starts=self.starts[first:last])


def grid(rule: Optimizer, surface: Surface, knobs: Mapping[str, Any], starts: Any) -> Grid:
    """Runs of `rule` on `surface`. `knobs` has columns of n values by name: those of the rule
    ("lr"), of a wrapper ("clip_norm.limit") and of the surface ("surface.kappa"); `starts` is (2,)
    or (n, 2).

    Raises ValueError for a name that nothing has, and for columns of different lengths.
    """
    columns = {name: np.asarray(values, np.float64) for name, values in knobs.items()}
    starts = np.asarray(starts, np.float64)
    lengths = {len(values) for values in columns.values()} | (
        {len(starts)} if starts.ndim == 2 else set()
    )
    if len(lengths) > 1:
        raise ValueError(f"The columns have different lengths: {sorted(lengths)}.")
    count = lengths.pop() if lengths else 1
    for name, values in columns.items():
        rule, surface = _varied(rule, surface, name, values)
    leaves, kinds = jax.tree.flatten((rule, surface))
    varied = {id(values) for values in columns.values()}
    axes = tuple(0 if id(leaf) in varied else None for leaf in leaves)
    held = tuple(
        leaf if axis == 0 else _constant(leaf) for leaf, axis in zip(leaves, axes, strict=True)
    )
    return Grid(kinds, held, axes, np.broadcast_to(starts, (count, 2)))


def _constant(leaf: Any) -> np.ndarray:
    """A leaf that is the same in all runs: a number as a float, an array as it is."""
    return np.asarray(leaf) if np.ndim(leaf) else np.asarray(leaf, np.float64)


def _varied(
    rule: Optimizer, surface: Surface, name: str, values: np.ndarray
) -> tuple[Optimizer, Surface]:
    """The rule and the surface with a column in place of a knob. Raises ValueError when neither has
    it.
    """
    owner, _dot, field = name.rpartition(".")
    if owner == "surface" and field in surface.knobs():
        return rule, surface.with_value(field, values)
    if owner == "surface" and field in _fields(surface):
        return rule, dataclasses.replace(surface, **{field: values})
    if isinstance(rule, Wrapped):
        if not owner and field in _fields(rule.rule):
            return dataclasses.replace(
                rule, rule=dataclasses.replace(rule.rule, **{field: values})
            ), surface
        wraps = [wrap.slug() for wrap in rule.wraps]
        if owner in wraps and field in _fields(rule.wraps[wraps.index(owner)]):
            at = wraps.index(owner)
            turned = dataclasses.replace(rule.wraps[at], **{field: values})
            return dataclasses.replace(
                rule, wraps=(*rule.wraps[:at], turned, *rule.wraps[at + 1 :])
            ), surface
    elif not owner and field in _fields(rule):
        return dataclasses.replace(rule, **{field: values}), surface
    raise ValueError(f"Neither the rule nor the surface has a knob {name!r}.")


def _fields(part: Any) -> set[str]:
    return {field.name for field in dataclasses.fields(part)}


def sweep(
    runs: Grid,
    steps: int,
    keep: Sequence[Kept] = ("height",),
    tolerance: float = 1e-3,
    lowest: float = 0.0,
    mesh: Mesh | None = None,
    done: Callable[[int], bool | None] = lambda _count: None,
    block: int = BLOCK,
) -> dict[str, np.ndarray]:
    """What becomes of every run after `steps` steps, (n,) each: what `keep` asks for.

    "height": f at the last step. "best": the lowest f. "arrived": the first step at which f is
    within `tolerance` of `lowest`. "lost": the first step at which x has no number. "x1", "x2": the
    last place. A step that never came is NEVER. `done(count)` is told after each block; when it
    answers False the sweep stops, and what was not done is NaN or NEVER. Every number is what
    `ravine.experiments.trace.run` gives. Beyond what is asked for, and what is given, memory does
    not grow with the number of runs.
    """
    kept = {
        name: np.full(len(runs), NEVER if name in STEPS else np.nan, _kind(name)) for name in keep
    }
    for first, found in blocks(runs, steps, keep, tolerance, lowest, mesh, block=block):
        for name, values in found.items():
            kept[name][first : first + len(values)] = values
        if done(min(first + block, len(runs))) is False:
            break
    return kept


STEPS = ("arrived", "lost")


def _kind(name: str) -> Any:
    return np.int32 if name in STEPS else np.float64


def blocks(
    runs: Grid,
    steps: int,
    keep: Sequence[Kept],
    tolerance: float = 1e-3,
    lowest: float = 0.0,
    mesh: Mesh | None = None,
    first: int = 0,
    block: int = BLOCK,
) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """The blocks of a sweep in order, from run `first` on: where each begins, and what `sweep`
    keeps of it.
    """
    mesh = all_devices() if mesh is None else mesh
    for at in range(first, len(runs), block):
        part = runs.part(at, min(at + block, len(runs)))
        yield at, _block(part, steps, tuple(keep), tolerance, lowest, mesh)


def all_devices() -> Mesh:
    """Every device that there is, of all hosts, in a row."""
    return Mesh(np.array(jax.devices()), (AXIS,))


def _block(
    part: Grid, steps: int, keep: tuple[Kept, ...], tolerance: float, lowest: float, mesh: Mesh
) -> dict[str, np.ndarray]:
    count, size = len(part), _size(len(part), mesh.size)
    spread, whole = NamedSharding(mesh, PartitionSpec(AXIS)), NamedSharding(mesh, PartitionSpec())
    columns = tuple(
        _placed(c if axis is None else _longer(c, size), whole if axis is None else spread)
        for c, axis in zip(part.columns, part.axes, strict=True)
    )
    starts = _placed(_longer(part.starts, size), spread)
    goal = [_placed(np.asarray(v, np.float64), whole) for v in (steps, tolerance, lowest)]
    found = _program(columns, starts, *goal, kinds=part.kinds, axes=part.axes, keep=keep, mesh=mesh)
    return {
        name: _gathered(values)[:count].astype(_kind(name))
        for name, values in zip(keep, found, strict=True)
    }


def _size(count: int, devices: int) -> int:
    """As many runs as fill whole chunks on every device: one of few sizes, so that few programs are
    compiled.
    """
    chunks = -(-count // (CHUNK * devices))
    return (
        CHUNK
        * devices
        * next((size for size in FEW_CHUNKS if size >= chunks), 1 << (chunks - 1).bit_length())
    )


def _longer(rows: np.ndarray, size: int) -> np.ndarray:
    return np.pad(rows, [(0, size - len(rows)), *[(0, 0)] * (rows.ndim - 1)], mode="edge")


def _placed(rows: np.ndarray, sharding: NamedSharding) -> jax.Array:
    """An array on the devices; each host brings its own part."""
    return jax.make_array_from_callback(rows.shape, sharding, lambda index: rows[index])


def _gathered(values: jax.Array) -> np.ndarray:
    if jax.process_count() > 1:
        return np.asarray(multihost_utils.process_allgather(values, tiled=True))
    return np.asarray(values)


@bounded_jit("kinds", "axes", "keep", "mesh")
def _program(
    columns: Columns,
    starts: Float[Array, "n 2"],
    steps: Any,
    tolerance: Any,
    lowest: Any,
    kinds: Any,
    axes: tuple[int | None, ...],
    keep: tuple[Kept, ...],
    mesh: Mesh,
) -> tuple[Array, ...]:
    here = tuple(PartitionSpec() if axis is None else PartitionSpec(AXIS) for axis in axes)
    goal, count = (lowest - tolerance, lowest + tolerance), steps.astype(int)

    def on_device(columns: Columns, starts: Float[Array, "m 2"]) -> tuple[Array, ...]:
        def chunk(rows: tuple[Columns, Array]) -> tuple[Array, ...]:
            some, at = rows
            leaves = [
                c if axis is None else r for c, r, axis in zip(columns, some, axes, strict=True)
            ]
            return _simulate_chunk(leaves, at, kinds, axes, keep, count, goal)

        none = jnp.zeros(len(starts) // CHUNK)  # `map` wants a row for each chunk
        chunked = tuple(
            none if axis is None else _chunks(c) for c, axis in zip(columns, axes, strict=True)
        )
        made = jax.lax.map(chunk, (chunked, _chunks(starts)))
        return tuple(values.reshape(-1) for values in made)

    runs = PartitionSpec(AXIS)
    return jax.shard_map(
        on_device, mesh=mesh, in_specs=(here, runs), out_specs=runs, check_vma=False
    )(columns, starts)


def _chunks(rows: Array) -> Array:
    return rows.reshape(-1, CHUNK, *rows.shape[1:])


def _simulate_chunk(
    leaves: list[Any],
    starts: Float[Array, "n 2"],
    kinds: Any,
    axes: tuple[int | None, ...],
    keep: tuple[Kept, ...],
    steps: Any,
    goal: tuple[Any, Any],
) -> tuple[Array, ...]:
    """A chunk of runs, and what is kept of them. What nobody asks for is not computed."""

    def move(leaves: list[Any], k: Any, x: Point, state: Any) -> Any:
        rule, surface = jax.tree.unflatten(kinds, leaves)
        return step(rule, surface, k, (x, state))

    state, own = _initial_states(move, leaves, starts, kinds, axes)
    height = jax.vmap(lambda leaves, x: jax.tree.unflatten(kinds, leaves)[1](x), ([*axes], 0))
    ahead = jax.vmap(move, ([*axes], None, 0, own), (0, own))

    def near(now: Array) -> Array:
        # far below f* is outside of the picture, where f* does not hold
        return (now >= goal[0]) & (now <= goal[1])

    def forward(k: jax.Array, carry: Any) -> Any:
        x, state, best, arrived, lost = carry
        x, state = ahead(leaves, k, x, state)
        now = height(leaves, x)
        arrived = jnp.where((arrived == NEVER) & near(now), k, arrived)
        lost = jnp.where((lost == NEVER) & ~jnp.isfinite(x).all(axis=1), k, lost)
        return x, state, jnp.fmin(best, now), arrived, lost

    first = height(leaves, starts)
    never = jnp.full(len(starts), NEVER)
    begun = (starts, state, first, jnp.where(near(first), 0, never), never)
    x, _state, best, arrived, lost = jax.lax.fori_loop(1, steps + 1, forward, begun)
    told = {
        "height": height(leaves, x),
        "best": best,
        "arrived": arrived,
        "lost": lost,
        "x1": x[:, 0],
        "x2": x[:, 1],
    }
    return tuple(told[name] for name in keep)


def _initial_states(
    move: Callable[..., Any],
    leaves: list[Any],
    starts: Float[Array, "n 2"],
    kinds: Any,
    axes: tuple[int | None, ...],
) -> tuple[Any, Any]:
    """The states before the first step, and along which axis each leaf of them has a row for each
    run: 0, or None for a number that is the same in all, as the count of the steps is. A power of
    it is then computed once and not n times.
    """

    def init(leaves: list[Any], x: Point) -> Any:
        return jax.tree.unflatten(kinds, leaves)[0].init(x)

    made = jax.vmap(init, ([*axes], 0))(leaves, starts)
    parts, form = jax.tree.flatten(made)
    own: list[int | None] = [0] * len(parts)
    for i, part in enumerate(parts):
        if part.ndim > 1:
            continue
        trial = [*own[:i], None, *own[i + 1 :]]
        alone = jax.tree.unflatten(form, trial)
        some = jax.tree.unflatten(
            form, [p if axis == 0 else p[0] for p, axis in zip(parts, trial, strict=True)]
        )
        try:
            jax.vmap(init, ([*axes], 0), alone)(leaves, starts)
            moved = jax.vmap(move, ([*axes], None, 0, alone), (0, alone))
            jax.eval_shape(moved, leaves, 1, starts, some)
        except ValueError:  # it differs from run to run
            continue
        own = trial
    shared = [part[0] if axis is None else part for part, axis in zip(parts, own, strict=True)]
    return jax.tree.unflatten(form, shared), jax.tree.unflatten(form, own)
