"""Where does it end?"""

from collections.abc import Sequence
from typing import Any

from ravine.core.words import _
from ravine.experiments.asking.runs import alone, run_of, seen_box, visible
from ravine.experiments.floor import is_inside
from ravine.experiments.race import Race


class WhereItEnds:
    """The place of a lane after the last step, in the picture."""

    turns: tuple[str, ...] = ()

    def asks_about(self, race: Race) -> Sequence[int]:
        return visible(race)

    def text(self, race: Race, who: int, names: Sequence[str]) -> str:
        return _("Where is {name} after {n} steps?").format(name=names[who], n=race.steps)

    def fields(self, race: Race, who: int, names: Sequence[str]) -> dict[str, Any]:
        left, right, bottom, top = seen_box(race)
        return {"x": [left, right], "y": [bottom, top]}

    def truth(self, race: Race, who: int) -> list[float]:
        end = run_of(race, who).x[-1:]
        if not is_inside(end, seen_box(race))[0]:
            raise ValueError(_("It does not end in the picture. Ask what becomes of it."))
        return [float(end[0, 0]), float(end[0, 1])]

    def shown(self, race: Race, who: int, truth: Any) -> Race:
        return alone(race, who)
