"""Things that many tests need: every rule, every surface, and races of any kind."""

import itertools
import json

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import strategies as st

from optim import OPTIMIZERS
from optim.wrappers import FAMILIES, WRAPPERS
from ravine.core.knob import knobs
from ravine.experiments.formats import Choice, KeyName, Names, Real, Reals, Several, Whole, Window
from ravine.experiments.inside import CURVES
from ravine.experiments.kinds import rule_of_text
from ravine.experiments.lanes import TYPED, Wrap, dialects_of, knobs_of
from ravine.experiments.link import ROWS, checked
from ravine.experiments.race import (
    KNOBS,
    LONGEST_NAME,
    MOST_LANES,
    Lane,
    Race,
    race_on,
)
from ravine.experiments.verify import KINDS
from surfaces import SURFACES, turned, typed
from surfaces._turned import QUARTER


def plotted(figure):
    """A plain figure as Plotly's objects, which refuse names and values that they do not know."""
    return go.Figure(figure)


every_rule = pytest.mark.parametrize("slug", OPTIMIZERS)
every_form = pytest.mark.parametrize("name", KINDS)
every_surface = pytest.mark.parametrize(
    "surface", [kind() for kind in SURFACES.values()], ids=SURFACES.keys()
)


def law(name):
    """Test every rule; one that says that it breaks the law must really break it."""

    def case(form):
        rule = KINDS[form]
        marks = (
            pytest.mark.xfail(reason=rule.breaks[name], strict=True) if name in rule.breaks else ()
        )
        return pytest.param(form, id=form, marks=marks)

    return pytest.mark.parametrize("name", [case(form) for form in KINDS])


def inside(knob):
    return st.floats(knob.low, knob.high, allow_nan=False) | st.sampled_from(knob.grid())


names = st.just("") | st.text(max_size=LONGEST_NAME).filter(
    lambda text: text == text.strip() and text.isprintable()
)
some_curves = st.sets(st.sampled_from(CURVES)).map(
    lambda chosen: tuple(name for name in CURVES if name in chosen)
)
surfaces = st.sampled_from(list(SURFACES.values())).flatmap(
    lambda kind: st.builds(kind, **{name: inside(knob) for name, knob in knobs(kind).items()})
)
FUNCTIONS = ("x**2 + 10*y**2", "sin(3*x)*exp(-y**2)", "abs(x) + y**4", "log(x) + y**2", "7")
WINDOWS = ((-4.0, 4.0, -4.0, 4.0), (0.5, 2.0, -1.0, 30.0), (-1e-3, 1e-3, 5.0, 6.0))
functions = st.builds(typed, st.sampled_from(FUNCTIONS), st.sampled_from(WINDOWS))
grounds = st.one_of(
    surfaces, functions, st.builds(turned, surfaces | functions, st.floats(0.0, QUARTER))
)


def own_of(held):
    return st.fixed_dictionaries({}, optional={name: inside(knob) for name, knob in held.items()})


TEXTS = (
    "v = gamma*v + lr*g; x -= v",
    "m = beta1*m + (1 - beta1)*g; s = beta2*s + (1 - beta2)*g**2; x = x - lr*m/(sqrt(s) + eps)",
    "x = x - k*g/(norm(g) + wide)",
)


def around(family):
    """Nothing, or one wrapper of a family."""
    slugs = [slug for slug, kind in WRAPPERS.items() if kind.family == family]
    wrapped = st.sampled_from(slugs).flatmap(
        lambda slug: st.builds(Wrap, slug=st.just(slug), own=own_of(knobs(WRAPPERS[slug])))
    )
    return st.just(()) | st.tuples(wrapped)


ANY_WRAPS = st.tuples(*map(around, FAMILIES)).map(lambda found: tuple(itertools.chain(*found)))
WRAPPED = st.sampled_from([(), (Wrap("clip_norm", {}), Wrap("l2", {}), Wrap("cosine", {}))])


