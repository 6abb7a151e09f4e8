"""Running typed rules on typed and other ground: one program for every text."""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from ravine.core.formula import Arrays, height_of, parse_expression
from surfaces import Surface

ADAM = """
m = beta1*m + (1 - beta1)*g
s = beta2*s + (1 - beta2)*g**2
m_hat = m / (1 - beta1**t); s_hat = s / (1 - beta2**t)
x = x - lr*m_hat / (sqrt(s_hat) + eps)
"""
BUILT_IN = {
    "gradient_descent": "x = x - lr*g",
    "momentum": "v = gamma*v + lr*g; x = x - v",
    "nesterov": "v = gamma*v + lr*grad(x - gamma*v); x = x - v",
    "adagrad": "s = s + g**2; x = x - lr*g/sqrt(s + eps)",
    "rmsprop": "s = gamma*s + (1 - gamma)*g**2; x = x - lr*g/sqrt(s + eps)",
    "adadelta": "s = rho*s + (1 - rho)*g**2; d = sqrt((u + eps)/(s + eps))*g; x = x - d; u = rho*u + (1 - rho)*d**2",
    "adam": ADAM,
}


class Ground(Surface):
    """A typed surface."""

    tape: Arrays

    def __call__(self, x):
        return height_of(self.tape, x)


def ground(text):
    return Ground(tape=parse_expression(text).arrays())


@functools.partial(jax.jit, static_argnames="length")
def roll(rule, surface, start, steps, length=512):
    """Iterates and states after each of the first `steps` steps."""

    def step(k, carry):
        x, state, points, memory = carry
        x, state = rule.update(surface, x, state)
        return x, state, points.at[k].set(x), memory.at[k].set(state.memory)

    state = rule.init(start)
    points, memory = (
        jnp.zeros((length + 1, 2)).at[0].set(start),
        jnp.zeros((length + 1, *state.memory.shape)),
    )
    return jax.lax.fori_loop(1, steps + 1, step, (start, state, points, memory))[2:]


def path(rule, surface, start, steps=300):
    """Iterates, shape (steps + 1, 2), and states, shape (steps + 1, 12, 2)."""
    return [
        np.asarray(rows)[: steps + 1]
        for rows in roll(rule, surface, np.asarray(start, np.float64), steps)
    ]
