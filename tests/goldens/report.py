"""Write down how near every path comes to what it was checked against: python -m tests.goldens.report."""

import functools
import inspect
import json

import jax
import jax.numpy as jnp
import numpy as np

from ravine.experiments.verify import GROUNDS, KINDS, STEPS, VERIFIED, report
from surfaces import SURFACES
from tests.laws.test_adam_family import BY_HAND as ADAM_FAMILY
from tests.laws.test_other_rules import BY_HAND as OTHER_RULES

BY_HAND = {**ADAM_FAMILY, **OTHER_RULES}  # form -> its path in plain NumPy


def by_hand(case):
    """The path of a case by the few lines of NumPy that there are for its form; some want the height too."""
    f, walk = SURFACES[case.surface](), BY_HAND[case.form]
    slope = jax.jit(jax.grad(f))
    start = np.array(GROUNDS[case.surface][0])
    given = (
        KINDS[case.form](**case.values),
        lambda x: np.asarray(slope(jnp.asarray(x))),
        start,
        STEPS,
        f,
    )
    with np.errstate(all="ignore"):
        return walk(*given[: len(inspect.signature(walk).parameters)])


@functools.cache
def told(on=tuple(GROUNDS)):
    """The report on these surfaces."""
    return report(dict.fromkeys(BY_HAND, by_hand), on)


if __name__ == "__main__":
    VERIFIED.write_text(
        json.dumps(told(), indent=1, allow_nan=False, ensure_ascii=False) + "\n", encoding="utf-8"
    )
