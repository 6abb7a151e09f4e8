from typing import Annotated, Any, ClassVar

import jax.numpy as jnp

from optim.wrappers._wrapper import Schedule
from ravine.core.knob import Knob
from ravine.core.types import Scalar
from ravine.core.words import N_


class Step(Schedule):
    """The learning rate is multiplied by a factor after every h steps (He et al., 2016, section
    4.2).
    """

    title: ClassVar = N_("Step decay")
    formula: ClassVar = r"\phi_k = q^{\lfloor k / h \rfloor}"
    paper: ClassVar = (
        "K. He, X. Zhang, S. Ren, J. Sun, 2016. Deep residual learning for image recognition."
    )

    every: Annotated[
        float,
        Knob(
            "h",
            1.0,
            1000.0,
            "log",
            N_("steps from fall to fall"),
            idea=N_(
                "How long the learning rate stays. "
                "More keeps it high for longer; less lowers it soon."
            ),
        ),
    ] = 10.0
    fall: Annotated[
        float,
        Knob(
            "q",
            0.0,
            1.0,
            "twentieths",
            N_("factor of a fall"),
            idea=N_(
                "What the learning rate is multiplied by at each fall. "
                "More lowers it gently; less abruptly."
            ),
        ),
    ] = 0.5

    def factor(self, k: Scalar, total: Scalar, state: Any) -> Scalar:
        return self.fall ** jnp.floor(k / jnp.round(self.every))
