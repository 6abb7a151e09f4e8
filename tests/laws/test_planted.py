"""Faults that public visualizers ship, planted one by one: each must be caught, or the laws are decoration."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optim
from optim.adagrad import AdaGrad
from optim.adam import Adam
from optim.adam import State as AdamState
from optim.gradient_descent import GradientDescent
from optim.momentum import Momentum
from optim.momentum import State as MomentumState
from optim.rmsprop import RMSProp
from optim.rmsprop import State as RMSPropState
from surfaces import SURFACES
from tests.cases import KINDS
from tests.laws import test_reference, test_rules, test_surfaces


class Uncorrected(Adam):
    """Adam without bias correction."""

    def update(self, f, x, state):
        g, t = jax.grad(f)(x), state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * g**2
        return x - self.lr * m / (jnp.sqrt(v) + self.eps), AdamState(m, v, t)


class LateClock(Adam):
    """Adam whose t starts at 2."""

    def init(self, x):
        return super().init(x)._replace(t=jnp.ones((), x.dtype))


class MixedMoments(Adam):
    """Adam with one moment for both coordinates."""

    def update(self, f, x, state):
        g, t = jax.grad(f)(x), state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * jnp.full(2, jnp.sum(g**2))
        m_hat, v_hat = m / (1 - self.beta1**t), v / (1 - self.beta2**t)
        return x - self.lr * m_hat / (jnp.sqrt(v_hat) + self.eps), AdamState(m, v, t)


class EpsilonOutsideTheFraction(Adam):
    """Adam with epsilon added to the step."""

    def update(self, f, x, state):
        after, state = super().update(f, x, state)
        return after - self.eps, state


class EpsilonOutsideTheRoot(RMSProp):
    """RMSProp with epsilon beside the root: another dialect, and not the formula that is shown."""

    def update(self, f, x, state):
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        return x - self.lr * g / (jnp.sqrt(s) + self.eps), RMSPropState(s)


class MixedAxes(Momentum):
    """Momentum whose velocity leaks from one axis into the other."""

    def update(self, f, x, state):
        v = self.gamma * state.v[::-1] + self.lr * jax.grad(f)(x)
        return x - v, MomentumState(v)


class HiddenFactor(GradientDescent):
    """Gradient descent with a factor on its learning rate that nobody sees."""

    def update(self, f, x, state):
        return x - 0.5 * self.lr * jax.grad(f)(x), state


class ClippedGradient(GradientDescent):
    """Gradient descent with gradients cut to length 1 in silence."""

    def update(self, f, x, state):
        g = jax.grad(f)(x)
        return x - self.lr * g / jnp.maximum(1.0, jnp.linalg.norm(g)), state


class KeptInThePicture(GradientDescent):
    """Gradient descent clipped to a frame."""

    def update(self, f, x, state):
        return jnp.clip(x - self.lr * jax.grad(f)(x), -5.5, 5.5), state


class ForgetfulAdaGrad(AdaGrad):
    """AdaGrad that looks at the height instead of the gradient."""

    def update(self, f, x, state):
        g = jax.grad(f)(x)
        s = state.s + f(x)
        return x - self.lr * g / jnp.sqrt(s + self.eps), state._replace(s=s)


def laws(name):
    """Every check that a rule goes through."""
    checks = [
        check
        for test, check in vars(test_rules).items()
        if test.startswith("test_") and takes_name(check)
    ]
    for check in checks:
        yield lambda check=check: check(name)
    for ground in test_reference.GROUNDS:
        yield (
            lambda ground=ground: (
                test_reference.test_equals_an_independent_implementation_step_for_step(name, ground)
            )
        )
    if name == "gradient_descent":
        yield test_rules.test_a_diverging_run_is_not_clipped


def takes_name(check):
    return check.__code__.co_varnames[: check.__code__.co_argcount] == ("name",)


def caught(slug):
    """Whether a check fails, with an assertion and nothing else."""
    for law in laws(slug):
        try:
            law()
        except AssertionError:
            return True
    return False


@functools.cache
def is_sound(slug):
    """Whether no check fails as long as nothing is planted."""
    return not caught(slug)


def plant(monkeypatch, slug, fault):
    monkeypatch.setitem(optim.OPTIMIZERS, slug, fault)
    monkeypatch.setitem(KINDS, slug, fault)


@pytest.mark.parametrize(
    ("slug", "fault"),
    [
        ("adam", Uncorrected),
        ("adam", LateClock),
        ("adam", MixedMoments),
        ("adam", EpsilonOutsideTheFraction),
        ("rmsprop", EpsilonOutsideTheRoot),
        ("momentum", MixedAxes),
        ("gradient_descent", HiddenFactor),
        ("gradient_descent", ClippedGradient),
        ("gradient_descent", KeptInThePicture),
        ("adagrad", ForgetfulAdaGrad),
    ],
    ids=lambda v: v if isinstance(v, str) else v.__name__,
)
def test_a_planted_fault_is_caught(monkeypatch, slug, fault):
    assert is_sound(slug)
    plant(monkeypatch, slug, fault)
    assert caught(slug)


@pytest.mark.parametrize(
    ("slug", "fault"),
    [
        ("adam", MixedMoments),
        ("momentum", MixedAxes),
    ],
    ids=["adam", "momentum"],
)
def test_mixing_axes_breaks_the_law_of_separable_surfaces(monkeypatch, slug, fault):
    plant(monkeypatch, slug, fault)
    with pytest.raises(AssertionError):
        test_rules.test_on_a_separable_surface_each_axis_minds_its_own_business(slug)


@pytest.mark.parametrize(
    "check",
    [
        "test_the_gradient_vanishes_at_every_listed_minimum",
        "test_the_minima_are_where_they_are_known_to_be",
    ],
)
def test_a_marked_minimum_that_is_none_is_caught(check):
    class Wrong(SURFACES["beale"]):
        def minima(self):
            return [(3.0, 0.6)]

        @classmethod
        def slug(cls):
            return "beale"

    with pytest.raises(AssertionError):
        getattr(test_surfaces, check)(Wrong())


def test_a_wrong_derivative_is_caught():
    @jax.custom_jvp
    def square(v):
        return v**2

    square.defjvp(lambda primals, tangents: (primals[0] ** 2, 1.9 * primals[0] * tangents[0]))

    class Wrong(SURFACES["bowl"]):
        def __call__(self, x):
            return jnp.sum(square(x))

    with pytest.raises(AssertionError):
        test_surfaces.test_autodiff_equals_finite_differences.hypothesis.inner_test(
            Wrong(), 0.2, 0.7
        )
    assert np.isfinite(float(Wrong()(jnp.ones(2))))
