"""What is compiled ahead, in which order; and that compiled programs are let go."""

import gc
import threading
import weakref

import jax.numpy as jnp
import numpy as np
import pytest

from optim import FORMS, OPTIMIZERS
from ravine.core.bounded_jit import Shelf, bounded_jit
from ravine.experiments.kinds import dialects_by_form
from ravine.experiments.lanes import Lane
from ravine.payload.names import CLASSICS
from ravine.server.warmup import Job, Waiting, _racers
from surfaces import SURFACES


def jobs(waiting):
    found = []
    while waiting._jobs:
        found.append(waiting.get())
    return found


def test_what_a_visitor_waits_for_comes_first():
    waiting, here, there, asked = (
        Waiting(),
        Job("bowl", 32, "seeds"),
        Job("beale", 32, "seeds"),
        Job("saddle", 32, "all"),
    )
    for job in (here, there):
        waiting.put(job)
    waiting.put(asked, first=True)
    assert jobs(waiting) == [asked, here, there]


def test_what_is_asked_for_again_moves_up():
    waiting, here, there = Waiting(), Job("bowl", 32, "all"), Job("beale", 32, "all")
    for job in (here, there, here):
        waiting.put(job)
    waiting.put(there, first=True)
    assert jobs(waiting) == [there, here]


def test_a_job_is_done_once():
    waiting, job = Waiting(), Job("bowl", 32, "all")
    waiting.put(job)
    assert jobs(waiting) == [job]
    waiting.put(job, first=True)
    assert jobs(waiting) == []


def test_the_compiler_sleeps_until_there_is_something():
    waiting, got = Waiting(), []
    thread = threading.Thread(target=lambda: got.append(waiting.get()), daemon=True)
    thread.start()
    waiting.put(Job("bowl", 32, "all"))
    thread.join(5)
    assert got == [Job("bowl", 32, "all")]


def test_a_surface_that_is_open_has_every_rule_in_every_form():
    racers = _racers(Job("ravine", 32, "all"))
    assert {racer.kind.form for racer in racers if racer.rule != "typed"} == {
        kind for kinds in FORMS.values() for kind in kinds
    }
    assert [racer.rule for racer in racers[: len(OPTIMIZERS)]] == list(OPTIMIZERS)
    assert sum(racer.rule == "typed" for racer in racers) == 1
    assert len(racers) == sum(map(len, map(dialects_by_form, OPTIMIZERS))) + 1


def test_other_surfaces_have_the_rules_of_the_seeds():
    assert [racer.rule for racer in _racers(Job("bowl", 32, "seeds"))] == list(CLASSICS)
    assert all(slug in SURFACES for slug in ("bowl", "ravine"))
    assert Lane("adam").rule in CLASSICS


def powers(shelf):
    @bounded_jit("power", shelf=shelf)
    def raised(x, power):
        return x**power

    return raised


def size_of_one():
    """Bytes that a shelf counts for a program of `powers`."""
    shelf = Shelf(10**9)
    powers(shelf)(jnp.arange(3.0), power=2)
    return shelf.size


def test_a_program_is_kept_while_it_is_used():
    shelf = Shelf(int(2.5 * size_of_one()))
    raised, x = powers(shelf), jnp.arange(3.0)
    for power in (2, 3, 2, 3, 2):
        assert raised(x, power=power).tolist() == [k**power for k in range(3)]
    assert raised.compiled == 2
    raised(x, power=4)  # 3 was not used for longest
    raised(x, power=2)
    assert raised.compiled == 3
    raised(x, power=3)
    assert raised.compiled == 4


def test_however_many_programs_there_are_few_are_in_memory():
    shelf = Shelf(int(3.5 * size_of_one()))
    one, other, x = powers(shelf), powers(shelf), jnp.arange(3.0)
    for power in range(2, 8):
        one(x, power=power)
        other(x, power=power)
        assert 0 < shelf.size <= shelf.most
    assert len(shelf) == 3


def test_one_program_is_there_however_large_it_is():
    shelf = Shelf(1)
    raised = powers(shelf)
    for power in (2, 2, 3):
        assert raised(2.0, power=power) == 2**power
    assert len(shelf) == 1
    assert raised.compiled == 2


def test_what_cannot_be_compiled_leaves_nothing_behind():
    shelf = Shelf(10**9)
    raised = powers(shelf)
    for _ in range(3):
        with pytest.raises(TypeError):
            raised(jnp.arange(3.0), power="two")
    assert len(shelf) == 0
    assert raised(2.0, power=2) == 4


def test_what_is_equal_and_of_another_type_is_another_program():
    kind = bounded_jit("n", shelf=Shelf(10**9))(lambda x, n: x + (10 if n is True else 1))
    assert kind(1.0, n=1) == 2
    assert kind(1.0, n=True) == 11


def test_a_program_is_for_shapes_and_types_as_well():
    raised = powers(Shelf(10**9))
    for x in (2.0, 3.0, np.float64(2.0), np.arange(3.0), jnp.arange(3.0), np.arange(4.0), 2):
        np.testing.assert_array_equal(raised(x, power=2), x**2)
    assert raised.compiled == 5  # two floats, one of NumPy, rows of 3 and of 4, a whole number


def test_a_program_that_is_let_go_is_gone():
    shelf = Shelf(1)
    raised = powers(shelf)
    raised(1.0, power=2)
    (slot,) = shelf._slots.values()
    program = weakref.ref(slot.program)
    del slot
    assert program() is not None
    raised(1.0, power=3)
    gc.collect()
    assert program() is None


def test_many_threads_share_what_one_has_compiled():
    raised = powers(Shelf(10**9))
    threads = [threading.Thread(target=lambda: raised(2.0, power=2)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised.compiled == 1
