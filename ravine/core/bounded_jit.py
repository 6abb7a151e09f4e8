"""Compiled programs, kept in memory as long as they are used: every rule on every surface would be
gigabytes of them.
"""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, Protocol

import jax

from ravine.core.doors import in_64_bits

MOST_PROGRAMS = 128  # in memory, of all functions together; each takes 1 to 3 MB


class Request(NamedTuple):
    """Which program it is: a function, its static arguments, and the kinds of the others."""

    function: Callable[..., Any]
    static: tuple[Any, ...]
    tree: Any  # the structure of the other arguments
    kinds: tuple[Any, ...]  # of each of their leaves: `type`, or shape, dtype, weakness of the type


class Store(Protocol):
    """Where programs are that are not in memory. It may lose any, and never gives another."""

    def load(self, request: Request) -> Callable[..., Any] | None:
        """The program that was asked for, or None where there is none."""
        ...

    def save(self, request: Request, program: jax.stages.Compiled) -> None:
        """Keep a program, if that can be done."""
        ...


class _Slot:
    """The place of one program, which one thread fills while others wait for it."""

    def __init__(self) -> None:
        self.lock, self.program = threading.Lock(), None


class Shelf:
    """The programs in memory: those that were used last. Safe for many threads."""

    def __init__(self, most: int) -> None:
        self.most, self.store = most, None
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        self._lock = threading.Lock()

    most: int
    store: Store | None

    def __len__(self) -> int:
        return len(self._slots)

    def program(self, request: Request, compiled: Callable[[], Any]) -> Callable[..., Any]:
        """The program that was asked for: from memory, from the store, or `compiled()`."""
        slot = self._slot(request)
        if slot.program is None:
            with slot.lock:
                if slot.program is None:
                    slot.program = self._found(request, compiled)
        return slot.program

    def clear(self) -> None:
        """Let all programs go."""
        with self._lock:
            self._slots.clear()

    def _slot(self, request: Request) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(request, _Slot())
            self._slots.move_to_end(request)
            while len(self._slots) > self.most:
                self._slots.popitem(last=False)
            return slot

    def _found(self, request: Request, compiled: Callable[[], Any]) -> Any:
        program = self.store.load(request) if self.store else None
        if program is None:
            program = compiled()
            if self.store:
                self.store.save(request, program)
        return program


SHELF = Shelf(MOST_PROGRAMS)


class BoundedJit:
    """`jax.jit` of a function with static arguments, whose programs are on a shelf that forgets
    those that were not used for longest.

    What `jax.jit` itself has compiled it keeps for good. Here each choice of static arguments, and
    of shapes and types of the others, is a program of its own. Safe for many threads: they share
    what one of them has compiled.
    """

    def __init__(self, function: Callable[..., Any], static: tuple[str, ...], shelf: Shelf) -> None:
        self.compiled = 0  # how often the function was traced, ever: for tests
        self._function, self._static, self._shelf = function, static, shelf
        functools.update_wrapper(self, function)

    def __call__(self, *given: Any, **chosen: Any) -> Any:
        """What the function answers, in 64 bits. The static arguments are given by name and must
        be hashable.
        """
        leaves, tree = jax.tree.flatten(given)
        static = tuple(chosen[name] for name in self._static)
        request = Request(self._function, static, tree, tuple(map(_kind, leaves)))
        with in_64_bits():
            program = self._shelf.program(request, lambda: self._compiled(given, chosen))
            return program(*given)

    def _compiled(self, given: tuple[Any, ...], chosen: dict[str, Any]) -> jax.stages.Compiled:
        def traced(*given: Any) -> Any:
            self.compiled += 1
            return self._function(*given, **chosen)

        return jax.jit(traced).lower(*given).compile()


def _kind(leaf: Any) -> Any:
    """What a program depends on of an argument: its type when it is a number, else shape, dtype,
    and whether other types win over it.
    """
    if type(leaf) in (float, int, bool):
        return type(leaf)
    return leaf.shape, leaf.dtype, getattr(leaf, "weak_type", False)


def bounded_jit(*static: str, shelf: Shelf = SHELF) -> Callable[[Callable[..., Any]], BoundedJit]:
    """A decorator: compile the function for each choice of its arguments `static`, and keep its
    programs on a shelf.
    """
    return lambda function: BoundedJit(function, static, shelf)
