"""A knob: the one place where a hyperparameter's range, symbol and meaning are written."""

import dataclasses
import functools
import math
from typing import Any, Literal, NamedTuple, TypeVar, get_type_hints

import numpy as np

from ravine.core.words import _, outside, quoted

T = TypeVar("T")

RENARD_20 = (
    1.0,
    1.12,
    1.25,
    1.4,
    1.6,
    1.8,
    2.0,
    2.24,
    2.5,
    2.8,
    3.15,
    3.55,
    4.0,
    4.5,
    5.0,
    5.6,
    6.3,
    7.1,
    8.0,
    9.0,
)
ONE_TWO_FIVE = (1.0, 2.0, 5.0)
MEMORY = (
    *(round(0.05 * k, 2) for k in range(18)),
    *(round(0.9 + 0.01 * k, 2) for k in range(9)),
    *(round(0.99 + 0.001 * k, 3) for k in range(10)),
    0.9995,
    0.9999,
)

FROM_ZERO = 1e-6  # the smallest stop above 0 of a scale "from zero"

Scale = Literal["fine log", "log", "memory", "linear", "from zero", "twentieths"]


class Knob(NamedTuple):
    """What a reader may turn, how far, and what it is called on paper."""

    symbol: str  # LaTeX, as it stands in the formula
    low: float
    high: float
    scale: Scale = "linear"
    title: str = ""  # what it is called in words
    unit: Literal["", "angle"] = ""  # an angle is kept in radians and shown in degrees
    # How far from 0 a value may lie that no hand has set; 0: no farther than the slider reaches.
    reach: float = 0.0
    idea: str = ""  # in plain words: what it does, and what more and less of it do

    def check(self, name: str, value: Any) -> float:
        """Return `value` as a float. Raises ValueError, with a sentence, for what is no number or
        out of range.
        """
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            said = _("{name} = {value} is not a number.").format(name=name, value=quoted(value))
            raise ValueError(said) from None
        low, high = (-self.reach, self.reach) if self.reach else (self.low, self.high)
        if not low <= number <= high:
            raise ValueError(outside(name, number, low, high))
        return number

    def grid(self) -> tuple[float, ...]:
        """The values on which a slider stops, from `low` to `high`: 20 a decade (the Renard series
        R20, ISO 3:1973), 3 a decade, finer and finer towards 1 for a memory, or even steps. "from
        zero" is 0 and then 20 a decade.
        """
        return _grid(self)

    def _values(self) -> tuple[float, ...]:
        if self.scale == "memory":
            return MEMORY
        if self.scale == "linear":
            return tuple(float(v) for v in np.linspace(self.low, self.high, 37))
        if self.scale == "twentieths":
            return tuple(k / 20 for k in range(round(20 * self.low), round(20 * self.high) + 1))
        if self.scale == "from zero":
            return (0.0, *_decades(FROM_ZERO, self.high, RENARD_20))
        return _decades(
            self.low, self.high, RENARD_20 if self.scale == "fine log" else ONE_TWO_FIVE
        )

    def read(self, text: str) -> float:
        """The inverse of `show`, to the digits that it shows. Raises ValueError."""
        return math.radians(float(text.removesuffix("°"))) if self.unit == "angle" else float(text)

    def show(self, value: float) -> str:
        """`value` as a person reads it: "0.4", "1e-08", "30°"."""
        return f"{math.degrees(value):.4g}°" if self.unit == "angle" else f"{value:.5g}"


@functools.lru_cache(maxsize=1024)
def _grid(knob: Knob) -> tuple[float, ...]:
    values = knob._values()
    return tuple(v for v in values if knob.low <= v <= knob.high)


def _decades(low: float, high: float, mantissas: tuple[float, ...]) -> tuple[float, ...]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return tuple(float(f"{m}e{d}") for d in decades for m in mantissas)


@functools.cache
def knobs(kind: type[Any]) -> dict[str, Knob]:
    """The knobs of a class, in field order."""
    hints = get_type_hints(kind, include_extras=True)
    notes = {
        field.name: getattr(hints[field.name], "__metadata__", ())
        for field in dataclasses.fields(kind)
    }
    return {name: knob for name, held in notes.items() for knob in held if isinstance(knob, Knob)}


def make(kind: type[T], values: dict[str, Any]) -> T:
    """Make a `kind` from untrusted values. Raises ValueError for an unknown name or a bad value."""
    allowed = knobs(kind)
    for name in values:
        if name not in allowed:
            said = _("{part} has no knob {name}; it has {knobs}.")
            raise ValueError(
                said.format(
                    part=kind.__name__, name=quoted(name), knobs=", ".join(allowed) or _("none")
                )
            )
    return kind(
        **{name: allowed[name].check(f"{kind.__name__}.{name}", v) for name, v in values.items()}
    )
