"""A number on a logarithmic axis: at which learning rate does it diverge?"""

import math
from dataclasses import dataclass
from statistics import median
from typing import Any

from ravine.core.words import _
from ravine.rooms.kinds.alike import AskedAlike
from ravine.rooms.reading import line_of, number_of

HISTOGRAM_BINS = 24  # of the histogram, alike in ratio
NUMBER_LOW, NUMBER_HIGH = 1e-12, 1e12


@dataclass(frozen=True)
class NumberGuess(AskedAlike):
    """A number from `low` to `high`, both above 0, called `symbol`."""

    low: float
    high: float
    symbol: str

    @classmethod
    def read(cls, asked: dict[str, Any]) -> "NumberGuess":
        low = number_of(asked.get("low"), "low", NUMBER_LOW, NUMBER_HIGH)
        high = number_of(asked.get("high"), "high", NUMBER_LOW, NUMBER_HIGH)
        if not high >= 2 * low:
            raise ValueError(_("high must be at least twice low."))
        return cls(low, high, line_of(asked.get("symbol", "η"), "symbol", 20))

    def asks(self) -> dict[str, Any]:
        return {"low": self.low, "high": self.high, "symbol": self.symbol}

    def read_answer(self, raw: Any) -> float:
        return float(f"{number_of(raw, self.symbol, self.low, self.high):.4g}")

    def read_truth(self, raw: Any) -> float:
        return number_of(raw, self.symbol, NUMBER_LOW, NUMBER_HIGH)

    def describe(self, answers: list[Any]) -> dict[str, Any]:
        """A histogram whose bins are alike in ratio, from `low` to `high`, and the median."""
        bins = [0] * HISTOGRAM_BINS
        for answer in answers:
            bins[self._bin(answer)] += 1
        return {"bins": bins, "median": median(answers) if answers else None}

    @staticmethod
    def written(asked: dict[str, Any], answer: Any) -> str:  # noqa: ARG004
        return f"{answer:.4g}"

    def distance(self, answer: Any, truth: Any) -> float:
        """|log10 of the ratio|: 0.3 is a factor of two."""
        return abs(math.log10(answer / truth))

    def _bin(self, answer: float) -> int:
        along = math.log(answer / self.low) / math.log(self.high / self.low)
        return max(0, min(HISTOGRAM_BINS - 1, int(along * HISTOGRAM_BINS)))
