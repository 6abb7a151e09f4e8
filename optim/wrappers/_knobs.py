"""Knobs that several wrappers share."""

from typing import Annotated, TypeAlias

from ravine.core.knob import Knob
from ravine.core.words import N_

End: TypeAlias = Annotated[
    float,
    Knob(
        r"\phi_N",
        0.0,
        1.0,
        "from zero",
        N_("factor at the end"),
        idea=N_(
            "What is left of the learning rate at the end. "
            "More keeps it moving; at 0 it comes to rest."
        ),
    ),
]
