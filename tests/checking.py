"""What checks annotations while the tests run, and how a test gets past it."""

import inspect
from collections.abc import Callable
from typing import Any

import jax
from beartype import BeartypeConf, beartype

# a whole number is a float too, as type checkers have it (PEP 484)
checked = beartype(conf=BeartypeConf(is_pep484_tower=True))


def unchecked(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` as it is in the app, where its annotations are not checked: for what strangers
    hand in.
    """
    return inspect.unwrap(function)


# the tests add no whole number to a fraction without saying so; optax does
as_others_promote = jax.numpy_dtype_promotion("standard")
