"""What a surface must provide."""

import dataclasses
import functools
import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeAlias

import jax

from ravine.core.doors import as_point, has_64_bits
from ravine.core.knob import Knob, knobs, make
from ravine.core.part import Part
from ravine.core.types import Place, Point, Scalar, Span

Spacing: TypeAlias = Literal["linear", "root", "log", "auto"]
Family: TypeAlias = Literal["valleys", "minima", "traps", "saddles", "models", "own"]


class Surface(Part):
    """A height over the plane, with the window to look through and what is known about it."""

    dimensions: ClassVar[int | None] = 2  # of its places; None: any number
    family: ClassVar[Family]  # where it stands in the menu (`surfaces.FAMILIES`)
    # Python in x1, x2, the knobs, the names of `data` and what `experiments.frameworks` imports,
    # of which none is a name that its scripts use (`experiments.frameworks.TAKEN`).
    code: ClassVar[str]
    # columns of numbers that `code` uses
    data: ClassVar[Mapping[str, tuple[float, ...]]] = MappingProxyType({})
    lesson: ClassVar[str]  # one sentence: what there is to see
    source: ClassVar[str] = ""  # author, year
    view: ClassVar[tuple[Span, Span]]  # the picture: (x1 from, to), (x2 from, to)
    start: ClassVar[Place]  # a start that shows the lesson
    lr: ClassVar[float]  # a learning rate, shared by all rules, that shows the lesson
    steps: ClassVar[int]  # how many steps that takes
    # spacing of the level curves: even in f, √f or log f; auto: as it fits
    levels: ClassVar[Spacing] = "linear"
    known: ClassVar[bool] = True  # whether `minima` and `local_minima` are all there are in view
    # laws that it does not obey ("rest", "smooth"), and why
    breaks: ClassVar[Mapping[str, str]] = MappingProxyType({})
    # whether the minima are points; else they are a curve, and some of it are listed
    isolated: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__call__" in vars(cls):
            setattr(cls, "__call__", _on_points(vars(cls)["__call__"]))  # noqa: B010 - it is still a method

    def __call__(self, x: Point) -> Scalar:
        """The height at `x`, shape (2,). Raises ValueError for what has another shape."""
        raise NotImplementedError

    def at(self, k: jax.Array | int) -> "Surface":
        """What a rule can see of it in step `k`, from 1: all of it, and then it is the surface
        itself (`is`), or no more than a sample, another one at each step.
        """
        return self

    def minima(self) -> list[Place]:
        """The global minimisers; empty when the surface falls for ever."""
        raise NotImplementedError

    def local_minima(self) -> list[Place]:
        """The minimisers in view that are not global."""
        return []

    # What a surface that is turned, or that a visitor wrote, answers otherwise.

    written: ClassVar[bool] = False  # whether a visitor wrote it
    measured: ClassVar[bool] = False  # whether `start` and `lr` are measured when it is opened
    cost: ClassVar[int] = 1  # how many times as long a step on it takes as on a compiled one

    @property
    def bare(self) -> "Surface":
        """The surface as it is when it is not turned."""
        return self

    @property
    def angle(self) -> float | None:
        """By how many radians it is turned; None when it is not."""
        return None

    def onto(self, place: Place) -> Place:
        """Where a place of the bare surface lies in the picture."""
        return place

    def back(self, place: Place) -> Place:
        """The place of the bare surface that lies here in the picture."""
        return place

    def knobs(self) -> dict[str, Knob]:
        """Its knobs by name; the last one is the angle when it is turned."""
        return knobs(type(self))

    def values(self) -> dict[str, float]:
        """The value of every knob."""
        return {name: getattr(self, name) for name in self.knobs()}

    def with_value(self, name: str, value: Any) -> "Surface":
        """The surface with another value of one knob, which is not checked. Raises KeyError."""
        if name not in self.knobs():
            raise KeyError(name)
        return dataclasses.replace(self, **{name: value})

    def call(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """How it is made: the function of the package `surfaces`, its arguments and keywords."""
        return "build", (self.slug(),), self.values()

    def checked(self) -> "Surface":
        """The surface itself. Raises ValueError, with a sentence, for a value out of range."""
        return make(type(self), self.values())

    def opened(self) -> "Surface":
        """The surface with which its knobs are as they are when it is opened, not turned."""
        return type(self)()


def _on_points(height: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The same height, which takes places of the plane alone, and says so where JAX has but 32
    bits.
    """

    @functools.wraps(height)
    def checked(self: Any, x: Any) -> Any:
        if not has_64_bits():
            said = "JAX has been set to 32 bits since Ravine was imported: so has this height."
            warnings.warn(said, RuntimeWarning, stacklevel=2)
        return height(self, as_point(x, self.dimensions))

    return checked
