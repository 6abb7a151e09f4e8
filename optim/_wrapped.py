"""Any rule with wrappers around it: clipping, weight decay, a schedule of its learning rate."""

import dataclasses
import functools
import re
from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from optim._optimizer import Optimizer
from optim.wrappers import Schedule, Wrapper, ordered
from ravine.core.bounded_jit import bounded_jit
from ravine.core.types import Height, Scalar, Vector
from ravine.core.words import N_


class State(NamedTuple):
    """What a wrapped rule remembers."""

    rule: Any  # the rule's own state
    schedule: Any  # what the schedule remembers: the one that waits for a plateau does
    factor: Scalar  # the schedule's factor in the step that led here; 1 before the first
    t: Scalar  # steps taken


class Wrapped(Optimizer):
    """A rule and what stands around it, at most one wrapper of each family; their order in `wraps`
    does not matter.

    A step: the gradient of f is clipped; the L2 penalty is added; the rule takes its step with its
    learning rate times the schedule's factor (a rule without one, and the paper's AdamW, has its
    whole step multiplied); decoupled decay is taken off last. All knobs, and the length of the run,
    are leaves of the tree: turning one never compiles.

    >>> import jax.numpy as jnp
    >>> from optim import build
    >>> from optim.wrappers import build as wrapper
    >>> bare = build("gradient_descent", lr=0.5)
    >>> rule = Wrapped(rule=bare, wraps=(wrapper("clip_norm"),), total=10.0)
    >>> x = jnp.array([3.0, -4.0])
    >>> x, state = rule.update(lambda x: jnp.sum(x**2), x, rule.init(x))
    >>> [round(float(c), 6) for c in x], float(state.t)
    ([2.7, -3.6], 1.0)
    """

    title: ClassVar = N_("With wrappers")
    formula: ClassVar = r"x \leftarrow x_n + c_n\, (x - x_n)"
    paper: ClassVar = ""

    rule: Optimizer
    wraps: tuple[Wrapper, ...] = ()
    total: float  # steps of the run

    @property
    def bare(self) -> Optimizer:
        return self.rule

    def with_bare(self, rule: Optimizer) -> Optimizer:
        return dataclasses.replace(self, rule=rule)

    def own_state(self, state: State) -> Any:
        return state.rule

    def with_own_state(self, state: State, own: Any) -> Any:
        return state._replace(rule=own)

    def init(self, x: Vector) -> State:
        schedule = _schedule(self.wraps)
        memory = schedule.init() if schedule else ()
        return State(
            self.rule.init(x), memory, factor=jnp.ones((), x.dtype), t=jnp.zeros((), x.dtype)
        )

    def update(self, f: Height, x: Vector, state: State) -> tuple[Vector, State]:
        wraps, schedule = ordered(self.wraps), _schedule(self.wraps)
        c = (
            schedule.factor(state.t, jnp.asarray(self.total), state.schedule)
            if schedule
            else jnp.ones((), x.dtype)
        )
        after, memory, lr = self._step(
            functools.reduce(lambda f, wrap: wrap.height(f), wraps, f), x, state.rule, c
        )
        for wrap in wraps:
            after = wrap.after_step(x, after, lr)
        seen = schedule.watch(f(after), state.schedule) if schedule else ()
        return after, State(memory, seen, c, state.t + 1)

    def _step(self, f: Height, x: Vector, memory: Any, c: Scalar) -> tuple[Vector, Any, Any]:
        """Where the rule goes with the factor `c`, its next state, and the learning rate of the
        step.
        """
        rule = self.rule.with_lr_factor(c)
        after, memory = (rule or self.rule).update(f, x, memory)
        if rule is None and _schedule(self.wraps):
            after = x + c * (after - x)
        return after, memory, getattr(rule, "lr", c)

    def stability_limit(self) -> Any:
        """That of the rule; a decay around it would move it, and nobody has told how far."""
        decays = any(wrap.family == "decay" for wrap in self.wraps)
        return None if decays else self.rule.stability_limit()

    def rate(self, before: State, after: State) -> Vector | Scalar:
        rule = self.rule.with_lr_factor(after.factor)
        return (
            rule.rate(before.rule, after.rule)
            if rule
            else after.factor * self.rule.rate(before.rule, after.rule)
        )


def schedule_of(wraps: Iterable[Wrapper]) -> Schedule | None:
    """The schedule among the wrappers."""
    return next((wrap for wrap in wraps if isinstance(wrap, Schedule)), None)


def _schedule(wraps: Iterable[Wrapper]) -> Schedule | None:
    """The schedule, its knobs as arrays: Python's numbers do not divide by zero."""
    return jax.tree.map(jnp.asarray, schedule_of(wraps))


