from typing import Annotated, Any, ClassVar

from optim.wrappers._wrapper import Schedule
from ravine.core.knob import Knob
from ravine.core.types import Scalar
from ravine.core.words import N_


class Exponential(Schedule):
    """The learning rate is multiplied by the same factor after every step (Senior et al., 2013)."""

    title: ClassVar = N_("Exponential")
    formula: ClassVar = r"\phi_k = q^k"
    paper: ClassVar = (
        "A. Senior et al., 2013. An empirical study of learning rates in deep neural "
        "networks for speech."
    )

    fall: Annotated[
        float,
        Knob(
            "q",
            0.0,
            0.9999,
            "memory",
            N_("factor of every step"),
            idea=N_(
                "What the learning rate is multiplied by in every step. "
                "More keeps it high for longer; less soon ends it."
            ),
        ),
    ] = 0.95

    def factor(self, k: Scalar, total: Scalar, state: Any) -> Scalar:
        return self.fall**k
