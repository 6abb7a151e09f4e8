"""signSGD, by hand."""

import numpy as np

from tests.references.rules._averages import walk

BY_HAND = {
    "sign_sgd": walk(lambda x, g, t, rule: x - rule.lr * np.sign(g[-1])),
}
