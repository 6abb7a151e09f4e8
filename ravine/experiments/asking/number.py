"""At which learning rate does it diverge?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ravine.core.doors import in_64_bits
from ravine.core.words import _
from ravine.experiments.asking.runs import visible
from ravine.experiments.lanes import Lane, knobs_of
from ravine.experiments.race import Race
from ravine.experiments.scores import ENDS, ended_outside, runs_over, value_at
from ravine.experiments.sweep import sweep

LONG = 2000  # steps of each run: what grows by half a percent a step has left the picture by then
BESIDE = (0.95, 1.05)  # of the truth: rates of the runs that show it
RATES, ROUNDS = 512, 2  # learning rates over the slider, and how often between two of them


class WhenItDiverges:
    """The lowest learning rate of a slider's range with which a lane ends outside of the picture
    after LONG steps, to a thousandth. For gradient descent on a quadratic it is 2 over the largest
    curvature.
    """

    turns: tuple[str, ...] = ("lr",)

    def asks_about(self, race: Race) -> Sequence[int]:
        having = [i for i in visible(race) if "lr" in knobs_of(race.lanes[i])]
        first = {_without_rate(race.lanes[i]): i for i in reversed(having)}
        return sorted(first.values())

    def text(self, race: Race, who: int, names: Sequence[str]) -> str:
        text = _("From which learning rate on does {name} diverge and leave the picture for good?")
        return text.format(name=names[who])

    def fields(self, race: Race, who: int, names: Sequence[str]) -> dict[str, Any]:
        low, high = _ends(race, who)
        return {"low": low, "high": high, "symbol": "η"}

    def truth(self, race: Race, who: int) -> float:
        low, high = _ends(race, who)
        for _round in range(1 + ROUNDS):
            rates = np.geomspace(low, high, RATES)
            lost = _lost(race, who, rates)
            first = int(np.argmax(lost))
            if not lost.any() or first == 0:
                raise ValueError(_("There is no learning rate from which on it diverges."))
            low, high = rates[first - 1], rates[first]
        return float(high)

    def shown(self, race: Race, who: int, truth: float) -> Race:
        """The lane with a rate just below and one just above."""
        lane, lanes = race.lanes[who], []
        for share in BESIDE:
            rate = float(f"{truth * share:.3g}")
            lanes.append(lane._replace(own={**lane.own, "lr": rate}, name="", hidden=False))
        return race.replace(lanes=tuple(lanes))


def _without_rate(lane: Lane) -> str:
    """What sets lanes apart when the question chooses their learning rate."""
    own = {name: value for name, value in lane.own.items() if name != "lr"}
    return repr(lane._replace(own=own, name=""))


def _ends(race: Race, who: int) -> tuple[float, float]:
    knob = knobs_of(race.lanes[who])["lr"]
    return float(value_at(knob, 0.0)), float(value_at(knob, 1.0))


def _lost(race: Race, who: int, rates: Float[np.ndarray, "n"]) -> Bool[np.ndarray, "n"]:
    """With which of these rates the run does not end in the picture."""
    with in_64_bits():
        found = sweep(runs_over(race, race.lanes[who], {"lr": rates}), LONG, ENDS)
    return ended_outside(race, found) | ~np.isfinite(found["height"])
