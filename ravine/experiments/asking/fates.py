"""What may become of the runs of a class: each minimum, elsewhere, out of view."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Int

from ravine.core.words import _
from ravine.experiments.field import heights_at, view_box
from ravine.experiments.floor import Floor, floor_of
from ravine.experiments.race import Race
from ravine.experiments.scores import ended_outside

MOST_MINIMA = 6  # that are told apart; of more, the lowest ones from the others


def fate_names(race: Race) -> list[str]:
    """What each fate is called, in the order of their numbers."""
    return [*_minima(floor_of(race.surface)), _("elsewhere in view"), _("out of view")]


def _minima(floor: Floor) -> list[str]:
    if len(floor.numbered) > MOST_MINIMA:
        return [_("a lowest point"), _("another minimum")]
    text, whole = _("minimum {number}, at ({x}, {y})"), _("the curve or region of minima")
    shown = [[f"{value:.3g}".replace("-", "−") for value in place] for place in floor.numbered]
    names = [text.format(number=i, x=x, y=y) for i, (x, y) in enumerate(shown, 1)]
    return [whole, *names[1:]] if names and not floor.isolated else names


def fates_of(race: Race, found: Mapping[str, np.ndarray]) -> Int[np.ndarray, "n"]:
    """The fate of each run, by its number, of what is found of ENDS."""
    floor, ends = floor_of(race.surface), np.column_stack([found["x1"], found["x2"]])
    reached = floor.at(ends, found["height"], view_box(race.surface), race.tolerance)
    if len(floor.numbered) > MOST_MINIMA:
        reached = np.append(_is_higher(race, floor), -1)[reached]
    elsewhere = len(_minima(floor))
    gone = ended_outside(race, found) | ~np.isfinite(found["height"])
    return np.where(reached >= 0, reached, elsewhere + gone)


def _is_higher(race: Race, floor: Floor) -> Int[np.ndarray, "k"]:
    """For each minimum 0 where it is a lowest one, 1 where it is not."""
    heights = heights_at(race.surface, floor.numbered)
    lowest = heights.min() if floor.lowest is None else floor.lowest
    return (heights > lowest + max(floor.noise, 1e-9 * floor.span)).astype(int)
