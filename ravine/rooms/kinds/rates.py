"""A learning rate: everyone runs one, and the class is the curve of how low runs get."""

from dataclasses import dataclass
from typing import Any

from ravine.core.words import _
from ravine.rooms.kinds.handed import HandedOut, how_many, read_fates
from ravine.rooms.kinds.number import NumberGuess
from ravine.rooms.kinds.starts import MOST_LANES_RUN
from ravine.rooms.reading import index_of, number_of

MOST_RATES = 512
HIGHEST_END = 1e299


@dataclass(frozen=True)
class RateHanded(HandedOut):
    """`count` rates from `low` to `high`, called `symbol`, the middles of steps that are alike in
    ratio; `lane` is who runs. An answer is the number of a rate. `heights` are where the runs end,
    above the minimum where there is one; None for what is out of view.
    """

    low: float
    high: float
    symbol: str
    count: int
    lane: int
    heights: tuple[float | None, ...]
    fates: tuple[str, ...]
    became: str

    @classmethod
    def read(cls, asked: dict[str, Any]) -> "RateHanded":
        axis = NumberGuess.read(asked)
        count = how_many(asked.get("count"), "count", MOST_RATES)
        lane = index_of(asked.get("lane"), "lane", MOST_LANES_RUN)
        fates, became = read_fates(asked, count)
        heights = _heights(asked["truth"], count)
        return cls(axis.low, axis.high, axis.symbol, count, lane, heights, fates, became)

    def asks(self) -> dict[str, Any]:
        names = ("low", "high", "symbol", "count", "lane", "fates")
        return {name: getattr(self, name) for name in names}

    @staticmethod
    def written(asked: dict[str, Any], answer: Any) -> str:
        """The learning rate that was run."""
        low, high = asked["low"], asked["high"]
        return f"{low * (high / low) ** ((answer + 0.5) / asked['count']):.4g}"

    def read_truth(self, raw: Any) -> dict[str, Any]:
        return {"became": self.became, "heights": self.heights}

    def describe(self, answers: list[Any]) -> dict[str, Any]:
        """What every class of runs tells, and how high each of them ended."""
        told = super().describe(answers)
        return told | {"heights": [self.heights[i] for i in told["ran"]]}


def _heights(truth: dict[str, Any], count: int) -> tuple[float | None, ...]:
    raw = truth.get("heights")
    if not isinstance(raw, list | tuple) or len(raw) != count:
        raise ValueError(_("heights must be a number or null for each of the runs."))
    span = (-HIGHEST_END, HIGHEST_END)
    return tuple(None if one is None else number_of(one, "heights", *span) for one in raw)
