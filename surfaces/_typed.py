"""A function that a visitor typed. Its formula is data: every text runs in the same compiled
program.
"""

import functools
from typing import Any, ClassVar, NamedTuple, TypeAlias

import jax
import numpy as np
from jaxtyping import Array, Float

from ravine.core.bounded_jit import bounded_jit
from ravine.core.doors import row_of_numbers, text_of
from ravine.core.formula import Arrays, Expression, height_of, parse_expression
from ravine.core.part import derived, display_only
from ravine.core.types import Place, Point, Scalar, Span
from ravine.core.words import N_, _, quoted
from surfaces._surface import Surface

Window: TypeAlias = tuple[float, float, float, float]  # x1 from, x1 to, x2 from, x2 to

USUAL_WINDOW: Window = (-4.0, 4.0, -4.0, 4.0)
ON_AXES = {"x": "x1", "y": "x2", "x1": "x1", "x2": "x2"}  # as the axes of the picture are called
# the learning rates with which one opens
RATES = tuple(float(f"{m}e{d}") for d in range(-4, 0) for m in (1, 2, 5))
FINENESS = 12  # points along each axis where the curvature is measured
CORNERS = ((0.12, 0.8), (0.12, 0.2), (0.88, 0.8), (0.88, 0.2), (0.3, 0.65), (0.7, 0.35), (0.5, 0.5))


class Opening(NamedTuple):
    """With what a typed function opens."""

    start: Place
    lr: float


class Typed(Surface):
    """A surface as a visitor wrote it, by `typed`. Its leaves are the tape of its formula.

    Neither the text nor the view is in the structure of the tree, so all functions share a program.
    Under `vmap` the tape must not be mapped over (`ravine.core.formula.machine.step_of`).
    """

    title: ClassVar = N_("Your own function")
    family: ClassVar = "own"
    lesson: ClassVar = N_(
        "What you typed: look where it is steep, where it is flat, and where it is not defined."
    )
    steps: ClassVar = 60
    levels: ClassVar = "auto"
    known: ClassVar = False
    written: ClassVar = True
    measured: ClassVar = True
    cost: ClassVar = 8  # its tape is read anew in every step

    tape: Arrays = derived()
    text: str = display_only("")
    window: Window = display_only(USUAL_WINDOW)

    def __call__(self, x: Point) -> Scalar:
        return height_of(self.tape, x)

    @classmethod
    def slug(cls) -> str:
        """What it is called in links."""
        return "typed"

    def call(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return "typed", (self.text,), {"window": self.window}

    def checked(self) -> "Typed":
        return typed(self.text, self.window)

    def opened(self) -> "Typed":
        return self

    def minima(self) -> list[Place]:
        """None is known: they are searched (`ravine.experiments.critical`)."""
        return []

    @property
    def view(self) -> tuple[Span, Span]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The picture that the visitor chose."""
        left, right, bottom, top = self.window
        return (left, right), (bottom, top)

    @property
    def formula(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """In the letters of the axes."""
        return parse_expression(self.text, ON_AXES).latex

    @property
    def code(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """In the letters of the axes; beside the usual functions it may have min, max, clip,
        sigmoid and softplus.
        """
        code = parse_expression(self.text, ON_AXES).code()
        return code if "x1" in code or "x2" in code else f"{code} + 0*x1"

    @property
    def start(self) -> Place:  # pyright: ignore[reportIncompatibleVariableOverride]
        """A place near an edge of the view where the function has a slope."""
        return _opening(self).start

    @property
    def lr(self) -> float:  # pyright: ignore[reportIncompatibleVariableOverride]
        """A learning rate with which gradient descent is stable nearly everywhere in view."""
        return _opening(self).lr


def typed(text: str, window: Window = USUAL_WINDOW) -> Typed:
    """The surface of a text in x and y (or x1 and x2), seen through a window.

    Raises FormulaError, a ValueError with the place of what is wrong in the text, ValueError for no
    window, and TypeError for what is no text.

    >>> float(typed("x^2 + 10 y^2")(jax.numpy.array([1.0, 2.0])))
    41.0
    """
    return _typed(text_of("text", text), checked_window(window))


@functools.lru_cache(maxsize=256)
def _typed(text: str, window: Window) -> Typed:
    return surface_of(parse_expression(text), window)


def surface_of(expression: Expression, window: Window) -> Typed:
    """The surface of a text that has been read, through a window that was checked: what `typed`
    makes of the text as it is written normally.
    """
    return Typed(tape=expression.arrays(), text=expression.text, window=window)


def checked_window(window: Any) -> Window:
    """`window` as plain numbers. Raises ValueError, with a sentence for a reader, when it shows
    nothing.
    """
    numbers = row_of_numbers(window)
    if numbers is None or len(numbers) != 4:
        raise ValueError(f"window = {quoted(window)} is not a row of four numbers.")
    left, right, bottom, top = numbers
    if (
        not all(1e-6 <= size <= 1e6 for size in (right - left, top - bottom))
        or max(map(abs, numbers)) > 1e6
    ):
        said = _(
            "view = {window} is no picture: x₁ from, to, x₂ from, to, each from less to more, "
            "at most 1e6."
        )
        raise ValueError(said.format(window=",".join(f"{v:g}" for v in numbers)))
    return left, right, bottom, top


@functools.lru_cache(maxsize=256)
def _opening(surface: Typed) -> Opening:
    left, right, bottom, top = surface.window
    low, size = np.array([left, bottom]), np.array([right - left, top - bottom])
    lattice = (np.stack(np.meshgrid(*[np.arange(FINENESS) + 0.5] * 2), -1) / FINENESS).reshape(
        -1, 2
    )
    places = np.concatenate([low + np.array(CORNERS) * size, low + lattice * size])
    heights, slopes, bends = (np.asarray(v) for v in _measured(surface.tape, places))
    steep = np.isfinite(slopes).all(axis=1) & np.isfinite(heights)
    falls = steep & (np.abs(slopes) > 0.0).any(axis=1)
    start = places[np.argmax(falls if falls.any() else steep)]
    return Opening((float(f"{start[0]:.4g}"), float(f"{start[1]:.4g}")), _rate(bends))


def _rate(bends: Float[np.ndarray, "n 2 2"]) -> float:
    """The largest of RATES below one over the largest curvature, leaving out the steepest tenth of
    the view.
    """
    whole = bends[np.isfinite(bends).all(axis=(1, 2))]
    largest = np.abs(np.linalg.eigvalsh(whole)).max(axis=1) if len(whole) else np.zeros(1)
    limit = 1.0 / max(float(np.quantile(largest, 0.9)), 1e-9)
    return max((rate for rate in RATES if rate <= limit), default=RATES[0])


@bounded_jit()
def _measured(tape: Arrays, places: Float[Array, "n 2"]) -> Any:
    """Heights, gradients and Hessians at some places."""
    height = functools.partial(height_of, tape)
    return tuple(
        jax.vmap(measure)(places) for measure in (height, jax.grad(height), jax.hessian(height))
    )
