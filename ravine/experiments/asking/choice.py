"""What becomes of it?"""

from collections.abc import Sequence
from typing import Any

from ravine.core.words import N_, _
from ravine.experiments.asking.runs import alone, run_of, visible
from ravine.experiments.floor import corrected, floor_of
from ravine.experiments.outcome import outcome
from ravine.experiments.race import Race

FATES = {  # what is offered -> the kinds of outcome that it stands for
    N_("It reaches a lowest point."): ("reached",),
    N_("It is still on its way."): ("moving",),
    N_("It stops somewhere else."): ("stuck", "flat", "halted", "local"),
    N_("It leaves the picture, or breaks down."): ("left", "overflowed", "lost", "undefined"),
}


class WhatBecomes:
    """How the run of a lane ends."""

    turns: tuple[str, ...] = ()

    def asks_about(self, race: Race) -> Sequence[int]:
        return visible(race)

    def text(self, race: Race, who: int, names: Sequence[str]) -> str:
        text = _("What becomes of {name} in {n} steps?")
        return text.format(name=names[who], n=race.steps)

    def fields(self, race: Race, who: int, names: Sequence[str]) -> dict[str, Any]:
        return {"options": [_(fate) for fate in FATES]}

    def truth(self, race: Race, who: int) -> int:
        trace = run_of(race, who)
        floor = corrected(floor_of(race.surface), race.surface, [trace])
        found = outcome(trace, race.surface, floor, race.tolerance)
        kind = "local" if found.kind == "reached" and not found.is_global else found.kind
        return next(i for i, kinds in enumerate(FATES.values()) if kind in kinds)

    def shown(self, race: Race, who: int, truth: Any) -> Race:
        return alone(race, who)
