"""A race, and the one way to write it in a URL.

The codec is total: a link that someone edits by hand can be wrong, but `decode` either returns a `Race` or raises
ValueError with a sentence for a reader. Only what differs from the default is written, so the default race is an
empty query, and what a surface opens with (start, learning rate, steps) is written only when it was changed.

    on=quadratic~kappa=50      the surface and its knobs
    run=momentum               a lane: a rule and the knobs that are its own, in order, repeated
    run=rmsprop~gamma=0.9
    lr=0.1&gamma=0.5           the shared sliders
    start=-4,2 steps=60 tol=0.001
    view=panels at=12 zoom=-1,1,-1,1
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar, cast

from core.knob import knobs
from core.part import Part
from core.words import _, quoted
from experiments.race import KNOBS, MOST_LANES, SEED_LANES, Lane, Layout, Race, checked, default_race, race_on, too_many
from optim import build as build_rule
from surfaces import Surface
from surfaces import build as build_surface

P = TypeVar("P", bound=Part)

SINGLE = ("on", "start", "steps", "tol", "view", "at", "zoom", *KNOBS)
NAMES = (*SINGLE, "run")
FOREIGN = ("embed", "embed_options", "lang", "fbclid", "gclid", "ref")  # others' parameters, and Streamlit's
LONGEST = 200  # characters of one value


def encode(race: Race) -> dict[str, list[str]]:
    """Query parameters for a race: `decode(encode(race)) == race`."""
    usual = race_on(race.surface)
    query = {
        "on": _differs(write_surface(race.surface), write_surface(default_race().surface)),
        "run": [_write_lane(lane) for lane in race.lanes] if race.lanes != SEED_LANES else [],
        **{name: _differs(repr(race.shared[name]), repr(usual.shared[name])) for name in KNOBS},
        "start": _differs(_write_numbers(race.start), _write_numbers(usual.start)),
        "steps": _differs(str(race.steps), str(usual.steps)),
        "tol": _differs(repr(race.tolerance), repr(usual.tolerance)),
        "view": _differs(race.layout, usual.layout),
        "at": [] if race.at is None else [str(race.at)],
        "zoom": [] if race.zoom is None else [_write_numbers(race.zoom)],
    }
    return {name: values for name, values in query.items() if values}


def decode(query: Mapping[str, Sequence[str]]) -> Race:
    """The race that a URL asks for. Raises ValueError, with a sentence for a reader, when there is no such race."""
    _check_names(query)
    one = {name: query[name][0] for name in SINGLE if query.get(name)}
    usual = race_on(read_surface(one["on"])) if "on" in one else default_race()
    return checked(
        usual._replace(
            lanes=_read_lanes(query["run"]) if query.get("run") else usual.lanes,
            shared={name: _number(name, one[name]) if name in one else v for name, v in usual.shared.items()},
            start=_numbers("start", one["start"], 2) if "start" in one else usual.start,
            steps=_whole("steps", one["steps"]) if "steps" in one else usual.steps,
            tolerance=_number("tol", one["tol"]) if "tol" in one else usual.tolerance,
            layout=_layout(one["view"]) if "view" in one else usual.layout,
            at=_whole("at", one["at"]) if "at" in one else None,
            zoom=_numbers("zoom", one["zoom"], 4) if "zoom" in one else None,
        )
    )


def write_surface(surface: Surface) -> str:
    """`Quadratic(kappa=50.0)` -> "quadratic~kappa=50.0". Knobs at their default are left out."""
    usual, names = type(surface)(), knobs(type(surface))
    return _write(surface.slug(), {n: getattr(surface, n) for n in names if getattr(surface, n) != getattr(usual, n)})


def read_surface(text: str) -> Surface:
    """The inverse of `write_surface`. Raises ValueError, with a sentence for a reader."""
    slug, values = _read("on", text)
    return build_surface(slug, **values)


def _write_lane(lane: Lane) -> str:
    return _write(lane.rule, lane.own)


def _read_lanes(texts: Sequence[str]) -> tuple[Lane, ...]:
    if len(texts) > MOST_LANES:
        raise ValueError(too_many(len(texts)))
    return tuple(_read_lane(text) for text in texts)


def _read_lane(text: str) -> Lane:
    slug, values = _read("run", text)
    build_rule(slug, **values)
    return Lane(slug, values)


def _write(slug: str, values: Mapping[str, float]) -> str:
    return "~".join([slug, *(f"{name}={float(value)!r}" for name, value in values.items())])


def _read(name: str, text: str) -> tuple[str, dict[str, float]]:
    slug, *turned = text.split("~")
    pairs = [part.partition("=") for part in turned]
    values = {knob: _number(f"{name}={slug}~{knob}", value) for knob, _, value in pairs}
    if len(values) != len(pairs):
        raise ValueError(_("{text} sets a knob twice.").format(text=quoted(text)))
    return slug, values


def _check_names(query: Mapping[str, Sequence[str]]) -> None:
    for name, values in query.items():
        if name in FOREIGN or name.startswith("utm_"):
            continue
        if name not in NAMES:
            said = _("{name} is no part of a link; the parts are {names}.")
            raise ValueError(said.format(name=quoted(name), names=", ".join(NAMES)))
        if name != "run" and len(values) > 1:
            raise ValueError(_("{name} is given {count} times.").format(name=name, count=len(values)))
        if any(len(value) > LONGEST for value in values):
            raise ValueError(_("{name} is longer than {most} characters.").format(name=name, most=LONGEST))


def _layout(text: str) -> Layout:
    if text not in ("overlay", "panels"):
        raise ValueError(_("view = {text} is neither overlay nor panels.").format(text=quoted(text)))
    return cast("Layout", text)


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        said = _("{name} = {value} is not a number.").format(name=quoted(name)[1:-1], value=quoted(text))
        raise ValueError(said) from None


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(_("{name} = {value} is not a whole number.").format(name=name, value=quoted(text)))
    return int(text)


def _numbers(name: str, text: str, count: int) -> tuple[float, ...]:
    parts = text.split(",")
    if len(parts) != count:
        said = _("{name} = {value} is not {count} numbers with commas between them.")
        raise ValueError(said.format(name=name, value=quoted(text), count=count))
    return tuple(_number(name, part) for part in parts)


def _write_numbers(values: Iterable[float]) -> str:
    return ",".join(repr(float(value)) for value in values)


def _differs(text: str, usual: str) -> list[str]:
    return [] if text == usual else [text]
