"""Parts are pytrees; `jit` must never take one for another."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optim import OPTIMIZERS, Optimizer
from optim.wrappers import WRAPPERS
from ravine.core.part import Part, catalogue
from ravine.experiments.trace import run
from ravine.experiments.verify import KINDS
from surfaces import SURFACES


@pytest.mark.parametrize("menu", [KINDS, WRAPPERS, SURFACES], ids=["optim", "wrappers", "surfaces"])
def test_no_two_parts_have_the_same_structure(menu):
    structures = {slug: jax.tree.structure(kind()) for slug, kind in menu.items()}
    assert [
        pair
        for pair in itertools.combinations(menu, 2)
        if structures[pair[0]] == structures[pair[1]]
    ] == []


def test_every_trace_is_of_the_surface_it_was_asked_for():
    wrong = []
    for (name, surface), slug in itertools.product(SURFACES.items(), ("momentum", "adam")):
        trace = run(OPTIMIZERS[slug](), surface(), (0.5, 0.7), 3)
        if not np.isclose(
            trace.loss[2], float(surface()(jnp.asarray(trace.x[2]))), rtol=1e-9, equal_nan=True
        ):
            wrong.append((name, slug))
    assert wrong == []


@pytest.mark.parametrize("kind", [*KINDS.values(), *WRAPPERS.values(), *SURFACES.values()])
def test_a_part_survives_flattening(kind):
    leaves, structure = jax.tree.flatten(kind())
    assert jax.tree.unflatten(structure, leaves) == kind()
    assert len(jax.tree_util.tree_flatten_with_path(kind())[0]) == len(leaves)


def test_a_module_must_define_a_part():
    from ravine import figures

    with pytest.raises(ImportError, match="defines no Optimizer"):
        catalogue(figures, Optimizer)


def test_a_part_cannot_be_changed():
    with pytest.raises(AttributeError):
        OPTIMIZERS["adam"]().lr = 1.0
    assert issubclass(Optimizer, Part)
