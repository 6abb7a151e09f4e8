"""What a visitor may do to the lanes of a race, each under the name by which the arena asks for
it.
"""

from collections.abc import Callable
from typing import Any

from optim import OPTIMIZERS
from ravine.core.words import _
from ravine.experiments.fair import at_shared_rate, fair_races
from ravine.experiments.lanes import dialects_of, in_dialect, knobs_of, same_values
from ravine.experiments.race import MOST_LANES, Lane, Race, lane, settings, too_many
from ravine.payload.names import lane_ids

SHARED_MEMORY = "gamma"


def edited(race: Race, do: Any, lane_id: Any, value: Any = None) -> Race:
    """The race after the edit called `do` of one lane. Raises ValueError, with a sentence, for what
    cannot be done.
    """
    ids = lane_ids(race.lanes)
    if do == "add":
        return add(race, value)
    if do == "rates":
        return fair_races.tuned(race) if value == "best" else at_shared_rate(race)
    if not isinstance(do, str) or do not in EDITS or lane_id not in ids:
        raise ValueError(_("This race has no such optimizer."))
    return EDITS[do](race, ids.index(lane_id), value)


def add(race: Race, rule: Any) -> Race:
    """Another lane, at the end. One of a rule that runs already gets values of its own, so that it
    can differ.
    """
    if not isinstance(rule, str) or rule not in OPTIMIZERS:
        raise ValueError(_("There is no such optimizer."))
    new = joining(race, rule)
    if any(racer.rule == rule for racer in race.lanes):
        new = _with_own_memory(race, new)
    return _inserted(race, len(race.lanes), new)


def joining(race: Race, rule: str) -> Lane:
    """A new lane of this rule, in the dialect of the others. Its memory gamma is that of the others
    of its family: what differs is then the rule.
    """
    new = in_dialect(lane(rule), common_dialect(race), race.shared)
    kin = [one for one in race.lanes if one.rule != rule and _family(one) == _family(new)]
    elder = next((one for one in kin if SHARED_MEMORY in knobs_of(one)), None)
    return new if elder is None or SHARED_MEMORY not in knobs_of(new) else _remembering(new, elder)


def _family(one: Lane) -> str:
    """The family of a lane's rule; a typed one is in none but its own."""
    return OPTIMIZERS[one.rule].family if one.rule in OPTIMIZERS else one.rule


def _remembering(new: Lane, elder: Lane) -> Lane:
    """A lane with the memory of another one: with that one's own, or the shared one."""
    rest = {name: value for name, value in new.own.items() if name != SHARED_MEMORY}
    held = {SHARED_MEMORY: elder.own[SHARED_MEMORY]} if SHARED_MEMORY in elder.own else {}
    return new._replace(own={**rest, **held})


def inside(race: Race, i: int, _value: None) -> Race:
    """Look inside the steps of a lane."""
    return race.replace(follow=(lane_ids(race.lanes)[i],))


def duplicate(race: Race, i: int, _value: None) -> Race:
    """The same lane again, next to the first, with values of its own."""
    return _inserted(
        race, i + 1, _with_own_memory(race, race.lanes[i]._replace(name="", hidden=False))
    )


def rename(race: Race, i: int, name: Any) -> Race:
    """Call a lane something; an empty name gives its own back."""
    return _changed(race, i, race.lanes[i]._replace(name=" ".join(str(name or "").split())))


def hide(race: Race, i: int, hidden: Any) -> Race:
    """Draw a lane no longer, or again. It runs all the same."""
    return _changed(race, i, race.lanes[i]._replace(hidden=bool(hidden)))


def move(race: Race, i: int, by: Any) -> Race:
    """Change places with the lane before (by = -1) or after (by = 1)."""
    j = i + (1 if by == 1 else -1)
    if not 0 <= j < len(race.lanes):
        return race
    lanes = list(race.lanes)
    lanes[i], lanes[j] = lanes[j], lanes[i]
    return race.replace(lanes=tuple(lanes))


def remove(race: Race, i: int, _value: None) -> Race:
    """Take a lane out."""
    if len(race.lanes) == 1:
        raise ValueError(_("A race needs at least one optimizer."))
    return race.replace(lanes=race.lanes[:i] + race.lanes[i + 1 :])


def own(race: Race, i: int, knob: Any) -> Race:
    """Give a lane its own value of a knob, at first the shared one; or let it follow the shared one
    again.
    """
    racer = race.lanes[i]
    if not isinstance(knob, str) or knob not in knobs_of(racer):
        raise ValueError(_("This race has no such slider."))
    held = {name: v for name, v in racer.own.items() if name != knob}
    return _changed(
        race,
        i,
        racer._replace(
            own=held if knob in racer.own else {**held, knob: settings(race, racer)[knob]}
        ),
    )


def speak_one(race: Race, i: int, dialect: Any) -> Race:
    """Let a lane run its rule as another dialect writes it."""
    return _changed(race, i, in_dialect(race.lanes[i], str(dialect or ""), race.shared))


EDITS: dict[str, Callable[[Race, int, Any], Race]] = {
    "inside": inside,
    "duplicate": duplicate,
    "rename": rename,
    "hide": hide,
    "move": move,
    "remove": remove,
    "own": own,
    "speak": speak_one,
}


def common_dialect(race: Race) -> str:
    """The dialect in which the rules of this race are written, as far as it has them; "" when they
    differ.
    """
    spoken = {racer.dialect for racer in race.lanes}
    return next((name for name in sorted(spoken) if name and _all_speak(race, name)), "")


def is_of_one_dialect(race: Race) -> bool:
    """Whether every lane is in the dialect that all have in common, or at least could not be in
    it.
    """
    return _all_speak(race, common_dialect(race))


def speak_all(race: Race, dialect: str) -> Race:
    """Every rule as this dialect writes it; those that it does not have in their first form."""
    return race.replace(
        lanes=tuple(in_dialect(racer, dialect, race.shared) for racer in race.lanes)
    )


def lacking(race: Race, dialect: str) -> list[str]:
    """The rules of this race that a dialect does not have."""
    rules = [racer.rule for racer in race.lanes if racer.kind.form is not None]
    return [rule for rule in rules if dialect and dialect not in dialects_of(rule)]


def _all_speak(race: Race, dialect: str) -> bool:
    spoken = ((in_dialect(racer, dialect), racer) for racer in race.lanes)
    return all(new.kind.form is racer.kind.form for new, racer in spoken)


def compare_dialects(race: Race, i: int) -> Race:
    """The race with nothing but this lane's rule in it, once in each of its forms, all with its
    values.
    """
    racer = race.lanes[i]._replace(name="", hidden=False)
    return race.replace(lanes=tuple(same_values(racer, dialect) for dialect in racer.kind.dialects))


def _with_own_memory(race: Race, racer: Lane) -> Lane:
    """With values of its own for every knob but the learning rate; for that one too, when it has no
    other.
    """
    values = settings(race, racer)
    memory = {name: v for name, v in values.items() if name not in ("lr", "eps")}
    return racer._replace(own={**racer.own, **(memory or values)})


def _inserted(race: Race, i: int, new: Lane) -> Race:
    if len(race.lanes) >= MOST_LANES:
        raise ValueError(too_many(len(race.lanes) + 1))
    return race.replace(lanes=(*race.lanes[:i], new, *race.lanes[i:]))


def _changed(race: Race, i: int, new: Lane) -> Race:
    return race.replace(lanes=(*race.lanes[:i], new, *race.lanes[i + 1 :]))
