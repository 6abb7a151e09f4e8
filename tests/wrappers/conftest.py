import jax
import pytest


@pytest.fixture
def fresh_programs():
    """Programs that were compiled before a fault, or with it, are not run again."""
    jax.clear_caches()
    yield
    jax.clear_caches()
