"""Compiled programs, kept in memory as long as they are used: every rule on every surface would be
gigabytes of them.
"""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, Protocol, TypeAlias

import jax
from jax.experimental import serialize_executable

from ravine.core.doors import in_64_bits

Executable: TypeAlias = Callable[..., Any]

# bytes of memory that a program takes for each byte as which it is packed: 15 to 24 were measured
SWELLING = 22
MOST_RESIDENT = 300_000_000  # of memory, all programs: 2 MB for most, 20 for a typed function's


class Request(NamedTuple):
    """Which program it is: a function, its static arguments, and the kinds of the others."""

    function: Callable[..., Any]
    static: tuple[Any, ...]
    tree: Any  # the structure of the other arguments
    kinds: tuple[Any, ...]  # of each of their leaves: `type`, or shape, dtype, weakness of the type


class Packed(NamedTuple):
    """A program as bytes, and the structures of what it takes and gives."""

    content: bytes
    takes: Any
    gives: Any

    @property
    def resident(self) -> int:
        """Bytes of memory that it takes once it is loaded, about."""
        return SWELLING * len(self.content)

    def loaded(self) -> Executable:
        """The program itself."""
        return serialize_executable.deserialize_and_load(*self)


class ProgramStore(Protocol):
    """Where programs are that are not in memory. It may lose any, and never gives another."""

    def load(self, request: Request) -> tuple[Executable, int] | None:
        """The program that was asked for and how large it is in memory, or None where there is
        none.
        """
        ...

    def save(self, request: Request, packed: Packed) -> None:
        """Keep a program, if that can be done."""
        ...


class _Slot:
    """The place of one program, which one thread fills while others wait for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.program: Executable | None = None
        self.size = 0


class Shelf:
    """The programs in memory: those that were used last, and at least one. Safe for many
    threads.
    """

    def __init__(self, most: int) -> None:
        self.most = most  # bytes
        self.size = 0  # of all that are there
        self.store: ProgramStore | None = None
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._slots)

    def clear(self) -> None:
        """Let all of them go: what they were made from is not what it was."""
        with self._lock:
            self._slots.clear()
            self.size = 0

    def program(self, request: Request, compiled: Callable[[], jax.stages.Compiled]) -> Executable:
        """The program that was asked for: from memory, from the store, or `compiled()`."""
        with self._lock:
            slot = self._slots.setdefault(request, _Slot())
            self._slots.move_to_end(request)
        if slot.program is None:
            with slot.lock:
                if slot.program is None:
                    slot.program, size = self._filled(request, slot, compiled)
                    self._make_room(request, slot, size)
        return slot.program

    def _filled(
        self, request: Request, slot: _Slot, compiled: Callable[[], jax.stages.Compiled]
    ) -> tuple[Executable, int]:
        """The program for a place. Where none can be made, the place goes."""
        try:
            return self._found(request, compiled)
        except BaseException:
            with self._lock:
                if self._slots.get(request) is slot:
                    del self._slots[request]
            raise

    def _make_room(self, request: Request, slot: _Slot, size: int) -> None:
        """Let those go that were not used for longest."""
        with self._lock:
            if self._slots.get(request) is not slot:
                return  # it went while it was made
            slot.size = size
            self.size += size
            oldest = [one for one, other in self._slots.items() if other.size and other is not slot]
            for one in oldest:
                if self.size <= self.most:
                    break
                self.size -= self._slots.pop(one).size

    def _found(
        self, request: Request, compiled: Callable[[], jax.stages.Compiled]
    ) -> tuple[Executable, int]:
        found = self.store.load(request) if self.store else None
        if found is not None:
            return found
        program = compiled()
        packed = _packed(program)
        if packed and self.store:
            self.store.save(request, packed)
        return program, packed.resident if packed else self.most // 10


def _packed(program: jax.stages.Compiled) -> Packed | None:
    """The program as bytes. None for what cannot be packed."""
    try:
        return Packed(*serialize_executable.serialize(program))
    except (NotImplementedError, ValueError):
        return None


SHELF = Shelf(MOST_RESIDENT)


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
        # with their types: 1 and True are equal, and make two programs
        static = tuple((type(chosen[name]).__name__, chosen[name]) for name in self._static)
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
