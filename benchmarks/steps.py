"""300 steps of Adam on the ravine through `run`, against the same loop written in NumPy and in PyTorch.

    python -m benchmarks.steps [rounds]

All three keep their whole path in 64-bit floats, and are checked to walk the same one before any of them is timed.
PyTorch is measured when it is installed; Ravine itself has no use for it.
"""

import importlib.util
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from optim import build
from ravine.experiments.trace import run
from surfaces import SURFACES

STEPS, START = 300, (-5.0, -2.0)
LR, BETA1, BETA2, EPS = 0.4, 0.9, 0.999, 1e-8
LIMITS = {"NumPy": 50.0, "PyTorch": 200.0}  # Ravine is at least so many times faster

ADAM, RAVINE = build("adam", lr=LR), SURFACES["ravine"]()

# "x": (steps + 1, 2), "loss": (steps + 1,), and what else a contestant keeps
Path = dict[str, np.ndarray]


def ravine() -> Path:
    """The path by way of the public call, checks and all."""
    trace = run(ADAM, RAVINE, start=START, steps=STEPS)
    return {
        "x": trace.x,
        "loss": trace.loss,
        "grad": trace.grad,
        "m": trace.state.m,
        "v": trace.state.v,
    }


def height(x: np.ndarray) -> float:
    """0.1 x1² + 2 x2², for x of shape (2,)."""
    return 0.1 * x[0] ** 2 + 2.0 * x[1] ** 2


def slope(x: np.ndarray) -> np.ndarray:
    """Its gradient by hand, shape (2,)."""
    return np.array([0.2 * x[0], 4.0 * x[1]])


def plain() -> Path:
    """The path by an ordinary NumPy loop: one gradient a step, kept for the next."""
    x, m, v = np.array(START), np.zeros(2), np.zeros(2)
    g = slope(x)
    rows = [(x, height(x), g, m, v)]
    for t in range(1, STEPS + 1):
        m = BETA1 * m + (1 - BETA1) * g
        v = BETA2 * v + (1 - BETA2) * g**2
        m_hat, v_hat = m / (1 - BETA1**t), v / (1 - BETA2**t)
        x = x - LR * m_hat / (np.sqrt(v_hat) + EPS)
        g = slope(x)
        rows.append((x, height(x), g, m, v))
    return dict(
        zip(("x", "loss", "grad", "m", "v"), map(np.array, zip(*rows, strict=True)), strict=True)
    )


def torch_loop() -> Callable[[], Path]:
    """The path by `torch.optim.Adam` and autograd, keeping x and loss only."""
    import torch  # pyright: ignore[reportMissingImports] - measured where it is installed

    def walk() -> Path:
        x = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        rule = torch.optim.Adam([x], lr=LR, betas=(BETA1, BETA2), eps=EPS)
        places, losses = [], []
        for step in range(STEPS + 1):
            loss = 0.1 * x[0] ** 2 + 2.0 * x[1] ** 2
            places.append(x.detach().clone())
            losses.append(loss.detach())
            if step < STEPS:
                rule.zero_grad()
                loss.backward()
                rule.step()
        return {"x": torch.stack(places).numpy(), "loss": torch.stack(losses).numpy()}

    return walk


def milliseconds(walk: Callable[[], Path]) -> float:
    began = time.perf_counter()
    walk()
    return (time.perf_counter() - began) * 1e3


def check(walks: dict[str, Callable[[], Path]]) -> None:
    """Raises AssertionError when a contestant walks another path than Ravine does."""
    ours = ravine()
    for name, walk in walks.items():
        for part, rows in walk().items():
            np.testing.assert_allclose(rows, ours[part], rtol=1e-9, err_msg=f"{name}, {part}")


def main(rounds: int = 40) -> int:
    """Print the medians and the ratios; 1 when a ratio is below its limit."""
    walks = {"NumPy": plain}
    if importlib.util.find_spec("torch"):
        walks["PyTorch"] = torch_loop()
    check(walks)
    times = {name: [] for name in ("Ravine", *walks)}
    for _ in range(rounds):
        times["Ravine"] += [milliseconds(ravine) for _ in range(10)]
        for name, walk in walks.items():
            times[name].append(milliseconds(walk))
    medians = {name: statistics.median(values) for name, values in times.items()}
    ratios = {name: medians[name] / medians["Ravine"] for name in walks}
    print(f"{'Ravine':8}  {medians['Ravine']:9.3f} ms      1")
    for name, ratio in ratios.items():
        print(
            f"{name:8}  {medians[name]:9.3f} ms  {ratio:5.0f}   (Ravine is at least {LIMITS[name]:.0f} times faster)"
        )
    if "PyTorch" not in walks:
        print("PyTorch is not installed: not measured.")
    return int(any(ratio < LIMITS[name] for name, ratio in ratios.items()))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
