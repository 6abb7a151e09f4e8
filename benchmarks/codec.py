"""How long a link takes to read and write: a hostile or a long one must not cost more than a look.

    python -m benchmarks.codec

Ten thousand random links of the kind that visitors share, typed texts included, each seen for the
first time. Reading and writing compiles nothing (tests/test_codec.py).
"""

import random
import sys
import time

import numpy as np

from optim import OPTIMIZERS
from ravine.experiments.link import read_link, write_link
from surfaces import SURFACES

COUNT = 10_000
LIMITS = {50: 1.0, 99: 10.0}  # percentile: milliseconds


def links(count: int, seed: int = 0) -> list[str]:
    """So many different links: built-in and typed surfaces and rules, with any sliders turned."""
    draw = random.Random(seed)
    return [_link(draw, nth) for nth in range(count)]


def _link(draw: random.Random, nth: int) -> str:
    rules = draw.sample([*OPTIMIZERS], draw.randint(1, 5))
    if draw.random() < 0.3:
        rules.append(f"typed~text=v = gamma*v %2B lr*g*{nth + 1}; x = x - v")
    slug = draw.choice([*SURFACES])
    ground = slug if draw.random() < 0.7 else f"typed~text=x**2 %2B {nth + 1}*y**2*cos(x*y)"
    parts = [f"on={ground}", *(f"run={rule}" for rule in rules)]
    return "&".join([*parts, f"lr={draw.uniform(1e-3, 1):.4g}", f"seed={draw.randint(1, 99)}"])


def main() -> int:
    """Print the percentiles. Returns 1 when one is over its limit."""
    taken = []
    for link in links(COUNT):
        began = time.perf_counter()
        write_link(read_link(link))
        taken.append(1000 * (time.perf_counter() - began))
    good = True
    for percentile, limit in LIMITS.items():
        value = float(np.percentile(taken, percentile))
        good &= value <= limit
        print(f"a link there and back, {percentile}th percentile: {value:.2f} ms (limit {limit:g})")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
