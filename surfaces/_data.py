"""The tables in `data/`, each read once."""

import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import Float

Column: TypeAlias = Float[np.ndarray, "rows"]

FOLDER = Path(__file__).parent / "data"


@functools.cache
def table(name: str) -> Mapping[str, Column]:
    """The columns of data/NAME.csv by their names. OSError when there is no such file."""
    file = FOLDER / f"{name}.csv"
    names = file.read_text(encoding="utf-8").partition("\n")[0].split(",")
    rows = np.loadtxt(file, delimiter=",", skiprows=1)
    return MappingProxyType(dict(zip(names, rows.T, strict=True)))


def standardized(column: Column) -> Column:
    """Shifted and scaled to mean 0 and mean square 1."""
    return (column - column.mean()) / column.std()


def numbers(**columns: Column) -> Mapping[str, tuple[float, ...]]:
    """Columns as `Surface.data` has them."""
    return MappingProxyType({name: tuple(column.tolist()) for name, column in columns.items()})
