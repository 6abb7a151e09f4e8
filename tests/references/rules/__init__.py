"""Rules in a few lines of NumPy. A file is called as the rule and has

BY_HAND = {form: walk}: for each form of `ravine.experiments.verify.KINDS` that it writes ("adam", "adam.keras"), a
function of the rule with its knobs, the gradient, the start, the number of steps and, if it wants it, the height;
it gives the path, shape (steps + 1, 2).
"""

import inspect
import sys

import jax
import jax.numpy as jnp
import numpy as np

from tests.references import by_name

REFERENCES = by_name(sys.modules[__name__])
BY_HAND = {form: walk for module in REFERENCES.values() for form, walk in module.BY_HAND.items()}


def walked(form, rule, f, start, steps):
    """The path of a form by its NumPy, with the knobs of `rule`, on the height `f`."""
    walk, slope = BY_HAND[form], jax.jit(jax.grad(f))
    given = (rule, lambda x: np.asarray(slope(jnp.asarray(x))), np.array(start), steps, f)
    with np.errstate(all="ignore"):
        return walk(*given[: len(inspect.signature(walk).parameters)])
