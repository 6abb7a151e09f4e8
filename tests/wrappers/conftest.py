import jax
import pytest

from ravine.core.bounded_jit import SHELF


@pytest.fixture
def fresh_programs():
    """Programs that were compiled before a fault, or with it, are not run again."""
    _forget()
    yield
    _forget()


def _forget():
    jax.clear_caches()
    SHELF.clear()
