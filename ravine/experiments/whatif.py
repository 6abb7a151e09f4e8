"""What if: other runs of the same rule, to put beside the first.

Each is a whole second run from the same start with one thing changed. Nothing here knows a rule by
its name: what it divides by and which knob is its memory is found by probing it once.
"""

import dataclasses
import functools
import re
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend import core
from jaxtyping import Array, Bool

from optim import Optimizer
from ravine.core.types import Height, Scalar, Vector
from ravine.experiments.outcome import parting
from ravine.experiments.trace import Start, Trace, run
from surfaces import Surface

WHATIFS = ("uncorrected", "frozen", "memoryless", "without_epsilon")
LATE = 1e9  # steps after which beta^t is 0 exactly, for every beta that a knob allows
_CORRECTION = re.compile(r"1-\\beta_\d\^t")
_POWER = re.compile(r"\\beta_\d\^t")
# t, mu_t, d_1
_TIME = re.compile(r"(?<![\\A-Za-z])t(?![A-Za-z])|[A-Za-z]_\{?t|(?<![A-Za-z])[a-z]_1\b")


class Frozen(Optimizer):
    """A rule, bare or wrapped, whose divisor stands still after step `at`: up to then nothing is
    changed.

    What stands still are the vectors of the state that the effective learning rate depends on: s of
    Adam and RMSProp, u of AMSGrad and AdaMax, n of Adan, s and m of centered RMSProp, s and u of
    AdaDelta. The step itself divides by the value that stands still, with not even the newest
    gradient in it; a bias correction, which is no vector, goes on.

    >>> from optim import build
    >>> rule = Frozen(rule=build("rmsprop", lr=0.1), at=1.0)
    >>> x, state = jnp.array([3.0, -4.0]), rule.init(jnp.zeros(2))
    >>> x, state = rule.update(lambda x: x @ x, x, state)
    >>> s = state.rule.s
    >>> x, state = rule.update(lambda x: x @ x, x, state)
    >>> [float(c) for c in state.rule.s - s]
    [0.0, 0.0]
    """

    title: ClassVar = "Frozen"
    formula: ClassVar = r"s \leftarrow s"
    paper: ClassVar = ""

    rule: Optimizer
    at: float  # the last step that changes what the rule divides by

    def init(self, x: Vector) -> "Walk":
        return Walk(self.rule.init(x), jnp.zeros((), x.dtype))

    def update(self, f: Height, x: Vector, state: "Walk") -> tuple[Vector, "Walk"]:
        outer, still = (
            () if self.rule.bare is self.rule else ("rule",),
            state.t >= jnp.asarray(self.at),
        )
        held = {(*outer, name) for name in divisors(type(self.rule.bare))}

        def step(at: Vector, memory: Any) -> tuple[Vector, Any]:
            return self.rule.update(f, at, memory)

        after, memory = _overruled(step, (x, state.rule), held, still)
        return after, Walk(memory, state.t + 1)

    def with_lr_factor(self, factor: Scalar | float) -> "Frozen | None":
        rule = self.rule.with_lr_factor(factor)
        return None if rule is None else dataclasses.replace(self, rule=rule)

    def rate(self, before: "Walk", after: "Walk") -> Vector | Scalar:
        return self.rule.rate(before.rule, after.rule)

    def stability_limit(self) -> Any:
        return self.rule.stability_limit()


class Uncorrected(Optimizer):
    """A rule, bare or wrapped, that believes to have taken LATE steps before its first one: nothing
    is corrected.
    """

    title: ClassVar = "Uncorrected"
    formula: ClassVar = r"t \leftarrow \infty"
    paper: ClassVar = ""

    rule: Optimizer

    def init(self, x: Vector) -> Any:
        state = self.rule.init(x)
        late = jnp.full((), LATE, x.dtype)
        return self.rule.with_own_state(state, self.rule.own_state(state)._replace(t=late))

    def update(self, f: Height, x: Vector, state: Any) -> tuple[Vector, Any]:
        return self.rule.update(f, x, state)

    def with_lr_factor(self, factor: Scalar | float) -> "Uncorrected | None":
        rule = self.rule.with_lr_factor(factor)
        return None if rule is None else dataclasses.replace(self, rule=rule)

    def rate(self, before: Any, after: Any) -> Vector | Scalar:
        return self.rule.rate(before, after)

    def stability_limit(self) -> Any:
        return self.rule.stability_limit()


