"""The fan of a knob: every one of its paths is the path of the single run."""

import gzip
import itertools

import numpy as np
import pytest

from ravine.experiments import fan as module
from ravine.experiments.fan import fan
from ravine.experiments.link import encode, read_link
from ravine.experiments.race import KNOBS, Lane, default_race, lane, race_on, run_race
from ravine.payload.dial import MOST_FAN_POINTS, dial, dial_of, packed_fan
from ravine.payload.names import CLASSICS
from ravine.payload.sliders import knob_sliders, slider_of
from surfaces import SURFACES

ALL = race_on(SURFACES["ravine"](), tuple(lane(slug) for slug in CLASSICS))


def at_stops(race, key, some):
    slider = slider_of(key, race)
    stops = slider.stops[:: max(1, len(slider.stops) // some)]
    return [slider.write(race, stop) for stop in stops]


@pytest.mark.parametrize("on", ["ravine", "himmelblau"])
@pytest.mark.parametrize("key", ["shared--lr", "shared--gamma", "start--1"])
def test_every_path_is_that_of_the_single_run(on, key):
    race = race_on(SURFACES[on](), ALL.lanes).replace(steps=40)
    races = at_stops(race, key, 12)
    paths = fan(races)
    assert paths.shape == (len(race.lanes), len(races), 41, 2)
    for i, other in enumerate(races):
        for lane_, trace in enumerate(run_race(other)):
            near = np.isfinite(trace.x).all(axis=1) & (np.abs(trace.x) < 1e3).all(axis=1)
            # beyond, rounding is all that differs
            until = len(near) if near.all() else int(np.argmin(near))
            np.testing.assert_allclose(
                paths[lane_, i, :until], trace.x[:until], rtol=1e-6, atol=1e-9
            )


def test_a_knob_of_the_surface_has_a_fan():
    race = race_on(SURFACES["quadratic"]())
    races = at_stops(race, "surface--quadratic--kappa", 5)
    np.testing.assert_allclose(fan(races)[1, 3], run_race(races[3])[1].x, rtol=1e-9)


def test_another_value_compiles_nothing():
    race = default_race()
    fan(at_stops(race, "shared--lr", 40))
    before = module._simulate_all.compiled
    fan(at_stops(race.replace(steps=17), "shared--gamma", 30))
    fan(at_stops(race.replace(start=(-1.0, 1.0)), "start--0", 20))
    assert module._simulate_all.compiled == before


def test_what_is_sent_is_the_fan_to_a_quarter_of_a_pixel():
    race = default_race()
    numbers = np.frombuffer(gzip.decompress(packed_fan(race, "shared--lr")), "<f2").astype(float)
    made = dial_of(race, "shared--lr")
    sent = numbers.reshape(len(race.lanes), len(made.stops), race.steps + 1, 2)
    exact = fan([made.slider.write(race, stop) for stop in made.stops])
    ((left, right), (bottom, top)) = race.surface.view
    there = exact - [(left + right) / 2, (bottom + top) / 2]
    inside = (np.abs(there) <= [(right - left) / 2, (top - bottom) / 2]).all(axis=-1)
    off = np.abs(sent * [right - left, top - bottom] - there) / [right - left, top - bottom]
    assert off[inside].max() <= 1 / 4096
    assert np.sign(sent[~inside & np.isfinite(sent).all(axis=-1)]).any()


def test_eight_lanes_of_three_hundred_steps_fit_into_half_a_megabyte():
    race = race_on(SURFACES["ravine"](), (*ALL.lanes, Lane("momentum", {"gamma": 0.9}))).replace(
        steps=300
    )
    assert len(dial(race)["stops"]) == len(KNOBS["lr"].grid())
    assert len(packed_fan(race, "shared--lr")) < 500_000


def test_a_fan_that_would_be_too_large_leaves_stops_out():
    race = race_on(SURFACES["ravine"](), (lane("adam"),) * 12).replace(steps=2000)
    stops = dial(race)["stops"]
    assert 12 * 2001 * len(stops) <= MOST_FAN_POINTS
    assert len(stops) > 20


def test_the_fan_does_not_depend_on_how_the_race_is_looked_at():
    race = default_race()
    other = race.replace(
        at=3,
        zoom=(-1.0, 1.0, -1.0, 1.0),
        layout="panels",
        marks=("fan",),
        curves=("v1",),
        tolerance=0.1,
    )
    named = other.replace(
        lanes=tuple(racer._replace(name="A", hidden=True) for racer in race.lanes)
    )
    turned = named.with_shared("lr", 2.0)
    assert dial(turned)["fan"] == dial(race)["fan"]
    assert dial(race.replace(steps=21))["fan"] != dial(race)["fan"]
    assert encode(read_link(dial(race)["fan"]))["lr"] == ["1e-06"]


def test_the_live_knob_stands_where_the_race_does():
    race = default_race()
    shown = dial(race)
    assert (shown["key"], shown["shows"], shown["stops"][shown["at"]]) == (
        "shared--lr",
        "0.4",
        "0.4",
    )
    assert dial(race.replace(dial="own--rmsprop-1--gamma"))["shows"] == "0.9"
    assert dial(race.replace(dial="own--nobody-1--gamma"))["key"] == "shared--lr"


@pytest.mark.parametrize(
    ("on", "lanes"),
    [
        ("quadratic", (*ALL.lanes, Lane("momentum", {"gamma": 0.9}))),
        ("ravine", (Lane("adam"),)),
        ("saddle", (Lane("adam"),)),
    ],
)
def test_every_knob_can_be_live(on, lanes):
    race = race_on(SURFACES[on](), lanes).replace(steps=3)
    for key in knob_sliders(race):
        shown = dial(race.replace(dial=key))
        assert shown["key"] == key
        assert len(shown["stops"]) == len(set(shown["stops"])) > 10
        assert (
            len(gzip.decompress(packed_fan(race, key)))
            == len(race.lanes) * len(shown["stops"]) * 4 * 2 * 2
        )


@pytest.mark.parametrize(
    "key", ["", "steps", "tolerance", "start", "shared--nothing", "own--adam-9--lr"]
)
def test_what_is_no_knob_is_a_sentence(key):
    with pytest.raises(ValueError, match="no such slider"):
        packed_fan(default_race(), key)


def test_labels_tell_the_knobs_apart():
    race = race_on(SURFACES["ravine"](), tuple(Lane("momentum", {"gamma": g}) for g in (0.5, 0.9)))
    labels = list(knob_sliders(race).values())
    assert all(a != b for a, b in itertools.combinations(labels, 2))
