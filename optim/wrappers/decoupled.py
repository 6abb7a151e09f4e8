from typing import Annotated, ClassVar

from optim.wrappers._wrapper import Decay
from ravine.core.knob import Knob
from ravine.core.types import Scalar, Vector
from ravine.core.words import N_


class Decoupled(Decay):
    r"""Weight decay beside the rule: lr lambda x is taken off, with x before the step (Loshchilov,
    Hutter, 2019).

    Adam with it is AdamW. A rule whose learning rate is not what a schedule scales
    (`Optimizer.with_lr_factor`) has the schedule's factor in its place.

    >>> import jax.numpy as jnp
    >>> before, after = jnp.array([2.0, -4.0]), jnp.array([1.0, -1.0])
    >>> [float(c) for c in Decoupled(decay=0.5).after_step(before, after, 0.5)]
    [0.5, 0.0]
    """

    title: ClassVar = N_("Decoupled weight decay")
    formula: ClassVar = r"x \leftarrow x - \eta\, \lambda_w\, x_k"
    changes: ClassVar = "step"
    paper: ClassVar = (
        "I. Loshchilov, F. Hutter, 2019. Decoupled weight decay regularization. arXiv:1711.05101."
    )
    note: ClassVar = N_(
        "The learning rate and its schedule scale the decay, as in PyTorch, Keras and optax. In "
        "the paper only the "
        "schedule does."
    )

    decay: Annotated[
        float,
        Knob(
            r"\lambda_w",
            0.0,
            1.0,
            "from zero",
            N_("decoupled weight decay"),
            idea=N_(
                "How hard every coordinate is pulled towards 0, beside the rule. "
                "More ends nearer to 0; at 0 not at all."
            ),
        ),
    ] = 0.01

    def after_step(self, before: Vector, after: Vector, lr: Scalar | float) -> Vector:
        return after - lr * self.decay * before
