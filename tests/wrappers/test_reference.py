"""Wrappers against numbers that come from elsewhere: optax live, PyTorch as `record.py` wrote it down, plain NumPy."""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import optim
from optim._wrapped import Wrapped, factors
from optim.wrappers import WRAPPERS, build
from ravine.experiments.trace import run
from surfaces import build as surface
from tests.checking import as_others_promote
from tests.references.wrappers import REFERENCES

GOLDEN = json.loads((Path(__file__).parent / "goldens.json").read_text())
STARTS = {"ravine": (-5.0, -2.0), "rosenbrock": (-1.2, 1.0)}
NEAR = {"rtol": 1e-9, "atol": 1e-12}


def by_name(case):
    return "-".join(
        [case.get("wrapper") or f"{case['on']}-{case['rule']}", *case.get("wraps", case["values"])]
    )


def made(case, **changed):
    """The wrapped rule of a recorded path."""
    wraps = tuple(build(slug, **values) for slug, values in {**case["wraps"], **changed}.items())
    return Wrapped(
        rule=optim.build(case["rule"], **case["values"]),
        wraps=wraps,
        total=float(len(case["factors"])),
    )


def follow(case, rule=None):
    return run(rule or made(case), surface(case["on"]), STARTS[case["on"]], len(case["factors"]))


@pytest.mark.parametrize("case", GOLDEN["schedules"], ids=by_name)
def test_the_factors_of_pytorch(case):
    mine = factors([build(case["wrapper"], **case["values"])], len(case["factors"]))
    np.testing.assert_allclose(mine, case["factors"], **NEAR)


@pytest.mark.parametrize("case", GOLDEN["paths"], ids=by_name)
def test_the_paths_of_pytorch(case):
    trace = follow(case)
    near = NEAR if "clip_norm" not in case["wraps"] else {"rtol": 0.0, "atol": 1e-5}  # see below
    np.testing.assert_allclose(trace.x, case["x"], **near)
    np.testing.assert_allclose(trace.state.factor[1:], case["factors"], **NEAR)


def test_the_plateaus_of_pytorch_were_real_ones():
    falls = [
        len(set(case["factors"])) - 1 for case in GOLDEN["paths"] if "plateau" in case["wraps"]
    ]
    assert min(falls) >= 5


def test_the_millionth_by_which_pytorch_clips_shorter():
    (case,) = (case for case in GOLDEN["paths"] if "clip_norm" in case["wraps"])
    x, path = np.array(STARTS["ravine"]), [STARTS["ravine"]]
    for _ in case["factors"]:
        g = np.array([0.2, 4.0]) * x
        x = x - 0.1 * g * min(1.0, 0.5 / (np.hypot(*g) + 1e-6))
        path.append(tuple(x))
    np.testing.assert_allclose(case["x"], path, **NEAR)
    apart = np.abs(follow(case).x - case["x"]).max()
    assert 1e-8 < apart < 1e-5


def recorded_schedules():
    return {case["wrapper"] for case in GOLDEN["schedules"]} | {
        slug for case in GOLDEN["paths"] for slug in case["wraps"]
    }


def test_everything_that_pytorch_has_was_recorded():
    """What it does not have is written by hand: tests/references/wrappers."""
    assert set(WRAPPERS) - recorded_schedules() == {*REFERENCES}
    assert set(GOLDEN["versions"]) == {"python", "torch"}


def optax_cycle(total, rise, first, last):
    """PyTorch's cycle in optax's words: one step shorter, and the summit where PyTorch has it."""
    summit = round(rise * total) - 1
    return optax.piecewise_interpolate_schedule(
        "cosine", 1 / first, {summit: first, total - 1: 1 / (first * last)}
    )