class Walk(NamedTuple):
    """What a frozen rule remembers."""

    rule: Any  # the rule's own state
    t: Scalar  # steps taken


def possible(rule: Optimizer, state: Any) -> tuple[str, ...]:
    """The names of WHATIFS that change something about a rule. `state` is any state of it, or all
    of a trace.
    """
    own, fields = rule.bare, getattr(rule.own_state(state), "_fields", ())
    memory = memory_of(type(own))
    sense = {
        "uncorrected": "t" in fields and is_corrected(own.formula) and _is_plain(fields),
        "frozen": bool(set(divisors(type(own))) & {*fields}),
        "memoryless": memory is not None and getattr(own, memory) != 0,
        "without_epsilon": getattr(own, "eps", 0.0) != 0,
    }
    return tuple(name for name in WHATIFS if sense[name])


def what_if(
    name: str, rule: Optimizer, surface: Surface, start: Start, steps: int, at: int
) -> Trace:
    """The run of `rule` from `start`, shape (2,), with one thing changed, which must be `possible`.
    `at` is the last step that "frozen" leaves as it was, and means nothing to the others.

    The states are those of the rule itself, so that they can be read beside those of the first run.
    Only t of "uncorrected" is not: it counts on from LATE. Raises KeyError for a name that is not
    in WHATIFS.

    >>> from optim import build
    >>> from surfaces import SURFACES
    >>> rule, ravine = build("adam", lr=0.4), SURFACES["ravine"]()
    >>> one = run(rule, ravine, (-5.0, -2.0), 20)
    >>> other = what_if("frozen", rule, ravine, (-5.0, -2.0), 20, at=7)
    >>> parted(one, other)
    8
    """
    trace = run(_CHANGES[name](rule, at), surface, start, steps)
    return trace._replace(state=trace.state.rule) if name == "frozen" else trace


def parted(trace: Trace, other: Trace) -> int | None:
    """The first step at which two runs differ by more than rounding; None when they never do."""
    return parting(trace, other).step


def is_corrected(formula: str) -> bool:
    r"""Whether a formula divides averages by 1 - beta^t and asks for the time in nothing else.

    RAdam's rho, the warm-up of NAdam and the first step of optax's Adan would be changed too by a
    late t.

    >>> is_corrected(r"s / (1-\beta_2^t)"), is_corrected(r"\mu_t s / (1-\beta_2^t)")
    (True, False)
    """
    return bool(_CORRECTION.search(formula)) and not _TIME.search(_POWER.sub("", formula))


def _is_plain(fields: Iterable[str]) -> bool:
    """Whether nothing but t counts the steps: the product p of NAdam does too."""
    return "p" not in fields


@functools.cache
def divisors(kind: type[Optimizer]) -> tuple[str, ...]:
    """The vectors of a rule's state that its effective learning rate depends on, by
    differentiation: ("v",) for Adam.

    >>> from optim import OPTIMIZERS
    >>> divisors(OPTIMIZERS["adam"]), divisors(OPTIMIZERS["momentum"])
    (('s',), ())
    """
    if kind.rate is Optimizer.rate:
        return ()
    with jax.ensure_compile_time_eval():
        rule = kind()
        state = _filled(rule.init(jnp.zeros(2)), vectors=0.5, scalars=1e4)
        if not jax.tree.leaves(state):
            return ()
        slopes = jax.jacobian(rule.rate, argnums=(0, 1))(state, state)
        fields: Iterable[str] = getattr(state, "_fields", ())
        vectors = [name for name in fields if getattr(state, name).shape == (2,)]
        return tuple(
            name for name in vectors if any(np.any(getattr(slope, name) != 0) for slope in slopes)
        )


