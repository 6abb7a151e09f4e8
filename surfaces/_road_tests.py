"""Miles per gallon of 32 cars from their weight and their quarter mile (Henderson and Velleman,
1981), standardized.
"""

from typing import Annotated, TypeAlias

from ravine.core.knob import Knob
from ravine.core.words import N_
from surfaces._data import numbers, standardized, table
from surfaces._least_squares import least_squares

MPG, WT, QSEC = (standardized(table("road_tests")[column]) for column in ("mpg", "wt", "qsec"))
DATA = numbers(wt=WT, qsec=QSEC, mpg=MPG)
FIT = least_squares(WT, QSEC, MPG)

Penalty: TypeAlias = Annotated[
    float,
    Knob(
        r"\lambda",
        0.0,
        1.0,
        "twentieths",
        N_("strength of the penalty"),
        idea=N_(
            "How much large coordinates cost. "
            "More draws the lowest point towards 0; at 0 there is no penalty."
        ),
    ),
]
