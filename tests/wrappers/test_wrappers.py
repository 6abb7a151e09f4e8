"""What each wrapper promises by itself. A new module in `optim/wrappers/` is tested here without an edit."""

import doctest
import importlib
import re
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import optim
from optim._wrapped import factors
from optim.wrappers import FAMILIES, WRAPPERS, Schedule, build, ordered
from ravine.core.knob import knobs

every_wrapper = pytest.mark.parametrize("slug", WRAPPERS)
FORESEEN = [slug for slug, kind in WRAPPERS.items() if issubclass(kind, Schedule) and kind.foreseen]
every_foreseen = pytest.mark.parametrize("slug", FORESEEN)
gradients = st.tuples(*[st.floats(-1e6, 1e6, allow_subnormal=False)] * 2).map(jnp.array)
limits = st.floats(1e-3, 1e3)


def factor(wrap, steps):
    return np.asarray(factors([wrap], steps))


def test_they_are_the_files_of_the_folder():
    found = sorted(Path(optim.wrappers.__path__[0]).glob("[!_]*.py"))
    assert list(WRAPPERS) == [path.stem for path in found]
    assert not set(WRAPPERS) & set(optim.OPTIMIZERS)


@every_wrapper
def test_every_default_is_a_stop_of_its_slider(slug):
    for name, knob in knobs(WRAPPERS[slug]).items():
        assert getattr(build(slug), name) in knob.grid()
        assert knob.title


@every_wrapper
def test_every_knob_is_in_the_formula(slug):
    kind = WRAPPERS[slug]
    for knob in knobs(kind).values():
        assert re.search(rf"(?<![A-Za-z\\]){re.escape(knob.symbol)}(?![A-Za-z_])", kind.formula), (
            knob.symbol
        )


def test_no_two_wrappers_of_different_families_share_a_symbol():
    used = {}
    for kind in WRAPPERS.values():
        for knob in knobs(kind).values():
            assert used.setdefault(knob.symbol, kind.family) == kind.family


@every_wrapper
def test_it_says_what_it_is(slug):
    kind = WRAPPERS[slug]
    assert kind.family in FAMILIES
    assert kind.title
    assert kind.__doc__
    assert re.search(r"\b(19|20)\d\d\b", kind.paper)


@every_wrapper
def test_its_state_is_in_the_formula(slug):
    kind = WRAPPERS[slug]
    state = kind().init() if issubclass(kind, Schedule) else ()
    assert [field for field in getattr(state, "_fields", ()) if field not in kind.formula] == []


