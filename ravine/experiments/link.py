"""A race, and the one way to write it in a URL.

The codec is total: a link that someone edits by hand can be wrong, but `decode` either returns a
`Race` or raises ValueError with a sentence for a reader. Only what differs from the default is
written, so the default race is an empty query, and what a surface opens with (start, learning rate,
steps) is written only when it was changed.

    on=quadratic~kappa=50      the surface and its knobs on=ravine~turn=0.5         turned by so
    many radians on=typed~view=-4,4,-4,4~text=x**2 + 10*y**2    a function that the visitor wrote,
    and its picture run=momentum               a lane: a rule and the knobs that are its own, in
    order, repeated run=rmsprop~gamma=0.9 lr=0.1&gamma=0.5           the shared sliders
    run=adam.keras             as Keras writes it
    run=momentum~gamma=0.9~with-clip_norm~limit=1.0~with-cosine    what stands around a rule, and
    its knobs run=momentum~hidden~name=Mine    one that is not drawn, and what it is called
    run=typed~k=0.1~text=x = x - k*g    one whose rule the visitor wrote start=-4,2 steps=60
    tol=0.001 view=panels at=12 zoom=-1,1,-1,1 show=levels,step curves=gap,v1 dial=shared--gamma
    eye=1,-1,0.5 point=0,0 follow=momentum-1,adam-1 if=frozen    which lanes are looked inside, and
    what would be otherwise there many=map goal=arrived over=lr,gamma    which picture of many runs,
    what is compared, and along which knobs tune=all tries=64 seed=7    all knobs sought for a fair
    race; the budget of a search, and the seed of what is random chapter=memory    the race of the
    gallery that it was opened as
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlencode

from ravine.core.formula import parse_expression
from ravine.core.words import _, outside, quoted
from ravine.experiments.formats import Real, Reals, Whole, read_number
from ravine.experiments.grounds import FIRST, TURN, typed_function
from ravine.experiments.kinds import rule_of_link
from ravine.experiments.lanes import TYPED, Wrap, check_lane
from ravine.experiments.race import (
    FROM_SURFACE,
    KNOBS,
    MOST_LANES,
    MOST_STEPS,
    SEED_LANES,
    Lane,
    Race,
    check_run,
    default_race,
    race_on,
    too_many,
)
from ravine.experiments.rows import LinkRow
from ravine.experiments.views.arena import ARENA_ROWS
from ravine.experiments.views.gallery import GALLERY_ROWS
from ravine.experiments.views.inside import INSIDE_ROWS
from ravine.experiments.views.many import MANY_ROWS
from surfaces import Surface, turned, typed
from surfaces import build as build_surface
from surfaces._typed import USUAL_WINDOW, checked_window, surface_of

RUN_ROWS = (
    LinkRow("start", "place", Reals(2), survives=False),
    LinkRow("steps", "steps", Whole(1, MOST_STEPS), survives=False),
    LinkRow("tol", "tolerance", Real(1e-12, 1.0)),
)
ROWS = (*RUN_ROWS, *ARENA_ROWS, *INSIDE_ROWS, *MANY_ROWS, *GALLERY_ROWS)
SINGLE = ("on", *(row.name for row in ROWS), *KNOBS)
NAMES = (*SINGLE, "run")
ARENA_LOOKS = tuple(row.name for row in ROWS if row.by_arena)
WINDOW = Reals(4)

# others' parameters, and Streamlit's, that are left alone however they are written
FOREIGN = (
    "embed",
    "embed_options",
    "lang",
    "fbclid",
    "gclid",
    "ref",
    "room",
    "state",
    "stats",
    "start_time",
    "tt_from",
)
# what parts of a link are called elsewhere: who writes one of these means ours
MEANT = {
    "surface": "on",
    "function": "on",
    "optimizer": "run",
    "optimizers": "run",
    "optim": "run",
    "rule": "run",
    "eta": "lr",
    "learning_rate": "lr",
    "epsilon": "eps",
    "tolerance": "tol",
}
SHORTEST_PART, LONGEST_PART = 4, 20  # letters of a name that may be a misspelt one
NEAR_NAME = 0.8  # the share of letters that it has in common with the right one
LONGEST = 400  # characters of one value
LONGER = {"run": 1500, "on": 600}  # of those that may be typed


def encode(race: Race) -> dict[str, list[str]]:
    """Query parameters for a race: `decode(encode(race)) == race`. It computes nothing."""
    return {name: values for name, values in _parts(race) if any(values)}


def _parts(race: Race) -> Iterator[tuple[str, list[str]]]:
    ground, usual = write_surface(race.surface), race_on(race.surface)
    yield "on", [ground if ground != _USUAL_GROUND else ""]
    yield "run", [_write_lane(lane) for lane in race.lanes if race.lanes != SEED_LANES]
    for name in KNOBS:
        yield name, [repr(float(race.run.chosen[name])) if name in race.run.chosen else ""]
    for row in ROWS:
        value, opened = race.get(row.field), usual.get(row.field)
        text = "" if value is opened else row.write(value)
        yield row.name, [text if text and text != row.write(opened) else ""]


def decode(query: Mapping[str, Sequence[str]]) -> Race:
    """The race that a URL asks for. It computes nothing, and leaves alone what is not ours.

    Raises ValueError, with a sentence for a reader, when there is no such race.
    """
    _check_names(query)
    one = {name: query[name][0] for name in SINGLE if query.get(name)}
    usual = race_on(read_surface(one["on"])) if "on" in one else default_race()
    fields = {row.field: row.read(one[row.name]) for row in ROWS if row.name in one}
    if "place" in fields:
        fields["start"] = fields.pop("place")
    lanes = _read_lanes(query["run"]) if query.get("run") else usual.lanes
    shared = {name: read_number(name, one[name]) for name in KNOBS if name in one}
    return checked(usual.replace(lanes=lanes, shared=shared, **fields))


def checked(race: Race) -> Race:
    """`race`, all values allowed. Raises ValueError, with a sentence for a reader, for the first
    that is not.
    """
    check_run(race.run)
    for row in ROWS:
        row.check(race.get(row.field))
    if race.arena.at is not None and race.arena.at > race.steps:
        raise ValueError(outside("at", race.arena.at, 0, race.steps))
    return race


def write_link(race: Race) -> str:
    """The link of a race, as it stands after the question mark."""
    return urlencode(encode(race), doseq=True)


def read_link(link: str) -> Race:
    """The race of a link, or of what stands after its question mark. Raises ValueError."""
    return decode(parse_qs(link.rpartition("?")[2], keep_blank_values=True))


def on_surface(race: Race, surface: Surface) -> Race:
    """The race on another surface: as that opens, with the optimizers, the values and the look that
    there were.
    """
    fresh, chosen = race_on(surface, race.lanes), race.run.chosen
    kept: dict[str, Any] = {row.field: race.get(row.field) for row in ROWS if row.survives}
    held = {name: value for name, value in chosen.items() if name not in FROM_SURFACE}
    return fresh.replace(shared=held, **kept)


def write_surface(surface: Surface) -> str:
    """`Quadratic(kappa=50.0)` -> "quadratic~kappa=50.0". Knobs at their default are left out, the
    angle never is.
    """
    values = surface.values()
    if function := typed_function(surface):
        shown = function.window != USUAL_WINDOW
        window = [f"view={WINDOW.write(function.window)}"] if shown else []
        return "~".join([_write(TYPED, values), *window, f"text={function.text}"])
    usual, ground = surface.opened().values(), surface.bare
    return _write(
        ground.slug(), {name: value for name, value in values.items() if value != usual.get(name)}
    )


@lru_cache(maxsize=512)
def read_surface(link: str) -> Surface:
    """The inverse of `write_surface`. Raises ValueError, with a sentence for a reader.

    In a typed function a blank between two values was a plus before the link was decoded: what is
    written here has a sign wherever there is an operation.
    """
    drawn, is_typed, formula = link.partition("~text=")
    shown, sign, window = drawn.partition("~view=")
    slug, values = _read("on", shown)
    turn = values.pop(TURN, None)
    if slug == TYPED:
        left, right, bottom, top = WINDOW.read("view", window) if sign else USUAL_WINDOW
        seen = checked_window((left, right, bottom, top))
        read = parse_expression(formula, linked=True) if is_typed else None
        ground = surface_of(read, seen) if read else typed(FIRST, seen)
        _no_values(slug, values)
    elif is_typed or sign:
        raise ValueError(_("Only a typed function has a text and a view: on=typed~text=x^2 + y^2."))
    else:
        ground = build_surface(slug, **values)
    return ground if turn is None else turned(ground, turn)


def _no_values(slug: str, values: Mapping[str, float]) -> None:
    for name in values:
        said = _("{part} has no knob {name}; it has {knobs}.")
        raise ValueError(said.format(part=slug, name=quoted(name), knobs=TURN))


def _write_lane(lane: Lane) -> str:
    return "~".join(
        [
            _write(f"{lane.rule}.{lane.dialect}" if lane.dialect else lane.rule, lane.own),
            *(_write(f"with-{wrap.slug}", wrap.own) for wrap in lane.wraps),
            *(["hidden"] if lane.hidden else []),
            *([f"text={lane.text}"] if lane.text else []),
            *([f"name={lane.name}"] if lane.name else []),
        ]
    )


def _read_lanes(texts: Sequence[str]) -> tuple[Lane, ...]:
    if len(texts) > MOST_LANES:
        raise ValueError(too_many(len(texts)))
    return tuple(_read_lane(text) for text in texts)


def _read_lane(text: str) -> Lane:
    written, _sign, name = text.partition("~name=")
    drawn, _sign, formula = written.partition("~text=")
    shown = drawn.removesuffix("~hidden")
    head, *around = shown.split("~with-")
    rule, values = _read("run", head)
    slug, _sign, dialect = rule.partition(".")
    if slug == TYPED:
        linked = rule_of_link(formula)
        formula, values = linked.text, linked.values(values)
    lane = Lane(
        slug,
        values,
        name,
        hidden=shown != drawn,
        dialect=dialect,
        wraps=tuple(Wrap(*_read(f"run={slug}~with", wrap)) for wrap in around),
        text=formula,
    )
    check_lane(lane)
    return lane


def _write(slug: str, values: Mapping[str, float]) -> str:
    return "~".join([slug, *(f"{name}={float(value)!r}" for name, value in values.items())])


_USUAL_GROUND = write_surface(default_race().surface)


def _read(name: str, text: str) -> tuple[str, dict[str, float]]:
    slug, *turned = text.split("~")
    pairs = [part.partition("=") for part in turned]
    values = {knob: read_number(f"{name}={slug}~{knob}", value) for knob, _, value in pairs}
    if len(values) != len(pairs):
        raise ValueError(_("{text} sets a knob twice.").format(text=quoted(text)))
    return slug, values


def is_foreign(name: str) -> bool:
    """Whether a parameter is somebody else's, as of a messenger or a tracker: it is none of a
    link's parts, nor near one.
    """
    known = name in FOREIGN or name.startswith("utm_")
    return known or (name not in NAMES and nearest_part(name) is None)


def nearest_part(name: str) -> str | None:
    """The part of a link that a misspelt name means; None when it is near none."""
    if len(name) < SHORTEST_PART or len(name) > LONGEST_PART:
        return name.lower() if name.lower() in NAMES else None
    near = difflib.get_close_matches(name.lower(), [*NAMES, *MEANT], n=1, cutoff=NEAR_NAME)
    return MEANT.get(near[0], near[0]) if near else None


def _check_names(query: Mapping[str, Sequence[str]]) -> None:
    for name, values in query.items():
        if is_foreign(name):
            continue
        if name not in NAMES:
            said = _(
                "{name} is no part of a link; the parts are {names} and the optimizers' knobs."
            )
            parts = ", ".join(part for part in NAMES if part not in KNOBS)
            raise ValueError(said.format(name=quoted(name), names=parts))
        if name != "run" and len(values) > 1:
            raise ValueError(
                _("{name} is given {count} times.").format(name=name, count=len(values))
            )
        most = LONGER.get(name, LONGEST)
        if any(len(value) > most for value in values):
            raise ValueError(
                _("{name} is longer than {most} characters.").format(name=name, most=most)
            )
