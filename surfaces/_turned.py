import dataclasses
import math
from typing import Annotated, Any, ClassVar

import jax
import jax.numpy as jnp

from ravine.core.knob import Knob, knobs
from ravine.core.types import Place, Point, Scalar, Span
from ravine.core.words import N_, quoted
from surfaces._surface import Surface

QUARTER = math.pi / 2


def _as_ground(name: str) -> Any:
    """What a turned surface has as its ground has it."""
    return property(lambda self: getattr(self.ground, name))


class Turned(Surface):
    """A surface turned around the middle of its view, made by `turned`: gradient descent turns
    along, Adam does not.

    Its coordinates are those of the picture; `onto` and `back` lead from those of the ground to
    them and back. Its view holds the whole view of the ground at every angle.
    """

    title: ClassVar[Any] = _as_ground("title")
    family: ClassVar[Any] = _as_ground("family")
    formula: ClassVar[Any] = _as_ground("formula")  # before it was turned
    code: ClassVar[Any] = _as_ground("code")  # before it was turned
    data: ClassVar[Any] = _as_ground("data")
    lesson: ClassVar[Any] = _as_ground("lesson")
    source: ClassVar[Any] = _as_ground("source")
    lr: ClassVar[Any] = _as_ground("lr")
    steps: ClassVar[Any] = _as_ground("steps")
    levels: ClassVar[Any] = _as_ground("levels")
    known: ClassVar[Any] = _as_ground("known")
    isolated: ClassVar[Any] = _as_ground("isolated")
    breaks: ClassVar[Any] = _as_ground("breaks")
    slug: ClassVar[Any] = _as_ground("slug")

    ground: Surface
    turn: Annotated[
        float,
        Knob(
            r"\vartheta",
            0.0,
            QUARTER,
            "linear",
            N_("turned by"),
            "angle",
            idea=N_(
                "How far the ground is turned. "
                "More lays valleys askew to the axes; at 0 it lies as it was."
            ),
        ),
    ]
    pivot: tuple[float, float]  # the middle of the ground's view, of which a program knows nothing

    def __call__(self, x: Point) -> Scalar:
        a, b = x[0] - self.pivot[0], x[1] - self.pivot[1]
        c, s = jnp.cos(self.turn), jnp.sin(self.turn)
        return self.ground(
            jnp.stack([self.pivot[0] + c * a + s * b, self.pivot[1] + c * b - s * a])
        )

    written: ClassVar[Any] = _as_ground("written")
    measured: ClassVar[Any] = _as_ground("measured")
    cost: ClassVar[Any] = _as_ground("cost")
    opened: ClassVar[Any] = _as_ground("opened")

    @property
    def bare(self) -> Surface:
        return self.ground

    @property
    def angle(self) -> float:
        return self.turn

    def knobs(self) -> dict[str, Knob]:
        return self.ground.knobs() | knobs(Turned)

    def values(self) -> dict[str, float]:
        return self.ground.values() | {"turn": self.turn}

    def with_value(self, name: str, value: Any) -> Surface:
        if name == "turn":
            return dataclasses.replace(self, turn=value)
        return dataclasses.replace(self, ground=self.ground.with_value(name, value))

    def call(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return "turned", (self.ground,), {"turn": self.turn}

    def checked(self) -> Surface:
        return turned(self.ground.checked(), self.turn)

    def at(self, k: jax.Array | int) -> Surface:
        """What can be seen of the ground, turned."""
        ground = self.ground.at(k)
        return self if ground is self.ground else dataclasses.replace(self, ground=ground)

    def onto(self, place: Place) -> Place:
        """Where a place of the ground lies now."""
        return _around(self.pivot, place, self.turn)

    def back(self, place: Place) -> Place:
        """The place of the ground that lies here."""
        return _around(self.pivot, place, -self.turn)

    def minima(self) -> list[Place]:
        return [self.onto(place) for place in self.ground.minima()]

    def local_minima(self) -> list[Place]:
        return [self.onto(place) for place in self.ground.local_minima()]

    @property
    def view(self) -> tuple[Span, Span]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """A square that the view of the ground never leaves, however far it is turned."""
        reach = math.hypot(*(high - low for low, high in self.ground.view)) / 2
        left, bottom = (middle - reach for middle in self.pivot)
        return (left, left + 2 * reach), (bottom, bottom + 2 * reach)

    @property
    def start(self) -> Place:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The start of the ground, turned along."""
        return self.onto(self.ground.start)


def turned(surface: Surface, turn: float) -> Turned:
    """`surface` turned by so many radians, from 0 to a quarter turn; one that is turned already is
    turned anew.

    Raises ValueError, with a sentence for a reader, for another angle, and TypeError for what is no
    surface.
    """
    if not isinstance(surface, Surface):
        raise TypeError(f"{quoted(surface)} is no surface; surfaces.build makes one.")
    ground = surface.bare
    (left, right), (bottom, top) = ground.view
    angle = knobs(Turned)["turn"].check("turn", turn)
    return Turned(ground=ground, turn=angle, pivot=((left + right) / 2, (bottom + top) / 2))


def _around(pivot: Place, place: Place, angle: float) -> Place:
    (a, b), c, s = (place[0] - pivot[0], place[1] - pivot[1]), math.cos(angle), math.sin(angle)
    return pivot[0] + c * a - s * b, pivot[1] + s * a + c * b
