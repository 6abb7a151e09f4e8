"""How fast 50 cars went, and how far they came until they stood (Ezekiel, 1930)."""

from surfaces._data import numbers, table

SPEED, DIST = table("stopping")["speed"], table("stopping")["dist"]  # mph, ft
YARDS = DIST / 3
ONE = SPEED**0  # what an intercept weighs
DATA = numbers(speed=SPEED, dist=DIST)
