"""A race as a script: it runs by itself, it prints the very numbers, and nothing in a name gets out of its quotes."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruff.__main__ import find_ruff_bin

from optim import OPTIMIZERS
from ravine.core.words import speak
from ravine.experiments.lanes import TYPED, Wrap, typed_lane
from ravine.experiments.link import read_link
from ravine.experiments.race import MOST_LANES, Lane, default_race, race_on, run_race
from ravine.experiments.script import literal, script
from surfaces import SURFACES
from tests.cases import races

ROOT = Path(__file__).parents[1]
PRINTED = re.compile(r"(.*): x = \((\S+), (\S+)\), f = (\S+)")
HOSTILE = [
    '"',
    "'",
    "\\",
    "\\\"'",
    '"); import os; ("',
    "{x1}",
    "# no",
    "中文",
    "é",
    "x: y",
    '"""',
    "%s",
    "𝕏" * 40,
]


def launched(source):
    """What a fresh interpreter prints for it."""
    command = [sys.executable, "-X", "utf8", "-W", "error", "-"]
    run = subprocess.run(
        command,
        input=source,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return [PRINTED.fullmatch(line).groups() for line in run.stdout.splitlines()]


def formatted(source, width):
    command = [find_ruff_bin(), "format", "--isolated", "--line-length", str(width), "-"]
    return subprocess.run(
        command, input=source, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout


AWKWARD = 0.1 + 0.2  # it has 17 digits
TWINS = (
    Lane("adam", {"lr": AWKWARD}),
    Lane("adam", {"lr": AWKWARD / 3, "beta1": AWKWARD, "beta2": 1 / 3}),
    Lane("adam"),
)
RACES = {
    "the seeds": default_race(),
    "twins": race_on(SURFACES["quadratic"](kappa=AWKWARD * 10, theta=1 / 3), TWINS),
    "every rule, twelve lanes": race_on(
        SURFACES["himmelblau"](),
        tuple(Lane(slug) for slug in [*OPTIMIZERS, *OPTIMIZERS][:MOST_LANES]),
    ),
    "in other words": race_on(
        SURFACES["beale"](),
        (
            Lane("adam", dialect="keras"),
            typed_lane("v = gamma*v + lr*grad(x - gamma*v); x -= v"),
            Lane(
                "adamw", wraps=(Wrap("clip_norm", {"limit": AWKWARD}), Wrap("l2"), Wrap("cosine"))
            ),
            typed_lane("x -= k*g")._replace(wraps=(Wrap("linear"),)),
        ),
    ),
    "one that fails": race_on(
        SURFACES["rosenbrock"](), (Lane("momentum", {"lr": 10.0}), Lane("adam"))
    ).replace(steps=40),
    "one that overflows": race_on(
        SURFACES["quadratic"](kappa=1000.0), (Lane("gradient_descent", {"lr": 10.0}),)
    ).replace(steps=60),
    "hostile names": race_on(
        SURFACES["ackley"](), tuple(Lane("nesterov", name=name) for name in HOSTILE[:MOST_LANES])
    ),
}


@pytest.mark.parametrize("race", RACES.values(), ids=RACES.keys())
def test_it_prints_the_very_numbers_of_the_race(race):
    told = [
        [float.hex(float(number)) for number in numbers] for _, *numbers in launched(script(race))
    ]
    assert told == [
        [float.hex(float(number)) for number in (*trace.x[-1], trace.loss[-1])]
        for trace in run_race(race)
    ]


def test_there_is_a_race_that_fails_and_one_that_overflows():
    ends = [
        trace.loss[-1]
        for name in ("one that fails", "one that overflows")
        for trace in run_race(RACES[name])
    ]
    assert np.isnan(ends).any()
    assert np.isinf(ends).any()


def test_lanes_are_printed_by_name():
    assert [name for name, *_ in launched(script(RACES["hostile names"]))] == HOSTILE[:MOST_LANES]
    assert [name for name, *_ in launched(script(RACES["twins"]))] == [
        "Adam",
        "Adam (2)",
        "Adam (3)",
    ]


@pytest.mark.parametrize("width", [88, 120])
@pytest.mark.parametrize("race", RACES.values(), ids=RACES.keys())
def test_it_is_formatted(race, width):
    source = script(race)
    assert formatted(source, width) == source


def test_a_script_in_chinese_is_one_too():
    speak("zh-CN")
    try:
        source = script(RACES["the seeds"])
    finally:
        speak("en")
    assert formatted(source, 88) == formatted(source, 120) == source
    assert [name for name, *_ in launched(source)][1] == "动量法"


@settings(max_examples=15)
@given(races())
def test_any_race_is_formatted(race):
    source = script(race)
    assert formatted(source, 88) == formatted(source, 120) == source


@settings(max_examples=200)
@given(races())
def test_any_race_is_a_script(race):
    source = script(race)
    compile(source, "race.py", "exec")
    built = [lane.rule for lane in race.lanes if lane.rule != TYPED]
    assert [values[1] for values in calls(source, "optim.build")] == built
    assert [values[1] for values in calls(source, "optim.typed")] == [
        lane.text for lane in race.lanes if lane.text
    ]
    assert {type(node).__name__ for node in ast.parse(source).body} == {
        "Import",
        "ImportFrom",
        "Assign",
        "For",
    }


@given(races())
def test_its_link_is_that_of_the_race(race):
    (link,) = re.findall(r"^# Its link: /\??(.*)$", script(race), re.MULTILINE)
    assert read_link(link) == race


def calls(source, function):
    """Of every call of `function` in the source, its line and its first argument."""
    return sorted(
        (node.lineno, node.args[0].value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == function
    )


@given(st.text(max_size=40) | st.sampled_from(HOSTILE))
def test_a_text_stays_in_its_quotes(text):
    assert ast.literal_eval(literal(text)) == text
    assert len(literal(text).splitlines()) == 1


def test_it_says_whence_it_is_and_what_one_may_do():
    head = script(default_race())[:400]
    assert "Ravine" in head
    assert "MIT" in head


def test_a_whole_number_of_a_slider_is_a_float():
    text = script(
        race_on(SURFACES["quadratic"](kappa=50), (Lane("momentum", {"gamma": 0, "lr": 1}),))
    )
    for said in ("kappa=50.0", "gamma=0.0", "lr=1.0"):
        assert said in text
