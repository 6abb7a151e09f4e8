"""The tests. What they import is checked at run time: each argument and each answer against its annotation, shapes
included.
"""

from jaxtyping import install_import_hook

install_import_hook(("optim", "surfaces", "ravine"), "beartype.beartype")
