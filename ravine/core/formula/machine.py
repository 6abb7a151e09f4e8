"""The program that runs tapes. It knows no formula: every text is data to it, and none compiles
anything.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ravine.core.formula.tape import ON_NUMBERS, Arrays
from ravine.core.types import Height, Scalar, Vector

Rows: TypeAlias = Float[Array, "_registers n"]  # one number or one vector a row
OF_TWO: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "min": jnp.minimum,
    "max": jnp.maximum,
}
OF_ONE: dict[str, Callable[[Any], Any]] = {
    "negative": lambda a: -a,
    "rsqrt": jax.lax.rsqrt,
    **{
        name: getattr(jnp, name)
        for name in (
            "abs", "sign", "sqrt", "exp", "log", "sin", "cos", "tan", "tanh", "asin", "acos",
            "atan", "sinh", "cosh",
        )
    },
    "sigmoid": jax.nn.sigmoid,
    "softplus": jax.nn.softplus,
}  # fmt: skip


def branch(name: str) -> Callable[[Any, Any], Any]:
    """An operation on numbers, of two operands in any case."""
    return OF_TWO[name] if name in OF_TWO else of_first(OF_ONE[name])


def of_first(function: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """A function of one as one of two that leaves the second out."""
    return lambda *operands: function(operands[0])


def step_of(tape: Arrays, f: Height, x: Vector, t: Scalar, memory: Rows, knobs: Any) -> Rows:
    """What a rule's tape makes of a point: row 0 is the next point, the others its states, shape
    (13, n).

    `t` is the number of the step from 1, `memory` the states before it, shape (12, n), `knobs` the
    values, shape (12,). `f` is asked only where the formula asks for it. Under `vmap` the tape must
    not be mapped over: the choice between operations would turn into doing all of them, at every
    operation.
    """
    on_points = (
        lambda a: jnp.full_like(a, jnp.sum(a)),
        lambda a: jnp.full_like(a, jnp.sum(a) / a.size),
        lambda a: jnp.full_like(a, f(a)),
        lambda a: jax.grad(f)(a),
    )
    branches = [*map(branch, ON_NUMBERS), *map(of_first, on_points)]
    code, constants, ends = map(jnp.asarray, tape)
    numbers = jnp.concatenate([jnp.asarray(knobs), constants])
    given = jnp.concatenate(
        [
            x[None],
            jnp.full((1, x.size), t),
            memory,
            jnp.broadcast_to(numbers[:, None], (numbers.size, x.size)),
        ]
    )

    rows = jnp.concatenate([given, jnp.zeros((code.shape[0], x.size))])
    return operated(code, ends[0], branches, rows)[ends[1:]]


def operated(code: Any, count: Any, branches: list[Callable[[Any, Any], Any]], rows: Any) -> Any:
    """The registers, one a row, after all operations: the last rows are their results."""
    first = rows.shape[0] - code.shape[0]

    def operate(k: Any, rows: Any) -> Any:
        name, a, b = code[k]
        made = jax.lax.switch(name, branches, rows[a], rows[b])
        return jax.lax.dynamic_update_index_in_dim(rows, made, first + k, 0)

    return jax.lax.fori_loop(0, count, operate, rows)
