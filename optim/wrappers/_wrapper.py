"""What a wrapper must provide."""

from typing import Any, ClassVar, Literal, TypeAlias, get_args

import jax
import jax.numpy as jnp

from ravine.core.part import Part
from ravine.core.types import Height, Scalar, Vector

Family: TypeAlias = Literal["clipping", "decay", "schedule"]
FAMILIES: tuple[Family, ...] = get_args(Family)  # in the order in which they act


class Wrapper(Part):
    """Something that stands around an update rule and leaves the rule itself as it is.

    Its `formula` speaks of what the wrapped rule is written with: G, the gradient that the rule is
    given; eta, its learning rate; phi_k, the factor on it in the step that starts after k steps of
    N, at the point x_k.
    """

    family: ClassVar[Family]  # a rule has room for one of each
    changes: ClassVar[Literal["gradient", "step", "factor"]]  # what its formula assigns
    paper: ClassVar[str]  # author, year, title
    note: ClassVar[str] = ""  # what a reader should know before trusting a picture of it
    penalty: ClassVar[str] = ""  # LaTeX of what it adds to the height that the rule sees

    def height(self, f: Height) -> Height:
        """What the rule sees in place of the height `f`."""
        return f

    def after_step(self, before: Vector, after: Vector, lr: Scalar | float) -> Vector:
        """Where the step ends, shape (n,), that led the rule from `before` to `after`. `lr` is that
        of this step.
        """
        return after


class Clipping(Wrapper):
    """A limit on the gradient. Heights and curvatures stay those of the surface."""

    family: ClassVar = "clipping"
    changes: ClassVar = "gradient"

    def clip(self, g: Vector) -> Vector:
        """The gradient `g`, shape (n,), cut down to the limit."""
        raise NotImplementedError

    def height(self, f: Height) -> Height:
        @jax.custom_jvp
        def slope(x: Vector) -> Vector:
            return self.clip(jax.grad(f)(x))

        @jax.custom_jvp
        def height(x: Vector) -> Scalar:
            return f(x)

        slope.defjvp(lambda at, along: (slope(*at), jax.jvp(jax.grad(f), at, along)[1]))
        height.defjvp(lambda at, along: (height(*at), jnp.dot(slope(*at), *along)))
        return height


class Decay(Wrapper):
    """A pull towards the origin."""

    family: ClassVar = "decay"


class Schedule(Wrapper):
    """A factor on the learning rate that changes from step to step."""

    family: ClassVar = "schedule"
    changes: ClassVar = "factor"
    foreseen: ClassVar[bool] = True  # whether the factors are known before the run

    def init(self) -> Any:
        """What it remembers before the first step."""
        return ()

    def factor(self, k: Scalar, total: Scalar, state: Any) -> Scalar:
        """The factor of the step that starts after `k` steps of a run of `total`. One that ends
        stays there.
        """
        raise NotImplementedError

    def watch(self, height: Scalar, state: Any) -> Any:
        """What it remembers after a step that ended at `height`, on the surface as it is."""
        return state
