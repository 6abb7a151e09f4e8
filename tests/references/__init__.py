"""What rules, surfaces and wrappers are held against: one file each, found by its name, in plain NumPy or by hand.

`rules`, `surfaces` and `wrappers` are the folders; each says what a file in it has. A module whose name begins with
an underscore is shared by several.
"""

import importlib
import pkgutil
from types import ModuleType

import pytest

pytest.register_assert_rewrite(
    *(f"{__name__}.{folder}" for folder in ("rules", "surfaces", "wrappers"))
)


def by_name(package: ModuleType) -> dict[str, ModuleType]:
    """Slug -> the module of a folder that is called so."""
    names = [info.name for info in pkgutil.iter_modules(package.__path__)]
    return {
        name: importlib.import_module(f"{package.__name__}.{name}")
        for name in names
        if not name.startswith("_")
    }
