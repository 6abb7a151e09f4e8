"""Wrappers around gradient descent, against a few lines of NumPy found by the wrapper's name."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optim
from optim import around
from optim.wrappers import WRAPPERS, build
from ravine.core.knob import knobs
from ravine.experiments.trace import run
from surfaces import build as surface
from tests.references.wrappers import REFERENCES

STEPS = 40
GROUNDS = {"ravine": ((-5.0, -2.0), 0.1), "rosenbrock": ((-1.2, 1.0), 0.0005)}


def settings(slug):
    """The usual knobs, and others one at a time, to see that each of them is heard."""
    return [{}, *({name: knob.grid()[len(knob.grid()) // 3]} for name, knob in knobs(WRAPPERS[slug]).items())]  # fmt: skip


def walked(slug, wrap, ground):
    (start, lr), f = GROUNDS[ground], surface(ground)
    slope, x = jax.jit(jax.grad(f)), np.array(start)
    path = [x]
    for k in range(STEPS):
        g = np.asarray(slope(jnp.asarray(x)))
        x = REFERENCES[slug].step(wrap, x, g, lr, k, STEPS)
        path.append(x)
    return np.array(path)


def check(slug, wrap, ground):
    start, lr = GROUNDS[ground]
    rule = around(optim.build("gradient_descent", lr=lr), wrap, steps=STEPS)
    drawn = run(rule, surface(ground), start, STEPS).x
    np.testing.assert_allclose(drawn, walked(slug, wrap, ground), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("slug", REFERENCES)
def test_a_wrapper_is_its_numpy_step_for_step(slug, ground):
    for values in settings(slug):
        check(slug, build(slug, **values), ground)


def test_every_reference_is_of_a_wrapper():
    assert {*REFERENCES} <= {*WRAPPERS}


def test_another_knob_is_noticed(monkeypatch):
    monkeypatch.setattr(
        REFERENCES["inverse_sqrt"], "step", lambda wrap, x, g, lr, k, total: x - lr * g
    )
    with pytest.raises(AssertionError):
        check("inverse_sqrt", build("inverse_sqrt"), "ravine")
