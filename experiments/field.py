"""A surface, sampled on a grid."""

from typing import NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

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
    """`surface` on an n by n grid over `box`, or over its own view. Where it is not defined, z is NaN or infinite."""
    left, right, bottom, top = box or view_box(surface)
    x, y = np.linspace(left, right, n), np.linspace(bottom, top, n)
    return Field(x, y, np.asarray(_heights(surface, x, y)))


@jax.jit
def _heights(surface: Surface, x: Float[Array, "n"], y: Float[Array, "m"]) -> Float[Array, "m n"]:
    along = jax.vmap(lambda a, b: surface(jnp.stack([a, b])), in_axes=(0, None))
    return jax.vmap(along, in_axes=(None, 0))(x, y)
