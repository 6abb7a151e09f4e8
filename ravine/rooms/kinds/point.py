"""A point of the picture: where does it end?"""

import math
from dataclasses import dataclass
from statistics import median
from typing import Any

from ravine.core.words import _
from ravine.rooms.kinds.alike import AskedAlike
from ravine.rooms.reading import number_of, span_of

FAR_TRUTH = 1e12  # a run may end outside of the picture; an answer may not


@dataclass(frozen=True)
class PointGuess(AskedAlike):
    """A place in the box `x` times `y`, in the units of the surface; the picture shows just that
    box.
    """

    x: tuple[float, float]
    y: tuple[float, float]

    @classmethod
    def read(cls, asked: dict[str, Any]) -> "PointGuess":
        return cls(span_of(asked.get("x"), "x"), span_of(asked.get("y"), "y"))

    def asks(self) -> dict[str, Any]:
        return {"x": self.x, "y": self.y}

    def read_answer(self, raw: Any) -> list[float]:
        return _pair(raw, self.x, self.y)

    def read_truth(self, raw: Any) -> list[float]:
        anywhere = (-FAR_TRUTH, FAR_TRUTH)
        return _pair(raw, anywhere, anywhere)

    def describe(self, answers: list[Any]) -> dict[str, Any]:
        """Every point, and the median of each coordinate."""
        middle = [median(one) for one in zip(*answers, strict=True)] or None
        return {"points": sorted(answers), "median": middle}

    @staticmethod
    def written(asked: dict[str, Any], answer: Any) -> str:  # noqa: ARG004
        return "({:.6g}, {:.6g})".format(*answer)

    def distance(self, answer: Any, truth: Any) -> float:
        """In diagonals of the picture."""
        diagonal = math.hypot(self.x[1] - self.x[0], self.y[1] - self.y[0])
        return math.dist(answer, truth) / diagonal


def _pair(raw: Any, x: tuple[float, float], y: tuple[float, float]) -> list[float]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise ValueError(_("A point is two numbers."))
    place = zip(raw, ("x", "y"), (x, y), strict=True)
    return [float(f"{number_of(one, name, *ends):.6g}") for one, name, ends in place]
