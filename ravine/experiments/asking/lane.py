"""Who arrives first?"""

from collections.abc import Sequence
from typing import Any

from ravine.core.words import _
from ravine.experiments.asking.runs import is_tie, standings, visible
from ravine.experiments.race import Race


class WhoIsFirst:
    """The lane that first comes as near to the minimum as the race asks for; where none does, the
    one that ends lowest.
    """

    turns: tuple[str, ...] = ()

    def asks_about(self, race: Race) -> Sequence[None]:
        return [None] if len(visible(race)) > 1 else []

    def text(self, race: Race, who: None, names: Sequence[str]) -> str:
        text = _(
            "Who is first within {tolerance} of the lowest height in view? If nobody is, who is "
            "lowest after {n} steps?"
        )
        return text.format(tolerance=f"{race.tolerance:g}", n=race.steps)

    def fields(self, race: Race, who: None, names: Sequence[str]) -> dict[str, Any]:
        return {"lanes": [names[i] for i in visible(race)]}

    def truth(self, race: Race, who: None) -> int:
        found = standings(race, visible(race))
        first, second = sorted(found)[:2]
        if is_tie(first, second):
            raise ValueError(_("Two of them come in together: nobody is first."))
        return found.index(first)

    def shown(self, race: Race, who: None, truth: Any) -> Race:
        return race
