"""JSON from strangers, read into clean values. What is wrong raises ValueError with a sentence."""

import json
import math
import unicodedata
from typing import Any

from ravine.core.words import _, outside


def json_object(raw: bytes) -> dict[str, Any]:
    """The object that `raw` writes. Raises ValueError for everything else."""
    try:
        read = json.loads(raw)
    except (ValueError, RecursionError):
        raise ValueError(_("This is not JSON.")) from None
    if not isinstance(read, dict):
        raise ValueError(_("This must be a JSON object."))
    return read


def number_of(raw: Any, name: str, low: float, high: float) -> float:
    """A finite number in [low, high]."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError(_("{name} must be a number.").format(name=name))
    if not (abs(raw) < 1e300 and math.isfinite(raw)):
        raise ValueError(_("{name} must be a finite number.").format(name=name))
    if not low <= raw <= high:
        raise ValueError(outside(name, raw, low, high))
    return float(raw)


def index_of(raw: Any, name: str, count: int) -> int:
    """A whole number from 0 to `count` - 1."""
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise ValueError(_("{name} must be a whole number.").format(name=name))
    if not 0 <= raw < count:
        text = _("{name} must be from 0 to {last}.")
        raise ValueError(text.format(name=name, last=count - 1))
    return raw


def line_of(raw: Any, name: str, most: int) -> str:
    """A line of at most `most` printable characters, and not an empty one."""
    if not isinstance(raw, str) or len(raw) > 4 * most:
        text = _("{name} must be a text of at most {most} characters.")
        raise ValueError(text.format(name=name, most=most))
    kept = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", raw))
    line = " ".join(kept.split())
    if not 0 < len(line) <= most:
        text = _("{name} must have 1 to {most} characters.")
        raise ValueError(text.format(name=name, most=most))
    return line


def texts_of(raw: Any, name: str, fewest: int, most: int) -> tuple[str, ...]:
    """`fewest` to `most` lines, no two of them alike."""
    if not isinstance(raw, list) or not fewest <= len(raw) <= most:
        text = _("{name} must be a list of {fewest} to {most} texts.")
        raise ValueError(text.format(name=name, fewest=fewest, most=most))
    lines = tuple(line_of(one, name, 60) for one in raw)
    if len({*lines}) < len(lines):
        raise ValueError(_("{name} must differ from each other.").format(name=name))
    return lines


def span_of(raw: Any, name: str) -> tuple[float, float]:
    """Two finite numbers, the smaller first."""
    if not isinstance(raw, list) or len(raw) != 2:
        raise ValueError(_("{name} must be two numbers.").format(name=name))
    low, high = (number_of(end, name, -1e12, 1e12) for end in raw)
    if not low < high:
        raise ValueError(_("{name} must begin below its end.").format(name=name))
    return low, high
