from typing import Annotated, ClassVar

import jax.numpy as jnp

from optim.wrappers._wrapper import Clipping
from ravine.core.knob import Knob
from ravine.core.part import shown_by_result
from ravine.core.types import Scalar, Vector
from ravine.core.words import N_


class ClipNorm(Clipping):
    r"""A gradient longer than the limit is shortened to it and keeps its direction (Pascanu et al.,
    2013, Algorithm 1).

    >>> import jax.numpy as jnp
    >>> [round(float(c), 9) for c in ClipNorm(limit=1.0).clip(jnp.array([3.0, -4.0]))]
    [0.6, -0.8]
    """

    title: ClassVar = N_("Clip by norm")
    formula: ClassVar = r"G(x) \leftarrow G(x)\, \min(1,\, C / \lVert G(x) \rVert)"
    paper: ClassVar = (
        "R. Pascanu, T. Mikolov, Y. Bengio, 2013. On the difficulty of training "
        "recurrent neural networks."
    )
    note: ClassVar = N_(
        "PyTorch's clip_grad_norm_ divides by ‖g‖ + 10⁻⁶, so its clipped gradients are shorter "
        "by about one part in a "
        "million where ‖g‖ is 1. Here, as in the paper, they are as long as the limit."
    )

    limit: Annotated[
        float,
        Knob(
            "C",
            1e-3,
            1e3,
            "fine log",
            N_("the longest gradient"),
            idea=N_(
                "A longer gradient is shortened to this. "
                "More lets nearly all through; less makes steps alike."
            ),
        ),
    ] = 1.0

    def clip(self, g: Vector) -> Vector:
        norm = length(g)
        return jnp.where(norm > self.limit, g * (self.limit / norm), g)


@shown_by_result
def length(g: Vector) -> Scalar:
    """The Euclidean length of `g`, shape (n,). It does not overflow where the squares do.

    >>> import jax.numpy as jnp
    >>> float(length(jnp.array([1e200, 1e200, -1e200, 1e200])))
    2e+200
    """
    if g.size == 2:
        return jnp.hypot(g[0], g[1])
    largest = jnp.max(jnp.abs(g))
    scale = jnp.where((largest > 0) & jnp.isfinite(largest), largest, 1.0)
    return scale * jnp.sqrt(jnp.sum((g / scale) ** 2))
