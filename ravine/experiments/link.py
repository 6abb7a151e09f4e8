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
    race; the budget of a search, and the seed of what is random
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from ravine.core.words import _, quoted
from ravine.experiments.grounds import FIRST, TURN, bare, values_of
from ravine.experiments.inside import CURVES, is_state
from ravine.experiments.lanes import TYPED, Wrap, check_lane, formula_of
from ravine.experiments.race import (
    GOALS,
    KNOBS,
    LAYOUTS,
    MANY,
    MARKS,
    MOST_LANES,
    SEED_LANES,
    TUNES,
    Lane,
    Race,
    checked,
    default_race,
    race_on,
    too_many,
)
from ravine.experiments.whatif import WHATIFS
from surfaces import Surface, Typed, turned, typed
from surfaces import build as build_surface
from surfaces._typed import USUAL_WINDOW

T = TypeVar("T", bound=str)

SINGLE = (
    "on",
    "start",
    "steps",
    "tol",
    "view",
    "at",
    "zoom",
    "show",
    "curves",
    "dial",
    "eye",
    "point",
    "follow",
    "if",
    "many",
    "goal",
    "over",
    "tune",
    "tries",
    "seed",
    *KNOBS,
)
NAMES = (*SINGLE, "run")
FOREIGN = (
    "embed",
    "embed_options",
    "lang",
    "fbclid",
    "gclid",
    "ref",
)  # others' parameters, and Streamlit's
LONGEST = 400  # characters of one value
LONGER = {"run": 1500, "on": 600}  # of those that may be typed
NOTHING = "nothing"  # how an empty list is written


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
        "show": _differs(_write_names(race.marks), _write_names(usual.marks)),
        "curves": [] if race.curves is None else [_write_names(race.curves)],
        "dial": _differs(race.dial, usual.dial),
        "eye": [] if race.eye is None else [_write_numbers(race.eye)],
        "point": [] if race.point is None else [_write_numbers(race.point)],
        "follow": [",".join(race.follow)] if race.follow else [],
        "if": [race.what_if] if race.what_if else [],
        "many": _differs(race.many, usual.many),
        "goal": _differs(race.goal, usual.goal),
        "over": [",".join(race.over)] if race.over else [],
        "tune": _differs(race.tune, usual.tune),
        "tries": _differs(str(race.tries), str(usual.tries)),
        "seed": _differs(str(race.seed), str(usual.seed)),
    }
    return {name: values for name, values in query.items() if values}


def decode(query: Mapping[str, Sequence[str]]) -> Race:
    """The race that a URL asks for. Raises ValueError, with a sentence for a reader, when there is
    no such race.
    """
    _check_names(query)
    one = {name: query[name][0] for name in SINGLE if query.get(name)}
    usual = race_on(read_surface(one["on"])) if "on" in one else default_race()
    return checked(
        usual._replace(
            lanes=_read_lanes(query["run"]) if query.get("run") else usual.lanes,
            shared={
                name: read_number(name, one[name]) if name in one else v
                for name, v in usual.shared.items()
            },
            start=_numbers("start", one["start"], 2) if "start" in one else usual.start,
            steps=_whole("steps", one["steps"]) if "steps" in one else usual.steps,
            tolerance=read_number("tol", one["tol"]) if "tol" in one else usual.tolerance,
            layout=_chosen("view", one["view"], LAYOUTS) if "view" in one else usual.layout,
            at=_whole("at", one["at"]) if "at" in one else None,
            zoom=_numbers("zoom", one["zoom"], 4) if "zoom" in one else None,
            marks=_names("show", one["show"], MARKS) if "show" in one else usual.marks,
            curves=_curves(one["curves"]) if "curves" in one else None,
            dial=_dial(one["dial"]) if "dial" in one else usual.dial,
            eye=_numbers("eye", one["eye"], 3) if "eye" in one else None,
            point=_numbers("point", one["point"], 2) if "point" in one else None,
            follow=_followed(one["follow"]) if "follow" in one else (),
            what_if=_chosen("if", one["if"], WHATIFS) if "if" in one else "",
            many=_chosen("many", one["many"], MANY) if "many" in one else usual.many,
            goal=_chosen("goal", one["goal"], GOALS) if "goal" in one else usual.goal,
            over=_over(one["over"]) if "over" in one else (),
            tune=_chosen("tune", one["tune"], TUNES) if "tune" in one else usual.tune,
            tries=_whole("tries", one["tries"]) if "tries" in one else usual.tries,
            seed=_whole("seed", one["seed"]) if "seed" in one else usual.seed,
        )
    )


def write_surface(surface: Surface) -> str:
    """`Quadratic(kappa=50.0)` -> "quadratic~kappa=50.0". Knobs at their default are left out, the
    angle never is.
    """
    values, ground = values_of(surface), bare(surface)
    if isinstance(ground, Typed):
        window = [f"view={_write_numbers(ground.window)}"] if ground.window != USUAL_WINDOW else []
        return "~".join([_write(TYPED, values), *window, f"text={ground.text}"])
    usual = values_of(type(ground)())
    return _write(
        ground.slug(), {name: value for name, value in values.items() if value != usual.get(name)}
    )


