"""The tests. What they import is checked at run time wherever numbers in arrays go through: each argument and each answer
against its annotation, shapes included. Text, links and menus are left to the type checker: at run time they took a fifth
of the processor time.
"""

import os
import re
from pathlib import Path

from jaxtyping import install_import_hook

from tests import checking

# A sixth of the time goes with the last touches to programs that then run once.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=1")

ROOT = Path(__file__).parents[1]
SHAPES = re.compile(r"\b(jaxtyping|Vector|Matrix)\b")


def shaped(package: str) -> list[str]:
    """The modules of a package whose annotations name the shape of an array."""
    files = sorted((ROOT / package.replace(".", "/")).rglob("*.py"))
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files}
    return [names[path] for path in files if SHAPES.search(path.read_text(encoding="utf-8"))]


CHECKED = (
    "optim",
    "surfaces",
    *(name for part in ("core", "experiments", "figures") for name in shaped(f"ravine.{part}")),
)

install_import_hook(CHECKED, f"{checking.__name__}.checked")
