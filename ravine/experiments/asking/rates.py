"""Everyone runs one, with a learning rate of their own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from ravine.core.doors import in_64_bits
from ravine.core.words import _
from ravine.experiments.asking.fates import fate_names, fates_of
from ravine.experiments.asking.runs import at_rate, rated, rates_between
from ravine.experiments.race import Race
from ravine.experiments.scores import ENDS, above, runs_over, swept

ALL_RATES = 512  # learning rates over the slider, alike in ratio


class WithManyRates:
    """What becomes of a lane with each of ALL_RATES learning rates over its slider, and how high it
    ends: above the minimum, where there is one.
    """

    turns: tuple[str, ...] = ("lr",)
    begins: bool = True

    def asks_about(self, race: Race) -> Sequence[int]:
        return rated(race)

    def text(self, race: Race, who: int, names: Sequence[str]) -> str:
        text = _(
            "Everyone runs {name} with a learning rate of their own. How low does it get in {n} "
            "steps?"
        )
        return text.format(name=names[who], n=race.steps)

    def fields(self, race: Race, who: int, names: Sequence[str]) -> dict[str, Any]:
        low, high = rates_between(race, who)
        told = {"low": low, "high": high, "symbol": "η", "count": ALL_RATES}
        return {**told, "lane": who, "fates": fate_names(race)}

    def truth(self, race: Race, who: int) -> dict[str, Any]:
        with in_64_bits():
            runs = runs_over(race, race.lanes[who], {"lr": _rates(race, who)})
            found = swept(race, runs, ENDS)
        heights = [float(f"{h:.4g}") if np.isfinite(h) else None for h in above(race, found)]
        return {"became": "".join(map(str, fates_of(race, found))), "heights": heights}

    def shown(self, race: Race, who: int, truth: Any) -> None:
        """The curve shows it, and no path."""

    def one(self, race: Race, who: int, number: int) -> Race:
        """The race of one learning rate, by its number."""
        return race.replace(lanes=(at_rate(race.lanes[who], float(_rates(race, who)[number])),))


def _rates(race: Race, who: int) -> Float[np.ndarray, "n"]:
    low, high = rates_between(race, who)
    return low * (high / low) ** ((np.arange(ALL_RATES) + 0.5) / ALL_RATES)
