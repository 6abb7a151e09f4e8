"""Outcomes as sentences and numbers as a person reads them."""

import math

from ravine.core.types import Place
from ravine.core.words import _
from ravine.experiments.outcome import Outcome, Parting


def sentence(outcome: Outcome) -> str:
    """What became of a run, in words."""
    said = {
        "local": _("Reached a local minimum at {place}."),
        "reached": _("Reached the minimum at {place}."),
        "stuck": _("Stuck at {place}: the gradient vanishes, but this is not a minimum."),
        "flat": _("Stuck at {place}: the ground is flat there, and elsewhere it is lower."),
        "halted": _("Stands still at {place}, on a slope: its steps are too short to see."),
        "left": _("Left the picture at step {step}."),
        "overflowed": _("Overflowed at step {step}."),
        "lost": _("Step {step} leads nowhere: the rule divides zero by zero."),
        "undefined": _(
            "Step {step} reached a point where f has no value or no gradient: the run ends there."
        ),
        "moving": _("Still moving."),
    }
    kind = "local" if outcome.kind == "reached" and not outcome.is_global else outcome.kind
    return said[kind].format(place=place(outcome.place), step=outcome.step)


def story(
    outcome: Outcome, crossings: int, arrived: int | None, stays: int | None, tolerance: float
) -> str:
    """A run in a sentence or two: how often it overstepped on its way, and how it ended.

    `arrived` is the first step at which f was within `tolerance` of its minimum and `stays` the one
    from which on it was; None if there was none.
    """
    crossed = ""
    if crossings == 1:
        crossed = _("Overshoots once: from downhill to uphill in one step.")
    elif crossings:
        crossed = _("Overshoots {n} times: from downhill to uphill in one step.")
    ends = sentence(outcome)
    if outcome.kind == "reached" and outcome.is_global and arrived is not None:
        if stays == arrived:
            ends = _("f is within {tolerance} of f* from step {step} on.")
        elif stays is not None:
            ends = _("f is within {tolerance} of f* first at step {step}, for good from {stays}.")
    told = ends.format(tolerance=f"{tolerance:g}", step=arrived, stays=stays)
    return f"{crossed.format(n=crossings)} {told}".strip()


def apart(parting: Parting, name: str) -> str:
    """Where a run parts from another one, called `name`."""
    if parting.step is None:
        return _("The same path as {name}.").format(name=name)
    said = _("Separates from {name} at step {step}; the largest distance is {distance}.")
    return said.format(name=name, step=parting.step, distance=f"{parting.distance:.3g}")


def seen_from(step: int | None) -> str:
    """From which step on one sees in the picture that two runs are apart."""
    if step is None:
        return _("In the picture they look the same.")
    return _("In the picture it is seen from step {step} on.").format(step=step)


def place(at: Place | None) -> str:
    """(0, -1.85): a point, to three digits."""
    return "(" + ", ".join(f"{round(v, 9) + 0.0:.3g}" for v in at or ()) + ")"


def short_height(value: float) -> str:
    """A height, to four digits; infinity and NaN in words' place."""
    return "–" if math.isnan(value) else f"{value:.4g}".replace("inf", "∞")
