"""Miles per gallon of 32 cars from their weight and their quarter mile (Henderson and Velleman,
1981), standardized.
"""

from surfaces._data import numbers, standardized, table
from surfaces._least_squares import least_squares

MPG, WT, QSEC = (standardized(table("road_tests")[column]) for column in ("mpg", "wt", "qsec"))
DATA = numbers(wt=WT, qsec=QSEC, mpg=MPG)
FIT = least_squares(WT, QSEC, MPG)
