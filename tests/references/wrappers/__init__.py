"""Wrappers in plain NumPy, for those that PyTorch does not have. A file is called as the wrapper and has

step, a function of the wrapper with its knobs, the point, the gradient there, the learning rate, the number of steps
so far and their number in all: where gradient descent ends its next step with the wrapper around it.
"""

import sys

from tests.references import by_name

REFERENCES = by_name(sys.modules[__name__])
