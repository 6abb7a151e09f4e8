"""Everyone runs one, from a start of their own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from ravine.core.doors import in_64_bits
from ravine.core.words import _
from ravine.experiments.asking.fates import fate_names, fates_of
from ravine.experiments.asking.runs import alone, seen_box, visible
from ravine.experiments.race import Race
from ravine.experiments.scores import ENDS, runs_over, swept

STARTS_ALONG = 64  # starts along each side of the picture


class FromManyStarts:
    """What becomes of a lane from the middles of STARTS_ALONG by STARTS_ALONG cells of the picture,
    the upper left one first, row by row.
    """

    turns: tuple[str, ...] = ()
    begins: bool = False

    def asks_about(self, race: Race) -> Sequence[int]:
        return visible(race)

    def text(self, race: Race, who: int, names: Sequence[str]) -> str:
        text = _("Everyone runs {name} from a start of their own. Where does it end in {n} steps?")
        return text.format(name=names[who], n=race.steps)

    def fields(self, race: Race, who: int, names: Sequence[str]) -> dict[str, Any]:
        left, right, bottom, top = seen_box(race)
        box = {"x": [left, right], "y": [bottom, top]}
        return {
            **box,
            "columns": STARTS_ALONG,
            "rows": STARTS_ALONG,
            "lane": who,
            "fates": fate_names(race),
        }

    def truth(self, race: Race, who: int) -> dict[str, Any]:
        with in_64_bits():
            found = swept(race, runs_over(race, race.lanes[who], {}, _starts(race)), ENDS)
        return {"became": "".join(map(str, fates_of(race, found)))}

    def shown(self, race: Race, who: int, truth: Any) -> None:
        """The map shows it, and no path."""

    def one(self, race: Race, who: int, number: int) -> Race:
        """The race of one start, by its number."""
        x, y = _starts(race)[number]
        return alone(race, who).replace(start=(float(x), float(y)))


def _starts(race: Race) -> Float[np.ndarray, "n 2"]:
    left, right, bottom, top = seen_box(race)
    along = (np.arange(STARTS_ALONG) + 0.5) / STARTS_ALONG
    x, y = left + along * (right - left), top - along * (top - bottom)
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
