"""The table of a race: every number comes back, and no name is taken for a formula."""

import csv
import io
import math

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optim import OPTIMIZERS
from ravine.core.formula import parse_rule
from ravine.experiments.lanes import TYPED
from ravine.experiments.link import decode
from ravine.experiments.race import Lane, default_race, race_on, rule_of, run_race
from ravine.experiments.record import labels, memory, rows, table
from surfaces import SURFACES
from tests.cases import races_to_run


def names_of(race):
    return [f"lane {i}" for i, _ in enumerate(race.lanes)]


def read(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def column(lines, name):
    return np.array([float(line[name]) for line in lines])


def same(told, numbers):
    return told.tobytes() == np.asarray(numbers).tobytes() or np.array_equal(
        told, numbers, equal_nan=True
    )


def assert_told(race, traces, lines):
    for i, trace in enumerate(traces):
        mine = lines[i * (race.steps + 1) : (i + 1) * (race.steps + 1)]
        assert {line["lane"] for line in mine} == {f"lane {i}"}
        assert [int(line["step"]) for line in mine] == list(range(race.steps + 1))
        for name, numbers in [("x1", trace.x[:, 0]), ("x2", trace.x[:, 1]), ("f", trace.loss)]:
            assert same(column(mine, name), numbers)
        assert same(np.stack([column(mine, "grad1"), column(mine, "grad2")], 1), trace.grad)
        assert_remembered(race.lanes[i], trace, mine)


def state_of(lane, trace):
    """What a lane remembered, by name, taken from the state by hand."""
    state = trace.state.rule if lane.wraps else trace.state
    if lane.rule == TYPED:
        names = parse_rule(lane.text).state
        found = {name: state.memory[:, row] for row, name in enumerate(names)} | {"t": state.t}
    else:
        found = getattr(state, "_asdict", dict)()
    if lane.wraps:
        found["with.factor"] = trace.state.factor
        schedule = getattr(trace.state.schedule, "_asdict", dict)()
        found |= {f"with.{name}": leaf for name, leaf in schedule.items()}
    return found


def assert_remembered(lane, trace, mine):
    state = state_of(lane, trace)
    expected = set()
    for field, leaf in state.items():
        if leaf.ndim == 1:
            expected.add(field)
            assert same(column(mine, field), leaf)
        else:
            expected |= {f"{field}1", f"{field}2"}
            assert same(np.stack([column(mine, f"{field}{axis}") for axis in (1, 2)], 1), leaf)
    given_away = {name for name, cell in mine[0].items() if cell != ""}
    assert given_away == expected | {"lane", "step", "x1", "x2", "f", "grad1", "grad2"}


@settings(max_examples=25)
@given(races_to_run())
def test_the_numbers_come_back(race):
    race = race.replace(steps=min(race.steps, 60), at=None)
    traces = run_race(race)
    lines = read(table(race, traces, names_of(race)))
    assert len(lines) == len(race.lanes) * (race.steps + 1)
    assert_told(race, traces, lines)


def test_a_run_that_fails_is_told_as_it_is():
    race = race_on(
        SURFACES["rosenbrock"](), (Lane("momentum", {"lr": 10.0}), Lane("adam"))
    ).replace(steps=40)
    traces = run_race(race)
    assert not np.isfinite(traces[0].x).all()
    text = table(race, traces, names_of(race))
    assert_told(race, traces, read(text))
    cells = {cell for line in read(text) for cell in line.values()}
    assert "nan" in cells
    assert cells & {"inf", "-inf"}


def test_the_head_and_the_first_line():
    race = default_race()
    head, first, *rest = csv.reader(
        io.StringIO(table(race, run_race(race), names_of(race)), newline="")
    )
    states = ["v1", "v2", "s1", "s2", "m1", "m2", "t"]
    assert head == ["lane", "step", "x1", "x2", "f", "grad1", "grad2", *states]
    assert first[:4] == ["lane 0", "0", "-5.0", "-2.0"]
    assert first[7:] == [""] * 7  # gradient descent remembers nothing
    assert len(rest) == 5 * 21 - 1


@pytest.mark.parametrize("slug", OPTIMIZERS)
def test_no_memory_takes_the_name_of_another_column(slug):
    race = default_race().replace(lanes=(Lane(slug),))
    (trace,) = run_race(race)
    head = next(rows(race, [trace], [slug]))
    assert len({*head}) == len(head)
    state = rule_of(race, race.lanes[0]).init(jnp.asarray(trace.x[0]))
    assert len(memory(race.lanes[0], trace)) == sum(np.size(leaf) for leaf in state)


def test_lanes_and_traces_belong_together():
    race = default_race()
    with pytest.raises(ValueError, match="argument"):
        table(race, run_race(race)[:2], names_of(race))
    with pytest.raises(ValueError, match="argument"):
        table(race, run_race(race), ["one"])


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_is_no_formula(sign):
    name = f'{sign}HYPERLINK("http://x","y")'
    assert labels([name]) == [f"'{name}"]


@given(st.lists(st.text(max_size=4) | st.sampled_from(["a", "a (2)", "=", "'="]), max_size=12))
def test_labels_tell_lanes_apart(names):
    told = labels(names)
    assert len({*told}) == len(told) == len(names)
    assert not any(label.startswith(("=", "+", "-", "@", "\t", "\r")) for label in told)


@given(st.text(max_size=20))
def test_any_name_comes_back(name):
    race = decode({"run": ["adam"], "steps": ["1"]})
    lines = read(table(race, run_race(race), [name]))
    assert [line["lane"] for line in lines] == labels([name]) * 2
    assert math.isfinite(float(lines[1]["f"]))
