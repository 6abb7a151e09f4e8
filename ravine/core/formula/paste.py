"""A loop from a course or a notebook, pasted whole: the update is taken out of it.

What stands around an update is known by its form: imports, printing, the calls of a framework that
move nothing. A row that is none of it and no assignment is named in an error.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ravine.core.formula.cleaning import Line, parts_of, rewritten
from ravine.core.formula.error import START, FormulaError
from ravine.core.formula.naming import GRADIENT, Assignment, point_of
from ravine.core.words import _

HEADER = re.compile(r"\s*(for|while|with|def|if|elif|else|try|class)\b.*:\s*$")
FOR = re.compile(r"\s*for\s+(.+?)\s+in\s+(.+?)\s*:\s*$")
LOOP = re.compile(r"\s*(?:for|while)\b.*:\s*$")
TRIGGER = re.compile(
    r"\s*(?:(?:for|while)\b.*:|with\s+[\w.]*no_grad\(\)\s*:|[\w.]+\.(?:backward|zero_grad)\(.*\))\s*$"
)
RANGE = re.compile(r"(?:t?range|trange)\((.*)\)|tqdm\(range\((.*)\)\)")
SETTING = re.compile(
    r"\s*(?:"
    r"(?:print|plt\.\w+|ax\.\w+|fig\.\w+|log\w*(?:\.\w+)*|assert\b|display|writer\.\w+|pbar\.\w+)\b.*"
    r"|(?:pass|break|continue)|return\b.*|import\s.*|from\s.*\simport\s.*|global\s.*|del\s.*|@.*"
    r"|[\w.\[\]]+\.(?:append|extend|write|add_scalar|update|set_description|set_postfix)\(.*\)"
    r"|[\w.]*(?:optim\w*|opt|scheduler|model|net|loss|cost|l)\.(?:step|zero_grad|backward|train|eval)"
    r"\(.*\)|[\w.]+\.(?:backward|zero_grad|requires_grad_)\(.*\)"
    r"|[\w.]+\.grad(?:\.data)?\.zero_\(\)|[\w.]+\.grad\s*=\s*None|[\w.]+\.requires_grad\s*=.*"
    r"|if\b.*:\s*(?:break|print\(.*\)|return\b.*|continue)"
    r"|\w+\[[^\]]*\]\s*=\s*\w+(?:\.copy\(\)|\.clone\(\)|\.item\(\))?"
    r"|(?:\"\"\"|''').*|\w+\s*,\s*\w*g\w*\s*=\s*[\w.]*value_and_grad\(.*"
    r")\s*"
)
ASSIGNED = re.compile(r"\s*([A-Za-z]\w*)\s*(\*\*=|[-+*/:]=|=)(?!=)\s*(.*)")
CALLED = re.compile(r"[A-Za-z_][\w.]*\(.*\)(?:\.\w+\(\))*")
WORD = re.compile(r"[A-Za-z_]\w*|\S")
ZEROS = re.compile(
    r"[-+]?0*\.?0*|(?:\w+\.)?zeros(?:_like)?\(.*\)"
    r"|(?:\w+\.)?(?:tensor|array|asarray)\(\[?[0., ]*\]?\)|0\.?0*\s*\*\s*\w+|None"
)
COUNTS = re.compile(r"\s*(\w+)\s*(?:\+=\s*1|=\s*\1\s*\+\s*1)\s*")
NUMERIC = re.compile(r"[-+]?\d+")

KEYED = re.compile(r"(?<!\w)(\w+)\[\s*(?:'(\w+)'|\"(\w+)\")\s*\]")
GRAD_OF = re.compile(r"\b[A-Za-z_]\w*\.grad(?:\.data|\.detach\(\))?(?![\w.(])")
NO_CHANGE = re.compile(r"\.(?:data|detach\(\)|clone\(\)|copy\(\)|item\(\)|cpu\(\)|numpy\(\))(?!\w)")
OWNER = re.compile(r"\bself\.(?=[A-Za-z])")
IN_PLACE = re.compile(r"\s*([A-Za-z]\w*)(\.\w+_\(.*\))\s*$")
METHOD = re.compile(
    r"(?<![\w.)])(?!(?:np|numpy|jnp|math|Math|torch|tf|ops)\.)([A-Za-z]\w*)\.(sqrt|abs|exp|log|sign|norm|square|tanh|sum|mean|pow)\(([^()]*)\)"
)
LONGEST_HEADER = 200  # characters of a row that are looked at for what counts the steps
OPTIONS = ("group", "param_group", "state", "config", "cfg", "hyperparams", "hparams", "opt")


class Program(NamedTuple):
    """The rows of a program that are its loop, those before it, and the variables of the loop."""

    before: list[Line]
    inside: list[Line]
    counters: Mapping[str, int]  # the variable that counts the steps -> where it begins


def update_in(rows: Sequence[Line]) -> list[Line]:
    """The rows of an update, without comments: all, or where they are those of a program, those
    that the update is made of. Raises FormulaError for rows that are not understood.
    """
    is_program = any(TRIGGER.match(row.text) for row in rows)
    if not is_program:
        return [_usual_python(part) for row in rows for part in parts_of(row)]
    program = _parted([row for row in rows if row.text.strip()])
    kept = [_usual_python(row) for row in program.inside if not SETTING.fullmatch(row.text)]
    kept = _counted(kept, program)
    _check_understood(kept)
    kept = _needed(kept)
    _check_beginning(program.before, kept)
    return [rewritten(row, re.compile(r"^\s+"), lambda _match: []) for row in kept]


def _usual_python(row: Line) -> Line:
    """A row without what a framework's objects bring along: w.grad is g, v.sqrt() is sqrt(v)."""
    row = rewritten(row, KEYED, _by_key)
    row = rewritten(row, OWNER, lambda _match: [])
    row = rewritten(row, GRAD_OF, lambda _match: ["g"])
    row = rewritten(row, NO_CHANGE, lambda _match: [])
    row = rewritten(row, METHOD, _of_method)
    return _assigning(row)


