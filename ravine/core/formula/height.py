"""Heights from tapes, with their derivatives: numbers that carry gradient and Hessian along."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ravine.core.formula.machine import branch, operated
from ravine.core.formula.tape import ON_NUMBERS, Arrays
from ravine.core.types import Point, Scalar


class Local(NamedTuple):
    """What an operation makes of numbers a and b: its value and its partial derivatives."""

    value: Any
    a: Any = 0.0
    b: Any = 0.0
    aa: Any = 0.0
    ab: Any = 0.0
    bb: Any = 0.0


def _quotient(a: Any, b: Any) -> Local:
    """Never by the square of b, which is 0 or infinite long before its root is."""
    value, inverse = a / b, 1 / b
    slope = -value * inverse
    return Local(value, inverse, slope, 0.0, -inverse * inverse, -2 * slope * inverse)


def _power(a: Any, b: Any) -> Local:
    """The logarithm of 0 is left out, as JAX does: there a power with a positive exponent does
    not move with it. One with another exponent jumps.
    """
    value, log = a**b, jnp.log(jnp.where(a == 0, 1.0, a))
    log = jnp.where((a == 0) & (b <= 0), jnp.nan, log)
    slope, bend = b * a ** (b - 1), b * (b - 1) * a ** (b - 2)
    mixed, bent = a ** (b - 1) * (1 + b * log), log * log * value
    return _known(Local(value, slope, log * value, bend, mixed, bent), a)


def _known(local: Local, a: Any) -> Local:
    """A function that grows ever more slowly: where its operand is infinite, most likely since it
    is too large a number, 0 is not its slope but what is left of it.
    """
    lost = jnp.isinf(a) & jnp.isinf(local.value) & (local.a == 0)
    return local._replace(
        a=jnp.where(lost, jnp.nan, local.a), aa=jnp.where(lost, jnp.nan, local.aa)
    )


def _extreme(value: Any, a: Any, b: Any) -> Local:
    """At a tie each has half a say."""
    share = jnp.where(a == b, 0.5, jnp.where(value == a, 1.0, 0.0))
    return Local(value, share, 1 - share)


def _root(a: Any) -> Local:
    root = jnp.sqrt(a)
    return _known(Local(root, 0.5 / root, aa=-0.25 / (root * a)), a)


def _inverse_root(a: Any) -> Local:
    value = jax.lax.rsqrt(a)
    return Local(value, -0.5 * value / a, aa=0.75 * value / (a * a))


def _tangent(a: Any) -> Local:
    value = jnp.tan(a)
    slope = 1 + value * value
    return Local(value, slope, aa=2 * value * slope)


def _squash(a: Any) -> Local:
    value = jnp.tanh(a)
    slope = 1 - value * value
    return Local(value, slope, aa=-2 * value * slope)


def _arc(value: Any, a: Any, sign: float) -> Local:
    """Of an arc sine, and with the other sign of an arc cosine."""
    rest = 1 - a * a
    slope = sign * jax.lax.rsqrt(rest)
    return Local(value, slope, aa=slope * a / rest)


def _arc_tangent(a: Any) -> Local:
    slope = 1 / (1 + a * a)
    return Local(jnp.atan(a), slope, aa=-2 * a * slope * slope)


def _logistic(a: Any) -> Local:
    value = jax.nn.sigmoid(a)
    slope = value * jax.nn.sigmoid(-a)
    return Local(value, slope, aa=slope * (1 - 2 * value))


def _soft(a: Any) -> Local:
    slope = jax.nn.sigmoid(a)
    return Local(jax.nn.softplus(a), slope, aa=slope * jax.nn.sigmoid(-a))


def _alike(value: Any) -> Local:
    return Local(value, value, aa=value)


LOCAL_OF_TWO: dict[str, Callable[[Any, Any], Local]] = {
    "+": lambda a, b: Local(a + b, 1.0, 1.0),
    "-": lambda a, b: Local(a - b, 1.0, -1.0),
    "*": lambda a, b: Local(a * b, b, a, ab=1.0),
    "/": _quotient,
    "**": _power,
    "min": lambda a, b: _extreme(jnp.minimum(a, b), a, b),
    "max": lambda a, b: _extreme(jnp.maximum(a, b), a, b),
}
LOCAL_OF_ONE: dict[str, Callable[[Any], Local]] = {
    "negative": lambda a: Local(-a, -1.0),
    "abs": lambda a: Local(jnp.abs(a), jnp.sign(a)),
    "sign": lambda a: Local(jnp.sign(a)),
    "sqrt": _root,
    "rsqrt": _inverse_root,
    "exp": lambda a: _alike(jnp.exp(a)),
    "log": lambda a: _known(Local(jnp.log(a), 1 / a, aa=-(1 / a) * (1 / a)), a),
    "sin": lambda a: Local(jnp.sin(a), jnp.cos(a), aa=-jnp.sin(a)),
    "cos": lambda a: Local(jnp.cos(a), -jnp.sin(a), aa=-jnp.cos(a)),
    "tan": _tangent,
    "tanh": _squash,
    "asin": lambda a: _arc(jnp.asin(a), a, 1.0),
    "acos": lambda a: _arc(jnp.acos(a), a, -1.0),
    "atan": _arc_tangent,
    "sinh": lambda a: Local(jnp.sinh(a), jnp.cosh(a), aa=jnp.sinh(a)),
    "cosh": lambda a: Local(jnp.cosh(a), jnp.sinh(a), aa=jnp.cosh(a)),
    "sigmoid": _logistic,
    "softplus": _soft,
}


@jax.jit
def height_of(tape: Arrays, point: Point) -> Scalar:
    """The value of an expression's tape at a point, shape (2,). It can be differentiated twice, in
    any mode.

    Where the height is not a number neither is its gradient: the derivative of log would be. At a
    pole, a cusp, or where a square is too large a number, a derivative is the right one, infinite
    or NaN, and never another number. At the kink of |x| and at a tie of min and max it is the mean
    of both sides.
    """
    return _height(*tape, point)


@jax.custom_jvp
def _height(code: Any, numbers: Any, ends: Any, point: Point) -> Scalar:
    """The value alone."""
    rows = jnp.concatenate([point, numbers, jnp.zeros(code.shape[0])])
    return operated(code, ends[0], [*map(branch, ON_NUMBERS)], rows)[ends[1]]


@jax.custom_jvp
def _slope(code: Any, numbers: Any, ends: Any, point: Point) -> tuple[Scalar, Point]:
    """The value and the gradient of an expression's tape: numbers that carry their derivatives
    along.
    """

    def chained(local: Local, a: Any, b: Any) -> Any:
        slope = _times(local.a, a[1:3], a[3:]) + _times(local.b, b[1:3], b[3:])
        return jnp.concatenate([local.value[None], slope])

    row = _run(code, numbers, ends, point, 3, chained)
    return row[0], row[1:3]


def _bend(
    code: Any, numbers: Any, ends: Any, point: Point
) -> tuple[Scalar, Point, Float[Array, "2 2"]]:
    """The value, the gradient and the Hessian of an expression's tape."""

    def chained(local: Local, a: Any, b: Any) -> Any:
        moves, moved = a[6:], b[6:]
        slope = _times(local.a, a[1:3], moves) + _times(local.b, b[1:3], moved)
        curves = [
            (local.a, a[3:6], a[3:6]),
            (local.b, b[3:6], b[3:6]),
            (local.aa, _products(a[1:3], a[1:3]) / 2, _products(moves, moves)),
            (local.ab, _products(a[1:3], b[1:3]), _products(moves, moved)),
            (local.bb, _products(b[1:3], b[1:3]) / 2, _products(moved, moved)),
        ]
        return jnp.concatenate([local.value[None], slope, sum(_times(*one) for one in curves)])

    row = _run(code, numbers, ends, point, 6, chained)
    value, slope, bend = row[0], row[1:3], row[jnp.array([[3, 4], [4, 5]])]
    steep = ~jnp.isfinite(slope)  # there it bends in no way that could be told
    steep = steep[:, None] | steep[None, :]
    return value, slope, jnp.where(steep & jnp.isfinite(bend), jnp.nan, bend)


