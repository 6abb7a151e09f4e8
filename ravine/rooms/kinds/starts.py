"""A start: everyone runs one, and the class is a map of where runs end."""

from dataclasses import dataclass
from typing import Any

from ravine.rooms.kinds.handed import HandedOut, how_many, read_fates
from ravine.rooms.reading import index_of, span_of

MOST_LANES_RUN, MOST_ALONG = 12, 64  # lanes of a race; starts along each side of the picture


@dataclass(frozen=True)
class StartHanded(HandedOut):
    """The middles of `columns` by `rows` cells of the box `x` times `y`, row by row from the upper
    left one on; `lane` is who runs. An answer is the number of a start.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    columns: int
    rows: int
    lane: int
    fates: tuple[str, ...]
    became: str

    @classmethod
    def read(cls, asked: dict[str, Any]) -> "StartHanded":
        x, y = span_of(asked.get("x"), "x"), span_of(asked.get("y"), "y")
        columns, rows = (how_many(asked.get(n), n, MOST_ALONG) for n in ("columns", "rows"))
        lane = index_of(asked.get("lane"), "lane", MOST_LANES_RUN)
        return cls(x, y, columns, rows, lane, *read_fates(asked, columns * rows))

    def asks(self) -> dict[str, Any]:
        names = ("x", "y", "columns", "rows", "lane", "fates")
        return {name: getattr(self, name) for name in names}

    @staticmethod
    def written(asked: dict[str, Any], answer: Any) -> str:
        """The start from which it ran."""
        (left, right), (bottom, top) = asked["x"], asked["y"]
        row, column = divmod(answer, asked["columns"])
        x = left + (column + 0.5) / asked["columns"] * (right - left)
        y = top - (row + 0.5) / asked["rows"] * (top - bottom)
        return f"({x:.6g}, {y:.6g})"

    def read_truth(self, raw: Any) -> dict[str, Any]:
        return {"became": self.became}
