"""An order: rank them."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ravine.core.words import _
from ravine.rooms.kinds.alike import AskedAlike
from ravine.rooms.reading import index_of, texts_of

MOST_ITEMS = 6


@dataclass(frozen=True)
class OrderGuess(AskedAlike):
    """All of `items`, as a list of their indices, the first first."""

    items: tuple[str, ...]

    @classmethod
    def read(cls, asked: dict[str, Any]) -> "OrderGuess":
        return cls(texts_of(asked.get("items"), "items", 2, MOST_ITEMS))

    def asks(self) -> dict[str, Any]:
        return {"items": self.items}

    def read_answer(self, raw: Any) -> list[int]:
        if not isinstance(raw, list) or len(raw) != len(self.items):
            raise ValueError(_("An order must name each item once."))
        order = [index_of(one, "item", len(self.items)) for one in raw]
        if len({*order}) < len(order):
            raise ValueError(_("An order must name each item once."))
        return order

    def read_truth(self, raw: Any) -> list[int]:
        return self.read_answer(raw)

    def describe(self, answers: list[Any]) -> dict[str, Any]:
        """How often each item (a row) was put at each place (a column)."""
        places = [[0] * len(self.items) for _item in self.items]
        for answer in answers:
            for place, item in enumerate(answer):
                places[item][place] += 1
        return {"places": places}

    @staticmethod
    def written(asked: dict[str, Any], answer: Any) -> str:
        return " > ".join(asked["items"][item] for item in answer)

    def distance(self, answer: Any, truth: Any) -> float:
        """The share of pairs that stand the wrong way round (Kendall 1938)."""
        pairs = list(combinations(truth, 2))
        wrong = sum(answer.index(a) > answer.index(b) for a, b in pairs)
        return wrong / len(pairs)
