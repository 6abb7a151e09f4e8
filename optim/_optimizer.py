"""What an update rule must provide."""

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

import jax.numpy as jnp

from ravine.core.look import Style
from ravine.core.part import Part
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_

Dialect: TypeAlias = Literal["paper", "d2l", "pytorch", "keras", "optax"]
DIALECTS: dict[str, str] = {  # what each is called; d2l is Dive into Deep Learning, 2020
    "paper": N_("The paper"),
    "d2l": N_("Dive into Deep Learning"),
    "pytorch": "PyTorch",
    "keras": "Keras",
    "optax": "optax",
}
Family: TypeAlias = Literal["gradient", "adaptive", "adam", "curvature"]
FAMILIES: dict[Family, str] = {  # the menu of rules, in order
    "gradient": N_("Gradient and momentum"),
    "adaptive": N_("Learning rates per coordinate"),
    "adam": N_("Adam and its variants"),
    "curvature": N_("Function values and curvature"),
}


class Call(NamedTuple):
    """How a framework is asked for the very path of a form, as Python source. `{lr}` stands for the
    value of a knob.

    The names that a script offers: `x` (the parameters), and for optax also `state`.
    """

    make: str  # the optimizer: "torch.optim.SGD([x], lr={lr})"
    read: str = "x"  # what the path is made of, after each step
    # knobs whose values the framework takes only strictly between two others
    between: Mapping[str, tuple[float, float]] = {}


class Optimizer(Part):
    """A rule for moving downhill.

    `update` is handed the height function of this step, not a gradient, so rules that look ahead or
    use curvature need no special case anywhere else. There may be any number of coordinates.
    """

    # The first form of a rule says where the rule stands in the menu and how it is drawn.
    family: ClassVar[Family]
    rank: ClassVar[int] = 1000  # in its family: in the order in which the rules were found
    look: ClassVar[Style | str]  # its own, or the marker of the spare look that it likes best
    idea: ClassVar[str] = ""  # in plain words, what it does: of all forms, said by the first
    paper: ClassVar[str]  # author, year, title
    no_limit: ClassVar[str] = ""  # why nobody can tell its `stability_limit`, where it tells none
    note: ClassVar[str] = ""  # what a reader should know before trusting a picture of it
    breaks: ClassVar[dict[str, str]] = {}  # law -> why this rule does not obey it
    # who writes it so -> defaults other than the fields'
    dialects: ClassVar[Mapping[str, Mapping[str, float]]] = {}
    calls: ClassVar[Mapping[str, Call]] = {}  # framework -> the call that gives this very path
    # what sets this form apart from the other forms of its rule, in a sentence
    differs: ClassVar[str] = ""
    # whether the effective learning rate of every step (`rate`) is the knob `lr`
    steady: ClassVar[bool] = False
    # whether a schedule multiplies its whole step, though it has a learning rate that counts
    whole: ClassVar[bool] = False
    # the knobs of which one may weigh the memory of gradients
    weights: ClassVar[tuple[str, ...]] = ("gamma", "beta1", "mu")

    def init(self, x: Vector) -> Any:
        """The state before the first step from `x`, shape (n,)."""
        raise NotImplementedError

    def update(self, f: Height, x: Vector, state: Any) -> tuple[Vector, Any]:
        """One step from `x`, shape (n,), on the height `f`: the next point, shape (n,), and the
        next state.
        """
        raise NotImplementedError

    @property
    def bare(self) -> "Optimizer":
        """The rule without what stands around it."""
        return self

    def with_bare(self, rule: "Optimizer") -> "Optimizer":
        """Another rule in the place of the bare one, with the same around it."""
        return rule

    def own_state(self, state: Any) -> Any:
        """What the bare rule remembers, of the state of this one."""
        return state

    def with_own_state(self, state: Any, own: Any) -> Any:
        """A state of this rule in which the bare one remembers something else."""
        return own

    def with_lr_factor(self, factor: Scalar | float) -> "Optimizer | None":
        """The rule with its learning rate multiplied by `factor`; None when it has none that counts
        at every step, or when a schedule multiplies its whole step (`whole`).
        """
        if self.whole or "lr" not in {field.name for field in dataclasses.fields(self)}:
            return None
        return dataclasses.replace(self, lr=getattr(self, "lr") * factor)  # noqa: B009 - not every rule has one

    def rate(self, before: Any, after: Any) -> Vector | Scalar:
        """The effective learning rate of each coordinate, shape (n,), or () where all have the
        same: what the step that led from the state `before` to `after` multiplied the gradient by,
        or the average of gradients that the rule keeps. NaN when it has none.
        """
        return jnp.asarray(jnp.nan)

    def stability_limit(self) -> Any:
        """The largest product of the effective learning rate (`rate`) and a curvature at which the
        rule still comes to rest on a quadratic, with its rate held fixed: just beyond it, steps
        jump across the minimum and grow. None where nobody can tell it, and then `no_limit` says
        why. 0 where no curvature is stable. The start of an average and its correction are over
        soon and play no part.
        """
        return None
