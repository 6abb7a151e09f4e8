"""A tree as text: the one way in which a formula is written, that reads back as the same tree."""

from ravine.core.formula.grammar import Binary, Call, Name, Negative, Node, Number

STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}  # what binds tighter has more
MINUS, WHOLE = 3, 5


def written(node: Node) -> str:
    """`node` as text, with no more brackets than it needs.

    >>> step = Binary("*", Name("lr"), Binary("+", Name("g"), Number(1.0)))
    >>> written(Binary("-", Name("x"), step))
    'x - lr*(g + 1)'
    """
    match node:
        case Number(value):
            return number(value)
        case Name(name):
            return name
        case Negative(inner):
            return f"-{_within(inner, MINUS + 1)}"
        case Call(name, arguments):
            return f"{name}({', '.join(map(written, arguments))})"
        case Binary(sign, left, right):
            between = f" {sign} " if strength(node) == 1 else sign
            least, most = sides(sign)
            return _within(left, least) + between + _within(right, most)


def number(value: float) -> str:
    """The shortest text of a constant: 2, 0.1, 1e-08."""
    return f"{value:.0f}" if value.is_integer() and value < 1e15 else repr(value)


def strength(node: Node) -> int:
    """How tightly the outermost operation of a tree binds."""
    if isinstance(node, Binary):
        return STRENGTH[node.sign]
    return MINUS if isinstance(node, Negative) else WHOLE


def sides(sign: str) -> tuple[int, int]:
    """How tightly the left and the right operand must bind to stand without brackets: `-` from the
    left, `**` from the right, and a minus may follow any operator.
    """
    if sign == "**":
        return WHOLE, MINUS
    return STRENGTH[sign], STRENGTH[sign] + 1


def _within(node: Node, least: int) -> str:
    return written(node) if strength(node) >= least else f"({written(node)})"
