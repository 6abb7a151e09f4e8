"""The tests. What they import is checked at run time: each argument and each answer against its annotation, shapes
included.
"""

from jaxtyping import install_import_hook

from tests import checking

CHECKED = ("optim", "surfaces", "ravine.core", "ravine.experiments", "ravine.figures")

install_import_hook(CHECKED, f"{checking.__name__}.checked")
