"""A race as a Python script: what a reader runs, changes, and learns the library from."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from core.knob import knobs
from core.part import Part
from core.words import _
from experiments.link import encode
from experiments.race import Lane, Race, numbered, settings
from optim import OPTIMIZERS

WIDTH = 88  # the shorter of the two usual line lengths; what does not fit is split so that both leave it alone

BODY = """\
{head}

import optim
import surfaces
from experiments.trace import run

surface = {surface}
start, steps = ({x1}, {x2}), {steps}
lanes = [
{lanes}
]

for name, rule in lanes:
    trace = run(rule, surface, start, steps)
    (x1, x2), f = trace.x[-1].tolist(), trace.loss[-1].item()
    print(f"{{name}}: x = ({{x1}}, {{x2}}), f = {{f}}")
"""


def script(race: Race) -> str:
    """Python source that runs exactly this race, every knob written out, and prints where each lane ends.

    It needs this library beside it. It is formatted as ruff formats, with lines of 88 or of 120 characters.
    """
    return BODY.format(
        head="\n".join(_head(race)),
        surface=_call("surfaces.build", race.surface.slug(), _values(race.surface)),
        x1=repr(float(race.start[0])),
        x2=repr(float(race.start[1])),
        steps=race.steps,
        lanes="\n".join(_lanes(race)),
    )


def _head(race: Race) -> list[str]:
    link = urlencode(encode(race), doseq=True)
    return [
        *_comment(_("A race of Ravine, the optimizer visualizer. MIT licence.")),
        *_comment(_("Its link: {link}").format(link=f"/?{link}" if link else "/")),
        *_comment(_("Save this file in a checkout of Ravine, and run it with the Python that runs Ravine.")),
    ]


def _lanes(race: Race) -> Iterable[str]:
    for nth, (lane, turn) in enumerate(zip(race.lanes, numbered(race.lanes), strict=True), 1):
        kind = OPTIMIZERS[lane.rule]
        yield from _comment(f"{nth}. {_(kind.title)}: {kind.paper}", 4)
        yield from _pair(_name(lane, turn), lane.rule, settings(race, lane))


def _name(lane: Lane, turn: int) -> str:
    """What the lane is printed as: its own name, or its rule's, counted when there are several."""
    title = _(OPTIMIZERS[lane.rule].title)
    return literal(lane.name or (title if turn == 1 else f"{title} ({turn})"))


def _pair(name: str, slug: str, values: Mapping[str, float]) -> list[str]:
    """The lines of `(name, optim.build(...)),` in a list."""
    flat = f"    ({name}, {_call('optim.build', slug, values, WIDTH)}),"
    if len(flat) <= WIDTH and flat.isascii():  # how wide another letter is, only ruff knows
        return [flat]
    call = _call("optim.build", slug, values, WIDTH - 9).replace("\n", "\n        ")
    return ["    (", f"        {name},", f"        {call},", "    ),"]


def _call(function: str, slug: str, values: Mapping[str, float], width: int = WIDTH - 10) -> str:
    """`function("slug", knob=value)`, on one line if that is no wider than `width`."""
    parts = [literal(slug), *(f"{name}={float(value)!r}" for name, value in values.items())]
    flat = f"{function}({', '.join(parts)})"
    if len(flat) <= width:
        return flat
    return "\n".join([f"{function}(", *(f"    {part}," for part in parts), ")"])


def literal(text: str) -> str:
    r"""`text` as a Python string with the quotes that ruff prefers: those that need fewer backslashes.

    >>> print(literal('a "b"'), literal("it's\n"))
    'a "b"' "it's\n"
    """
    quote = '"' if text.count('"') <= text.count("'") else "'"
    spelled = (f"\\{c}" if c in (quote, "\\") else c if c.isprintable() else repr(c)[1:-1] for c in text)
    return f"{quote}{''.join(spelled)}{quote}"


def _values(part: Part) -> dict[str, float]:
    return {name: getattr(part, name) for name in knobs(type(part))}


def _comment(text: str, indent: int = 0) -> list[str]:
    """Lines of a comment; whatever ends a line, the next one is a comment too."""
    return [f"{' ' * indent}# {line}" for line in text.splitlines()]
