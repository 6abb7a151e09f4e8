"""The race with which a surface opens, and where its runs end."""

import numpy as np

from ravine.experiments.floor import floor_of
from ravine.experiments.outcome import outcome
from ravine.experiments.race import race_on, run_race
from surfaces import SURFACES

NAMES = ("descent", "momentum", "adagrad", "rmsprop", "adam")


def opened(slug, **changed):
    """The five runs with which a surface opens, by name; a start, steps or a learning rate may be another."""
    race = race_on(SURFACES[slug]())
    shared = {**race.shared, "lr": changed.pop("lr", race.shared["lr"])}
    return dict(zip(NAMES, run_race(race.replace(shared=shared, **changed)), strict=True))


def nearest(slug, trace):
    """The minimum next to which a run ends."""
    places = floor_of(SURFACES[slug]()).places
    return tuple(places[np.argmin(np.hypot(*(places - trace.x[-1]).T))].round(2).tolist())


def ends(slug, **changed):
    return {name: nearest(slug, trace) for name, trace in opened(slug, **changed).items()}


def kind(slug, trace):
    surface = SURFACES[slug]()
    return outcome(trace, surface, floor_of(surface), 1e-3).kind


def walked(trace):
    return np.hypot(*(trace.x[-1] - trace.x[0]))
