"""What an update rule must provide."""

from typing import Any, ClassVar

import jax.numpy as jnp

from core.part import Part
from core.types import Height, Point


class Optimizer(Part):
    """A rule for moving downhill.

    `update` is handed the height function itself, not a gradient, so rules that look ahead or use curvature need no
    special case anywhere else.
    """

    paper: ClassVar[str]  # author, year, title
    note: ClassVar[str] = ""  # what a reader should know before trusting a picture of it
    breaks: ClassVar[dict[str, str]] = {}  # law -> why this rule does not obey it

    def init(self, x: Point) -> Any:
        """The state before the first step from `x`, shape (2,)."""
        raise NotImplementedError

    def update(self, f: Height, x: Point, state: Any) -> tuple[Point, Any]:
        """One step from `x`, shape (2,), on the height `f`: the next point, shape (2,), and the next state."""
        raise NotImplementedError

    def rate(self, before: Any, after: Any) -> Point:
        """The effective learning rate of each coordinate, shape (2,): what the step that led from the state `before` to
        `after` multiplied the gradient by, or the average of gradients that the rule keeps. NaN when it has none.
        """
        return jnp.full(2, jnp.nan)
