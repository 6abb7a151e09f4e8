from typing import Annotated, ClassVar, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp

from optim._knobs import Lowest
from optim._optimizer import Call, Optimizer
from ravine.core.knob import Knob
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_

MostRate: TypeAlias = Annotated[
    float,
    Knob(
        r"\eta_{\max}",
        1e-6,
        100.0,
        "fine log",
        N_("the largest learning rate of Polyak's step"),
        idea=N_(
            "No learning rate becomes larger. More lets it take long steps on flat ground; "
            "less is careful."
        ),
    ),
]


class State(NamedTuple):
    """What is kept of Polyak's step, only to be seen."""

    h: Scalar  # the learning rate of the step that led here


class Polyak(Optimizer):
    """Gradient descent whose learning rate follows from how far down it still is to f* (Polyak,
    1969).

    The step ends where the tangent plane reaches f*. On a convex surface it never moves away from a
    minimum.

    >>> import jax.numpy as jnp
    >>> x, rule = jnp.array([3.0, -4.0]), Polyak()
    >>> x, state = rule.update(lambda x: jnp.sum(x**2), x, rule.init(x))
    >>> [float(c) for c in x], float(state.h)  # half the way to the minimum
    ([1.5, -2.0], 0.25)
    """

    title: ClassVar = N_("Polyak step")
    idea: ClassVar = N_("Knows how low the lowest point is, and tells from that how far to step.")
    family: ClassVar = "curvature"
    rank: ClassVar = 10
    look: ClassVar = "hexagram"
    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ h &= \frac{f(x) - f^\ast}{|g|^2},\quad 0 \text{ "
        r"where } g = 0\\ "
        r"x &\leftarrow x - h\, g\end{aligned}"
    )
    paper: ClassVar = "B. T. Polyak, 1969. Minimization of unsmooth functionals."
    note: ClassVar = N_(
        "It must know f*. Told too low a value it overshoots, near the minimum by any length; "
        "told too high a value it "
        "stops at that height. At a local minimum it never rests. In a ravine it makes a large "
        "error of a small one: "
        "two starts that differ in the last bit part visibly in 50 steps. It has no learning rate."
    )
    breaks: ClassVar = {
        "raise": "the step is as long as the surface is above f*, which the knob says",
        "separable": "the height and the length of the gradient couple the axes",
    }
    dialects: ClassVar = {"paper": {}}
    differs: ClassVar = N_("There is no largest learning rate.")

    f_star: Lowest = 0.0

    def init(self, x: Vector) -> State:
        return State(h=jnp.zeros((), x.dtype))

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        loss, g = jax.value_and_grad(f)(x)
        square = jnp.sum(g**2)
        h = jnp.where(square == 0, 0.0, (loss - self.f_star) / jnp.where(square == 0, 1.0, square))
        return x - h * g, State(h)

    def rate(self, before: State, after: State) -> Scalar:
        return after.h

    def stability_limit(self) -> Scalar | float:
        return 2.0


class CappedPolyak(Polyak):
    """Polyak's step with a largest learning rate (Loizou et al., 2021), as in optax; it stops where
    |g|^2 is 2^-52.
    """

    formula: ClassVar = (
        r"\begin{aligned}g &= \nabla f(x)\\ "
        r"h &= \min\Big(\frac{f(x) - f^\ast}{|g|^2}, \eta_{\max}\Big),\quad 0 \text{ where } "
        r"|g|^2 \le 2^{-52}\\ "
        r"x &\leftarrow x - h\, g\end{aligned}"
    )
    paper: ClassVar = (
        "N. Loizou et al., 2021. Stochastic Polyak step-size for SGD. arXiv:2002.10542."
    )
    note: ClassVar = N_(
        "It must know f*. Near a minimum, where |g|² is 2⁻⁵² or less, optax takes no step at all."
    )
    dialects: ClassVar = {"optax": {}}
    calls: ClassVar = {
        "optax": Call("optax.polyak_sgd(max_learning_rate={most_rate}, f_min={f_star})")
    }
    differs: ClassVar = N_(
        "The learning rate is at most η_max, and there is no step where the gradient is tiny."
    )

    most_rate: MostRate = 1.0

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        loss, g = jax.value_and_grad(f)(x)
        square = jnp.sum(g**2)
        level = square <= jnp.finfo(x.dtype).eps
        h = jnp.where(
            level,
            0.0,
            jnp.minimum((loss - self.f_star) / jnp.where(level, 1.0, square), self.most_rate),
        )
        return x - h * g, State(h)