@lru_cache(maxsize=512)
def read_surface(text: str) -> Surface:
    """The inverse of `write_surface`. Raises ValueError, with a sentence for a reader."""
    written, is_typed, formula = text.partition("~text=")
    shown, sign, window = written.partition("~view=")
    slug, values = _read("on", shown)
    turn = values.pop(TURN, None)
    if slug == TYPED:
        view = _numbers("view", window, 4) if sign else USUAL_WINDOW
        ground = typed(formula if is_typed else FIRST, view)
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
            *([f"text={lane.text}"] if lane.rule == TYPED else []),
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
    lane = Lane(
        slug,
        values,
        name,
        hidden=shown != drawn,
        dialect=dialect,
        wraps=tuple(Wrap(*_read(f"run={slug}~with", wrap)) for wrap in around),
        text=formula_of(formula).text if slug == TYPED else formula,
    )
    check_lane(lane)
    return lane


def _write(slug: str, values: Mapping[str, float]) -> str:
    return "~".join([slug, *(f"{name}={float(value)!r}" for name, value in values.items())])


def _read(name: str, text: str) -> tuple[str, dict[str, float]]:
    slug, *turned = text.split("~")
    pairs = [part.partition("=") for part in turned]
    values = {knob: read_number(f"{name}={slug}~{knob}", value) for knob, _, value in pairs}
    if len(values) != len(pairs):
        raise ValueError(_("{text} sets a knob twice.").format(text=quoted(text)))
    return slug, values


def _check_names(query: Mapping[str, Sequence[str]]) -> None:
    for name, values in query.items():
        if name in FOREIGN or name.startswith("utm_"):
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


def _chosen(name: str, text: str, choices: tuple[T, ...]) -> T:
    for choice in choices:
        if choice == text:
            return choice
    said = _("{name} = {value} is none of {names}.")
    raise ValueError(said.format(name=name, value=quoted(text), names=", ".join(map(str, choices))))


def _names(name: str, text: str, choices: tuple[T, ...]) -> tuple[T, ...]:
    """Some of `choices`, in their order; "nothing" for none."""
    chosen = (
        {_chosen(name, part, choices) for part in text.split(",")} if text != NOTHING else set()
    )
    return tuple(choice for choice in choices if choice in chosen)


def _curves(text: str) -> tuple[str, ...]:
    """Some of CURVES, in their order, and then states that only typed rules have."""
    typed = [
        part for part in dict.fromkeys(text.split(",")) if part not in CURVES and is_state(part)
    ]
    rest = ",".join(part for part in text.split(",") if part not in typed)
    return (*(_names("curves", rest, CURVES) if rest else ()), *typed)


def _write_names(names: Iterable[str]) -> str:
    return ",".join(names) or NOTHING


def _dial(text: str) -> str:
    if not re.fullmatch(
        r"(shared|own|with|surface|start)(--[A-Za-z0-9_]{1,40}(-[0-9]+)?){1,3}", text
    ):
        raise ValueError(_("dial = {value} is no slider.").format(value=quoted(text)))
    return text


def _followed(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    if not all(re.fullmatch(r"[a-z_]{1,40}-[0-9]{1,2}", name) for name in names):
        raise ValueError(
            _("follow = {value} does not name optimizers, as in momentum-1.").format(
                value=quoted(text)
            )
        )
    return names


def _over(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if len(names) != 2 or not all(
        re.fullmatch(r"(surface\.)?[A-Za-z0-9_]{1,40}", name) for name in names
    ):
        raise ValueError(
            _("over = {value} is not two knobs, as in lr,gamma.").format(value=quoted(text))
        )
    return names


def read_number(name: str, text: str) -> float:
    """A number of a link. Raises ValueError, with a sentence for a reader."""
    try:
        return float(text)
    except ValueError:
        said = _("{name} = {value} is not a number.").format(
            name=quoted(name)[1:-1], value=quoted(text)
        )
        raise ValueError(said) from None


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(
            _("{name} = {value} is not a whole number.").format(name=name, value=quoted(text))
        )
    return int(text)


def _numbers(name: str, text: str, count: int) -> tuple[float, ...]:
    parts = text.split(",")
    if len(parts) != count:
        said = _("{name} = {value} is not {count} numbers with commas between them.")
        raise ValueError(said.format(name=name, value=quoted(text), count=count))
    return tuple(read_number(name, part) for part in parts)


def _write_numbers(values: Iterable[float]) -> str:
    return ",".join(repr(float(value)) for value in values)


def _differs(text: str, usual: str) -> list[str]:
    return [] if text == usual else [text]