def factors(wraps: Iterable[Wrapper], steps: int) -> Float[Array, "steps"] | None:
    """The factor on the learning rate in each of `steps` steps, without a run; None when it depends
    on the run.

    >>> from optim.wrappers import build
    >>> [round(float(c), 6) for c in factors([build("linear")], 4)]
    [1.0, 0.75, 0.5, 0.25]
    """
    schedule = _schedule(wraps)
    if schedule is None:
        return jnp.ones(steps)
    if not schedule.foreseen:
        return None
    knobs, kinds = jax.tree.flatten(schedule)
    length = max(32, 1 << (steps - 1).bit_length())
    return _factors(knobs, jnp.asarray(float(steps)), kinds=kinds, length=length)[:steps]


@bounded_jit("kinds", "length")
def _factors(knobs: list[Any], total: Scalar, kinds: Any, length: int) -> Float[Array, "length"]:
    schedule = jax.tree.unflatten(kinds, knobs)
    return jax.vmap(lambda n: schedule.factor(n, total, schedule.init()))(jnp.arange(0.0, length))


ETA = re.compile(r"\\eta(?![A-Za-z^_])")  # not Rprop's eta+ and eta-
GRADIENT = re.compile(r"\\nabla\s*f(?![A-Za-z])")
HEIGHT = re.compile(r"(?<![A-Za-z\\])f(?![A-Za-z^_])")  # not the known f* of Polyak's step


def formula(rule_formula: str, wraps: Iterable[Wrapper], has_lr: bool | None = None) -> str:
    r"""How a rule whose own formula is `rule_formula` is written with these wrappers around it, in
    LaTeX.

    G is the gradient that the rule is given, F the height where it asks for that and a penalty is
    on it, eta_k the learning rate of the step that starts after k steps of N, at x_k, and phi_k the
    schedule's factor. `has_lr` says whether `Optimizer.with_lr_factor` has an answer; when nobody
    does, an eta in the formula.

    >>> from optim.wrappers import build
    >>> descent = r"x \leftarrow x - \eta\, \nabla f(x)"
    >>> print(formula(descent, [build("linear")]).replace(r"\\ ", chr(10)))
    \begin{aligned}\phi_k &= 1 - (1 - \phi_N)\, k / N
    \eta_k &= \eta\, \phi_k
    x &\leftarrow x - \eta_k\, \nabla f(x)\end{aligned}
    """
    wraps = ordered(wraps)
    if not wraps:
        return rule_formula
    has_lr = bool(ETA.search(rule_formula)) if has_lr is None else has_lr
    lines = [*_before(wraps, has_lr), *_given(rule_formula, wraps, has_lr), *_after(wraps, has_lr)]
    return "".join([r"\begin{aligned}", r"\\ ".join(map(_aligned, lines)), r"\end{aligned}"])


def _before(wraps: Iterable[Wrapper], has_lr: bool) -> list[str]:
    """The factor of the step."""
    changed = {wrap.changes for wrap in wraps}
    start = ["x_k = x"] if "step" in changed or ("factor" in changed and not has_lr) else []
    own = [wrap.formula for wrap in wraps if wrap.changes == "factor"]
    return [*start, *own, *([r"\eta_k = \eta\, \phi_k"] if own and has_lr else [])]


def _given(rule_formula: str, wraps: Iterable[Wrapper], has_lr: bool) -> list[str]:
    """The gradient and the height that the rule is given, and the rule written with them."""
    changed = {wrap.changes for wrap in wraps}
    own = [wrap.formula for wrap in wraps if wrap.changes == "gradient"]
    text = GRADIENT.sub("G", rule_formula) if own else rule_formula
    text = ETA.sub(r"\\eta_k", text) if "factor" in changed and has_lr else text
    lines = [r"G(x) = \nabla f(x)", *own] if own else []
    penalty = "".join(wrap.penalty for wrap in wraps)
    if penalty and HEIGHT.search(text):
        text = HEIGHT.sub("F", text)
        lines.append(f"F(x) = f(x) + {penalty}")
    return [*lines, text]


def _after(wraps: Iterable[Wrapper], has_lr: bool) -> list[str]:
    """What is done to the rule's step."""
    slow = any(wrap.changes == "factor" for wrap in wraps)
    lr = (r"\eta_k\, " if slow else r"\eta\, ") if has_lr else (r"\phi_k\, " if slow else "")
    moved = [r"x \leftarrow x_k + \phi_k\, (x - x_k)"] if slow and not has_lr else []
    return [
        *moved,
        *(wrap.formula.replace(r"\eta\, ", lr) for wrap in wraps if wrap.changes == "step"),
    ]


def _aligned(line: str) -> str:
    """A formula as rows of an aligned block, without the block."""
    first, last = r"\begin{aligned}", r"\end{aligned}"
    if line.startswith(first) and line.endswith(last):
        return line.removeprefix(first).removesuffix(last).strip()
    return re.sub(r"(=|\\leftarrow)", r"&\1", line, count=1)
