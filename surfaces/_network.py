"""What the networks of one unit learn: the speed of a car from the distance in which it stopped
(Ezekiel, 1930).

In this direction: the distance grows ever faster with the speed, and what a saturated unit fits
best to that is at infinity. Each as a share of the largest in the table.
"""

from surfaces._stopping import DIST, SPEED

INPUT, TARGET = DIST / 120.0, SPEED / 25.0
