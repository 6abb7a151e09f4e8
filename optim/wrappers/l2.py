from typing import Annotated, ClassVar

import jax.numpy as jnp

from optim.wrappers._wrapper import Decay
from ravine.core.knob import Knob
from ravine.core.types import Height
from ravine.core.words import N_


class L2(Decay):
    r"""Weight decay through the gradient: the rule minimises f(x) + lambda/2 |x|^2 (Krogh, Hertz,
    1992).

    It is added after the gradient of f was clipped, as in PyTorch, and is not clipped itself.

    >>> import jax, jax.numpy as jnp
    >>> seen = L2(decay=0.5).height(lambda x: jnp.sum(x**2))
    >>> [float(c) for c in jax.grad(seen)(jnp.array([2.0, -4.0]))]
    [5.0, -10.0]
    """

    title: ClassVar = N_("L2 penalty")
    formula: ClassVar = r"G(x) \leftarrow G(x) + \lambda_p\, x"
    changes: ClassVar = "gradient"
    penalty: ClassVar = r"\tfrac{\lambda_p}{2} \lVert x \rVert^2"
    paper: ClassVar = (
        "A. Krogh, J. A. Hertz, 1992. A simple weight decay can improve generalization."
    )
    note: ClassVar = N_(
        "The rule sees f(x) + λₚ/2 ‖x‖², whose lowest point is another. A rule that divides by "
        "the size of its "
        "gradients divides the pull as well; decoupled decay does not."
    )

    decay: Annotated[
        float,
        Knob(
            r"\lambda_p",
            0.0,
            1.0,
            "from zero",
            N_("L2 penalty"),
            idea=N_(
                "How hard the penalty pulls towards 0, through the gradient. "
                "More ends nearer to 0; at 0 there is none."
            ),
        ),
    ] = 0.01

    def height(self, f: Height) -> Height:
        return lambda x: f(x) + 0.5 * self.decay * jnp.sum(x**2)
