from typing import Any, ClassVar

import jax.numpy as jnp

from optim.wrappers._knobs import End
from optim.wrappers._wrapper import Schedule
from ravine.core.types import Scalar
from ravine.core.words import N_


class Cosine(Schedule):
    """The learning rate falls along half a cosine to an end (Loshchilov, Hutter, 2017, equation
    5).
    """

    title: ClassVar = N_("Cosine")
    formula: ClassVar = r"\phi_k = \phi_N + (1 - \phi_N)\, \tfrac{1}{2} (1 + \cos(\pi k / N))"
    paper: ClassVar = (
        "I. Loshchilov, F. Hutter, 2017. SGDR: stochastic gradient descent with warm restarts."
    )
    note: ClassVar = N_(
        "Without restarts. The end is where step N would stand, after the last of N steps."
    )

    end: End = 0.0

    def factor(self, k: Scalar, total: Scalar, state: Any) -> Scalar:
        return self.end + (1.0 - self.end) * 0.5 * (
            1.0 + jnp.cos(jnp.pi * jnp.minimum(k, total) / total)
        )
