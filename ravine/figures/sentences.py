"""Outcomes as sentences and numbers as a person reads them."""

import math

from ravine.core.types import Place
from ravine.core.words import _
from ravine.experiments.outcome import Outcome, Parting


def sentence(outcome: Outcome) -> str:
    """What became of a run, in words."""
    if outcome.kind == "reached":
        text = (
            _("Reached the minimum at {place}.")
            if outcome.is_global
            else _("Reached a local minimum at {place}.")
        )
        return text.format(place=place(outcome.place))
    if outcome.kind == "stuck":
        return _("Stuck at {place}: the gradient vanishes, but this is not a minimum.").format(
            place=place(outcome.place)
        )
    if outcome.kind == "left":
        return _("Left the picture at step {step}.").format(step=outcome.step)
    if outcome.kind == "overflowed":
        return _("Overflowed at step {step}.").format(step=outcome.step)
    if outcome.kind == "undefined":
        return _(
            "Step {step} reached a point where f has no value or no gradient: the run ends there."
        ).format(step=outcome.step)
    return _("Still moving.")


def story(outcome: Outcome, crossings: int, arrived: int | None, tolerance: float) -> str:
    """A run in a sentence or two: how often it crossed the valley on its way, and how it ended.

    `arrived` is the first step at which f was within `tolerance` of its minimum, None if there was
    none.
    """
    crossed = ""
    if crossings:
        crossed = (
            _("Crosses the valley once.") if crossings == 1 else _("Crosses the valley {n} times.")
        )
    at_goal = outcome.kind == "reached" and outcome.is_global and arrived is not None
    within = _("Within {tolerance} of the minimum at step {step}.")
    ends = within.format(tolerance=f"{tolerance:g}", step=arrived) if at_goal else sentence(outcome)
    return f"{crossed.format(n=crossings)} {ends}".strip()


def apart(parting: Parting, name: str) -> str:
    """Where a run parts from another one, called `name`."""
    if parting.step is None:
        return _("The same path as {name}.").format(name=name)
    said = _("Separates from {name} at step {step}; the largest distance is {distance}.")
    return said.format(name=name, step=parting.step, distance=f"{parting.distance:.3g}")


def place(at: Place | None) -> str:
    """(0, -1.85): a point, to three digits."""
    return "(" + ", ".join(f"{round(v, 9) + 0.0:.3g}" for v in at or ()) + ")"


def short_height(value: float) -> str:
    """A height, to four digits; infinity and NaN in words' place."""
    return "–" if math.isnan(value) else f"{value:.4g}".replace("inf", "∞")
