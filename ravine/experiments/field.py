"""A surface, sampled on a grid."""

from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ravine.core.bounded_jit import BoundedJit, bounded_jit
from surfaces import Surface

Box: TypeAlias = tuple[float, float, float, float]  # x1 from, x1 to, x2 from, x2 to


class Field(NamedTuple):
    """Heights on a grid: `z[j, i]` is the height at `(x[i], y[j])`. NumPy, float64."""

    x: Float[np.ndarray, "n"]
    y: Float[np.ndarray, "n"]
    z: Float[np.ndarray, "n n"]


def view_box(surface: Surface) -> Box:
    """The picture that the surface asks for."""
    (left, right), (bottom, top) = surface.view
    return left, right, bottom, top


def sample(surface: Surface, box: Box | None = None, n: int = 100) -> Field:
    """`surface` on an n by n grid over `box`, or over its own view. Where it is not defined, z is
    NaN or infinite.
    """
    left, right, bottom, top = box or view_box(surface)
    x, y = np.linspace(left, right, n), np.linspace(bottom, top, n)
    return Field(x, y, np.asarray(_asked(_heights, surface, x, y)))


def downhill(surface: Surface, box: Box, across: int, up: int) -> Float[np.ndarray, "up across 4"]:
    """Where the ground falls: x1, x2 and the negative gradient there, in the middles of the cells
    of a grid.
    """
    left, right, bottom, top = box
    x = left + (right - left) * (np.arange(across) + 0.5) / across
    y = bottom + (top - bottom) * (np.arange(up) + 0.5) / up
    places = np.stack(np.meshgrid(x, y), axis=-1)
    slopes = np.asarray(_asked(_slopes, surface, places.reshape(-1, 2))).reshape(places.shape)
    return np.concatenate([places, -slopes], axis=-1)


def heights_at(surface: Surface, places: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n"]:
    """The height of `surface` at each of `places`."""
    return np.asarray(_asked(_heights_at, surface, places))


def slope_at(surface: Surface, place: Float[np.ndarray, "2"]) -> Float[np.ndarray, "2"]:
    """The gradient of `surface` at `place`, by automatic differentiation."""
    return np.asarray(_asked(_slopes, surface, np.asarray(place, float)[None]))[0]


def bends_at(surface: Surface, places: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2 2"]:
    """The Hessian of `surface` at each of `places`, by automatic differentiation."""
    return np.asarray(_asked(_bends, surface, places))


def _asked(program: BoundedJit, surface: Surface, *more: Any) -> Any:
    knobs, kinds = jax.tree.flatten(surface)
    return program(knobs, *more, kinds=kinds)


@bounded_jit("kinds")
def _heights_at(knobs: list[Any], places: Float[Array, "n 2"], kinds: Any) -> Float[Array, "n"]:
    return jax.vmap(jax.tree.unflatten(kinds, knobs))(places)


@bounded_jit("kinds")
def _slopes(knobs: list[Any], places: Float[Array, "n 2"], kinds: Any) -> Float[Array, "n 2"]:
    return jax.vmap(jax.grad(jax.tree.unflatten(kinds, knobs)))(places)


@bounded_jit("kinds")
def _bends(knobs: list[Any], places: Float[Array, "n 2"], kinds: Any) -> Float[Array, "n 2 2"]:
    return jax.vmap(jax.hessian(jax.tree.unflatten(kinds, knobs)))(places)


@bounded_jit("kinds")
def _heights(
    knobs: list[Any], x: Float[Array, "n"], y: Float[Array, "m"], kinds: Any
) -> Float[Array, "m n"]:
    surface = jax.tree.unflatten(kinds, knobs)
    along = jax.vmap(lambda a, b: surface(jnp.stack([a, b])), in_axes=(0, None))
    return jax.vmap(along, in_axes=(None, 0))(x, y)
