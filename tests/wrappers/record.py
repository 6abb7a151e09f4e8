"""Record what PyTorch does with schedules, clipping and weight decay: `python tests/wrappers/record.py`.

It needs torch and nothing of this project, and writes `goldens.json` beside itself.
"""

import json
import platform
from pathlib import Path

import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import SGD, Adadelta, Adam, AdamW
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    OneCycleLR,
    ReduceLROnPlateau,
    StepLR,
)

STEPS = 60
HEIGHTS = {
    "ravine": (lambda x: 0.1 * x[0] ** 2 + 2 * x[1] ** 2, (-5.0, -2.0)),
    "rosenbrock": (lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2, (-1.2, 1.0)),
}


def one_cycle(opt, total, **arguments):
    return OneCycleLR(
        opt, opt.param_groups[0]["lr"], total_steps=total, cycle_momentum=False, **arguments
    )


def plateau(opt, **values):
    return ReduceLROnPlateau(opt, threshold_mode="abs", eps=0.0, **values)


SCHEDULES = [  # the wrapper, its knobs, steps, PyTorch's
    ("step", {"every": 7, "fall": 0.3}, 60, lambda opt: StepLR(opt, 7, 0.3)),
    ("step", {"every": 1, "fall": 0.9}, 60, lambda opt: StepLR(opt, 1, 0.9)),
    ("exponential", {"fall": 0.95}, 60, lambda opt: ExponentialLR(opt, 0.95)),
    ("linear", {"end": 0.0}, 60, lambda opt: LinearLR(opt, 1.0, 0.0, 60)),
    ("linear", {"end": 0.25}, 7, lambda opt: LinearLR(opt, 1.0, 0.25, 7)),
    ("cosine", {"end": 0.0}, 60, lambda opt: CosineAnnealingLR(opt, 60)),
    (
        "cosine",
        {"end": 0.1},
        7,
        lambda opt: CosineAnnealingLR(opt, 7, opt.param_groups[0]["lr"] * 0.1),
    ),
    ("one_cycle", {}, 60, lambda opt: one_cycle(opt, 60)),
    ("one_cycle", {}, 17, lambda opt: one_cycle(opt, 17)),
    ("one_cycle", {}, 2, lambda opt: one_cycle(opt, 2)),
    (
        "one_cycle",
        {"rise": 0.6, "first": 10.0, "last": 100.0},
        33,
        lambda opt: one_cycle(opt, 33, pct_start=0.6, div_factor=10.0, final_div_factor=100.0),
    ),
]

PATHS = [  # on, the rule, its knobs, the wrappers with theirs, PyTorch's optimizer, clipping, scheduler
    (
        "ravine",
        "gradient_descent",
        {"lr": 0.1},
        {"clip_norm": {"limit": 0.5}},
        SGD,
        {},
        (clip_grad_norm_, 0.5),
        None,
    ),
    (
        "ravine",
        "gradient_descent",
        {"lr": 0.1},
        {"clip_value": {"limit": 0.5}},
        SGD,
        {},
        (clip_grad_value_, 0.5),
        None,
    ),
    (
        "ravine",
        "gradient_descent",
        {"lr": 0.1},
        {"l2": {"decay": 0.1}},
        SGD,
        {"weight_decay": 0.1},
        None,
        None,
    ),
    (
        "ravine",
        "adam",
        {"lr": 0.1},
        {"l2": {"decay": 0.1}},
        Adam,
        {"weight_decay": 0.1},
        None,
        None,
    ),
    (
        "ravine",
        "adam",
        {"lr": 0.1},
        {"decoupled": {"decay": 0.1}},
        AdamW,
        {"weight_decay": 0.1},
        None,
        None,
    ),
    (
        "ravine",
        "gradient_descent",
        {"lr": 0.1},
        {"clip_value": {"limit": 0.5}, "l2": {"decay": 0.2}},
        SGD,
        {"weight_decay": 0.2},
        (clip_grad_value_, 0.5),
        None,
    ),
    (
        "rosenbrock",
        "adam",
        {"lr": 0.1},
        {"clip_value": {"limit": 2.0}, "decoupled": {"decay": 0.1}, "cosine": {"end": 0.1}},
        AdamW,
        {"weight_decay": 0.1},
        (clip_grad_value_, 2.0),
        lambda opt: CosineAnnealingLR(opt, STEPS, 0.01),
    ),
    (
        "ravine",
        "adadelta",
        {"rho": 0.9, "eps": 0.01},
        {"linear": {"end": 0.25}},
        Adadelta,
        {"lr": 1.0},
        None,
        lambda opt: LinearLR(opt, 1.0, 0.25, STEPS),
    ),
    (
        "ravine",
        "gradient_descent",
        {"lr": 0.505},
        {"plateau": {"fall": 0.8, "patience": 2, "threshold": 0.01}},
        SGD,
        {},
        None,
        lambda opt: plateau(opt, factor=0.8, patience=2, threshold=0.01),
    ),
    (
        "rosenbrock",
        "adam",
        {"lr": 0.5},
        {"plateau": {"fall": 0.5, "patience": 3, "threshold": 0.0001}},
        Adam,
        {},
        None,
        lambda opt: plateau(opt, factor=0.5, patience=3, threshold=0.0001),
    ),
]


def schedule_factors(make, steps):
    opt = SGD([torch.zeros(2, dtype=torch.float64, requires_grad=True)], lr=0.1)
    scheduler, found = make(opt), []
    for k in range(steps):
        found.append(opt.param_groups[0]["lr"] / 0.1)
        opt.step()
        if k + 1 < steps:
            scheduler.step()
    return found


def path(height, start, opt, clip, scheduler):
    x = opt.param_groups[0]["params"][0]
    base, points, factors = opt.param_groups[0]["lr"], [list(start)], []
    for _ in range(STEPS):
        opt.zero_grad()
        height(x).backward()
        if clip:
            clip[0]([x], clip[1])
        factors.append(opt.param_groups[0]["lr"] / base)
        opt.step()
        points.append(x.tolist())
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(float(height(x.detach())))
        elif scheduler:
            scheduler.step()
    return points, factors


def recorded_path(on, rule, values, wraps, kind, more, clip, schedule):
    height, start = HEIGHTS[on]
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    opt = kind([x], **(values | more))
    points, factors = path(height, start, opt, clip, schedule and schedule(opt))
    return {
        "on": on,
        "rule": rule,
        "values": values,
        "wraps": wraps,
        "x": points,
        "factors": factors,
    }


def main():
    golden = {
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "schedules": [
            {"wrapper": slug, "values": values, "factors": schedule_factors(make, steps)}
            for slug, values, steps, make in SCHEDULES
        ],
        "paths": [recorded_path(*case) for case in PATHS],
    }
    text = (
        json.dumps(golden, separators=(",", ":"))
        .replace('{"wrapper"', '\n{"wrapper"')
        .replace('{"on"', '\n{"on"')
    )
    (Path(__file__).parent / "goldens.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
