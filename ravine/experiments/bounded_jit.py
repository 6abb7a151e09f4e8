"""Compiled programs, kept as long as they are used: every rule on every surface would be gigabytes
of them.
"""

import functools
import threading
from collections.abc import Callable
from typing import Any

import jax

from ravine.core.doors import in_64_bits

MOST_PROGRAMS = 200  # programs that trace runs; each takes 2 to 3 MB
FEW_PROGRAMS = 64  # programs of what is asked for more rarely


class BoundedJit:
    """`jax.jit` of a function with static arguments, that forgets the programs that were not used
    for longest.

    What `jax.jit` itself has compiled it keeps for good. Here each choice of static arguments is a
    jitted function of its own in a bounded cache. Safe for many threads: they share what one of
    them has compiled.
    """

    def __init__(self, function: Callable[..., Any], static: tuple[str, ...], most: int) -> None:
        self.compiled = 0  # how often the function was traced, ever: for tests
        self._function, self._static, self._lock = function, static, threading.Lock()
        self._made = functools.lru_cache(maxsize=most)(self._make)
        functools.update_wrapper(self, function)

    def __call__(self, *given: Any, **chosen: Any) -> Any:
        """What the function answers, in 64 bits. The static arguments are given by name and must
        be hashable.
        """
        with self._lock:
            program = self._made(*(chosen[name] for name in self._static))
        with in_64_bits():
            return program(*given)

    def _make(self, *chosen: Any) -> Any:
        def traced(*given: Any) -> Any:
            self.compiled += 1
            return self._function(*given, **dict(zip(self._static, chosen, strict=True)))

        return jax.jit(traced)


def bounded_jit(
    *static: str, most: int = MOST_PROGRAMS
) -> Callable[[Callable[..., Any]], BoundedJit]:
    """A decorator: compile the function for each choice of its arguments `static`, and keep so many
    programs.
    """
    return lambda function: BoundedJit(function, static, most)
