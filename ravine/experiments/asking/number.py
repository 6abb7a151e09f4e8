"""At which learning rate does it diverge?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ravine.core.doors import in_64_bits
from ravine.core.words import _
from ravine.experiments.asking.runs import at_rate, rated, rates_between
from ravine.experiments.race import Race
from ravine.experiments.scores import ENDS, ended_outside, runs_over
from ravine.experiments.sweep import sweep

LONG = 2000  # steps of each run: what grows by half a percent a step has left the picture by then
BESIDE = (0.95, 1.05)  # of the truth: rates of the runs that show it
RATES, ROUNDS = 512, 2  # learning rates over the slider, and how often between two of them


class WhenItDiverges:
    """The learning rate up to which a lane ends in the view of its surface after LONG steps, and
    from which on it never does, to a thousandth. For gradient descent on a quadratic it is 2 over
    the largest curvature. Where a lane leaves and comes back by turns as its rate grows, or never
    leaves, there is no truth.
    """

    turns: tuple[str, ...] = ("lr",)

    def asks_about(self, race: Race) -> Sequence[int]:
        return rated(race)

    def text(self, race: Race, who: int, names: Sequence[str]) -> str:
        text = _("From which learning rate on does {name} diverge and leave the picture for good?")
        return text.format(name=names[who])

    def fields(self, race: Race, who: int, names: Sequence[str]) -> dict[str, Any]:
        low, high = rates_between(race, who)
        return {"low": low, "high": high, "symbol": "η"}

    def truth(self, race: Race, who: int) -> float:
        low, high = rates_between(race, who)
        for nth in range(1 + ROUNDS):
            rates = np.geomspace(low, high, RATES)
            stays = np.flatnonzero(~_lost(race, who, rates))
            last = int(stays[-1]) if len(stays) else -1
            if nth == 0 and not 0 <= last == len(stays) - 1 < RATES - 1:
                raise ValueError(_("No learning rate parts where it stays from where it diverges."))
            low, high = rates[last], rates[last + 1]
        return float(high)

    def shown(self, race: Race, who: int, truth: float) -> Race:
        """The lane with a rate just below and one just above."""
        rates = [float(f"{truth * share:.3g}") for share in BESIDE]
        return race.replace(lanes=tuple(at_rate(race.lanes[who], rate) for rate in rates))


def _lost(race: Race, who: int, rates: Float[np.ndarray, "n"]) -> Bool[np.ndarray, "n"]:
    """With which of these rates the run does not end in the picture."""
    with in_64_bits():
        found = sweep(runs_over(race, race.lanes[who], {"lr": rates}), LONG, ENDS)
    return ended_outside(race, found) | ~np.isfinite(found["height"])
