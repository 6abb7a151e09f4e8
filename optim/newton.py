from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from optim._knobs import Damping, StepLength
from optim._optimizer import Optimizer
from ravine.core.part import shown_by_result
from ravine.core.types import Height, Vector
from ravine.core.words import N_


class Newton(Optimizer):
    """The step to where the parabola through the height, slope and curvature of this place is level
    (Simpson, 1740).

    On a quadratic one whole step leads to the minimum, whatever the curvatures. Damping adds to
    both of them (Levenberg, 1944), which shortens the step and turns it towards steepest descent.

    >>> import jax.numpy as jnp
    >>> x, rule = jnp.array([-5.0, -2.0]), Newton()
    >>> x, _ = rule.update(lambda x: 0.1 * x[0] ** 2 + 2 * x[1] ** 2, x, rule.init(x))
    >>> [round(float(c), 12) for c in x]
    [0.0, 0.0]
    """

    title: ClassVar = N_("Newton")
    idea: ClassVar = N_(
        "Uses the curvature to step to where the slope would vanish; it may be a saddle or a top."
    )
    family: ClassVar = "curvature"
    rank: ClassVar = 20
    look: ClassVar = "triangle-left"
    no_limit: ClassVar = "no effective learning rate"
    formula: ClassVar = (
        r"x \leftarrow x - \alpha\, \big(\nabla^2 f(x) + \delta I\big)^{-1}\, \nabla f(x)"
    )
    paper: ClassVar = (
        "T. Simpson, 1740. Essays on several curious and useful subjects. Damping: K. "
        "Levenberg, 1944."
    )
    note: ClassVar = N_(
        "It walks to any level place: where the surface bends down it goes to a saddle or a "
        "maximum, until the damping "
        "is larger than that bend. It has no learning rate."
    )
    dialects: ClassVar = {"paper": {}, "d2l": {}}

    alpha: StepLength = 1.0
    damping: Damping = 0.0

    def init(self, x: Vector) -> tuple[()]:
        return ()

    def update(self, f: Height, x: Vector, state: tuple[()]) -> tuple[Vector, tuple[()]]:
        curvature = jax.hessian(f)(x) + self.damping * jnp.eye(x.size)
        return x - self.alpha * solved(curvature, jax.grad(f)(x)), state


@shown_by_result
def solved(h: Float[Array, "n n"], g: Vector) -> Vector:
    """The d with h d = g, shape (n,), for a symmetric h; where h is singular, the shortest d that
    comes nearest.

    Of two coordinates in closed form. Of any other number by eigenvalues, of which those that are
    0 to rounding count as 0: an LU decomposition would answer rounding errors, divided by others.
    """
    return _solved_in_closed_form(h, g) if g.size == 2 else jnp.linalg.pinv(h, hermitian=True) @ g


def _solved_in_closed_form(h: Float[Array, "2 2"], g: Float[Array, "2"]) -> Float[Array, "2"]:
    """Of a symmetric 2 by 2 matrix with determinant 0 the pseudoinverse is the matrix itself over
    its squared trace.
    """
    (a, b), (_, c) = h
    det, trace = a * c - b * b, a + c
    whole = jnp.stack([c * g[0] - b * g[1], a * g[1] - b * g[0]]) / jnp.where(det == 0, 1.0, det)
    flat = (h @ g) / jnp.where(trace == 0, 1.0, trace) ** 2
    return jnp.where(det == 0, flat, whole)
