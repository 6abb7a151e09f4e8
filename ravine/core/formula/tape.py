"""A formula as data: a short list of operations on registers, which one compiled program runs for
every text.

The registers, in order: what is given (for a rule x, t, its states, its knobs; for an expression
its names), then the constants, then the result of each operation. A value is never overwritten, and
equal operations are done once.
"""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float, Int

from ravine.core.formula.error import START, FormulaError
from ravine.core.formula.grammar import EXACT, Binary, Call, Name, Negative, Node, Number, folded
from ravine.core.words import _

STATES, KNOBS, NUMBERS = 12, 12, 24  # at most, of one formula
LONG_TAPE, SHORT_TAPE = 96, 32  # operations: a tape is padded to one of these lengths
X, T, STATE, KNOB = 0, 1, 2, 2 + STATES  # where a rule's registers begin
GIVEN = KNOB + KNOBS
WHOLE_POWERS = 32  # up to here a power with a whole exponent is a chain of products, as in JAX

ON_NUMBERS = (
    "+", "-", "*", "/", "**", "min", "max", "negative", "abs", "sign", "sqrt", "rsqrt", "exp",
    "log", "sin", "cos", "tan", "tanh", "asin", "acos", "atan", "sinh", "cosh", "sigmoid",
    "softplus",
)  # fmt: skip
ON_POINTS = ("sum", "mean", "f", "grad")
CODES = {name: code for code, name in enumerate((*ON_NUMBERS, *ON_POINTS))}

Operand: TypeAlias = int | float  # a register, or a constant


class Tape(NamedTuple):
    """Operations (code, operand, operand), constants, and the registers of the results."""

    code: tuple[tuple[int, int, int], ...]
    numbers: tuple[float, ...]
    results: tuple[int, ...]

    def padded(self, length: int) -> "Arrays":
        """The same for the program, `length` operations long."""
        code = np.zeros((length, 3), np.int32)
        code[: len(self.code)] = np.reshape(self.code, (-1, 3))
        numbers = np.zeros(NUMBERS)
        numbers[: len(self.numbers)] = self.numbers
        return Arrays(code, numbers, np.array([len(self.code), *self.results], np.int32))


class Arrays(NamedTuple):
    """A tape as leaves of a pytree. Two of the same length run in the same program."""

    code: Int[np.ndarray, "length 3"]
    numbers: Float[np.ndarray, "numbers"]
    # how many operations there are, and the registers of the results
    ends: Int[np.ndarray, "_ends"]


