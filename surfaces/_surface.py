"""What a surface must provide."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Literal, TypeAlias

import jax

from ravine.core.part import Part
from ravine.core.types import Place, Point, Scalar, Span

Spacing: TypeAlias = Literal["linear", "root", "log", "auto"]
Family: TypeAlias = Literal["valleys", "minima", "traps", "saddles", "models", "own"]


class Surface(Part):
    """A height over the plane, with the window to look through and what is known about it."""

    family: ClassVar[Family]  # where it stands in the menu (`surfaces.FAMILIES`)
    # Python in x1, x2, the knobs, the names of `data` and what `experiments.frameworks` imports.
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

    def __call__(self, x: Point) -> Scalar:
        """The height at `x`, shape (2,)."""
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
