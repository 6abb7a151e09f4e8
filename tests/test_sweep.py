"""Many runs at once are each the run that they would be alone: in blocks, on several devices, on several hosts, resumed."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import jax
import numpy as np
import pyarrow.parquet as pq
import pytest

from optim import around, build
from optim.wrappers import build as wrapper
from ravine.commands import sweep as command
from ravine.experiments.sweep import NEVER, _program, grid, sweep
from ravine.experiments.trace import run
from surfaces import build as surface
from surfaces import turned, typed

ROOT = Path(__file__).parents[1]
STARTS = np.array([[-5.0, -2.0], [1.0, 1.5], [-3.0, 0.5], [0.25, -1.0]])
ADAM = "on=rastrigin&run=adam&steps=40"
OVER = ["--over", "lr", "0.001", "1", "40", "log", "--over", "beta1", "0", "0.9", "25"]


@pytest.mark.parametrize(
    ("rule", "ground", "knobs"),
    [
        (build("adam"), surface("rastrigin"), {"lr": [0.01, 0.1, 0.5, 2.0], "beta1": [0.0, 0.5, 0.9, 0.99]}),
        (build("momentum"), surface("quadratic"), {"gamma": [0.0, 0.5, 0.9, 0.99], "surface.kappa": [2, 10, 50, 90]}),
        (build("gradient_descent"), surface("rosenbrock"), {"lr": [1e-3, 2e-3, 1e-2, 1.0]}),
        (build("bfgs"), typed("sin(3x) + y^2"), {}),
        (build("rprop"), turned(surface("ravine"), 0.4), {}),
        (around(build("nesterov"), wrapper("clip_norm"), wrapper("cosine"), steps=30), surface("beale"),
         {"lr": [0.01, 0.05, 0.1, 0.2], "clip_norm.limit": [0.1, 1.0, 5.0, 100.0]}),
    ],
)  # fmt: skip
def test_every_cell_is_the_single_run(rule, ground, knobs):
    found = sweep(
        grid(rule, ground, knobs, STARTS),
        30,
        ("height", "best", "arrived", "lost", "x1", "x2"),
        0.5,
        0.0,
    )
    for i in range(4):
        alone_rule, alone_ground = _alone(rule, ground, knobs, i)
        trace = run(alone_rule, alone_ground, tuple(STARTS[i]), 30)
        np.testing.assert_array_equal([found["x1"][i], found["x2"][i]], trace.x[-1])
        np.testing.assert_array_equal(found["height"][i], trace.loss[-1])
        np.testing.assert_array_equal(found["best"][i], np.fmin.reduce(trace.loss))
        near, out = np.abs(trace.loss) <= 0.5, ~np.isfinite(trace.x).all(axis=1)
        assert found["arrived"][i] == (np.argmax(near) if near.any() else NEVER)
        assert found["lost"][i] == (np.argmax(out) if out.any() else NEVER)


def _alone(rule, ground, knobs, i):
    """The rule and the surface of one cell, by way of a grid of one run."""
    one = grid(
        rule, ground, {name: [float(values[i])] for name, values in knobs.items()}, STARTS[i]
    )
    leaves = [c[0] if axis == 0 else c for c, axis in zip(one.columns, one.axes, strict=True)]
    return jax.tree.unflatten(
        one.kinds, [float(leaf) if not np.ndim(leaf) else leaf for leaf in leaves]
    )


def test_blocks_make_no_difference():
    runs = grid(build("adam"), surface("beale"), {"lr": np.geomspace(1e-3, 1, 700)}, (1.0, 1.0))
    whole, told = sweep(runs, 50, ("height", "arrived")), []
    parts = sweep(runs, 50, ("height", "arrived"), block=256, done=told.append)
    assert told == [256, 512, 700]
    for name in whole:
        np.testing.assert_array_equal(parts[name], whole[name])


def test_it_can_be_stopped():
    runs = grid(build("adam"), surface("beale"), {"lr": np.geomspace(1e-3, 1, 700)}, (1.0, 1.0))
    found = sweep(runs, 50, ("height", "arrived"), block=256, done=lambda count: count < 512)
    assert np.isfinite(found["height"][:512]).all()
    assert np.isnan(found["height"][512:]).all()
    assert (found["arrived"][512:] == NEVER).all()


def test_other_values_compile_nothing():
    def once(low):
        knobs = {"lr": np.geomspace(low, 1, 900)}
        return sweep(grid(build("adam"), surface("beale"), knobs, (1.0, 1.0)), 20 + round(1 / low))

    once(0.1)
    before = _program.compiled
    once(0.01)
    assert _program.compiled == before


def test_memory_is_that_of_a_block():
    runs = grid(build("adam"), surface("beale"), {"lr": np.geomspace(1e-3, 1, 20_480)}, (1.0, 1.0))
    held = []
    sweep(
        runs,
        5,
        block=2048,
        done=lambda _count: held.append(sum(one.nbytes for one in jax.live_arrays())),
    )
    assert max(held[1:]) <= held[0] + 2048 * 200


@pytest.mark.parametrize(
    ("knobs", "starts"),
    [
        ({"gamma": [0.5]}, (0, 0)),
        ({"surface.kappa": [1.0]}, (0, 0)),
        ({"lr": [1, 2]}, np.zeros((3, 2))),
    ],
)
def test_what_is_wrong_is_said(knobs, starts):
    with pytest.raises(ValueError, match=r"knob|lengths"):
        grid(build("adam"), surface("beale"), knobs, starts)


@pytest.mark.parametrize(
    ("slug", "limit"),
    [
        ("gradient_descent", lambda gamma: 2 + 0 * gamma),
        ("momentum", lambda gamma: 2 + 2 * gamma),
        ("nesterov", lambda gamma: (2 + 2 * gamma) / (1 + 2 * gamma)),
    ],
)
def test_the_edge_of_stability_is_where_the_formulas_say_to_one_cell(slug, limit):
    gammas, products = np.linspace(0.0, 0.9, 10), np.linspace(0.5, 4.5, 201)
    # the ravine's curvature is 4
    lr, gamma = (v.ravel() for v in np.meshgrid(products / 4.0, gammas))
    knobs = {"lr": lr} | ({} if slug == "gradient_descent" else {"gamma": gamma})
    found = sweep(grid(build(slug), surface("ravine"), knobs, (0.0, 1.0)), 4000)["height"].reshape(
        10, 201
    )
    falls = np.where(np.isfinite(found), found, np.inf) < 2.0  # where it began
    for row, g in zip(falls, gammas, strict=True):
        edge = products[np.argmin(row)] if not row.all() else products[-1]
        assert edge == pytest.approx(limit(g), abs=products[1] - products[0])


# The command, on devices and hosts of its own.


def asked(*more, link=ADAM):
    return [
        sys.executable,
        "-m",
        "ravine",
        "sweep",
        link,
        *OVER,
        "--keep",
        "height",
        "arrived",
        *map(str, more),
    ]


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def table(path):
    made = pq.read_table(path)
    return {name: made[name].to_numpy() for name in made.column_names}


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The same sweep on one device."""
    out = tmp_path_factory.mktemp("sweep") / "one.parquet"
    subprocess.run(
        asked("--out", out, "--devices", 1),
        check=True,
        env=environment(),
        capture_output=True,
        timeout=200,
    )
    return table(out)


