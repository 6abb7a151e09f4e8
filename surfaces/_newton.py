"""Minima that have no closed form, to machine precision."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from ravine.core.types import Height, Place


def refined(f: Height, guesses: list[Place], within: float) -> list[Place]:
    """The minima of `f` next to `guesses`, by Newton's method; those not `within` reach are
    dropped.
    """
    found, curved = _newton(f, jnp.array(guesses))
    near = jnp.abs(found - jnp.array(guesses)).max(axis=1) < within
    return [
        (float(a), float(b))
        for (a, b), good in zip(found.tolist(), (near & curved).tolist(), strict=True)
        if good
    ]


@jax.jit
def _newton(f: Any, guesses: Float[Array, "n 2"]) -> tuple[Float[Array, "n 2"], Bool[Array, "n"]]:
    def step(x: Float[Array, "2"], _: None) -> tuple[Float[Array, "2"], None]:
        return x - jnp.linalg.solve(jax.hessian(f)(x), jax.grad(f)(x)), None

    found = jax.vmap(lambda x: jax.lax.scan(step, x, None, length=12)[0])(guesses)
    return found, jax.vmap(lambda x: jnp.linalg.eigvalsh(jax.hessian(f)(x))[0] > 0)(found)