def _by_key(match: re.Match[str]) -> list[str | tuple[int, int]]:
    key = 2 if match[2] else 3
    return ["g"] if "grad" in match[1] else [match.span(key if match[1] in OPTIONS else 1)]


def _of_method(match: re.Match[str]) -> list[str | tuple[int, int]]:
    inner = [", ", match.span(3)] if match[3] and match[2] == "pow" else []
    return [match.span(2), "(", match.span(1), *inner, ")"]


def _assigning(row: Line) -> Line:
    """A row of methods that change a tensor in place, as an assignment: v.mul_(mu).add_(g)."""
    match = IN_PLACE.match(row.text)
    if match is None:
        return row
    name, made = match[1], match[1]
    for method, inner in _methods(match[2]):
        changed = _changed(made, method, inner)
        if changed is None:
            return row
        made = changed
    whole = re.compile(re.escape(match[0]))
    return rewritten(row, whole, lambda _match: [f"{name} = {made}"])


def _methods(text: str) -> Iterator[tuple[str, list[str]]]:
    """The methods of a chain, each with its arguments."""
    at = 0
    while at < len(text):
        match = re.compile(r"\.(\w+)_\(").match(text, at)
        if match is None:
            yield "", []
            return
        depth, start, parts = 1, match.end(), []
        at = start
        while at < len(text) and depth:
            char = text[at]
            depth += (char in "([") - (char in ")]")
            if (char == "," and depth == 1) or not depth:
                parts.append(text[start:at].strip())
                start = at + 1
            at += 1
        yield match[1], [part for part in parts if part]


def _changed(made: str, method: str, inner: list[str]) -> str | None:
    """What a method makes of an expression; None for one that is not known."""
    parts = [part for part in inner if not re.match(r"(?:alpha|value)\s*=", part)]
    factor = next((part.partition("=")[2] for part in inner if part not in parts), "")
    times = f"({factor.strip()})*" if factor else ""
    two = [*parts, "", ""]
    signs = {"add": "+", "sub": "-", "addcmul": "+", "addcdiv": "+", "mul": "*", "div": "/"}
    if method not in signs or len(parts) != (2 if method.startswith("addc") else 1):
        return None
    right = {"addcmul": f"({two[0]})*({two[1]})", "addcdiv": f"({two[0]})/({two[1]})"}
    left = f"({made})" if method in {"mul", "div"} and made.strip().count(" ") else made
    return f"{left} {signs[method]} {times}{right.get(method, f'({two[0]})')}"


def _parted(rows: Sequence[Line]) -> Program:
    """A program in its parts. What is defined beside the loop is left out."""
    loops = [at for at, row in enumerate(rows) if LOOP.match(row.text)]
    if not loops:
        return Program([], [row for row in rows if not HEADER.match(row.text)], {})
    start, counters = loops[0], {}
    end = _end_of(rows, start)
    inside: list[Line] = []
    for at in range(start, end):
        header = FOR.match(rows[at].text[:LONGEST_HEADER])
        counters |= _counter(header) if header else {}
        if not HEADER.match(rows[at].text) or _is_condition(rows, at):
            inside.append(rows[at])
    return Program(list(rows[:start]), inside, counters)


def _is_condition(rows: Sequence[Line], at: int) -> bool:
    """Whether a row is a condition on which more depends than what is printed."""
    if not re.match(r"\s*(?:if|elif|else|try|class|def)\b", rows[at].text):
        return False
    block = rows[at + 1 : _end_of(rows, at)]
    return not all(SETTING.fullmatch(row.text) or HEADER.match(row.text) for row in block)


def _end_of(rows: Sequence[Line], at: int) -> int:
    """The first row behind the block that the row `at` begins."""
    indent = _indent(rows[at])
    return next(
        (k for k in range(at + 1, len(rows)) if _indent(rows[k]) <= indent),
        len(rows),
    )


