from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from optim._knobs import StepLength
from optim._optimizer import Optimizer
from ravine.core.part import shown_by_result
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_

SLOPE = 1e-4  # the share of the slope that a step must win: c1 of Nocedal, Wright, 2006, chapter 3
TRIES = 40  # so many step lengths are tried, each half of the one before


class State(NamedTuple):
    """What BFGS remembers."""

    h: Float[Array, "n n"]  # its guess at the inverse of the curvature, a symmetric matrix


class BFGS(Optimizer):
    """Newton without second derivatives: the curvature is learned from how the gradient changes
    along the steps.

    The formula of Broyden, Fletcher, Goldfarb and Shanno (1970), from the identity. The step begins
    at alpha and is halved until it wins a ten-thousandth of what the slope promises (Armijo, 1966).
    When none of 40 lengths does, it stays. What would spoil the guess, a step along which the slope
    does not rise, is not learned from.
    """

    title: ClassVar = N_("BFGS")
    idea: ClassVar = N_(
        "Learns the curvature from its own steps, and uses it as Newton's method does."
    )
    also: ClassVar = ("lbfgs", "l_bfgs")
    family: ClassVar = "curvature"
    rank: ClassVar = 30
    look: ClassVar = "triangle-right"
    no_limit: ClassVar = "no effective learning rate"
    formula: ClassVar = (
        r"\begin{aligned}H &= (h1\;\, h2)^\top = I \text{ at first},\quad d = -H\, \nabla f(x)\\ "
        r"a &= \max \{\alpha\, 2^{-k} : f(x + a d) \le f(x) + 10^{-4} a\, \nabla f(x)^\top d,\; "
        r"k < 40\}\\ "
        r"s &= a d,\quad y = \nabla f(x + s) - \nabla f(x),\quad x \leftarrow x + s\\ "
        r"H &\leftarrow \Big(I - \frac{s y^\top}{y^\top s}\Big) H \Big(I - \frac{y "
        r"s^\top}{y^\top s}\Big) "
        r"+ \frac{s s^\top}{y^\top s} \text{ if } y^\top s > 0\end{aligned}"
    )
    paper: ClassVar = (
        "C. G. Broyden, R. Fletcher, D. Goldfarb, D. F. Shanno, 1970. Four papers, one formula."
    )
    note: ClassVar = N_(
        "It asks for several heights a step, until one is low enough: α is the first length "
        "that it tries. "
        "It has no learning rate."
    )
    breaks: ClassVar = {"separable": "one step length for both axes, and a matrix that mixes them"}
    dialects: ClassVar = {"paper": {}}

    alpha: StepLength = 1.0

    def init(self, x: Vector) -> State:
        return State(h=jnp.eye(x.size, dtype=x.dtype))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        h, g = state.h, jax.grad(f)(x)
        d = -(h @ g)
        s = low_enough(f, x, d, jnp.dot(g, d), self.alpha) * d
        return x + s, State(learned(h, s, jax.grad(f)(x + s) - g))


@shown_by_result
def low_enough(f: Height, x: Vector, d: Vector, slope: Scalar, longest: Scalar | float) -> Scalar:
    """The longest of `longest`, its half, its quarter, ... at which the step a d from x is low
    enough; 0 if none is.
    """
    here = f(x)

    def high(search: tuple[Scalar, Int[Array, ""]]) -> Bool[Array, ""]:
        a, k = search
        return ~(f(x + a * d) <= here + SLOPE * a * slope) & (k < TRIES)

    def half(search: tuple[Scalar, Int[Array, ""]]) -> tuple[Scalar, Int[Array, ""]]:
        return search[0] / 2, search[1] + 1

    a, k = jax.lax.while_loop(high, half, (jnp.asarray(longest, x.dtype), jnp.asarray(0)))
    return jnp.where(k < TRIES, a, 0.0)


@shown_by_result
def learned(h: Float[Array, "n n"], s: Vector, y: Vector) -> Float[Array, "n n"]:
    """The guess `h` after a step s along which the gradient changed by y; as it was when y's is not
    positive.
    """
    bend = jnp.dot(y, s)
    # not 1 / bend, which overflows where a run has all but arrived
    r = s / jnp.where(bend > 0, bend, 1.0)
    across = jnp.eye(s.size) - jnp.outer(r, y)
    return jnp.where(bend > 0, across @ h @ across.T + jnp.outer(r, s), h)
