"""65,536 runs of Adam, 300 steps each, against the same loop in C on one core and against vectorized NumPy; and basins.

    python -m benchmarks.sweep

All three are checked to end at the same heights before any is timed. The C is `benchmarks/adam.c`, compiled here with
-O3 -march=native. Basins: 100 x 100 starts, 300 steps, seven optimizers, on Himmelblau; and what comes of memory at four
million runs.
"""

import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from optim import build
from ravine.experiments.sweep import Grid, grid, sweep
from surfaces import build as surface

jax.config.update("jax_num_cpu_devices", os.cpu_count() or 1)

RUNS, STEPS, ROUNDS = 65_536, 300, 5
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
SEVEN = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
LIMITS = {"C": 1.0, "NumPy": 10.0}  # Ravine is at least so many times faster
BASINS = 1.0  # seconds
MANY, BOUND = (
    4_000_000,
    100e6,
)  # runs, and bytes that a process may grow by, what it answers (32 MB) included

Contestant = Callable[[], np.ndarray]


def given() -> tuple[np.ndarray, np.ndarray]:
    """The learning rates, (n,), and the starts, (n, 2)."""
    drawn = np.random.default_rng(0)
    return np.geomspace(1e-3, 0.1, RUNS), drawn.uniform(-2.0, 2.0, (RUNS, 2))


def rastrigin_slope(x: np.ndarray) -> np.ndarray:
    return 2 * x + 20 * np.pi * np.sin(2 * np.pi * x)


def rastrigin_height(x: np.ndarray) -> np.ndarray:
    return 20 + (x**2 - 10 * np.cos(2 * np.pi * x)).sum(axis=0)


def beale_parts(x: np.ndarray) -> tuple[np.ndarray, ...]:
    a, b = x
    return 1.5 - a + a * b, 2.25 - a + a * b * b, 2.625 - a + a * b * b * b


def beale_slope(x: np.ndarray) -> np.ndarray:
    (a, b), (p, q, r) = x, beale_parts(x)
    first = 2 * p * (b - 1) + 2 * q * (b * b - 1) + 2 * r * (b * b * b - 1)
    return np.stack([first, 2 * p * a + 4 * q * a * b + 6 * r * a * b * b])


def beale_height(x: np.ndarray) -> np.ndarray:
    p, q, r = beale_parts(x)
    return p * p + q * q + r * r


SLOPES = {"rastrigin": (rastrigin_slope, rastrigin_height), "beale": (beale_slope, beale_height)}


def in_numpy(name: str) -> Contestant:
    slope, height = SLOPES[name]
    lr, starts = given()

    def swept() -> np.ndarray:
        x = starts.T.copy()
        v, s = np.zeros_like(x), np.zeros_like(x)
        for t in range(1, STEPS + 1):
            g = slope(x)
            v = BETA1 * v + (1 - BETA1) * g
            s = BETA2 * s + (1 - BETA2) * g * g
            x = x - lr * (v / (1 - BETA1**t)) / (np.sqrt(s / (1 - BETA2**t)) + EPS)
        return height(x)

    return swept


def in_c(name: str, library: ctypes.CDLL) -> Contestant:
    lr, starts = given()
    place = ctypes.POINTER(ctypes.c_double)

    def swept() -> np.ndarray:
        height = np.empty(RUNS)
        arrays = [one.ctypes.data_as(place) for one in (lr, starts, height)]
        getattr(library, f"sweep_{name}")(
            *arrays[:2], ctypes.c_long(RUNS), ctypes.c_long(STEPS), arrays[2]
        )
        return height

    return swept


def in_ravine(name: str) -> Contestant:
    lr, starts = given()
    runs = grid(build("adam", beta1=BETA1, beta2=BETA2, eps=EPS), surface(name), {"lr": lr}, starts)
    return lambda: sweep(runs, STEPS)["height"]


def compiled() -> ctypes.CDLL:
    """The C, as a library."""
    out = Path(tempfile.mkdtemp()) / "adam.so"
    source = Path(__file__).with_name("adam.c")
    options = ["-O3", "-march=native", "-shared", "-fPIC"]
    subprocess.run(
        [os.environ.get("CC", "cc"), *options, "-o", str(out), str(source), "-lm"], check=True
    )
    return ctypes.CDLL(str(out))


