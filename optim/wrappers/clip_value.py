from typing import Annotated, ClassVar

import jax.numpy as jnp

from optim.wrappers._wrapper import Clipping
from ravine.core.knob import Knob
from ravine.core.types import Vector
from ravine.core.words import N_


class ClipValue(Clipping):
    r"""Each coordinate of the gradient is cut off at the limit (Mikolov, 2012; Pascanu et al.,
    2013).

    >>> import jax.numpy as jnp
    >>> [float(c) for c in ClipValue(limit=1.0).clip(jnp.array([0.5, -4.0]))]
    [0.5, -1.0]
    """

    title: ClassVar = N_("Clip by value")
    formula: ClassVar = r"G(x) \leftarrow \max(-C,\, \min(C,\, G(x)))"
    paper: ClassVar = (
        "R. Pascanu, T. Mikolov, Y. Bengio, 2013. On the difficulty of training "
        "recurrent neural networks."
    )
    note: ClassVar = N_("Where only one coordinate is cut off the gradient changes its direction.")

    limit: Annotated[
        float,
        Knob(
            "C",
            1e-3,
            1e3,
            "fine log",
            N_("the largest coordinate of a gradient"),
            idea=N_(
                "Each coordinate of the gradient is cut off here. "
                "More lets nearly all through; less makes steps alike."
            ),
        ),
    ] = 1.0

    def clip(self, g: Vector) -> Vector:
        return jnp.clip(g, -self.limit, self.limit)