def _products(a: Any, b: Any) -> Any:
    """What a product of two numbers has of their slopes in its Hessian: xx, xy, yy."""
    (a1, a2), (b1, b2) = a, b
    return jnp.stack([2 * a1 * b1, a1 * b2 + a2 * b1, 2 * a2 * b2])


def _run(code: Any, numbers: Any, ends: Any, point: Point, width: int, chained: Any) -> Any:
    """The row of the result: its value, its gradient and then, in six numbers, the three of its
    Hessian; at the end two of which coordinate moves it, 1 or 0.
    """

    def operation(name: str) -> Any:
        def operate(a: Any, b: Any) -> Any:
            moves = _moves(name, a, b, width)
            made = chained(_local(name, a[0], b[0]), a, b)
            still = (moves == 0).all() & ~jnp.isnan(made[0])
            made = made.at[1:].set(jnp.where(still, 0.0, made[1:]))
            return jnp.concatenate([made, moves])

        return operate

    first = point.size + numbers.size
    rows = jnp.zeros((first + code.shape[0], width + 2))
    rows = rows.at[:2, 1:3].set(jnp.eye(2)).at[:2, width:].set(jnp.eye(2))
    rows = rows.at[:first, 0].set(jnp.concatenate([point, numbers]))
    row = operated(code, ends[0], [*map(operation, ON_NUMBERS)], rows)[ends[1]]
    return jnp.where(jnp.isnan(row[0]), jnp.nan, row)


def _moves(name: str, a: Any, b: Any, width: int) -> Any:
    """Which coordinates move what an operation makes, (2,): those that move an operand. A product
    with a constant 0 stands still.
    """
    moves = jnp.maximum(a[width:], b[width:]) if name in LOCAL_OF_TWO else a[width:]
    if name != "*":
        return moves
    nothing = [(one[0] == 0) & (one[width:] == 0).all() for one in (a, b)]
    return jnp.where(nothing[0] | nothing[1], 0.0, moves)


def _local(name: str, a: Any, b: Any) -> Local:
    found = LOCAL_OF_TWO[name](a, b) if name in LOCAL_OF_TWO else LOCAL_OF_ONE[name](a)
    return Local(*map(jnp.asarray, found))


def _times(rate: Any, change: Any, moves: Any) -> Any:
    """What does not move stays, however steep: 0 times infinity is 0 where nothing moves, and not
    a number where something does and has no slope just here.
    """
    return jnp.where(moves == 0, 0.0, rate * change)


@_height.defjvp
def _height_moves(primals: Any, tangents: Any) -> tuple[Scalar, Scalar]:
    value, slope = _slope(*primals)
    return value, _along(slope, tangents[-1])


@_slope.defjvp
def _slope_moves(primals: Any, tangents: Any) -> Any:
    value, slope, bend = _bend(*primals)
    move = tangents[-1]
    return (value, slope), (
        _along(slope, move),
        jnp.stack([_along(bend[0], move), _along(bend[1], move)]),
    )


def _along(slope: Point, move: Point) -> Scalar:
    """The scalar product. XLA makes no one program of a loop that has a matrix product in it."""
    return slope[0] * move[0] + slope[1] * move[1]
