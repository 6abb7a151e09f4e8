from typing import Annotated, Any, ClassVar

import jax.numpy as jnp

from optim.wrappers._wrapper import Schedule
from ravine.core.knob import Knob
from ravine.core.types import Scalar
from ravine.core.words import N_


class OneCycle(Schedule):
    """Up along half a cosine to the whole learning rate, and down to next to nothing (Smith, Topin,
    2018).

    The form of PyTorch's OneCycleLR: two phases, the summit at step r N - 1, the end at step N - 1.
    """

    title: ClassVar = N_("One cycle")
    formula: ClassVar = (
        r"\begin{aligned} \phi_k &= \begin{cases} \kappa(1/D,\, 1,\, \frac{k}{r N - 1}) & k < r "
        r"N - 1 \\ "
        r"\kappa(1,\, 1/(D D_N),\, \frac{k - r N + 1}{N - r N}) & k \ge r N - 1 \end{cases} \\ "
        r"\kappa(a, b, u) &= b + (a - b)\, \tfrac{1}{2} (1 + \cos \pi u) \end{aligned}"
    )
    paper: ClassVar = (
        "L. N. Smith, N. Topin, 2018. Super-convergence: very fast training of neural networks."
    )
    note: ClassVar = N_(
        "Only the learning rate is cycled. PyTorch's OneCycleLR moves the momentum the other "
        "way unless it is told "
        "cycle_momentum=False."
    )

    rise: Annotated[
        float,
        Knob(
            "r",
            0.05,
            0.95,
            "twentieths",
            N_("share of the rise"),
            idea=N_(
                "What share of the run the learning rate rises. "
                "More starts more gently; less leaves time to settle."
            ),
        ),
    ] = 0.3
    first: Annotated[
        float,
        Knob(
            "D",
            1.0,
            1e3,
            "fine log",
            N_("how many times smaller it starts"),
            idea=N_(
                "How low the learning rate starts. "
                "More starts lower; at 1 it starts at its highest."
            ),
        ),
    ] = 25.0
    last: Annotated[
        float,
        Knob(
            "D_N",
            1.0,
            1e8,
            "log",
            N_("how many times smaller again it ends"),
            idea=N_("How low the learning rate ends. More comes to rest; less keeps it moving."),
        ),
    ] = 1e4

    def factor(self, k: Scalar, total: Scalar, state: Any) -> Scalar:
        k, up, down = (
            jnp.minimum(k, total - 1.0),
            self.rise * total - 1.0,
            total - self.rise * total,
        )
        rises, start = k < up, 1.0 / self.first
        a, b = jnp.where(rises, start, 1.0), jnp.where(rises, 1.0, start / self.last)
        u = jnp.where(rises, k / up, (k - up) / down)
        return b + (a - b) * 0.5 * (1.0 + jnp.cos(jnp.pi * u))