def same(found, expected):
    assert found.keys() == expected.keys() == {"lr", "beta1", "height", "arrived"}
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)


def test_the_command_says_what_the_single_runs_are(expected):
    assert len(expected["lr"]) == 1000
    for i in (0, 517, 999):
        rule = build("adam", lr=expected["lr"][i], beta1=expected["beta1"][i], eps=1e-6)
        trace = run(rule, surface("rastrigin"), surface("rastrigin").start, 40)
        np.testing.assert_array_equal(expected["height"][i], trace.loss[-1])


def test_several_devices_give_the_same_numbers(expected, tmp_path):
    out = tmp_path / "four.parquet"
    subprocess.run(
        asked("--out", out, "--devices", 4),
        check=True,
        env=environment(),
        capture_output=True,
        timeout=200,
    )
    same(table(out), expected)


def test_two_hosts_give_the_same_numbers(expected, tmp_path):
    out = tmp_path / "two.parquet"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{free.getsockname()[1]}"
    hosts = [
        subprocess.Popen(
            asked("--out", out, "--devices", 2, "--hosts", 2, "--host", i, "--coordinator", where, "--block", 300),
            env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for i in range(2)
    ]  # fmt: skip
    for host in hosts:
        _out, said = host.communicate(timeout=240)
        assert host.returncode == 0, said.decode()[-2000:]
    same(table(out), expected)


def test_one_that_was_killed_goes_on_where_it_was(expected, tmp_path):
    out = tmp_path / "killed.parquet"
    call = asked("--out", out, "--devices", 1, "--block", 50)
    with subprocess.Popen(
        call, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as first:
        until = time.monotonic() + 200
        while len(done := [*tmp_path.glob("*.parts/*.parquet")]) < 3 and time.monotonic() < until:
            time.sleep(0.005)
        first.send_signal(signal.SIGKILL)
    if not out.exists():  # it was faster than we were
        assert 3 <= len(done) < 20
    second = subprocess.run(call, check=True, env=environment(), capture_output=True, timeout=200)
    assert b"1000/1000" in second.stderr
    same(table(out), expected)
    assert not [*tmp_path.glob("*.parts")]


@pytest.mark.parametrize(
    ("link", "more", "word"),
    [
        ("on=everest&run=adam", [], "everest"),
        ("on=ravine", [], "one optimizer"),
        ("run=adam", ["--over", "lr", "1"], "--over is"),
        ("run=adam", ["--over", "speed", "0", "1", "3"], "speed"),
    ],
)
def test_a_wrong_command_is_a_sentence(link, more, word, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "_devices", lambda _asked: None)
    assert command.main([link, *more, "--out", str(tmp_path / "x.parquet")]) == 2
    assert word in capsys.readouterr().err
