"""Questions that a race answers by being run, one file each: what is asked, of whom, and the truth.

The names are those of the kinds of answer in `ravine.rooms.kinds`, which read what people say.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ravine.core.words import _
from ravine.experiments.asking.choice import WhatBecomes
from ravine.experiments.asking.lane import WhoIsFirst
from ravine.experiments.asking.number import WhenItDiverges
from ravine.experiments.asking.order import InWhichOrder
from ravine.experiments.asking.point import WhereItEnds
from ravine.experiments.asking.rates import WithManyRates
from ravine.experiments.asking.starts import FromManyStarts
from ravine.experiments.race import Race

Who = int | None  # the lane that is asked about, by its number; None: the whole race


class Ask(Protocol):
    """What every question of a race does. `who` is one of those that it can be asked about, and
    `names` are what the lanes are called.
    """

    turns: tuple[str, ...]  # knobs that the question itself chooses: no name of a lane tells them

    def asks_about(self, race: Race) -> Sequence[Who]:
        """Whom it can be asked about. Computes nothing."""
        ...

    def text(self, race: Race, who: Any, names: Sequence[str]) -> str:
        """The question. Computes nothing, and so says nothing of the truth."""
        ...

    def fields(self, race: Race, who: Any, names: Sequence[str]) -> dict[str, Any]:
        """What its kind of answer needs to know. Computes nothing."""
        ...

    def truth(self, race: Race, who: Any) -> Any:
        """The answer, by running it. Raises ValueError with a sentence where there is none."""
        ...

    def shown(self, race: Race, who: Any, truth: Any) -> Race | None:
        """The race whose paths show that this is the truth; None where no path does."""
        ...


class HandsOut(Ask, Protocol):
    """A question whose truth is what becomes of many runs, of which everyone in a class is handed
    one. `begins` is whether all of them begin where the race does.
    """

    begins: bool

    def one(self, race: Race, who: Any, number: int) -> Race:
        """The race of one of the runs alone, by its number."""
        ...


ASKS: dict[str, Ask] = {
    "point": WhereItEnds(),
    "lane": WhoIsFirst(),
    "order": InWhichOrder(),
    "number": WhenItDiverges(),
    "choice": WhatBecomes(),
}
HANDS_OUT: dict[str, HandsOut] = {"starts": FromManyStarts(), "rates": WithManyRates()}
EVERY_ASK: dict[str, Ask] = {**ASKS, **HANDS_OUT}


def asked_of(race: Race, kind: str, who: Who, asks: Mapping[str, Ask] = EVERY_ASK) -> Ask:
    """The question of this kind, one of `asks`, about a lane of a race. Raises ValueError."""
    if kind not in asks:
        text = _("{name} must be one of {names}.")
        raise ValueError(text.format(name="kind", names=", ".join(asks)))
    if who not in asks[kind].asks_about(race):
        raise ValueError(_("This cannot be asked of this race."))
    return asks[kind]
