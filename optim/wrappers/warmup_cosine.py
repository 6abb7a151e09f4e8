from typing import Annotated, Any, ClassVar

import jax.numpy as jnp

from optim.wrappers._knobs import End
from optim.wrappers._wrapper import Schedule
from ravine.core.knob import Knob
from ravine.core.types import Scalar
from ravine.core.words import N_


class WarmupCosine(Schedule):
    """From 0 in even steps to the whole learning rate (Goyal et al., 2017), then along half a
    cosine to an end.
    """

    title: ClassVar = N_("Warm-up, then cosine")
    formula: ClassVar = (
        r"\phi_k = \begin{cases} k / (w N) & k < w N \\ "
        r"\phi_N + (1 - \phi_N)\, \tfrac{1}{2} (1 + \cos(\pi \frac{k - w N}{N - w N})) & k \ge "
        r"w N \end{cases}"
    )
    paper: ClassVar = (
        "P. Goyal et al., 2017. Accurate, large minibatch SGD: training ImageNet in 1 "
        "hour. arXiv:1706.02677."
    )
    note: ClassVar = N_("The warm-up starts from 0, as in optax: the first step has no length.")

    share: Annotated[
        float,
        Knob(
            "w",
            0.0,
            0.95,
            "twentieths",
            N_("share of the warm-up"),
            idea=N_(
                "What share of the run the learning rate rises. "
                "More starts more gently; at 0 it starts high."
            ),
        ),
    ] = 0.1
    end: End = 0.0

    def factor(self, k: Scalar, total: Scalar, state: Any) -> Scalar:
        k, warm = jnp.minimum(k, total), self.share * total
        fall = 0.5 * (1.0 + jnp.cos(jnp.pi * (k - warm) / (total - warm)))
        return jnp.where(k < warm, k / warm, self.end + (1.0 - self.end) * fall)
