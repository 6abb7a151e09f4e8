"""The edge of stability that a rule tells, against the rule itself on a quadratic: within it shrinks, beyond it grows.

What a rule divides by is held: it is set to 1 before every step, and the path is so near the minimum, or so short of the
powers of the correction, that no square of a gradient can be seen beside it. Then the rate is the same in every step.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optim import around, build
from optim.adam import Adam
from optim.nesterov import OutsideNesterov
from optim.polyak import Polyak
from optim.wrappers import build as wrapper
from ravine.core.knob import knobs
from ravine.experiments.verify import KINDS
from ravine.experiments.whatif import Frozen, divisors
from tests.cases import every_form

SILENT = [name for name, kind in KINDS.items() if kind.no_limit]
MEMORYLESS = {"gradient_descent", "polyak", "polyak.optax"}
TELLING = [name for name in KINDS if name not in SILENT]
every_telling = pytest.mark.parametrize("name", TELLING)
HELD = 1.0  # what every rule divides by, before epsilon
LATE = 1e9  # steps: beta^t is 0, and nothing is corrected
STEPS = 20_000
MEMORIES = ("gamma", "beta1", "mu", "dampening", "nu", "wd")
COUNTS = {"adan", "adan.optax"}  # beta2 is a memory of gradients there
STARTS = {True: 1e-3, False: 1e-60}  # of rules that look at the height, and of all others


def start_of(rule):
    return STARTS[isinstance(rule, Polyak)]


def held(kind, state):
    """The state with what the rule divides by set to HELD."""
    return (
        state._replace(**dict.fromkeys(divisors(kind), jnp.full(2, HELD)))
        if divisors(kind)
        else state
    )


def begin(rule):
    """A point and a state in which averages have long been filled with next to nothing."""
    x = jnp.full(2, start_of(rule))
    state = rule.init(x)
    if hasattr(state, "t"):
        state = state._replace(t=jnp.asarray(LATE))
    if hasattr(state, "p"):
        state = state._replace(p=jnp.zeros(()))
    return x, held(type(rule), state)


def quadratic(curvature, rate):
    """The quadratic; the height that Polyak's step asks for is such that its rate is `rate` everywhere."""

    def f(x):
        own = 0.5 * curvature * jnp.sum(x**2)
        told = rate * jnp.sum((curvature * x) ** 2)
        return own + jax.lax.stop_gradient(told - own)

    return f


def rate_of(rule):
    """The effective learning rate in the step that holds, by the rule's own account: it does not know the curvature."""
    x, state = begin(rule)
    return first(rule.rate(state, rule.update(quadratic(1.0, 0.25), x, state)[1]))


def first(rates):
    """Of the first coordinate; a number is the same for all."""
    return jnp.ravel(rates)[0]


@functools.partial(jax.jit, static_argnums=1)
def walk(leaves, kind, share):
    """The last and the farthest distance from the minimum, and the least and the largest rate on the way."""
    rule = jax.tree.unflatten(kind, leaves)
    rate = rate_of(rule)
    f = quadratic(share * rule.stability_limit() / rate, rate)

    def step(_k, carry):
        x, state, far, low, high = carry
        after, new = rule.update(f, x, state)
        seen = jnp.where(
            jnp.abs(x[0]) > 1e-4 * start_of(rule), first(rule.rate(state, new)), jnp.nan
        )
        return (
            after,
            held(type(rule), new),
            jnp.fmax(far, jnp.abs(x[0])),
            jnp.fmin(low, seen),
            jnp.fmax(high, seen),
        )

    x, _, far, low, high = jax.lax.fori_loop(0, STEPS, step, (*begin(rule), 0.0, jnp.inf, 0.0))
    return jnp.abs(x[0]), far, low / rate, high / rate


def settings(name):
    """Many values of the knobs that a rule's memory of gradients has; gamma of RMSProp is one of squares."""
    own = [
        knob
        for knob in knobs(KINDS[name])
        if knob in MEMORIES or (knob == "beta2" and name in COUNTS)
    ]
    own = [knob for knob in own if not (knob == "gamma" and divisors(KINDS[name]))]
    drawn = np.random.default_rng(5)
    corners = (
        [{}, *({knob: value} for knob in own for value in (0.0, 0.5, 0.9, 0.99))] if own else [{}]
    )
    return corners + [
        dict(zip(own, drawn.uniform(0, 0.98, len(own)), strict=True))
        for _ in range(12 if own else 0)
    ]


@every_telling
def test_within_the_limit_it_shrinks_and_beyond_it_grows(name):
    for values in settings(name):
        rule = KINDS[name](**values)
        leaves, kind = jax.tree.flatten(rule)
        leaves = [*map(float, leaves)]
        last, _far, low, high = walk(leaves, kind, 0.99)
        assert last < 0.5 * start_of(rule), values
        np.testing.assert_allclose([low, high], 1.0, rtol=1e-9)
        last, far, _low, _high = walk(leaves, kind, 1.01)
        assert far > 1e3 * start_of(rule), values
        assert not last < start_of(rule), values


class TooFar(OutsideNesterov):
    """Nesterov that claims the limit of the heavy ball."""

    def stability_limit(self):
        return 2 + 2 * self.gamma


