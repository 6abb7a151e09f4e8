"""Faults planted one by one: each must be caught, or the tests of the wrappers are decoration."""

import dataclasses

import jax.numpy as jnp
import pytest

from optim import Optimizer, _wrapped
from optim._wrapped import Wrapped
from optim.wrappers.clip_norm import ClipNorm
from optim.wrappers.clip_value import ClipValue
from optim.wrappers.cosine import Cosine
from optim.wrappers.decoupled import Decoupled
from optim.wrappers.l2 import L2
from optim.wrappers.linear import Linear
from optim.wrappers.one_cycle import OneCycle
from optim.wrappers.plateau import Plateau
from tests.wrappers import test_reference, test_wrapped, test_wrappers

RECORDED = {test_reference.by_name(case): case for case in test_reference.GOLDEN["paths"]}
SCHEDULES = test_reference.GOLDEN["schedules"]


def recorded(name):
    return lambda: test_reference.test_the_paths_of_pytorch(RECORDED[name])


def schedule(slug):
    case = next(case for case in SCHEDULES if case["wrapper"] == slug)
    return lambda: test_reference.test_the_factors_of_pytorch(case)


def clip_the_step(self, before, after, lr):
    return before + self.clip(after - before)


def less_patient(wrap):
    return dataclasses.replace(wrap, patience=wrap.patience - 1)


FAULTS = {
    "clip after the step": (
        [(ClipValue, "height", lambda self, f: f), (ClipValue, "after_step", clip_the_step)],
        recorded("ravine-gradient_descent-clip_value"),
    ),
    "clip the penalty": (
        [(_wrapped, "ordered", lambda wraps: tuple(wraps)[::-1])],
        recorded("ravine-gradient_descent-clip_value-l2"),
    ),
    "clip by norm that also lengthens": (
        [(ClipNorm, "clip", lambda self, g: g * self.limit / jnp.maximum(jnp.hypot(*g), 1e-300))],
        test_wrappers.test_a_clipped_norm_is_no_longer_than_its_limit_and_keeps_its_direction,
    ),
    "clip by value called by norm": (
        [(ClipNorm, "clip", ClipValue.clip)],
        test_wrappers.test_a_clipped_norm_is_no_longer_than_its_limit_and_keeps_its_direction,
    ),
    "decay with the new x": (
        [
            (
                Decoupled,
                "after_step",
                lambda self, before, after, lr: after - lr * self.decay * after,
            )
        ],
        recorded("ravine-adam-decoupled"),
    ),
    "decay without the learning rate": (
        [(Decoupled, "after_step", lambda self, before, after, lr: after - self.decay * before)],
        recorded("ravine-adam-decoupled"),
    ),
    "L2 in place of decoupled": (
        [
            (Decoupled, "height", L2.height),
            (Decoupled, "after_step", lambda self, before, after, lr: after),
        ],
        recorded("ravine-adam-decoupled"),
    ),
    "a penalty twice as large": (
        [(L2, "height", lambda self, f: lambda x: f(x) + self.decay * jnp.sum(x**2))],
        recorded("ravine-adam-l2"),
    ),
    "a schedule off by one": (
        [
            (
                Cosine,
                "factor",
                lambda self, k, total, state, own=Cosine.factor: own(self, k + 1, total, state),
            )
        ],
        schedule("cosine"),
    ),
    "a run one step shorter": (
        [
            (
                Linear,
                "factor",
                lambda self, k, total, state, own=Linear.factor: own(self, k, total - 1, state),
            )
        ],
        schedule("linear"),
    ),
    "a summit one step late": (
        [
            (
                OneCycle,
                "factor",
                lambda self, k, total, state, own=OneCycle.factor: own(self, k - 1, total, state),
            )
        ],
        schedule("one_cycle"),
    ),
    "one step less patience": (
        [(Plateau, "watch", lambda self, h, s, own=Plateau.watch: own(less_patient(self), h, s))],
        recorded("ravine-gradient_descent-plateau"),
    ),
    "a clock that stands still": (
        [
            (
                Wrapped,
                "update",
                lambda self, f, x, s, own=Wrapped.update: own(self, f, x, s._replace(t=0.0 * s.t)),
            )
        ],
        recorded("rosenbrock-adam-clip_value-decoupled-cosine"),
    ),
    "the learning rate is left alone": (
        [(Optimizer, "with_lr_factor", lambda rule, factor: rule)],
        test_wrapped.test_a_schedule_is_the_rule_with_another_learning_rate_at_each_step,
    ),
    "a step that is not scaled": (
        [(Optimizer, "with_lr_factor", lambda rule, factor: rule)],
        recorded("ravine-adadelta-linear"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name, monkeypatch, fresh_programs):
    changes, found = FAULTS[name]
    for owner, attribute, fault in changes:
        monkeypatch.setattr(owner, attribute, fault)
    with pytest.raises(AssertionError):
        found()


@pytest.mark.parametrize("name", FAULTS)
def test_without_the_fault_it_passes(name, fresh_programs):
    FAULTS[name][1]()
