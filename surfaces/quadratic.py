import math
from typing import Annotated, ClassVar

import jax.numpy as jnp

from ravine.core.knob import Knob
from ravine.core.types import Place, Point, Scalar
from ravine.core.words import N_
from surfaces._surface import Surface


class Quadratic(Surface):
    r"""The quadratic 1/2 z' R(theta) diag(1, kappa) R(theta)' z: Hessian eigenvalues 1 and kappa,
    turned by theta.

    theta is in radians.
    """

    title: ClassVar = N_("Quadratic, stretched and turned")
    family: ClassVar = "valleys"
    formula: ClassVar = r"\tfrac12\, x^\top R(\theta)\,\mathrm{diag}(1, \kappa)\,R(\theta)^\top x"
    code: ClassVar = (
        "0.5 * (cos(theta) * x1 + sin(theta) * x2) ** 2 + 0.5 * kappa * (cos(theta) * x2 "
        "- sin(theta) * x1) ** 2"
    )
    lesson: ClassVar = N_(
        "κ stretches the valley; θ turns it away from the axes, where rules that scale each "
        "coordinate lose their edge."
    )
    view: ClassVar = ((-5.0, 5.0), (-5.0, 5.0))
    start: ClassVar = (-4.0, 2.0)
    lr: ClassVar = 0.09
    steps: ClassVar = 60
    levels: ClassVar = "root"

    kappa: Annotated[
        float,
        Knob(
            r"\kappa",
            1.0,
            1000.0,
            "fine log",
            N_("condition number"),
            idea=N_(
                "How much steeper one direction is than the other. "
                "More makes a narrow valley; at 1 it is round."
            ),
        ),
    ] = 20.0
    theta: Annotated[
        float,
        Knob(
            r"\theta",
            0.0,
            math.pi,
            "linear",
            N_("angle"),
            "angle",
            idea=N_(
                "How far the valley is turned. "
                "Askew it couples both coordinates; at 0° and 90° it does not."
            ),
        ),
    ] = 0.0

    def __call__(self, x: Point) -> Scalar:
        c, s = jnp.cos(self.theta), jnp.sin(self.theta)
        along, across = c * x[0] + s * x[1], c * x[1] - s * x[0]
        return 0.5 * (along**2 + self.kappa * across**2)

    def minima(self) -> list[Place]:
        return [(0.0, 0.0)]