class TooNear(Adam):
    """Adam that claims the limit of gradient descent."""

    def stability_limit(self):
        return 2.0


def test_a_wrong_limit_is_noticed():
    leaves, kind = jax.tree.flatten(TooFar(gamma=0.5))
    assert not walk(leaves, kind, 0.99)[0] < start_of(TooFar())
    leaves, kind = jax.tree.flatten(TooNear())
    assert walk(leaves, kind, 1.01)[1] < 1e3 * start_of(TooNear())


@every_form
def test_who_tells_no_limit_has_a_reason(name):
    assert (KINDS[name]().stability_limit() is None) == (name in SILENT), "limit or no_limit"
    assert not (name in TELLING and KINDS[name].rate is build("newton").__class__.rate)


@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9, 0.99])
def test_the_limits_of_the_literature(beta1):
    """Cohen et al., 2021 and 2022: heavy ball, Nesterov, Adam; 38 / lr with Adam's usual beta1."""
    assert build("gradient_descent").stability_limit() == 2
    assert build("momentum", gamma=beta1).stability_limit() == 2 * (1 + beta1)
    assert build("nesterov", gamma=beta1).stability_limit() == 2 * (1 + beta1) / (1 + 2 * beta1)
    assert build("adam", beta1=beta1).stability_limit() == pytest.approx(
        2 * (1 + beta1) / (1 - beta1), rel=1e-15
    )
    assert build("adam").stability_limit() == pytest.approx(38)


def test_limits_of_kin_agree():
    adam, averaged = (
        build("adam", beta1=0.8).stability_limit(),
        build("qhm", nu=1.0, beta1=0.8).stability_limit(),
    )
    assert averaged == pytest.approx(adam)
    assert build("adamw", beta1=0.8, wd=0.0).stability_limit() == pytest.approx(adam)
    assert build("qhm", nu=0.0, beta1=0.8).stability_limit() == pytest.approx(2)
    assert build("qhm", nu=0.8, beta1=0.8).stability_limit() == pytest.approx(
        build("nesterov", gamma=0.8).stability_limit() / (1 - 0.8)
    )
    assert build(
        "momentum", "pytorch", gamma=0.8, dampening=0.8
    ).stability_limit() == pytest.approx(adam)
    assert build("momentum", "pytorch", gamma=0.0, dampening=0.8).stability_limit() == 2


def test_a_frozen_rule_has_the_limit_of_its_rule():
    assert Frozen(rule=build("adam"), at=3.0).stability_limit() == build("adam").stability_limit()


def test_a_wrapped_rule_tells_none():
    assert around(build("adam"), wrapper("l2"), steps=20).stability_limit() is None


def corners(name):
    """Every knob of a rule at both ends of its slider and near them, all others at theirs: a row
    each.
    """
    found = knobs(KINDS[name])
    drawn = np.random.default_rng(11)
    for _ in range(150):
        yield {
            knob: float(drawn.choice([one.low, *one.grid()[1:3], *one.grid()[-3:-1], one.high]))
            for knob, one in found.items()
        }


@every_telling
def test_a_limit_is_a_number_over_the_whole_range_of_every_slider(name):
    for values in corners(name):
        limit = KINDS[name](**values).stability_limit()
        assert np.isfinite(limit), values
        assert limit >= 0, values


def remembering(name, values):
    """The same, where a memory of squares is not 0: what the rule divides by could not be held."""
    squares = {"gamma", "beta2"} if divisors(KINDS[name]) and name not in COUNTS else {}
    return values | {knob: 0.5 for knob, v in values.items() if knob in squares and v == 0}


@functools.partial(jax.jit, static_argnums=1)
def radius(leaves, kind, product):
    """The factor by which a step on a quadratic of this product grows in the long run: the largest
    eigenvalue of the step as a linear map of point and memory, without what the rule divides by.
    """
    rule = jax.tree.unflatten(kind, leaves)
    x, state = begin(rule)
    f = quadratic(product / rate_of(rule), 1.0)
    memory = [
        one for one in getattr(state, "_fields", ()) if one not in {"t", "p", *divisors(type(rule))}
    ]

    def stepped(flat):
        x, *rest = jnp.split(flat, len(memory) + 1)
        after, new = rule.update(f, x, state._replace(**dict(zip(memory, rest, strict=True))))
        return jnp.concatenate([after, *(getattr(new, one) for one in memory)])

    start = jnp.concatenate([x, *(getattr(state, one) for one in memory)])
    return jnp.abs(jnp.linalg.eigvals(jax.jacobian(stepped)(start))).max()


@pytest.mark.parametrize("name", [name for name in TELLING if name not in MEMORYLESS])
def test_the_limit_is_the_edge_of_the_eigenvalues_over_the_whole_range(name):
    shrinks = set()
    for values in corners(name):
        rule = KINDS[name](**remembering(name, values))
        leaves, kind = jax.tree.flatten(rule)
        limit, leaves = float(rule.stability_limit()), [*map(float, leaves)]
        if limit > 0:
            assert radius(leaves, kind, 0.99 * limit) < 1, values
        assert radius(leaves, kind, 1.01 * limit + 1e-6) > 1, values
        shrinks.add(limit > 0)
    assert True in shrinks
    assert (False in shrinks) == (name in {"adamw", "adamw.keras", "adan.optax"})