class Writer:
    """Writes a tape, operation by operation, from register `given` on."""

    def __init__(self, given: int, points: set[int]) -> None:
        self.given = given
        self.points = points  # registers that hold a point; all others hold a number
        self.place = START  # where the line stands that is written now
        self.numbers: dict[str, float] = {}
        self.code: dict[tuple[int, int, int], int] = {}

    def emit(self, node: Node, names: Mapping[str, Operand]) -> Operand:
        """Write what computes `node`. Raises FormulaError when the tape is full."""
        match node:
            case Number(value):
                return value
            case Name("g"):
                return names["g"] if "g" in names else self.apply("grad", X)
            case Name(name):
                return names[name]
            case Negative(inner):
                return self.apply("negative", self.emit(inner, names))
            case Binary(sign, left, right):
                a, b = self.emit(left, names), self.emit(right, names)
                return {"**": self._power, "/": self._quotient}.get(
                    sign, partial(self.apply, sign)
                )(a, b)
            case Call(name, arguments):
                return self._call(name, [self.emit(argument, names) for argument in arguments])

    def apply(self, name: str, *operands: Operand) -> Operand:
        """One operation; constants among themselves are computed here and now."""
        values = [operand for operand in operands if isinstance(operand, float)]
        if len(values) == len(operands) and name in EXACT:
            return folded(name, *values)
        registers = [self.register(operand) for operand in operands]
        step = (CODES[name], registers[0], registers[-1])
        if step not in self.code:
            said = _("The formula has more than {most} different operations.")
            self._room(len(self.code) < LONG_TAPE, said, LONG_TAPE)
            self.code[step] = self.given + NUMBERS + len(self.code)
        made = self.code[step]
        if name == "grad" or (
            name not in {"sum", "mean", "f"} and any(one in self.points for one in registers)
        ):
            self.points.add(made)
        return made

    def register(self, operand: Operand) -> int:
        """The register of an operand; a constant gets one of its own."""
        if isinstance(operand, int):
            return operand
        self.numbers.setdefault(operand.hex(), operand)
        self._room(
            len(self.numbers) <= NUMBERS,
            _("The formula has more than {most} different constants."),
            NUMBERS,
        )
        return self.given + [*self.numbers].index(operand.hex())

    def tape(self, *results: Operand) -> Tape:
        """The tape so far, and the registers of its results."""
        ends = tuple(self.register(result) for result in results)
        return Tape(tuple(self.code), tuple(self.numbers.values()), ends)

    def _call(self, name: str, operands: list[Operand]) -> Operand:
        if name == "clip":
            value, low, high = operands
            return self.apply("min", self.apply("max", value, low), high)
        if name in {"min", "max"}:
            first, *others = operands
            for other in others:
                first = self.apply(name, first, other)
            return first
        if name in {"norm", "dot", "sum", "mean"}:
            return self._across(name, operands)
        if name in {"log2", "log10"} and not isinstance(operands[0], float):
            return self.apply("/", self.apply("log", *operands), folded("log", float(name[3:])))
        if name == "relu":
            return self.apply("max", operands[0], 0.0)
        return self.apply(name, *operands)

    def _across(self, name: str, operands: list[Operand]) -> Operand:
        """What brings the coordinates together. A number stands for itself: its norm is its size,
        its sum itself.
        """
        if name == "norm" and not self._is_point(operands[0]):
            return self.apply("abs", operands[0])
        first = (
            self.apply("*", operands[0], operands[-1]) if name in {"norm", "dot"} else operands[0]
        )
        if not self._is_point(first):
            return first
        total = self.apply("mean" if name == "mean" else "sum", first)
        return self.apply("sqrt", total) if name == "norm" else total

    def _quotient(self, a: Operand, b: Operand) -> Operand:
        """A quotient in the way XLA computes it in a rule that is compiled, so that the bits agree:
        by a root it is a product with 1/root, and by one number for both coordinates a product with
        its inverse.
        """
        root = next(
            (step[1] for step, at in self.code.items() if at == b and step[0] == CODES["sqrt"]),
            None,
        )
        if root is not None and isinstance(b, int):
            return self.apply("*", a, self.apply("rsqrt", root))
        if (
            b != 0.0
            and isinstance(a, int)
            and (isinstance(b, float) or (a in self.points and b not in self.points))
        ):
            return self.apply("*", a, self.apply("/", 1.0, b))
        return self.apply("/", a, b)

    def _power(self, base: Operand, power: Operand) -> Operand:
        """A power. With a whole exponent it is the chain of products that JAX makes of it, so that
        the bits agree.
        """
        if isinstance(base, float) or not isinstance(power, float) or not power.is_integer():
            return self.apply("**", base, power)
        if abs(power) > WHOLE_POWERS:
            return self.apply("**", base, power)
        if power <= 0:
            return 1.0 if power == 0 else self.apply("/", 1.0, self._power(base, -power))
        result, times = None, int(power)
        while times:
            if times & 1:
                result = base if result is None else self.apply("*", result, base)
            times >>= 1
            base = self.apply("*", base, base) if times else base
        return result if result is not None else 1.0

    def _is_point(self, operand: Operand) -> bool:
        return isinstance(operand, int) and operand in self.points

    def _room(self, enough: bool, sentence: str, most: int) -> None:
        if not enough:
            raise FormulaError(sentence.format(most=most), self.place)
