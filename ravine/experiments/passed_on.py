"""A link as it came: passed on by messengers, with trackers, in capitals, cut short, mistyped.

`decode` is strict. Here what is not ours is left alone, what is clearly meant is taken as meant,
and what is wrong costs that part and no more, and is said.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from ravine.core.words import _, quoted
from ravine.experiments.link import NAMES, decode, is_foreign, nearest_part
from ravine.experiments.race import MOST_LANES, Race, default_race

Query = Mapping[str, Sequence[str]]

ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")  # a link that was encoded twice
# what a sentence around a link leaves at its end
AROUND_IT = ".,;:!?)]}>\"'*_。，；：！？）】》」』”’、"


class Opened(NamedTuple):
    """The race of a link, and a sentence for each part of it that was left out."""

    race: Race
    said: tuple[str, ...] = ()


def open_query(query: Query) -> Opened:
    """The race that a query asks for, as far as it can be opened. It raises nothing and computes
    nothing.
    """
    parts, said = _parts(query)
    try:
        return Opened(decode(parts), said)
    except ValueError:
        pass
    good: dict[str, list[str]] = {}
    for name in sorted(parts, key=NAMES.index):  # a step is judged after the number of them
        wrong = _take(good, name, parts[name])
        said = (*said, *wrong)
    try:
        return Opened(decode(good), said)
    except ValueError as error:
        return Opened(default_race(), (*said, str(error)))


def _parts(query: Query) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """What is ours of a query, by its right names, and what was said of the rest."""
    parts: dict[str, list[str]] = {}
    said = []
    for written, values in query.items():
        name = re.sub(r"^(amp;)+", "", written)
        if name not in NAMES and name.lower() in NAMES:
            name = name.lower()
        if name in NAMES:
            parts.setdefault(name, []).extend(values)
        elif not is_foreign(name):
            text = _("{name} is no part of a link; did you mean {near}?")
            said.append(text.format(name=quoted(name), near=nearest_part(name)))
    for name, values in parts.items():
        if name != "run" and len(values) > 1:
            if len(set(values)) > 1:
                text = _("{name} is given {count} times; the first counts.")
                said.append(text.format(name=name, count=len(values)))
            del values[1:]
    if len(lanes := parts.get("run", [])) > MOST_LANES:
        text = _("The link has {count} optimizers; the first {most} run.")
        said.append(text.format(count=len(lanes), most=MOST_LANES))
        del lanes[MOST_LANES:]
    return parts, tuple(said)


def _take(good: dict[str, list[str]], name: str, values: Sequence[str]) -> Iterator[str]:
    """Put into `good` what can be opened of one part, beside what is there; what cannot is said."""
    for value in values:
        first = ""
        for meant in _readings(name, value):
            trial = {**good, name: [*good.get(name, []), meant]}
            try:
                decode(trial)
            except ValueError as error:
                first = first or str(error)
            else:
                good[name] = trial[name]
                break
        else:
            yield first


def _readings(name: str, value: str) -> Iterator[str]:
    """A value as it stands, and as it may have been meant."""
    yield value
    changes: tuple[Callable[[str], str], ...] = (
        lambda text: unquote(text) if ENCODED.search(text) else text,
        lambda text: text.strip().rstrip(AROUND_IT).strip(),
        _in_small_letters if name in {"on", "run"} else str.lower,
    )
    for change in changes:
        value, before = change(value), value
        if value != before:
            yield value


def _in_small_letters(value: str) -> str:
    """The name of a rule or a surface as links write it, what is typed as it is: Adam.Keras~lr=1 is
    adam.keras~lr=1.
    """
    slug, sign, rest = value.partition("~")
    return re.sub(r"[\s-]+", "_", slug.strip().lower()) + sign + rest