@pytest.mark.parametrize("total", [10, 40, 100])
@pytest.mark.parametrize(
    ("slug", "values", "theirs"),
    [
        (
            "step",
            {"every": 5, "fall": 0.4},
            lambda n: optax.exponential_decay(1.0, 5, 0.4, staircase=True),
        ),
        ("exponential", {"fall": 0.95}, lambda n: optax.exponential_decay(1.0, 1, 0.95)),
        ("linear", {"end": 0.1}, lambda n: optax.linear_schedule(1.0, 0.1, n)),
        ("cosine", {"end": 0.1}, lambda n: optax.cosine_decay_schedule(1.0, n, 0.1)),
        (
            "warmup_cosine",
            {"share": 0.2, "end": 0.1},
            lambda n: optax.warmup_cosine_decay_schedule(0.0, 1.0, n // 5, n, 0.1),
        ),
        (
            "one_cycle",
            {"rise": 0.3, "first": 25.0, "last": 1e4},
            lambda n: optax_cycle(n, 0.3, 25.0, 1e4),
        ),
    ],
)
@as_others_promote
def test_the_factors_of_optax(slug, values, theirs, total):
    expected = [float(theirs(total)(jnp.asarray(k * 1.0))) for k in range(total)]
    np.testing.assert_allclose(
        factors([build(slug, **values)], total), expected, rtol=1e-9, atol=1e-15
    )


@as_others_promote
def test_optax_has_one_step_less_patience():
    heights = np.concatenate([np.linspace(9, 3, 10), np.full(15, 3.0), [2.0], np.full(15, 1.9995)])
    wrap = build("plateau", fall=0.5, patience=5, threshold=0.001)
    theirs = optax.contrib.reduce_on_plateau(factor=0.5, patience=6, rtol=0.0, atol=0.001)
    x = jnp.zeros(2)
    state, mine = theirs.init(x), wrap.init()
    for height in heights:
        _, state = theirs.update(x, state, x, value=jnp.asarray(height))
        mine = wrap.watch(jnp.asarray(height), mine)
        assert (mine.phi, mine.bad, mine.best) == (
            state.scale,
            state.plateau_count,
            state.best_value,
        )
    assert mine.phi < 0.2


@as_others_promote
def optax_path(tx, f, start, steps):
    x = jnp.asarray(start)
    state, path = tx.init(x), [x]
    for _ in range(steps):
        delta, state = tx.update(jax.grad(f)(x), state, x)
        x = optax.apply_updates(x, delta)
        path.append(x)
    return np.array(path)


@pytest.mark.parametrize(
    ("slug", "values", "wraps", "tx"),
    [
        (
            "adam",
            {"lr": 0.1},
            {"clip_norm": {"limit": 0.5}},
            optax.chain(optax.clip_by_global_norm(0.5), optax.adam(0.1)),
        ),
        (
            "adam",
            {"lr": 0.1},
            {"clip_value": {"limit": 0.5}},
            optax.chain(optax.clip(0.5), optax.adam(0.1)),
        ),
        ("adam", {"lr": 0.1}, {"decoupled": {"decay": 0.2}}, optax.adamw(0.1, weight_decay=0.2)),
        (
            "adam",
            {"lr": 0.1},
            {"l2": {"decay": 0.2}},
            optax.chain(optax.add_decayed_weights(0.2), optax.adam(0.1)),
        ),
        (
            "adam",
            {"lr": 0.1},
            {"clip_norm": {"limit": 2.0}, "decoupled": {"decay": 0.2}, "cosine": {"end": 0.0}},
            optax.chain(
                optax.clip_by_global_norm(2.0),
                optax.adamw(optax.cosine_decay_schedule(0.1, 50), weight_decay=0.2),
            ),
        ),
        (
            "gradient_descent",
            {"lr": 0.001},
            {"warmup_cosine": {"share": 0.2, "end": 0.1}},
            optax.sgd(optax.warmup_cosine_decay_schedule(0.0, 0.001, 10, 50, 0.0001)),
        ),
    ],
)
def test_the_paths_of_optax(slug, values, wraps, tx):
    rule = Wrapped(
        rule=optim.build(slug, **values),
        wraps=tuple(build(name, **knobs) for name, knobs in wraps.items()),
        total=50.0,
    )
    f, start = surface("rosenbrock"), STARTS["rosenbrock"]
    np.testing.assert_allclose(
        run(rule, f, start, 50).x, optax_path(tx, f, start, 50), rtol=1e-8, atol=1e-11
    )


def test_adam_with_decoupled_decay_is_adamw_by_hand():
    x, v, s, path = np.array([-5.0, -2.0]), np.zeros(2), np.zeros(2), [(-5.0, -2.0)]
    for t in range(1, 51):
        g = np.array([0.2, 4.0]) * x
        v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
        x = x - 0.1 * (v / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8) + 0.2 * x)
        path.append(tuple(x))
    rule = Wrapped(
        rule=optim.build("adam", lr=0.1), wraps=(build("decoupled", decay=0.2),), total=50.0
    )
    np.testing.assert_allclose(run(rule, surface("ravine"), (-5.0, -2.0), 50).x, path, **NEAR)
