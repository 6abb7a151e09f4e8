"""What a race runs on: a surface of the catalogue or a typed function, turned, if it is."""

import math

from ravine.core.part import lookup
from ravine.core.types import Place
from ravine.core.words import _
from surfaces import FAMILIES, SURFACES, Surface, Typed, turned, typed
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


def typed_function(surface: Surface) -> Typed | None:
    """The function that a visitor wrote; None when they did not write this surface."""
    return surface.bare if isinstance(surface.bare, Typed) else None


def function_of(surface: Surface) -> Typed:
    """The function that a visitor wrote, or the first one when they did not write this surface."""
    return typed_function(surface) or typed(FIRST, USUAL_WINDOW)


def with_value(surface: Surface, name: str, value: float) -> Surface:
    """The surface with another value of one knob; one that is not turned yet is, when that is the
    angle.

    Raises ValueError for an angle out of range and KeyError for no knob; other values are not
    checked.
    """
    return turned(surface, value) if name == TURN else surface.with_value(name, value)


def carried(before: Surface, after: Surface, place: Place) -> Place:
    """Where a place of the picture comes to lie when nothing but the angle of a surface changes: it
    turns along.

    In the corners of the picture there are places that would leave it; they come to lie nearer to
    the middle.
    """
    if place == before.start:
        return after.start
    return _within(after, after.onto(before.back(place)))


def _within(surface: Surface, place: Place) -> Place:
    middles = [(low + high) / 2 for low, high in surface.view]
    reaches = [(high - low) / 2 for low, high in surface.view]
    far = max(abs(v - m) / reach for v, m, reach in zip(place, middles, reaches, strict=True))
    x, y = (m + (v - m) / max(far, 1.0) for v, m in zip(place, middles, strict=True))
    return float(x), float(y)


def title_of(surface: Surface) -> str:
    """What a surface is called, and how far it is turned."""
    title = _(surface.title)
    if surface.angle is None:
        return title
    angle = f"{math.degrees(surface.angle):.4g}°"
    return _("{surface}, turned by {angle}").format(surface=title, angle=angle)
