"""Logarithmic axes that can be read."""

import doctest
import itertools
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ravine.figures import ticks
from ravine.figures.ticks import LABELS_APART, MOST, log_axis


def test_its_examples():
    assert doctest.testmod(ticks).failed == 0


def labels(axis):
    """The labels of an axis as powers of ten."""
    low, high = axis["range"]
    if "tickvals" in axis:
        return [math.log10(value) for value in axis["tickvals"]]
    return [k for k in range(math.ceil(low), math.floor(high) + 1) if k % axis["dtick"] == 0]


@given(low=some.integers(-1600, 1200).map(lambda k: k / 100), span=some.floats(0.02, 25))
def test_an_axis_has_two_labels_to_ten_and_none_over_another(low, span):
    axis = log_axis(low, low + span)
    places = labels(axis)
    assert 2 <= len(places) <= MOST + 1
    assert all(low <= place <= low + span for place in places)
    if "tickvals" in axis:
        assert all(b - a >= LABELS_APART * span - 1e-9 for a, b in itertools.pairwise(places))
        assert len({*axis["ticktext"]}) == len(places)


@pytest.mark.parametrize("span", [0.025, 0.05, 0.3, 0.9, 1.2, 1.9])
@pytest.mark.parametrize("low", [-12.3, -3.01, -0.4, 0.0, 5.5])
def test_a_label_says_where_it_stands(low, span):
    axis = log_axis(low, low + span)
    for value, text in zip(axis.get("tickvals", []), axis.get("ticktext", []), strict=True):
        said = re.sub(r"×10<sup>(.+)</sup>", r"e\1", text).replace("−", "-")
        assert float(said) == pytest.approx(value, rel=1e-4)
