"""The doors of the library: what is no rule, no surface, no text, no place is told so in one sentence."""

import contextlib
import re
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optim
import ravine
from optim import wrappers
from ravine.core.doors import in_64_bits, row_of_numbers
from ravine.core.part import lookup
from ravine.experiments.fan import fan
from ravine.experiments.trace import run
from surfaces import SURFACES, Surface, turned, typed
from tests.cases import every_surface
from tests.checking import unchecked

ADAM, BOWL = optim.build("adam"), SURFACES["bowl"]()


def ran(rule, surface, start, steps=3):
    return unchecked(run)(rule, surface, start, steps)


def started(start, steps=3):
    return ran(ADAM, BOWL, start, steps)


def written(*given):
    return unchecked(typed)(*given)


def around(*wraps, steps=3, rule=ADAM):
    return unchecked(optim.around)(rule, *wraps, steps=steps)


def named(slug):
    return unchecked(lookup)(SURFACES, slug)


COSINE = wrappers.build("cosine")
WRONG = {  # what is asked for -> of what kind the error is, and a part of its sentence
    "no steps around": (lambda: around(COSINE, steps=0), ValueError, "steps = 0 is less than 1"),
    "fewer steps": (lambda: around(COSINE, steps=-3), ValueError, "steps = -3 is less than 1"),
    "half a step": (lambda: around(steps=2.5), ValueError, "steps = 2.5 is not a whole"),
    "steps as text": (lambda: around(steps="3"), ValueError, "steps = '3' is not a whole"),
    "NaN steps": (lambda: around(COSINE, steps=float("nan")), ValueError, "nan is not a whole"),
    "a name around": (lambda: around("cosine"), TypeError, "'cosine' is no wrapper"),
    "a kind around": (lambda: around(type(COSINE)), TypeError, "is no wrapper"),
    "around a name": (lambda: around(rule="adam"), TypeError, "'adam' is no update rule"),
    "no function": (lambda: written(None), TypeError, "text = None is not a text"),
    "a list of functions": (lambda: written(["x"]), TypeError, "is not a text"),
    "bytes": (lambda: written(b"x^2"), TypeError, "is not a text"),
    "no rule typed": (lambda: unchecked(optim.typed)(None), TypeError, "text = None is not a text"),
    "a number typed": (lambda: unchecked(optim.typed)(3), TypeError, "text = 3 is not a text"),
    "no window": (lambda: written("x", None), ValueError, "window = None is not a row of four"),
    "three sides": (lambda: written("x", (1, 2, 3)), ValueError, "is not a row of four numbers"),
    "a set of sides": (lambda: written("x", {1, 2, 3, 4}), ValueError, "not a row of four numbers"),
    "a side as text": (lambda: written("x", ("a", 2, 3, 4)), ValueError, "not a row of four"),
    "no turning": (lambda: unchecked(turned)("bowl", 0.5), TypeError, "'bowl' is no surface"),
    "no angle": (lambda: unchecked(turned)(BOWL, None), ValueError, "turn = None is not a number"),
    "no rule": (lambda: ran("adam", BOWL, (1, 2), 3), TypeError, "rule = 'adam' is no update"),
    "no surface": (lambda: ran(ADAM, "bowl", (1, 2), 3), TypeError, "surface = 'bowl' is no"),
    "a set": (lambda: started({1.0, 2.0}), ValueError, "is not a pair of numbers"),
    "a frozen set": (lambda: started(frozenset({1.0, 2.0})), ValueError, "not a pair of numbers"),
    "a mapping": (lambda: started({1.0: 3.0, 2.0: 4.0}), ValueError, "not a pair of numbers"),
    "texts": (lambda: started(("1", "2")), ValueError, "is not a pair of numbers"),
    "a text": (lambda: started("12"), ValueError, "start = '12' is not a pair of numbers"),
    "bytes at start": (lambda: started(b"12"), ValueError, "is not a pair of numbers"),
    "three numbers": (lambda: started((1, 2, 3)), ValueError, "is not a pair of numbers"),
    "a column": (lambda: started(np.ones((2, 1))), ValueError, "is not a pair of numbers"),
    "complex": (lambda: started((1j, 2)), ValueError, "is not a pair of numbers"),
    "too large": (lambda: started((10**400, 2)), ValueError, "not a pair of finite numbers"),
    "too small": (lambda: started((1, -(10**400))), ValueError, "not a pair of finite numbers"),
    "NaN": (lambda: started((1, float("nan"))), ValueError, "not a pair of finite numbers"),
    "steps beyond": (lambda: started((1, 2), 10**30), ValueError, "is more than 2**63 - 1"),
    "no name": (lambda: named(None), ValueError, "There is no None here"),
    "names": (lambda: named(["bowl"]), ValueError, "There is no ['bowl'] here"),
    "a number": (lambda: named(3), ValueError, "There is no 3 here"),
    "no dialect": (lambda: unchecked(optim.form)("adam", ["keras"]), ValueError, "no ['keras'] here"),
    "no races": (lambda: unchecked(fan)([]), ValueError, "A fan is of one race or more"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_in_a_sentence(case):
    asked, kind, said = WRONG[case]
    with pytest.raises(kind, match=re.escape(said)) as told:
        asked()
    assert type(told.value) is kind
    assert len(str(told.value)) < 400


def test_races_of_one_fan_have_as_many_steps():
    race = ravine.default_race()
    with pytest.raises(ValueError, match="as many lanes and steps"):
        fan([race, race.replace(steps=race.steps + 1)])


@pytest.mark.parametrize(
    "start", [(1, 2), [1.0, 2.0], np.array([1, 2]), jnp.array([1.0, 2.0]), iter((1, 2)),
              (np.float32(1), np.int64(2))]
)  # fmt: skip
def test_a_pair_is_a_start_in_any_container_with_an_order(start):
    np.testing.assert_array_equal(started(start).x, started((1.0, 2.0)).x)


def test_a_list_is_a_window():
    assert written("x", [0, 1, 2, 3]) == typed("x", (0.0, 1.0, 2.0, 3.0))
    assert written("x", [0, 1, 2, 3]).view == ((0.0, 1.0), (2.0, 3.0))


def test_one_step_is_enough_for_a_schedule():
    for slug in wrappers.WRAPPERS:
        trace = run(around(wrappers.build(slug), steps=1), BOWL, (1.0, 2.0), 1)
        assert np.isfinite(trace.x).all(), slug


ELSEWHERE = [(1.0, 2.0, 3.0), (1.0,), (), [[1.0, 2.0]], 1.0, np.ones((2, 2)), jnp.ones(3), "12"]


@pytest.mark.parametrize("place", ELSEWHERE, ids=repr)
def test_a_height_is_asked_for_at_a_place_of_the_plane(place):
    for surface in (typed("7"), typed("x^2 + y"), turned(typed("x"), 0.3), BOWL, turned(BOWL, 1)):
        for asked in (surface, jax.jit(lambda x, surface=surface: surface(x))):
            if asked is surface or hasattr(place, "shape"):
                with pytest.raises(ValueError, match=r"place on a surface"):
                    asked(place)


@every_surface
def test_no_surface_forgets_a_third_number(surface):
    with pytest.raises(ValueError, match=r"has the shape \(2,\), and not \(3,\)"):
        surface(jnp.ones(3))
    assert surface([1.0, 0.5]) == surface(jnp.array([1.0, 0.5]))


class Own(Surface):
    """A surface that somebody else wrote."""

    def __call__(self, x):
        return x[0]


def test_a_surface_of_ones_own_keeps_its_door():
    assert Own()(jnp.array([3.0, 4.0])) == 3
    with pytest.raises(ValueError, match="shape"):
        Own()(jnp.array([3.0]))


@contextlib.contextmanager
def in_32_bits():
    """JAX as it is where somebody has switched its 64 bits off after Ravine was imported."""
    jax.config.update("jax_enable_x64", False)
    try:
        yield
    finally:
        jax.config.update("jax_enable_x64", True)


def runs():
    """One of each kind: built in, wrapped, typed, turned."""
    wrapped = around(wrappers.build("clip_norm"), COSINE, steps=12)
    own = typed("x^2 + 3x*y^2 + sqrt(1 + y^2)")
    yield run(ADAM, BOWL, (0.1, 1 / 3), 12)
    yield run(wrapped, turned(SURFACES["rosenbrock"](), 0.3), (0.1, 1 / 3), 12)
    yield run(ravine.typed_rule("v = gamma*v + lr*g; x -= v", lr=0.01), own, (0.1, 1 / 3), 12)
    yield from ravine.run_race(ravine.decode({"on": ["typed~text=x^2 + 10y^2"], "run": ["adam"]}))
    yield fan([ravine.default_race()])


def test_a_run_has_64_bits_where_jax_was_set_to_32_after_the_import():
    theirs = [*runs()]
    with in_32_bits():
        assert jnp.ones(1).dtype == jnp.float32
        mine = [*runs()]
    for one, other in zip(mine, theirs, strict=True):
        for mine_, theirs_ in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
            assert mine_.dtype == theirs_.dtype == np.float64
            np.testing.assert_array_equal(mine_, theirs_)


def test_a_typed_surface_opens_in_64_bits():
    with in_32_bits():
        narrow = typed("x^2/7 + y^4", (-1.0, 1.0, -2.0, 5.0))
        place, rate = narrow.start, narrow.lr
    wide = typed("x^2/7 + y^4 + 0", (-1.0, 1.0, -2.0, 5.0))
    assert (place, rate) == (wide.start, wide.lr)


def test_a_height_in_32_bits_says_so():
    with in_32_bits():
        with pytest.warns(RuntimeWarning, match="32 bits"):
            height = BOWL(jnp.array([1.0, 2.0]))
        assert height.dtype == jnp.float32
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            run(ADAM, BOWL, (1.0, 2.0), 3)
            with in_64_bits():
                assert BOWL(jnp.array([1.0, 2.0])).dtype == jnp.float64
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert BOWL(jnp.array([1.0, 2.0])).dtype == jnp.float64


def test_a_row_has_an_order():
    assert row_of_numbers((1, 2.5)) == [1.0, 2.5]
    assert row_of_numbers(range(3)) == [0.0, 1.0, 2.0]
    assert row_of_numbers({1: 2}.keys()) is None
    assert row_of_numbers(5) is None
