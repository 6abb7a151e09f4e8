"""Minima that have no closed form, to machine precision."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from ravine.core.bounded_jit import bounded_jit
from ravine.core.types import Place
from surfaces._surface import Surface


def refined(f: Surface, guesses: list[Place], within: float) -> list[Place]:
    """The minima of `f` next to `guesses`, by Newton's method; those not `within` reach are
    dropped.
    """
    knobs, kinds = jax.tree.flatten(f)
    found, curved = (np.asarray(v) for v in _newton(knobs, np.array(guesses), kinds=kinds))
    near = np.abs(found - np.array(guesses)).max(axis=1) < within
    return [
        (float(a), float(b))
        for (a, b), good in zip(found.tolist(), (near & curved).tolist(), strict=True)
        if good
    ]


@bounded_jit("kinds")
def _newton(
    knobs: list[Any], guesses: Float[Array, "n 2"], kinds: Any
) -> tuple[Float[Array, "n 2"], Bool[Array, "n"]]:
    f = jax.tree.unflatten(kinds, knobs)

    def step(x: Float[Array, "2"], _: None) -> tuple[Float[Array, "2"], None]:
        return x - jnp.linalg.solve(jax.hessian(f)(x), jax.grad(f)(x)), None

    found = jax.vmap(lambda x: jax.lax.scan(step, x, None, length=12)[0])(guesses)
    return found, jax.vmap(lambda x: jnp.linalg.eigvalsh(jax.hessian(f)(x))[0] > 0)(found)
