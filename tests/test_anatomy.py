"""What a step is made of, and what is said of it."""

import jax
import numpy as np
import pytest

from optim import OPTIMIZERS, around, build
from optim.wrappers import build as wrapper
from ravine.experiments.anatomy import (
    anatomy,
    closely,
    curvature,
    ellipse,
    followed,
    remarks,
    shape,
)
from ravine.experiments.trace import run
from ravine.experiments.verify import KINDS
from ravine.figures.remarks import remark
from surfaces import SURFACES
from surfaces import build as surface
from tests.cases import every_form
from tests.ground import SAME

RAVINE = surface("ravine")
START = (-5.0, -2.0)


def ran(slug, steps=20, ground=RAVINE, **knobs):
    rule = build(slug, **knobs)
    return rule, run(rule, ground, START, steps)


@every_form
def test_memory_and_gradient_make_the_step(name):
    rule = KINDS[name]()
    trace = run(rule, RAVINE, START, 6)
    for k in (1, 4):
        parts = anatomy(rule, RAVINE, trace, k, None)
        np.testing.assert_allclose(
            parts.coast + parts.pull, trace.x[k] - trace.x[k - 1], atol=1e-12
        )
        remarks(rule, RAVINE, trace, k)


def test_of_momentum_it_is_the_velocity_and_the_gradient():
    rule, trace = ran("momentum", lr=0.4, gamma=0.5)
    parts = anatomy(rule, RAVINE, trace, 3, 0.4)
    np.testing.assert_allclose(parts.coast, -0.5 * trace.state.v[2])
    np.testing.assert_allclose(parts.pull, -0.4 * trace.grad[2])
    np.testing.assert_allclose(parts.plain, parts.pull)


def test_gradient_descent_remembers_nothing():
    rule, trace = ran("gradient_descent", lr=0.4)
    assert (anatomy(rule, RAVINE, trace, 2, 0.4).coast == 0).all()


@pytest.mark.parametrize(("slug", "knobs"), [("adagrad", {}), ("rmsprop", {}), ("gradient_descent", {}), ("bfgs", {}),
                                             ("newton", {"alpha": 0.5}), ("polyak", {})])  # fmt: skip
def test_without_memory_the_step_lies_on_the_ellipse(slug, knobs):
    rule, trace = ran(slug, **knobs)
    for k in (1, 3):
        parts = anatomy(rule, RAVINE, trace, k, None)
        if np.linalg.norm(parts.step) == 0:
            continue
        np.testing.assert_allclose(parts.shape @ parts.slope, -parts.step, rtol=1e-9)
        ring = ellipse(parts.shape, parts.slope, 20001)
        assert (
            np.linalg.norm(ring - parts.step, axis=1).min()
            < 1e-3 * np.linalg.norm(ring, axis=1).max()
        )


def test_newton_has_the_inverse_of_the_curvature():
    rule, trace = ran("newton", alpha=0.5, damping=0.0)
    np.testing.assert_allclose(shape(rule, RAVINE, trace, 1), 0.5 * np.diag([5.0, 0.25]), rtol=1e-9)


def test_rules_by_sign_have_no_matrix():
    rule, trace = ran("sign_sgd")
    assert shape(rule, RAVINE, trace, 1) is None


def test_a_schedule_is_in_the_matrix():
    rule = around(build("gradient_descent", lr=0.4), wrapper("linear"), steps=10)
    trace = run(rule, RAVINE, START, 10)
    np.testing.assert_allclose(shape(rule, RAVINE, trace, 6), np.eye(2) * 0.4 * 0.5)


def test_a_close_look_holds_the_step_and_is_square():
    rule, trace = ran("momentum")
    parts = anatomy(rule, RAVINE, trace, 3, 0.4)
    left, right, bottom, top = closely(parts)
    assert right - left == pytest.approx(top - bottom)
    for place in (parts.place, parts.place + parts.step, parts.place + parts.coast):
        assert left < place[0] < right
        assert bottom < place[1] < top


def test_a_window_follows_the_step_that_has_left_it():
    rule, trace = ran("momentum")
    parts = anatomy(rule, RAVINE, trace, 3, 0.4)
    assert followed((-5.0, 0.0, -2.0, 2.0), parts) == (-5.0, 0.0, -2.0, 2.0)
    assert followed((0.0, 1.0, 0.0, 2.0), parts) == pytest.approx((-4.532, -3.532, -0.12, 1.88))


def test_a_step_too_short_or_too_long_has_no_close_look():
    rule, trace = ran("newton", alpha=1.0, damping=0.0)
    assert closely(anatomy(rule, RAVINE, trace, 9, None)) is None
    rule, trace = ran("gradient_descent", steps=400, lr=10.0)
    assert closely(anatomy(rule, RAVINE, trace, 200, None)) is None
    assert closely(anatomy(rule, RAVINE, trace, 400, None)) is None


def test_rate_times_curvature_foretells_what_gradient_descent_does():
    for lr, grows in ((0.49, False), (0.51, True)):
        rule, trace = ran("gradient_descent", lr=lr)
        found = curvature(rule, RAVINE, trace)
        np.testing.assert_allclose(found.values, np.tile([0.2, 4.0], (20, 1)))
        np.testing.assert_allclose(found.product, 4.0 * lr)
        assert (
            (found.product[0] > found.limit)
            == grows
            == bool(abs(trace.x[-1, 1]) > abs(trace.x[0, 1]))
        )


