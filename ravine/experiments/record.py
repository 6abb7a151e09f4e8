"""Everything that a race computed, as a table for a spreadsheet or a notebook: one line a lane and
step.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ravine.core.words import told_apart
from ravine.experiments.lanes import Lane, remembered
from ravine.experiments.race import Race
from ravine.experiments.trace import Trace

COLUMNS = ("x1", "x2", "f", "grad1", "grad2")  # what every lane has, after "lane" and "step"
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # what makes a cell a formula


def table(race: Race, traces: Sequence[Trace], names: Sequence[str]) -> str:
    """A race as CSV (RFC 4180): a head, and then one line for each lane and each step from 0 to the
    last.

    The columns are lane, step, x1, x2, f, grad1, grad2 and whatever the rules of this race
    remember, a number after the name for each coordinate (v1, v2, s1, s2, ...; t); a cell is empty
    where its lane's rule does not have it. Numbers are written so that reading them gives back the
    same float64; infinity and NaN are inf, -inf and nan, as Python has them. A name that a
    spreadsheet would take for a formula is given a leading apostrophe, and a name that is there
    already a number.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows(race, traces, names))
    return text.getvalue()


def rows(race: Race, traces: Sequence[Trace], names: Sequence[str]) -> Iterator[list[Any]]:
    """The rows of `table`, the head first. `traces` and `names` are those of the lanes of `race`,
    in order.

    Raises ValueError when there are not as many of them as lanes.
    """
    memories = [memory(lane, trace) for lane, trace in zip(race.lanes, traces, strict=True)]
    states = list(dict.fromkeys(name for found in memories for name in found))
    yield ["lane", "step", *COLUMNS, *states]
    for name, trace, found in zip(labels(names), traces, memories, strict=True):
        blank = [""] * len(trace.x)
        columns = [*trace.x.T, trace.loss, *trace.grad.T]
        written = [[*map(repr, column.tolist())] for column in columns]
        kept = [
            [*map(repr, found[state].tolist())] if state in found else blank for state in states
        ]
        yield from (
            [name, step, *row] for step, row in enumerate(zip(*written, *kept, strict=True))
        )


def memory(lane: Lane, trace: Trace) -> dict[str, np.ndarray]:
    """What a lane remembered, number by number: {"v1": (steps+1,), "v2": (steps+1,), "t":
    (steps+1,)}.
    """
    return {
        name + "".join(str(i + 1) for i in at): leaf[(slice(None), *at)]
        for name, leaf in remembered(lane, trace).items()
        for at in np.ndindex(leaf.shape[1:])
    }


def safe_cell(cell: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def labels(names: Sequence[str]) -> list[str]:
    """Names that tell the lanes apart and that no spreadsheet takes for a formula.

    >>> labels(["Adam", "Adam", "=1+1"])
    ['Adam', 'Adam (2)', "'=1+1"]
    """
    return told_apart([safe_cell(name) for name in names])