def lanes_of(rule, dialect="", text="", wraps=ANY_WRAPS):
    """Lanes of one rule, with any values and anything around it."""
    return st.builds(
        Lane,
        rule=st.just(rule),
        own=own_of(knobs_of(Lane(rule, dialect=dialect, text=text))),
        name=names,
        hidden=st.booleans(),
        dialect=st.just(dialect),
        wraps=wraps,
        text=st.just(text),
    )


spoken = [(slug, dialect) for slug in OPTIMIZERS for dialect in ("", *dialects_of(slug))]
lanes = st.sampled_from(spoken).flatmap(lambda pair: lanes_of(*pair)) | st.sampled_from(
    TEXTS
).flatmap(lambda text: lanes_of(TYPED, text=rule_of_text(text).text))


def values_of_format(format):
    """Any value that a kind of link part allows."""
    many_of = {
        Choice: lambda: st.sampled_from(format.choices),
        Several: lambda: subsets((*format.choices, *format.others)),
        Whole: lambda: st.integers(format.low, format.high),
        Real: lambda: st.floats(format.low, format.high),
        Reals: lambda: st.tuples(*[st.floats(-format.most, format.most)] * format.count),
        Window: lambda: windows,
        Names: lambda: st.sampled_from(format.examples),
        KeyName: lambda: st.sampled_from([one for (one,) in format.examples]),
    }
    return many_of[type(format)]()


def subsets(names):
    chosen = st.sets(st.sampled_from(names))
    return chosen.map(lambda some: tuple(name for name in names if name in some))


@st.composite
def _windows(draw):
    left, bottom = draw(st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)))
    wide, high = draw(st.tuples(st.floats(1e-3, 1e5), st.floats(1e-3, 1e5)))
    return left, left + wide, bottom, bottom + high


windows = _windows()


@st.composite
def races(draw, most=MOST_LANES, grounds=grounds, lanes=lanes):
    """Any race that a visitor can reach, of at most so many lanes. Every row of a link is drawn: as
    usual, or any value that it allows.
    """
    surface = draw(grounds)
    (left, right), (bottom, top) = surface.view
    drawn = {row.field: draw(values_of_format(row.format)) for row in ROWS if draw(st.booleans())}
    steps = drawn.get("steps", surface.steps)
    if "at" in drawn:
        drawn["at"] = min(drawn["at"], steps)
    if "place" in drawn:
        drawn["start"] = draw(st.tuples(st.floats(left, right), st.floats(bottom, top)))
        del drawn["place"]
    return checked(
        race_on(surface).replace(
            lanes=tuple(draw(st.lists(lanes, min_size=1, max_size=most))),
            shared={name: draw(inside(KNOBS[name])) for name in draw(subsets_of_knobs)},
            **drawn,
        )
    )


def races_to_run():
    """Races of two lanes at most, of a few kinds of rules on a few kinds of ground: each of these
    pairs is a program to compile.
    """
    surfaces = st.sampled_from([SURFACES["ravine"](), SURFACES["quadratic"](kappa=30.0)])
    grounds = surfaces | functions | st.builds(turned, surfaces, st.floats(0.0, QUARTER))
    few = lanes_of("momentum", wraps=WRAPPED) | lanes_of("adam", "keras", wraps=st.just(()))
    return races(
        2, grounds, few | lanes_of(TYPED, text=rule_of_text(TEXTS[0]).text, wraps=st.just(()))
    )


subsets_of_knobs = subsets(tuple(KNOBS))


def unpacked(body):
    """What `ravine.payload.picture.packed` has packed: the JSON, with its table as arrays."""
    start = 4 + int.from_bytes(body[:4], "little")
    data = json.loads(body[4:start])
    rows, table = len(data["lanes"]) * (data["steps"] + 1), {}
    for name, size in data["table"]:
        table[name] = np.frombuffer(body, f"<f{size}", rows, start)
        start += rows * size
    assert start == len(body)
    return data | {"table": table}


__all__ = [
    "KINDS",
    "Race",
    "every_form",
    "every_rule",
    "every_surface",
    "lanes",
    "law",
    "races",
    "surfaces",
    "unpacked",
]
