"""Parts: small frozen pytrees whose fields are knobs. Optimizers and surfaces are parts."""

import dataclasses
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from types import ModuleType
from typing import Any, ClassVar, TypeVar, dataclass_transform, no_type_check

import jax

from ravine.core.knob import make
from ravine.core.words import _, quoted

P = TypeVar("P", bound="Part")

SHORT_MENU = 12  # names that an error lists one and all
LONGEST_GUESS = 80  # characters of a wrong name that are compared with the right ones
_DISPLAY_ONLY = "display_only"
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


def display_only(default: Any) -> Any:
    """A field that only readers see: it is no leaf and not in the structure. Inside a program it
    has its default.
    """
    return dataclasses.field(default=default, metadata={_DISPLAY_ONLY: True})


def derived() -> Any:
    """A field of a part that follows from its other fields, so that two parts are equal without
    it.
    """
    return dataclasses.field(compare=False)


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(display_only, derived)
)
class Part:
    """Base of everything that a visitor can pick from a menu.

    A subclass is a frozen dataclass and a JAX pytree whose leaves are its knobs: turning a knob
    changes a leaf, never a compiled program, and a sweep is a `vmap`. The class itself checks
    nothing (under `jit` its fields are tracers); `build` in `optim` and `surfaces` is the door for
    values from outside.
    """

    title: ClassVar[str]
    formula: ClassVar[str]  # LaTeX
    also: ClassVar[tuple[str, ...]] = ()  # what it is called elsewhere: who writes that is told

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        no_type_check(cls.__init__)  # a knob is a float, and inside a program a tracer
        _register(cls)

    @classmethod
    def slug(cls) -> str:
        """The name of its file, which is its name in links and menus: "gradient_descent"."""
        return cls.__module__.rpartition(".")[2]


def _register(cls: type["Part"]) -> None:
    """Make `cls` a pytree of its knobs, with the class itself in the structure.

    Not `jax.tree_util.register_dataclass`: in JAX 0.10.2 the structures of two dataclasses with as
    many knobs compare equal, and `jit` then now and then runs the program of another surface
    (docs/decisions/0002).
    """
    fields = dataclasses.fields(cls)  # pyright: ignore[reportArgumentType] - `__init_subclass__` has made it one
    names = [field.name for field in fields if _DISPLAY_ONLY not in field.metadata]

    def flatten(part: Part) -> tuple[list[tuple[Any, Any]], type[Part]]:
        return [(jax.tree_util.GetAttrKey(name), getattr(part, name)) for name in names], cls

    def unflatten(kind: type[Part], leaves: Iterable[Any]) -> Part:
        return kind(**dict(zip(names, leaves, strict=True)))

    jax.tree_util.register_pytree_with_keys(
        cls,
        flatten,
        unflatten,
        flatten_func=lambda part: ([getattr(part, name) for name in names], cls),
    )


def catalogue(package: ModuleType, kind: type[P]) -> dict[str, tuple[type[P], ...]]:
    """Slug -> the classes of every public module of `package`, in the order in which they stand
    there.

    Raises ImportError when a module defines no `kind`.
    """
    found: dict[str, tuple[type[P], ...]] = {}
    for info in pkgutil.iter_modules(package.__path__):
        if info.name.startswith("_") or info.ispkg:
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        found[info.name] = tuple(
            thing for thing in vars(module).values() if _is_own(thing, kind, module)
        )
        if not found[info.name]:
            raise ImportError(f"{module.__name__} defines no {kind.__name__}")
    return found


def only(found: Mapping[str, tuple[type[P], ...]]) -> dict[str, type[P]]:
    """The same, where a module may define but one. Raises ImportError where there are more."""
    for slug, kinds in found.items():
        if len(kinds) != 1:
            raise ImportError(f"{slug} must define exactly one class, not {len(kinds)}")
    return {slug: kind for slug, (kind,) in found.items()}


def pick(menu: Mapping[str, type[P]], slug: str, values: Mapping[str, Any]) -> P:
    """The part called `slug` with these knobs. Raises ValueError, with a sentence, for what is not
    on offer.
    """
    return make(lookup(menu, slug), dict(values))


def lookup(menu: Mapping[str, T], slug: str) -> T:
    """What is called `slug` on a menu. Raises ValueError, with a sentence that names the
    choices.
    """
    if not isinstance(slug, str) or slug not in menu:
        meant = [name for name, thing in menu.items() if slug in getattr(thing, "also", ())]
        if meant:
            said = _("There is no {name} here; it is called {meant}.")
            raise ValueError(said.format(name=quoted(slug), meant=", ".join(meant)))
        is_long = len(menu) > SHORT_MENU
        near = (
            get_close_matches(str(slug)[:LONGEST_GUESS], [*menu], SHORT_MENU // 2, cutoff=0.0)
            if is_long
            else menu
        )
        few, many = (
            _("There is no {name} here; choose one of {names}."),
            _("There is no {name} here. The nearest names are {names}."),
        )
        raise ValueError(
            (many if is_long else few).format(name=quoted(slug), names=", ".join(near))
        )
    return menu[slug]


def _is_own(thing: object, kind: type, module: ModuleType) -> bool:
    return (
        isinstance(thing, type)
        and issubclass(thing, kind)
        and thing.__module__ == module.__name__
        and not thing.__name__.startswith("_")
    )


def shown_by_result(function: F) -> F:
    """Marks a function of a rule that *Inside the step* shows by what it returns, and not line by
    line.
    """
    function.shown_by_result = True  # pyright: ignore[reportFunctionMemberAccess]
    return function
