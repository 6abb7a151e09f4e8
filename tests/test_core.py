"""Knobs, words, doctests."""

import doctest
import importlib
import math

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optim.adam import Adam
from ravine.core import words
from ravine.core.knob import Knob, make
from ravine.experiments.race import KNOBS


@pytest.mark.parametrize("name", KNOBS)
def test_a_slider_goes_from_end_to_end(name):
    knob = KNOBS[name]
    grid = knob.grid()
    assert list(grid) == sorted(set(grid))
    assert grid[0] == knob.low
    assert 20 <= len(grid) <= 200
    assert grid[-1] == pytest.approx(knob.high)


def test_the_ranges_are_those_that_were_promised():
    assert (KNOBS["lr"].low, KNOBS["lr"].high) == (1e-6, 10.0)
    assert (KNOBS["eps"].low, KNOBS["eps"].high) == (1e-12, 1.0)
    assert KNOBS["lr"].scale == "fine log"
    assert KNOBS["eps"].scale == "log"


@given(st.floats())
def test_a_knob_takes_what_is_in_range_and_nothing_else(value):
    knob = Knob("k", -1.0, 1.0)
    if -1.0 <= value <= 1.0:
        assert knob.check("k", value) == value
    else:
        with pytest.raises(ValueError, match="outside"):
            knob.check("k", value)


def test_an_angle_is_shown_in_degrees():
    assert Knob("t", 0.0, math.pi, unit="angle").show(math.pi / 6) == "30°"


def test_a_long_nonsense_is_cut_in_the_error():
    with pytest.raises(ValueError, match="is not a number") as caught:
        make(Adam, {"lr": "9" * 400 + "x"})
    assert len(str(caught.value)) < 100


def test_a_language_is_the_nearest_there_is():
    assert words.speak("tlh") == "en"
    assert words.speak(None) == "en"
    assert words.speak("en-GB") == "en"
    assert words.language() == "en"
    assert words._("") == ""


@pytest.mark.parametrize(
    "name", ["optim", "surfaces", "ravine.experiments.trace", "ravine.experiments.lanes"]
)
def test_docstring_examples_are_true(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0


def test_a_product_is_rounded_before_it_is_added_to():
    """No fused multiply-add: compiled code has the bits that the formula has in NumPy (docs/decisions/0009)."""
    a, b, c = np.random.default_rng(0).normal(size=(3, 1000))
    np.testing.assert_array_equal(jax.jit(lambda a, b, c: a * b + c)(a, b, c), a * b + c)
