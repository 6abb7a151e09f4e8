from typing import Annotated, Any, ClassVar

import jax.numpy as jnp

from optim.wrappers._wrapper import Schedule
from ravine.core.knob import Knob
from ravine.core.types import Scalar
from ravine.core.words import N_


class InverseSqrt(Schedule):
    """The learning rate falls as one over the root of the steps (Zinkevich, 2003), 1 / sqrt(2)
    after k_0 of them.
    """

    title: ClassVar = N_("Inverse square root")
    formula: ClassVar = r"\phi_k = 1 / \sqrt{1 + k / k_0}"
    paper: ClassVar = (
        "M. Zinkevich, 2003. Online convex programming and generalized infinitesimal "
        "gradient ascent."
    )

    after: Annotated[
        float,
        Knob(
            "k_0",
            1.0,
            1000.0,
            "log",
            N_("steps before the fall"),
            idea=N_(
                "How long the learning rate stays nearly as it is. More falls later; less sooner."
            ),
        ),
    ] = 10.0

    def factor(self, k: Scalar, total: Scalar, state: Any) -> Scalar:
        return 1.0 / jnp.sqrt(1.0 + k / self.after)
