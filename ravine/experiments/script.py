"""A race as a Python script: what a reader runs, changes, and learns the library from."""

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from ravine.core.words import _
from ravine.experiments.link import write_link
from ravine.experiments.race import Lane, Race, numbered, settings
from surfaces import Surface

# the shorter of the two usual line lengths; what does not fit is split so that both leave it alone
WIDTH = 88
NEEDS = "python -m pip install jax jaxtyping numpy"  # all that the library imports

BODY = """\
{head}

import optim
import surfaces
from ravine.experiments.trace import run{more}

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
    """Python source that runs exactly this race, every knob written out, and prints where each lane
    ends.

    It needs this library beside it: `ravine.experiments.parcel` packs both. It is formatted as ruff
    formats, with lines of 88 or of 120 characters.
    """
    return BODY.format(
        head="\n".join(_head(race)),
        surface="\n".join(_surface(race.surface).lines(WIDTH - 10)),
        x1=repr(float(race.start[0])),
        x2=repr(float(race.start[1])),
        steps=race.steps,
        lanes="\n".join(_lanes(race)),
        more="\nfrom optim import wrappers" if any(lane.wraps for lane in race.lanes) else "",
    )


def script_name(race: Race) -> str:
    """What the script's file is called."""
    return f"ravine-{race.surface.slug()}.py"


def _head(race: Race) -> list[str]:
    link = write_link(race)
    return [
        *_comment(_("A race of Ravine, the optimizer visualizer. MIT licence.")),
        *_comment(_("Its link: {link}").format(link=f"/?{link}" if link else "/")),
        *_paragraph(
            _(
                "It needs Python 3.11 or newer and Ravine's library beside it: choose \"Python "
                'script with its library (ZIP)" under Export, or save this file in a checkout of '
                "Ravine."
            )
        ),
        *_comment(_("Then, in that folder:")),
        f"#     {NEEDS}",
        f"#     python {script_name(race)}",
        *_paragraph(
            _(
                'For PyTorch, Keras or optax alone, without Ravine: "The same in code", below '
                "the race."
            )
        ),
    ]


class Expression(NamedTuple):
    """A call, written on one line or, when that is too long, on one for each argument."""

    function: str
    arguments: tuple["str | Expression", ...]

    def flat(self) -> str:
        """On one line."""
        parts = [part if isinstance(part, str) else part.flat() for part in self.arguments]
        return f"{self.function}({', '.join(parts)})"

    def lines(self, width: int) -> list[str]:
        """The lines, the first one of which has this many characters of room."""
        flat = self.flat()
        if len(flat) <= width:
            return [flat]
        parts = (
            [part] if isinstance(part, str) else part.lines(width - 5) for part in self.arguments
        )
        inner = [f"    {line}" for part in parts for line in (*part[:-1], f"{part[-1]},")]
        return [f"{self.function}(", *inner, ")"]


def _surface(surface: Surface) -> Expression:
    name, given, named = surface.call()
    said = [_surface(one) if isinstance(one, Surface) else literal(one) for one in given]
    return Expression(f"surfaces.{name}", (*said, *_keywords(named)))


def _lanes(race: Race) -> Iterable[str]:
    for nth, (lane, turn) in enumerate(zip(race.lanes, numbered(race.lanes), strict=True), 1):
        yield from _comment(f"{nth}. {_source(lane)}", 4)
        yield from _pair(_name(lane, turn), _rule(race, lane))


def _source(lane: Lane) -> str:
    """Where the rule of a lane comes from."""
    form = lane.kind.form
    return _("A rule that was typed.") if form is None else f"{lane.kind.title}: {form.paper}"


def _name(lane: Lane, turn: int) -> str:
    """What the lane is printed as: its own name, or its rule's, counted when there are several."""
    title = lane.kind.title
    return literal(lane.name or (title if turn == 1 else f"{title} ({turn})"))


def _rule(race: Race, lane: Lane) -> Expression:
    function, given = lane.kind.call
    bare = Expression(function, (*map(literal, given), *_keywords(settings(race, lane))))
    if not lane.wraps:
        return bare
    wraps = [
        Expression("wrappers.build", (literal(wrap.slug), *_keywords(wrap.own)))
        for wrap in lane.wraps
    ]
    return Expression("optim.around", (bare, *wraps, "steps=steps"))


def _keywords(values: Mapping[str, Any]) -> list[str]:
    """Numbers as floats: a slider may have given a whole one."""
    plain = {name: value if np.ndim(value) else float(value) for name, value in values.items()}
    return [f"{name}={value!r}" for name, value in plain.items()]


def _pair(name: str, rule: Expression) -> list[str]:
    """The lines of `(name, optim.build(...)),` in a list."""
    flat = f"    ({name}, {rule.flat()}),"
    if len(flat) <= WIDTH and flat.isascii():  # how wide another letter is, only ruff knows
        return [flat]
    *call, last = rule.lines(WIDTH - 9)
    return ["    (", *(f"        {line}" for line in (f"{name},", *call, f"{last},")), "    ),"]


def literal(text: str) -> str:
    r"""`text` as a Python string with the quotes that ruff prefers: those that need fewer
    backslashes.

    >>> print(literal('a "b"'), literal("it's\n"))
    'a "b"' "it's\n"
    """
    quote = '"' if text.count('"') <= text.count("'") else "'"
    spelled = (
        f"\\{c}" if c in (quote, "\\") else c if c.isprintable() else repr(c)[1:-1] for c in text
    )
    return f"{quote}{''.join(spelled)}{quote}"


def _paragraph(text: str) -> list[str]:
    """A comment of as many lines as it needs."""
    room = WIDTH - 2 if text.isascii() else WIDTH // 2  # a Chinese letter is two wide
    return [f"# {line}" for line in textwrap.wrap(text, room)]


def _comment(text: str, indent: int = 0) -> list[str]:
    """Lines of a comment; whatever ends a line, the next one is a comment too."""
    return [f"{' ' * indent}# {line}" for line in text.splitlines()]
