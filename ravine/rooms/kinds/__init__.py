"""Kinds of answer, one file each.

A kind is read from the question, and then reads answers: `read_answer` is total, any JSON gives a
clean answer or a ValueError with a sentence. `describe` sums up what a class said, `distance`
measures an answer against the truth, 0 is right.
"""

from typing import Any, Protocol

from ravine.core.words import _
from ravine.rooms.kinds.choice import ChoiceGuess
from ravine.rooms.kinds.lane import LaneGuess
from ravine.rooms.kinds.number import NumberGuess
from ravine.rooms.kinds.order import OrderGuess
from ravine.rooms.kinds.point import PointGuess
from ravine.rooms.kinds.rates import RateHanded
from ravine.rooms.kinds.starts import StartHanded


class Guess(Protocol):
    """What every kind of answer does."""

    @classmethod
    def read(cls, asked: dict[str, Any]) -> "Guess":
        """The kind as a question asks it. Raises ValueError."""
        ...

    def asks(self) -> dict[str, Any]:
        """What a phone must know to answer."""
        ...

    def read_answer(self, raw: Any) -> Any:
        """A clean answer. Raises ValueError."""
        ...

    def read_truth(self, raw: Any) -> Any:
        """A clean truth. Raises ValueError."""
        ...

    def describe(self, answers: list[Any]) -> dict[str, Any]:
        """How answers are distributed."""
        ...

    def distance(self, answer: Any, truth: Any) -> float:
        """How far an answer is from the truth."""
        ...

    @staticmethod
    def written(asked: dict[str, Any], answer: Any) -> str:
        """A clean answer in words, for a table; of the question that much is known that is kept
        when it is over.
        """
        ...

    def handed(self, key: str) -> int | None:
        """The one answer that the phone of this key may give; None where it may give any."""
        ...


GUESSES: dict[str, type[Guess]] = {
    "point": PointGuess,
    "lane": LaneGuess,
    "number": NumberGuess,
    "order": OrderGuess,
    "choice": ChoiceGuess,
    "starts": StartHanded,
    "rates": RateHanded,
}


def guess_of(asked: dict[str, Any]) -> Guess:
    """The kind of answer that a question asks for. Raises ValueError."""
    kind = asked.get("kind")
    if not isinstance(kind, str) or kind not in GUESSES:
        raise ValueError(_("kind must be one of {names}.").format(names=", ".join(GUESSES)))
    return GUESSES[kind].read(asked)