def timed(contestants: dict[str, Contestant]) -> dict[str, float]:
    """The median seconds of each, taken in turn."""
    took: dict[str, list[float]] = {name: [] for name in contestants}
    for _round in range(ROUNDS):
        for name, swept in contestants.items():
            began = time.perf_counter()
            swept()
            took[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in took.items()}


def agree(contestants: dict[str, Contestant]) -> None:
    """All end at the same heights, but for the few runs that rounding sends into another hollow."""
    first, *others = (swept() for swept in contestants.values())
    for other in others:
        share = np.mean(np.isclose(first, other, rtol=1e-6, atol=1e-9))
        if share < 0.99:
            raise RuntimeError(f"only {share:.1%} of the runs agree")


def basins() -> list[Grid]:
    ground = surface("himmelblau")
    (left, right), (bottom, top) = ground.view
    places = np.stack(
        np.meshgrid(np.linspace(left, right, 100), np.linspace(bottom, top, 100)), axis=-1
    )
    return [grid(build(slug), ground, {}, places.reshape(-1, 2)) for slug in SEVEN]


def all_basins(runs: list[Grid]) -> None:
    for one in runs:
        sweep(one, STEPS, ("x1", "x2", "arrived"))


def alone(name: str) -> Contestant:
    """What XLA needs on all cores for the sines of Rastrigin's slopes alone, or for the divisions and roots of Adam."""
    count, turns = RUNS * 2 // len(jax.devices()), STEPS

    def turn(_k: int, x: jax.Array) -> jax.Array:
        if name == "sines":
            return jnp.sin(x + 1.0)
        return x / 1.1 / (jnp.sqrt(x / 1.2) + 1.3)

    def chunks(x: jax.Array) -> jax.Array:
        return jax.lax.map(
            lambda part: jax.lax.fori_loop(0, turns, turn, part), x.reshape(-1, 512)
        ).reshape(-1)

    program = jax.pmap(chunks) if len(jax.devices()) > 1 else lambda x: jax.jit(chunks)(x[0])
    x = np.random.default_rng(0).uniform(1.0, 2.0, (len(jax.devices()), count))
    return lambda: np.asarray(program(x))


def growth() -> float:
    """Bytes by which a process of its own grows at most while four million runs go on, after a thousand."""
    command = [sys.executable, "-m", "benchmarks.sweep", "growth"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def grown() -> float:
    """The same in this process, which has done nothing before."""
    sweep(
        grid(build("adam"), surface("beale"), {"lr": np.geomspace(1e-3, 0.1, 1000)}, (1.0, 1.0)), 20
    )
    runs = grid(build("adam"), surface("beale"), {"lr": np.geomspace(1e-3, 0.1, MANY)}, (1.0, 1.0))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sweep(runs, 20)
    return 1024.0 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)


def main() -> int:
    """Print the figures; 1 when a limit is missed."""
    library, missed = compiled(), False
    for name in SLOPES:
        contestants = {"Ravine": in_ravine(name), "C": in_c(name, library), "NumPy": in_numpy(name)}
        agree(contestants)
        took = timed(contestants)
        for other, limit in LIMITS.items():
            ratio = took[other] / took["Ravine"]
            missed |= ratio < limit
            print(
                f"{name:10} {other:6} {took[other]:6.3f} s, Ravine {took['Ravine']:6.3f} s: {ratio:5.2f} (limit {limit})"
            )
    for name in ("sines", "divisions and roots"):
        work = alone(name)
        work()
        print(f"{name} alone: {timed({name: work})[name]:.3f} s")
    runs = basins()
    all_basins(runs)
    took = timed({"basins": lambda: all_basins(runs) or np.zeros(0)})["basins"]
    more = growth()
    print(f"basins, seven optimizers  {took:.3f} s (limit {BASINS} s)")
    print(f"four million runs: {more / 1e6:.0f} MB more (limit {BOUND / 1e6:.0f} MB)")
    return int(missed or took > BASINS or more > BOUND)


if __name__ == "__main__":
    if sys.argv[1:] == ["growth"]:
        print(grown())
        sys.exit()
    sys.exit(main())
