"""A lane of the race: who arrives first?"""

from dataclasses import dataclass
from typing import Any

from ravine.rooms.kinds.alike import AskedAlike
from ravine.rooms.reading import index_of, texts_of

MOST_LANES_ASKED = 12


@dataclass(frozen=True)
class LaneGuess(AskedAlike):
    """One of `lanes`, by its index."""

    lanes: tuple[str, ...]

    @classmethod
    def read(cls, asked: dict[str, Any]) -> "LaneGuess":
        return cls(texts_of(asked.get("lanes"), "lanes", 2, MOST_LANES_ASKED))

    def asks(self) -> dict[str, Any]:
        return {"lanes": self.lanes}

    def read_answer(self, raw: Any) -> int:
        return index_of(raw, "lane", len(self.lanes))

    def read_truth(self, raw: Any) -> int:
        return self.read_answer(raw)

    def describe(self, answers: list[Any]) -> dict[str, Any]:
        """How many chose each lane."""
        return {"counts": [answers.count(i) for i in range(len(self.lanes))]}

    @staticmethod
    def written(asked: dict[str, Any], answer: Any) -> str:
        return asked["lanes"][answer]

    def distance(self, answer: Any, truth: Any) -> float:
        """0 or 1."""
        return float(answer != truth)