def _indent(row: Line) -> int:
    return len(row.text.expandtabs()) - len(row.text.expandtabs().lstrip())


def _counter(header: re.Match[str]) -> dict[str, int]:
    """The variable that counts steps, and the number with which it begins."""
    span = RANGE.fullmatch(header[2])
    if not header[1].isidentifier() or span is None:
        return {}
    parts = [part.strip() for part in (span[1] or span[2] or "").split(",")]
    first = parts[0] if len(parts) > 1 else "0"
    return {header[1]: int(first)} if NUMERIC.fullmatch(first) else {}


def _counted(rows: list[Line], program: Program) -> list[Line]:
    """The rows with t for what counts the steps, which begins at 1."""
    counters = {name: 1 - first for name, first in program.counters.items()}
    for at, row in enumerate(rows):
        match = COUNTS.fullmatch(row.text)
        if match and (first := _first_value(match[1], program.before)) is not None:
            name = re.compile(rf"\b{match[1]}\b")
            is_late = any(name.search(other.text) for other in rows[:at])
            counters[match[1]] = (1 if is_late else 0) - first
    rows = [row for row in rows if not ((m := COUNTS.fullmatch(row.text)) and m[1] in counters)]
    for name, late in counters.items():
        written = "t" if late == 0 else f"(t {'-' if late > 0 else '+'} {abs(late)})"
        index = re.compile(rf"\[\s*{name}\s*\]")
        if late == 1:
            next_one = re.compile(rf"\(\s*(?:{name}\s*\+\s*1|1\s*\+\s*{name})\s*\)")
            rows = [rewritten(row, next_one, lambda _match: ["(t)"]) for row in rows]
        rows = [rewritten(row, index, lambda _match: []) for row in rows]
        word = re.compile(rf"(?<![\w.]){name}\b(?!\s*=[^=])")
        rows = [rewritten(row, word, lambda _match, text=written: [text]) for row in rows]
    return rows


def _first_value(name: str, before: Sequence[Line]) -> int | None:
    values = [value for one, value in _values(before) if one == name]
    return int(values[-1]) if values and NUMERIC.fullmatch(values[-1]) else None


def _values(rows: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Names and what they are set to before the loop: a = 0, a = b = 0, and a, b = 0, 0."""
    for row in rows:
        *targets, value = (part.strip() for part in re.split(r"(?<![<>=!])=(?!=)", row.text))
        for target in targets:
            names = [name.strip() for name in target.split(",")]
            parts = [part.strip() for part in value.split(",")]
            same = len(names) == len(parts) > 1
            yield from zip(names, parts if same else [value] * len(names), strict=True)


def _check_understood(rows: Sequence[Line]) -> None:
    """Raises FormulaError for the first row that is no assignment, with the numbers of the
    others.
    """
    wrong = [row for row in rows if not ASSIGNED.fullmatch(row.text)]
    if not wrong:
        return
    said = _(
        "This line of the program is not understood; a rule has lines of the form name = "
        "expression."
    )
    if len(wrong) > 1:
        others = ", ".join(str(row.places[0].line) for row in wrong[1:])
        more = _("Nor are these lines: {lines}.").format(lines=others)
        said = f"{said} {more}"
    indent = len(wrong[0].text) - len(wrong[0].text.lstrip())
    raise FormulaError(said, wrong[0].place(indent))


def _assignment(row: Line) -> Assignment:
    match = ASSIGNED.fullmatch(row.text)
    target, sign, rest = match.groups() if match else ("", "=", "")
    return Assignment(target, sign, WORD.findall(rest))


def _needed(rows: list[Line]) -> list[Line]:
    """The rows that have a say in where the point goes."""
    made = [_assignment(row) for row in rows]
    point = point_of([one for one in made if not GRADIENT.fullmatch(one.target)])
    wanted = {point}
    while True:
        more = {word for one in made if one.target in wanted for word in one.words} | wanted
        if more == wanted:
            break
        wanted = more
    if not any(one.target == point for one in made):
        said = _("No line of the program says what x becomes, as in x = x - lr*g.")
        raise FormulaError(said, rows[0].places[0] if rows else START)
    return [row for row, one in zip(rows, made, strict=True) if one.target in wanted]


def _check_beginning(before: Sequence[Line], rows: Sequence[Line]) -> None:
    """Raises FormulaError for what is remembered and does not start at zero."""
    made = [_assignment(row) for row in rows]
    point = point_of(made)
    places = {row.text: row.places for row in before}
    for row in before:
        for name, value in _values([row]):
            kept = [one for one in made if one.target == name]
            is_read = bool(kept) and (kept[0].sign != "=" or name in kept[0].words)
            if name in {point, "lr"} or not is_read or ZEROS.fullmatch(value):
                continue
            said = _("What is remembered starts at 0 here; {name} cannot start at {value}.")
            raise FormulaError(said.format(name=name, value=value[:20]), places[row.text][0])
