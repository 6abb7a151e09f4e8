"""A choice among a few plain texts, with how sure one is."""

from dataclasses import dataclass
from typing import Any

from ravine.core.words import _
from ravine.rooms.kinds.alike import AskedAlike
from ravine.rooms.reading import index_of, number_of, texts_of

MOST_OPTIONS = 6


@dataclass(frozen=True)
class ChoiceGuess(AskedAlike):
    """One of `options` and a probability for it: [index, probability]. The others share the
    rest.
    """

    options: tuple[str, ...]

    @classmethod
    def read(cls, asked: dict[str, Any]) -> "ChoiceGuess":
        return cls(texts_of(asked.get("options"), "options", 2, MOST_OPTIONS))

    def asks(self) -> dict[str, Any]:
        return {"options": self.options}

    def read_answer(self, raw: Any) -> list[float]:
        if not isinstance(raw, list) or len(raw) != 2:
            raise ValueError(_("A choice is an option and how sure you are."))
        option = index_of(raw[0], "option", len(self.options))
        return [option, round(number_of(raw[1], "sure", 0, 1), 2)]

    def read_truth(self, raw: Any) -> int:
        return index_of(raw, "option", len(self.options))

    def describe(self, answers: list[Any]) -> dict[str, Any]:
        """How many chose each option."""
        chosen = [option for option, _sure in answers]
        return {"counts": [chosen.count(i) for i in range(len(self.options))]}

    @staticmethod
    def written(asked: dict[str, Any], answer: Any) -> str:
        option, sure = answer
        return f"{asked['options'][option]} ({sure:.0%})"

    def distance(self, answer: Any, truth: Any) -> float:
        """The quadratic score (Brier 1950), from 0 to 2: nobody gains by saying another probability
        than they believe.
        """
        option, sure = answer
        rest = (1 - sure) / (len(self.options) - 1)
        said = [sure if i == option else rest for i in range(len(self.options))]
        return sum((p - (i == truth)) ** 2 for i, p in enumerate(said))
