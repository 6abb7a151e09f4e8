from typing import Any, ClassVar

import jax.numpy as jnp

from optim.wrappers._knobs import End
from optim.wrappers._wrapper import Schedule
from ravine.core.types import Scalar
from ravine.core.words import N_


class Linear(Schedule):
    """The learning rate falls in even steps to an end (Goodfellow et al., 2016, equation 8.14)."""

    title: ClassVar = N_("Linear")
    formula: ClassVar = r"\phi_k = 1 - (1 - \phi_N)\, k / N"
    paper: ClassVar = "I. Goodfellow, Y. Bengio, A. Courville, 2016. Deep learning, section 8.3.1."
    note: ClassVar = N_(
        "The end is where step N would stand: the last of N steps is still one part in N above it."
    )

    end: End = 0.0

    def factor(self, k: Scalar, total: Scalar, state: Any) -> Scalar:
        return 1.0 - (1.0 - self.end) * jnp.minimum(k, total) / total