@functools.cache
def memory_of(kind: type[Optimizer]) -> str | None:
    """The knob that is a rule's memory of gradients: with 0 there it takes no step where the ground
    is flat.

    Not gamma of RMSProp, which takes none with any gamma, and not beta1 of Adan or Schedule-Free
    SGD, which remember something else besides. None when there is no such knob.

    >>> from optim import OPTIMIZERS
    >>> some = ("momentum", "adam", "rmsprop", "rmsprop_momentum")
    >>> [memory_of(OPTIMIZERS[slug]) for slug in some]
    ['gamma', 'beta1', None, 'mu']
    """
    names = [field.name for field in dataclasses.fields(kind) if field.name in kind.weights]  # pyright: ignore[reportArgumentType] - a part is one
    if not names:
        return None
    with jax.ensure_compile_time_eval():
        if not _coasts(kind()):
            return None
        found = (name for name in names if not _coasts(kind(**{name: 0.0})))
        return next(found, None)


def _coasts(rule: Optimizer) -> bool:
    """Whether a rule that remembers something moves on flat ground. At 0, where no weight decay
    pulls.
    """
    still = jnp.zeros(2)
    state = _filled(rule.init(still), vectors=0.5, scalars=10.0)
    return bool(jnp.any(rule.update(lambda x: 0.0 * jnp.sum(x), still, state)[0] != 0))


def _filled(state: Any, vectors: float, scalars: float) -> Any:
    return jax.tree.map(lambda leaf: jnp.full_like(leaf, vectors if leaf.ndim else scalars), state)


def _changed(**values: float) -> Callable[[Optimizer, int], Optimizer]:
    """The change of a knob of the bare rule."""

    def change(rule: Optimizer, _at: int) -> Optimizer:
        return rule.with_bare(dataclasses.replace(rule.bare, **values))

    return change


def _memoryless(rule: Optimizer, at: int) -> Optimizer:
    memory = memory_of(type(rule.bare))
    return rule if memory is None else _changed(**{memory: 0.0})(rule, at)


_CHANGES: Mapping[str, Callable[[Optimizer, int], Optimizer]] = {
    "uncorrected": lambda rule, _at: Uncorrected(rule=rule),
    "frozen": lambda rule, at: Frozen(rule=rule, at=float(at)),
    "memoryless": _memoryless,
    "without_epsilon": _changed(eps=0.0),
}


def _overruled(
    step: Callable[[Vector, Any], Any],
    given: tuple[Vector, Any],
    held: Container[tuple[str, ...]],
    still: Bool[Array, ""],
) -> tuple[Vector, Any]:
    """`step` of what is `given`, but where `still`, each held leaf of the state is what it was
    before the step, and so for everything that is computed from it. A leaf is called by the names
    that lead to it: ("rule", "v").

    The program of the step is run line by line, and the lines that define a held leaf are overruled
    (docs.jax.dev, Writing custom Jaxpr interpreters in JAX).
    """
    program, form = jax.make_jaxpr(step, return_shape=True)(*given)
    before, paths = (
        jax.tree.leaves(given),
        [path for path, _leaf in jax.tree_util.tree_leaves_with_path(form)],
    )
    names = [tuple(getattr(key, "name", "") for key in path[1:]) for path in paths]
    leaves = zip(names, program.jaxpr.outvars, before, strict=True)
    old = {line: leaf for name, line, leaf in leaves if name in held}
    known: dict[Any, Any] = dict(zip(program.jaxpr.constvars, program.consts, strict=True))
    known |= zip(program.jaxpr.invars, before, strict=True)

    def read(line: Any) -> Any:
        return line.val if isinstance(line, core.Literal) else known[line]

    for line in program.jaxpr.eqns:
        found = line.primitive.bind(
            *map(read, line.invars), **line.primitive.get_bind_params(line.params)
        )
        for out, value in zip(
            line.outvars, found if line.primitive.multiple_results else [found], strict=True
        ):
            known[out] = jnp.where(still, old[out], value) if out in old else value
    return jax.tree.unflatten(jax.tree.structure(form), [*map(read, program.jaxpr.outvars)])
