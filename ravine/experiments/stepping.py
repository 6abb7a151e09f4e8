"""One step of a run: the only place where a rule meets a surface."""

from typing import Any

import jax

from optim import Optimizer
from ravine.core.types import Vector
from surfaces import Surface


def step(
    rule: Optimizer, surface: Surface, k: jax.Array | int, here: tuple[Vector, Any]
) -> tuple[Vector, Any]:
    """Step number `k`, from 1, of `rule` on `surface`, from a place, shape (n,), and a state.

    The rule is handed what can be seen of the surface in this step (docs/decisions/0016).
    """
    return rule.update(surface.at(k), *here)
