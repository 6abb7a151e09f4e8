"""What is worth saying of one step of one lane, in the visitor's language."""

from ravine.core.words import _
from ravine.experiments.anatomy import remarks
from ravine.experiments.race import Race, rule_of
from ravine.experiments.trace import run
from ravine.figures.remarks import remark
from ravine.payload.names import lane_ids

MOST_SAID = 2


def remarked(race: Race, lane_id: str, step: str) -> str:
    """The sentences of *Inside the step* for step `step`, from 1, of the lane with this key.

    Raises ValueError, with a sentence for a reader, for a lane or a step that is not in the race.
    """
    ids = lane_ids(race.lanes)
    if lane_id not in ids:
        raise ValueError(_("This race has no such optimizer."))
    if not step.isascii() or not step.isdecimal() or not 1 <= int(step[:9]) <= race.steps:
        raise ValueError(_("This race has no such step."))
    rule = rule_of(race, race.lanes[ids.index(lane_id)])
    trace = run(rule, race.surface, race.start, race.steps)
    found = remarks(rule, race.surface, trace, int(step))
    return " ".join(remark(said) for said in found[:MOST_SAID])
