"""What is written in many ways, in the one way of the grammar: LaTeX, the names of libraries, rows
that belong together.
"""

import re
from collections.abc import Iterable

from ravine.core.formula.cleaning import Line, chained, rewritten
from ravine.core.formula.tex import without_tex

LIBRARY = re.compile(
    r"(?<![\w.)\]])(?:numpy|np|jnp|jax|math|Math|torch|tf|keras|ops|F|nn|cmath)"
    r"(?:\.(?:numpy|linalg|math|nn|functional|special|ops))*\.(?=[A-Za-z])"
)
BY_ELEMENT = re.compile(r"(?:(?<=[)\]A-Za-z_ \x1f])|(?<=[A-Za-z_]\d))\.(?=[*/^])")
OF_FUNCTION = re.compile(r"\bgrad *\( *(?:f|fun|func|loss|loss_fn|objective|J|L) *\) *(?=\()")
LENGTH_TWO = re.compile(r"(?<=\|\|)[_\x1f]+(?:2|\(2\))(?![\d.])")
DOLLARS = re.compile(r"^[ \x1f]*\$\$?(.*?)\$\$?[ \x1f.,]*$")
GOES_ON = re.compile(r"[-+*/^,=(][ \x1f]*$")  # a row that ends so is not the whole
ASSIGNS = re.compile(r"[ \x1f]*[A-Za-z]\w*[ \x1f]*(?:\*\*|[-+*/:])?=(?!=)")
BELONGS = re.compile(r"[ \x1f]*[-+*/^),]")  # a row that begins so belongs to the one before


POWER_OF_TEN = re.compile(r"(?<=[0-9.])([eE]) (?=[0-9])")  # 1e+5, in a link


def in_grammar(line: Line, linked: bool = False) -> Line:
    """A row in the notation of the grammar. In a link (`linked`) a blank may be a plus."""
    if linked:
        line = rewritten(line, POWER_OF_TEN, lambda match: [match.span(1), "+"])
    line = rewritten(line, DOLLARS, lambda match: [match.span(1)])
    line = without_tex(line, blanks=linked)
    for pattern, written in (
        (LIBRARY, ""),
        (BY_ELEMENT, ""),
        (OF_FUNCTION, "grad"),
        (LENGTH_TWO, ""),
    ):
        line = rewritten(line, pattern, lambda _match, text=written: [text])
    return line


def joined(rows: Iterable[Line]) -> list[Line]:
    """Rows, those that belong together as one."""
    found: list[Line] = []
    for row in rows:
        if found and row.text.strip() and _belong(found[-1].text, row.text):
            blank = Line(" ", row.places[:1])
            found[-1] = chained([found[-1], blank, row])
        else:
            found.append(row)
    return found


def _belong(before: str, after: str) -> bool:
    if not before.strip() or before.rstrip().endswith(";") or ASSIGNS.match(after):
        return False
    is_open = before.count("(") > before.count(")")
    return is_open or bool(GOES_ON.search(before) or BELONGS.match(after))
