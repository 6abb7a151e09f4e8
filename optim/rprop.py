import math
from typing import ClassVar, NamedTuple

import jax
import jax.numpy as jnp

from optim._knobs import Grow, LearningRate, Longest, Shortest, Shrink
from optim._optimizer import Call, Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class Backed(NamedTuple):
    """What Rprop remembers when it takes steps back."""

    d: Vector  # how long the step of each coordinate is
    p: Vector  # the gradient before this one; 0 after a change of sign
    u: Vector  # the step that led here


class State(NamedTuple):
    """What Rprop remembers when it does not."""

    d: Vector  # how long the step of each coordinate is
    p: Vector  # the gradient before this one; 0 after a change of sign


class Rprop(Optimizer):
    r"""Only the signs of the gradient count: a step grows while its sign stays and shrinks when it
    changes.

    This is the form of the paper (Riedmiller, Braun, 1993), which Igel and Hüsken (2003) call
    Rprop+: a coordinate whose sign has changed takes its last step back. The learning rate is the
    length of the first step.

    >>> import jax.numpy as jnp
    >>> x, rule = jnp.array([3.0, -0.001]), Rprop(lr=0.5)
    >>> x, state = rule.update(lambda x: jnp.sum(x**2), x, rule.init(x))
    >>> [float(c) for c in x]  # the first step is lr long in every coordinate
    [2.5, 0.499]
    >>> x, state = rule.update(lambda x: jnp.sum(x**2), x, state)
    >>> [round(float(c), 6) for c in x]  # on, 1.2 times as far; and back
    [1.9, -0.001]
    """

    title: ClassVar = N_("Rprop")
    idea: ClassVar = N_(
        "Steps grow while the slope keeps its sign and shrink when it turns; its size does not "
        "matter."
    )
    family: ClassVar = "adaptive"
    rank: ClassVar = 20
    look: ClassVar = "x"
    no_limit: ClassVar = "no effective learning rate"
    formula: ClassVar = (
        r"\begin{aligned}d &= \eta,\; p = 0 \text{ at first},\quad g = \nabla f(x)\\ "
        r"gp > 0{:}\; d &\leftarrow \min(\eta^+ d, \Delta_{\max}),\; u \leftarrow d\, "
        r"\mathrm{sign}\, g,\; "
        r"x \leftarrow x - u,\; p \leftarrow g\\ "
        r"gp = 0{:}\; u &\leftarrow d\, \mathrm{sign}\, g,\; x \leftarrow x - u,\; p \leftarrow "
        r"g\\ "
        r"gp < 0{:}\; d &\leftarrow \max(\eta^- d, \Delta_{\min}),\; u \leftarrow -u,\; "
        r"x \leftarrow x - u,\; p \leftarrow 0\end{aligned}"
    )
    paper: ClassVar = (
        "M. Riedmiller, H. Braun, 1993. A direct adaptive method for faster "
        "backpropagation learning."
    )
    note: ClassVar = N_(
        "It looks at nothing but signs, so noise in the gradient leads it astray: it is made "
        "for whole batches. "
        "optax 0.2.8 has a rule of this name that takes every step one call late; its path is "
        "not drawn here."
    )
    dialects: ClassVar = {"paper": {"lr": 0.1}}
    differs: ClassVar = N_("Where the sign changes, the last step is taken back (Rprop+).")

    lr: LearningRate = 0.4
    shrink: Shrink = 0.5
    grow: Grow = 1.2
    shortest: Shortest = 1e-6
    longest: Longest = 50.0

    def init(self, x: Vector) -> Backed:
        return Backed(d=jnp.full_like(x, self.lr), p=jnp.zeros_like(x), u=jnp.zeros_like(x))

    def with_lr_factor(self, factor: Scalar | float) -> None:
        """It has no learning rate after the first step: a schedule makes its steps shorter."""

    def update(self, f: Height, x: Vector, state: Backed) -> tuple[Vector, Backed]:
        g = jax.grad(f)(x)
        turned = g * state.p < 0
        longer, shorter = (
            jnp.minimum(self.grow * state.d, self.longest),
            jnp.maximum(self.shrink * state.d, self.shortest),
        )
        d = jnp.where(turned, shorter, jnp.where(g * state.p > 0, longer, state.d))
        u = jnp.where(turned, -state.u, d * jnp.sign(g))
        return x - u, Backed(d, jnp.where(turned, 0.0, g), u)


class WaitingRprop(Optimizer):
    """Rprop that stays where it is for one step when a sign changes: iRprop- of Igel and Hüsken
    (2003), as in PyTorch.

    PyTorch calls it Rprop. It also holds the first step between the shortest and the longest one.
    """

    title: ClassVar = Rprop.title
    formula: ClassVar = (
        r"\begin{aligned}d &= \eta,\; p = 0 \text{ at first},\quad g = \nabla f(x)\\ "
        r"d &\leftarrow \begin{cases}\eta^+ d & gp > 0\\ d & gp = 0\\ \eta^- d & gp < 0\end{cases}"
        r"\quad \text{within } [\Delta_{\min}, \Delta_{\max}]\\ "
        r"g &\leftarrow 0 \text{ where } gp < 0\\ "
        r"x &\leftarrow x - d\, \mathrm{sign}\, g,\quad p \leftarrow g\end{aligned}"
    )
    paper: ClassVar = (
        "C. Igel, M. Hüsken, 2003. Empirical evaluation of the improved Rprop learning algorithms."
    )
    note: ClassVar = Rprop.note
    dialects: ClassVar = {"pytorch": {"lr": 0.01}}
    calls: ClassVar = {
        "pytorch": Call(
            "torch.optim.Rprop([x], lr={lr}, etas=({shrink}, {grow}), step_sizes=({shortest}, "
            "{longest}))",
            between={"shrink": (0.0, 1.0), "grow": (1.0, math.inf)},
        )
    }
    differs: ClassVar = N_("Where the sign changes, the coordinate waits for one step (iRprop−).")
    no_limit: ClassVar = "no effective learning rate"

    lr: LearningRate = 0.4
    shrink: Shrink = 0.5
    grow: Grow = 1.2
    shortest: Shortest = 1e-6
    longest: Longest = 50.0

    def init(self, x: Vector) -> State:
        return State(d=jnp.full_like(x, self.lr), p=jnp.zeros_like(x))

    def with_lr_factor(self, factor: Scalar | float) -> None:
        """As of Rprop."""

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        g = jax.grad(f)(x)
        sign = jnp.sign(g * state.p)
        factor = jnp.where(sign > 0, self.grow, jnp.where(sign < 0, self.shrink, 1.0))
        d = jnp.clip(state.d * factor, self.shortest, self.longest)
        g = jnp.where(sign < 0, 0.0, g)
        return x - d * jnp.sign(g), State(d, g)