def test_a_decay_around_a_rule_has_no_known_limit():
    for slug, limit in (("cosine", 2.0), ("decoupled", None), ("l2", None)):
        rule = around(build("gradient_descent", lr=0.1), wrapper(slug), steps=20)
        assert curvature(rule, RAVINE, run(rule, RAVINE, START, 20)).limit == limit


def test_an_adaptive_rule_is_measured_with_its_own_rates():
    rule, trace = ran("rmsprop", lr=0.4)
    found = curvature(rule, RAVINE, trace)
    rate = 0.4 / np.sqrt(trace.state.s[1:] + 1e-6)
    np.testing.assert_allclose(
        found.product, np.maximum(0.2 * rate[:, 0], 4.0 * rate[:, 1]), rtol=1e-6
    )


def kinds(slug, k, **knobs):
    rule, trace = ran(slug, **knobs)
    return [(said.kind, said.axis) for said in remarks(rule, RAVINE, trace, k)]


def test_what_is_said_of_the_seeds_race():
    assert kinds("momentum", 3)[0] == (
        "overshot",
        1,
    )  # x2: the gradient changed sign, the velocity did not
    assert kinds("gradient_descent", 1, lr=0.4) == [("crossed", 1)]
    assert kinds("gradient_descent", 1, lr=0.1) == [("falls", None)]
    assert ("rose", None) in kinds("gradient_descent", 1, lr=0.6)
    assert kinds("adam", 1) == [("first", None)]
    assert ("slower", 1) in kinds("adagrad", 2)
    assert ("faster", 1) in kinds("rmsprop", 15, lr=0.01, gamma=0.5) or ("faster", 1) in kinds(
        "rmsprop", 4, gamma=0.5
    )
    assert kinds("gradient_descent", 400, lr=10.0, steps=400) == [("lost", None)]


def test_a_heavy_ball_climbs_against_its_gradient():
    found = {said for k in range(1, 20) for said in kinds("momentum", k, gamma=0.9, lr=0.1)}
    assert ("climbs", 1) in found


def test_at_rest_nothing_moves():
    rule, trace = ran("newton", alpha=1.0, damping=0.0)
    assert [said.kind for said in remarks(rule, RAVINE, trace, 5)] == ["still"]


def test_a_remark_is_a_sentence():
    for slug in ("momentum", "adam", "rmsprop", "adagrad", "gradient_descent"):
        rule, trace = ran(slug)
        for k in range(1, 21):
            for said in remarks(rule, RAVINE, trace, k):
                text = remark(said)
                assert text.endswith(".")
                assert "{" not in text
                assert "nan" not in text


@jax.jit
def on_flat_ground(rule, x, state):
    """Where a step on flat ground leads from each of these points."""
    return jax.vmap(lambda at, memory: rule.update(lambda y: 0.0 * y.sum(), at, memory)[0])(
        x, state
    )


@pytest.mark.parametrize("slug", sorted(OPTIMIZERS))
@pytest.mark.parametrize("ground", SAME)
@np.errstate(all="ignore")
def test_every_remark_holds_by_its_definition(slug, ground):
    """Recomputed from the path: what memory alone would do is a step on flat ground."""
    surface, rule = SURFACES[ground](), build(slug)
    trace = run(rule, SAME[ground], surface.start, 40)
    coasts = np.nan_to_num(np.asarray(on_flat_ground(rule, trace.x, trace.state)) - trace.x)
    for k in range(1, 40):
        step, coast = trace.x[k] - trace.x[k - 1], coasts[k - 1]
        for said in remarks(rule, surface, trace, k):
            g, after = (
                (trace.grad[k - 1, said.axis], trace.grad[k, said.axis])
                if said.axis is not None
                else (0.0, 0.0)
            )
            if said.kind in {"overshot", "crossed", "over"}:
                assert g * after < 0
                assert g * step[said.axis] < 0
            if said.kind == "crossed":
                assert step[said.axis] * (trace.x[k + 1] - trace.x[k])[said.axis] < 0
            if said.kind == "climbs":
                assert slug not in {"newton", "polyak", "gradient_descent", "sign_sgd", "bfgs"}
                assert g * step[said.axis] > 0
                assert abs(coast[said.axis]) >= abs(step[said.axis] - coast[said.axis]) - 1e-12
            if said.kind == "against":
                assert g * step[said.axis] > 0
            if said.kind == "rose":
                assert trace.loss[k] > trace.loss[k - 1]
            if said.kind == "falls":
                assert trace.loss[k] <= trace.loss[k - 1]


def test_the_last_step_that_is_known_foretells_nothing():
    rule, trace = ran("gradient_descent", lr=0.4, steps=1)
    assert [said.kind for said in remarks(rule, RAVINE, trace, 1)] == ["over"]


@pytest.mark.parametrize(
    "rule",
    [
        around(build("gradient_descent", lr=0.1), wrapper("decoupled", decay=0.9), steps=30),
        around(build("gradient_descent", lr=0.1), wrapper("l2", decay=0.9), steps=30),
        build("adamw", beta1=0.0, beta2=0.0, wd=0.9),
    ],
    ids=["decoupled", "l2", "adamw"],
)
def test_a_decay_that_pulls_uphill_is_no_memory(rule):
    ground = SURFACES["beale"]()
    trace = run(rule, ground, (3.2, 0.4), 30)
    said = [one.kind for k in range(1, 30) for one in remarks(rule, ground, trace, k)]
    assert "against" in said
    assert "climbs" not in said
