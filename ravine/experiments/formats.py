"""How a part of a link is written and read, and what it allows: one class a kind of value.

`read` makes a value of a text, `write` a text of a value, and `check` refuses a value that is not
allowed. All that is refused is refused with ValueError and a sentence for a reader, which begins
with the `name` of the part.
"""

import dataclasses
import re
from collections.abc import Callable
from typing import Any, Protocol

from ravine.core.words import _, outside, quoted

NOTHING = "nothing"  # how an empty list is written


class Format(Protocol):
    """A kind of value that a link can hold."""

    def read(self, name: str, text: str) -> Any:
        """The value that is written as `text`. Raises ValueError."""
        ...

    def write(self, value: Any) -> str:
        """The text of a value: `read(write(value)) == value`."""
        ...

    def check(self, name: str, value: Any) -> None:
        """Raises ValueError for a value that is not allowed."""
        ...


@dataclasses.dataclass(frozen=True)
class Choice:
    """One of a few values."""

    choices: tuple[Any, ...]

    def read(self, name: str, text: str) -> Any:
        self.check(name, next((value for value in self.choices if str(value) == text), text))
        return next(value for value in self.choices if str(value) == text)

    def write(self, value: Any) -> str:
        return str(value)

    def check(self, name: str, value: Any) -> None:
        if value not in self.choices:
            said = _("{name} = {value} is none of {names}.")
            names = ", ".join(str(choice) for choice in self.choices if str(choice))
            raise ValueError(said.format(name=name, value=quoted(value), names=names))


@dataclasses.dataclass(frozen=True)
class Several:
    """Some of a few names, in their order; then others that `also` lets pass."""

    choices: tuple[str, ...]
    also: Callable[[str], bool] = lambda _name: False
    others: tuple[str, ...] = ()  # some that `also` lets pass

    def read(self, name: str, text: str) -> tuple[str, ...]:
        parts = () if text == NOTHING else tuple(dict.fromkeys(text.split(",")))
        self.check(name, parts)
        rest = tuple(part for part in parts if part not in self.choices)
        return (*(choice for choice in self.choices if choice in parts), *rest)

    def write(self, value: tuple[str, ...]) -> str:
        return ",".join(value) or NOTHING

    def check(self, name: str, value: tuple[str, ...]) -> None:
        for part in value:
            if not self.also(part):
                Choice(self.choices).check(name, part)


@dataclasses.dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def read(self, name: str, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            said = _("{name} = {value} is not a whole number.")
            raise ValueError(said.format(name=name, value=quoted(text)))
        return int(text)

    def write(self, value: int) -> str:
        return str(value)

    def check(self, name: str, value: int) -> None:
        if not self.low <= value <= self.high:
            raise ValueError(outside(name, value, self.low, self.high))


@dataclasses.dataclass(frozen=True)
class Real:
    """A number from `low` to `high`."""

    low: float
    high: float

    def read(self, name: str, text: str) -> float:
        return read_number(name, text)

    def write(self, value: float) -> str:
        return repr(value)

    def check(self, name: str, value: float) -> None:
        if not self.low <= value <= self.high:
            raise ValueError(outside(name, value, self.low, self.high))


@dataclasses.dataclass(frozen=True)
class Reals:
    """So many numbers, none farther from 0 than `most`."""

    count: int
    most: float = 1e6

    def read(self, name: str, text: str) -> tuple[float, ...]:
        parts = text.split(",")
        if len(parts) != self.count:
            said = _("{name} = {value} is not {count} numbers with commas between them.")
            raise ValueError(said.format(name=name, value=quoted(text), count=self.count))
        return tuple(read_number(name, part) for part in parts)

    def write(self, value: tuple[float, ...]) -> str:
        return ",".join(repr(float(v)) for v in value)

    def check(self, name: str, value: tuple[float, ...]) -> None:
        if not all(abs(v) <= self.most for v in value):
            said = _("{name} = {value} is not {count} numbers from {low} to {high}.")
            ends = {"low": f"{-self.most:g}", "high": f"{self.most:g}"}
            shown = ",".join(f"{v:g}" for v in value)
            raise ValueError(said.format(name=name, value=shown, count=self.count, **ends))


@dataclasses.dataclass(frozen=True)
class Window(Reals):
    """A part of the plane: left, right, bottom, top."""

    count: int = 4

    def check(self, name: str, value: tuple[float, ...]) -> None:
        left, right, bottom, top = value
        sizes = right - left, top - bottom
        if not all(1e-9 <= size <= self.most for size in sizes) or max(map(abs, value)) > self.most:
            said = _("{name} = {window} is no window: left,right,bottom,top, at most {most}.")
            shown = ",".join(f"{v:g}" for v in value)
            raise ValueError(said.format(name=name, window=shown, most=f"{self.most:g}"))


@dataclasses.dataclass(frozen=True)
class Names:
    """Up to `most` names of a pattern, each once, or exactly `count`; `examples` show some."""

    pattern: str
    examples: tuple[tuple[str, ...], ...]
    most: int = 1
    count: int | None = None

    def read(self, name: str, text: str) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(text.split(",")))
        self.check(name, names)
        return names

    def write(self, value: tuple[str, ...]) -> str:
        return ",".join(value)

    def check(self, name: str, value: tuple[str, ...]) -> None:
        if not all(re.fullmatch(self.pattern, one) for one in value) or not self._fits(len(value)):
            said = _("{name} = {value} is not of the kind {example}.")
            shown, example = ",".join(map(str, value)), ",".join(self.examples[0])
            raise ValueError(said.format(name=name, value=quoted(shown), example=example))

    def _fits(self, count: int) -> bool:
        return count in (0, self.count) if self.count is not None else count <= self.most


@dataclasses.dataclass(frozen=True)
class KeyName(Names):
    """One name of a pattern, by itself."""

    def read(self, name: str, text: str) -> Any:
        self.check(name, text)
        return text

    def write(self, value: Any) -> str:
        return value

    def check(self, name: str, value: Any) -> None:
        super().check(name, (value,))


def read_number(name: str, text: str) -> float:
    """A number of a link. Raises ValueError, with a sentence for a reader."""
    try:
        return float(text)
    except ValueError:
        said = _("{name} = {value} is not a number.")
        shown = said.format(name=quoted(name)[1:-1], value=quoted(text))
        raise ValueError(shown) from None
