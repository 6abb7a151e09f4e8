"""Frames of curves, as data."""

import pytest

from ravine.experiments.inside import CURVES
from ravine.figures.curves import TURNING, frame
from ravine.figures.theme import Mode
from ravine.ui.arena.words import charts


def layout_of(name, mode: Mode = "light"):
    return frame(name, mode).to_dict()["layout"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_frame_against_the_angle(mode):
    layout = layout_of("turning", mode)
    assert layout["xaxis"]["title"]["text"] == "θ"
    assert layout["xaxis"]["ticksuffix"] == "°"
    assert layout["yaxis"]["type"] == "log"
    assert layout["title"]["text"] == "Final f − f* against the angle"


def test_without_a_minimum_its_heights_may_be_negative():
    layout = layout_of("turning-height")
    assert layout["yaxis"]["type"] == "-"
    assert layout["title"]["text"] == "Final f against the angle"


def test_the_frame_against_the_angle_is_no_curve_of_the_menu():
    assert not {*TURNING} & {*CURVES, *charts()}


def test_a_curve_is_against_the_step():
    layout = layout_of("gap")
    assert layout["xaxis"]["title"]["text"] == "step"
    assert "ticksuffix" not in layout["xaxis"]


def test_no_other_curve():
    with pytest.raises(ValueError, match="no such curve"):
        frame("turning-round", "light")
