"""In which order do they come in?"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ravine.core.words import _
from ravine.experiments.asking.runs import is_tie, standings, visible
from ravine.experiments.race import Race

FEWEST_RANKED, MOST_RANKED = 3, 6  # lanes that are ranked: of two one asks who is first


class InWhichOrder:
    """All lanes, the first to arrive first; those that never do follow by their height."""

    turns: tuple[str, ...] = ()

    def asks_about(self, race: Race) -> Sequence[None]:
        return [None] if FEWEST_RANKED <= len(visible(race)) <= MOST_RANKED else []

    def text(self, race: Race, who: None, names: Sequence[str]) -> str:
        text = _(
            "In which order do they come within {tolerance} of the lowest height in view? Who "
            "does not in {n} steps follows by height."
        )
        return text.format(tolerance=f"{race.tolerance:g}", n=race.steps)

    def fields(self, race: Race, who: None, names: Sequence[str]) -> dict[str, Any]:
        return {"items": [names[i] for i in visible(race)]}

    def truth(self, race: Race, who: None) -> list[int]:
        found = standings(race, visible(race))
        ranked = sorted(range(len(found)), key=found.__getitem__)
        if any(is_tie(found[one], found[other]) for one, other in pairwise(ranked)):
            raise ValueError(_("Two of them come in together: there is no one order."))
        return ranked

    def shown(self, race: Race, who: None, truth: Any) -> Race:
        return race
