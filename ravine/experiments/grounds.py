"""What a race runs on: a surface of the catalogue with its knobs, or a function that was typed;
turned, if it is.
"""

import math

from ravine.core.knob import Knob, knobs
from ravine.core.part import lookup
from ravine.core.types import Place
from ravine.core.words import _
from surfaces import FAMILIES, SURFACES, Surface, Turned, Typed, build, turned, typed
from surfaces._typed import USUAL_WINDOW

TYPED = "typed"  # the name, in a link, of a function that the visitor wrote
TURN = "turn"  # the name of the angle by which any surface is turned
FIRST = "x**2 + 10*y**2"  # the function that is there before one is typed
MENU = tuple(sorted(SURFACES, key=lambda slug: [*FAMILIES].index(SURFACES[slug].family)))


def opened(slug: str) -> Surface:
    """The surface called `slug` as it opens. Raises ValueError, with a sentence that names the
    choices.
    """
    return typed(FIRST) if slug == TYPED else lookup(SURFACES, slug)()


def bare(surface: Surface) -> Surface:
    """The surface as it is when it is not turned."""
    return surface.ground if isinstance(surface, Turned) else surface


def is_typed(surface: Surface) -> bool:
    """Whether a visitor wrote it."""
    return isinstance(bare(surface), Typed)


def function_of(surface: Surface) -> Typed:
    """The function that a visitor wrote, or the first one when they did not write this surface."""
    ground = bare(surface)
    return ground if isinstance(ground, Typed) else typed(FIRST, USUAL_WINDOW)


def knobs_of(surface: Surface) -> dict[str, Knob]:
    """The knobs of a surface; the last one is the angle when it is turned."""
    angle = {TURN: knobs(Turned)[TURN]} if isinstance(surface, Turned) else {}
    return knobs(type(bare(surface))) | angle


def values_of(surface: Surface) -> dict[str, float]:
    """The value of every knob of a surface."""
    return {
        name: getattr(surface if name == TURN else bare(surface), name)
        for name in knobs_of(surface)
    }


def with_value(surface: Surface, name: str, value: float) -> Surface:
    """The surface with another value of one knob; one that is not turned yet is, when that is the
    angle.

    Raises ValueError for an angle out of range; other values are not checked.
    """
    ground = bare(surface)
    if name == TURN:
        return turned(ground, value)
    held = {other: getattr(ground, other) for other in knobs(type(ground))}
    new = type(ground)(**{**held, name: value})
    return turned(new, surface.turn) if isinstance(surface, Turned) else new


def checked_surface(surface: Surface) -> Surface:
    """`surface`, all its knobs in range. Raises ValueError, with a sentence for a reader, for the
    first that is not.
    """
    held = {name: value for name, value in values_of(surface).items() if name != TURN}
    ground = bare(surface)
    if isinstance(ground, Typed):
        typed(ground.text, ground.window)
    else:
        build(ground.slug(), **held)
    return turned(ground, surface.turn) if isinstance(surface, Turned) else surface


def carried(before: Surface, after: Surface, place: Place) -> Place:
    """Where a place of the picture comes to lie when nothing but the angle of a surface changes: it
    turns along.

    In the corners of the picture there are places that would leave it; they come to lie nearer to
    the middle.
    """
    if place == before.start:
        return after.start
    there = before.back(place) if isinstance(before, Turned) else place
    return _within(after, after.onto(there) if isinstance(after, Turned) else there)


def _within(surface: Surface, place: Place) -> Place:
    middles = [(low + high) / 2 for low, high in surface.view]
    reaches = [(high - low) / 2 for low, high in surface.view]
    far = max(abs(v - m) / reach for v, m, reach in zip(place, middles, reaches, strict=True))
    x, y = (m + (v - m) / max(far, 1.0) for v, m in zip(place, middles, strict=True))
    return float(x), float(y)


def title_of(surface: Surface) -> str:
    """What a surface is called, and how far it is turned."""
    title = _(surface.title)
    if not isinstance(surface, Turned):
        return title
    return _("{surface}, turned by {angle}").format(
        surface=title, angle=f"{math.degrees(surface.turn):.4g}°"
    )