@pytest.mark.parametrize(
    "name", ["optim._wrapped", "optim.wrappers", *(f"optim.wrappers.{slug}" for slug in WRAPPERS)]
)
def test_docstring_examples_are_true(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize(
    ("slug", "values", "said"),
    [
        ("clip", {}, "no 'clip' here; choose one of clip_norm, clip_value"),
        ("clip_norm", {"limit": 0}, r"ClipNorm\.limit = 0 is outside"),
        ("l2", {"decay": "much"}, "'much' is not a number"),
        ("step", {"gamma": 1}, "has no knob 'gamma'; it has every, fall"),
    ],
)
def test_the_door_refuses_with_a_sentence(slug, values, said):
    with pytest.raises(ValueError, match=said):
        build(slug, **values)


def test_they_act_in_one_order_and_one_of_a_kind():
    mixed = [build("linear"), build("l2"), build("clip_norm")]
    assert [wrap.slug() for wrap in ordered(mixed)] == ["clip_norm", "l2", "linear"]
    with pytest.raises(ValueError, match="clip_norm and clip_value do not go together"):
        ordered([build("clip_norm"), build("clip_value")])


@given(gradients, limits)
def test_a_clipped_norm_is_no_longer_than_its_limit_and_keeps_its_direction(g, limit):
    cut = build("clip_norm", limit=limit).clip(g)
    longest = min(limit, np.hypot(*g))
    np.testing.assert_allclose(np.hypot(*cut), longest, rtol=1e-12)
    np.testing.assert_allclose(cut * np.hypot(*g), g * np.hypot(*cut), rtol=1e-12, atol=1e-300)


@given(gradients, limits)
def test_clipped_values_stay_in_the_box_and_keep_their_signs(g, limit):
    cut = build("clip_value", limit=limit).clip(g)
    np.testing.assert_array_equal(cut, np.sign(g) * np.minimum(np.abs(g), limit))


@pytest.mark.parametrize("slug", ["clip_norm", "clip_value"])
@given(gradients)
def test_a_limit_above_the_gradient_changes_nothing(slug, g):
    limit = float(np.clip(np.hypot(*g) * 1.001, 1e-3, None))
    np.testing.assert_array_equal(WRAPPERS[slug](limit=limit).clip(g), g)


@pytest.mark.parametrize("slug", ["clip_norm", "clip_value"])
def test_a_limit_stands_at_zero_and_at_gradients_whose_squares_overflow(slug):
    clip = build(slug, limit=1.0).clip
    np.testing.assert_array_equal(clip(jnp.zeros(2)), 0.0)
    np.testing.assert_allclose(clip(jnp.array([1e200, 0.0])), [1.0, 0.0], rtol=1e-15)
    assert np.isnan(clip(jnp.array([jnp.nan, 1.0]))).any()


def bent(x):
    return 3.0 * x[0] ** 2 + x[0] * x[1] + x[1] ** 4


def test_a_clipped_height_has_the_heights_and_curvatures_of_the_surface():
    seen, x = build("clip_norm", limit=0.5).height(bent), jnp.array([1.0, -2.0])
    assert seen(x) == bent(x)
    value, slope = jax.value_and_grad(seen)(x)
    assert value == bent(x)
    np.testing.assert_allclose(
        slope, 0.5 * jax.grad(bent)(x) / np.hypot(*jax.grad(bent)(x)), rtol=1e-15
    )
    for derivative in (
        jax.hessian,
        lambda f: jax.jacfwd(jax.grad(f)),
        lambda f: jax.jacrev(jax.grad(f)),
    ):
        np.testing.assert_allclose(derivative(seen)(x), jax.hessian(bent)(x), rtol=1e-12)


def test_a_clipped_height_can_be_batched_and_compiled_around_its_knob():
    def slope(limit, x):
        return jax.grad(build("clip_norm").__class__(limit=limit).height(bent))(x)

    xs, cs = jnp.array([[1.0, -2.0], [0.1, 0.0], [3.0, 3.0]]), jnp.array([0.5, 100.0, 2.0])
    batch = jax.jit(jax.vmap(slope))(cs, xs)
    np.testing.assert_allclose(
        batch, [slope(float(c), x) for c, x in zip(cs, xs, strict=True)], rtol=1e-14
    )


def test_the_penalty_is_added_to_height_gradient_and_curvature():
    seen, x = build("l2", decay=0.5).height(bent), jnp.array([1.0, -2.0])
    np.testing.assert_allclose(seen(x), bent(x) + 0.25 * 5.0, rtol=1e-15)
    np.testing.assert_allclose(jax.grad(seen)(x), jax.grad(bent)(x) + 0.5 * x, rtol=1e-15)
    np.testing.assert_allclose(
        jax.hessian(seen)(x), jax.hessian(bent)(x) + 0.5 * np.eye(2), rtol=1e-15
    )


@every_foreseen
def test_a_factor_is_a_share(slug):
    for steps in (1, 2, 3, 10, 100):
        found = factor(build(slug), steps)
        assert found.shape == (steps,)
        assert (found >= 0).all()
        assert (found <= 1).all()


@pytest.mark.parametrize(
    "slug", [slug for slug in FORESEEN if slug not in {"warmup_cosine", "one_cycle"}]
)
def test_a_schedule_without_a_rise_starts_at_one_and_only_falls(slug):
    found = factor(build(slug), 50)
    assert found[0] == 1.0
    assert (np.diff(found) <= 0).all()
    assert found[-1] < 1.0


@pytest.mark.parametrize(("slug", "summit"), [("warmup_cosine", 10), ("one_cycle", 9)])
def test_a_schedule_with_a_rise_has_one_summit_of_one(slug, summit):
    found = factor(
        build(slug, **{"warmup_cosine": {"share": 0.2}, "one_cycle": {"rise": 0.2}}[slug]), 50
    )
    assert found[summit] == 1.0
    assert (np.diff(found[: summit + 1]) > 0).all()
    assert (np.diff(found[summit:]) < 0).all()


@pytest.mark.parametrize("slug", ["linear", "cosine", "warmup_cosine"])
@pytest.mark.parametrize("end", [0.0, 0.25])
def test_it_ends_where_step_n_would_stand_and_stays_there(slug, end):
    wrap, total = build(slug, end=end), jnp.array(40.0)
    for k in (40.0, 41.0, 400.0):
        np.testing.assert_allclose(
            wrap.factor(jnp.array(k), total, ()), end, rtol=1e-15, atol=1e-15
        )
    assert wrap.factor(jnp.array(39.0), total, ()) > end


def test_one_cycle_starts_and_ends_as_it_says():
    found = factor(build("one_cycle", first=10.0, last=100.0), 30)
    np.testing.assert_allclose(found[[0, 8, -1]], [0.1, 1.0, 0.001], rtol=1e-13)
    assert (
        build("one_cycle").factor(jnp.array(35.0), jnp.array(30.0), ())
        == factor(build("one_cycle"), 30)[-1]
    )


def test_the_closed_forms():
    k = np.arange(50)
    np.testing.assert_array_equal(factor(build("step", every=5, fall=0.5), 50), 0.5 ** (k // 5))
    np.testing.assert_allclose(factor(build("exponential", fall=0.9), 50), 0.9**k, rtol=1e-13)
    np.testing.assert_allclose(
        factor(build("inverse_sqrt", after=10), 50), (1 + k / 10) ** -0.5, rtol=1e-15
    )
    np.testing.assert_allclose(
        factor(build("warmup_cosine", share=0.2), 50)[:10], k[:10] / 10, rtol=1e-15
    )


@pytest.mark.parametrize("every", [4.6, 5.0, 5.4])
def test_a_number_of_steps_is_a_whole_one(every):
    np.testing.assert_array_equal(
        factor(build("step", every=every), 20), 0.5 ** (np.arange(20) // 5)
    )


def test_another_length_or_knob_of_a_schedule_rarely_compiles():
    from optim._wrapped import _factors

    factor(build("cosine"), 33)
    before = _factors.compiled
    factor(build("cosine", end=0.5), 64)
    assert _factors.compiled == before


def test_no_schedule_is_a_constant_one_and_a_plateau_cannot_be_foreseen():
    np.testing.assert_array_equal(factors([build("clip_norm")], 7), np.ones(7))
    assert factors([build("plateau")], 7) is None


def watched(wrap, heights):
    state, found = wrap.init(), []
    for height in heights:
        state = wrap.watch(jnp.asarray(height), state)
        found.append(tuple(map(float, state)))
    return found


def test_a_plateau_counts_the_steps_that_were_not_better():
    wrap = build("plateau", fall=0.5, patience=2, threshold=0.1)
    assert watched(wrap, [5.0, 4.95, 4.9, 4.95, 4.0, 4.0, 4.0]) == [
        (5.0, 0.0, 1.0),
        (5.0, 1.0, 1.0),
        (5.0, 2.0, 1.0),  # 4.9 is not lower than 5 by more than 0.1
        (5.0, 0.0, 0.5),  # the third that was not: patience is over
        (4.0, 0.0, 0.5),
        (4.0, 1.0, 0.5),
        (4.0, 2.0, 0.5),
    ]


def test_a_plateau_does_not_care_where_height_zero_is():
    wrap, heights = (
        build("plateau", fall=0.5, patience=1, threshold=0.25),
        [1.0, 0.5, 0.75, 0.5, 0.25, 0.125, 0.125],
    )
    high, low = watched(wrap, heights), watched(wrap, [h - 16.0 for h in heights])
    assert [state[1:] for state in high] == [state[1:] for state in low]
    assert high[-1][2] < 1.0


def test_a_height_that_is_no_number_is_not_better():
    assert watched(build("plateau", patience=5), [1.0, float("nan"), float("inf")])[-1][:2] == (
        1.0,
        2.0,
    )
