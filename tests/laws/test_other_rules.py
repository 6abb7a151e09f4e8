"""The rules beside Adam's family, against plain NumPy, rows that frameworks print, closed forms and known traps."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import optim.newton
import surfaces
from optim import FORMS
from optim.adadelta import AdaDelta, RatedAdaDelta
from optim.adadelta import State as AdaDeltaState
from optim.adagrad import AdaGrad, OutsideAdaGrad, StartedAdaGrad
from optim.bfgs import BFGS, learned, low_enough
from optim.bfgs import State as BFGSState
from optim.gradient_descent import GradientDescent
from optim.momentum import CountedBuffer, DampenedMomentum, Momentum, OutsideMomentum
from optim.nesterov import InsideNesterov, Nesterov, OutsideNesterov
from optim.newton import Newton, solved
from optim.polyak import CappedPolyak, Polyak
from optim.polyak import State as PolyakState
from optim.qhm import QHM
from optim.qhm import State as QHMState
from optim.rmsprop import BareRMSProp, OutsideRMSProp, RMSProp
from optim.rmsprop_centered import CenteredRMSProp, MovingCenteredRMSProp
from optim.rmsprop_centered import State as CenteredState
from optim.rmsprop_momentum import OutsideRMSPropMomentum, RMSPropMomentum
from optim.rprop import Backed, Rprop, WaitingRprop
from optim.schedule_free import ScheduleFree, WeighedScheduleFree
from ravine.core.knob import knobs
from ravine.experiments.inside import rates
from ravine.experiments.trace import run
from surfaces import SURFACES
from surfaces import build as surface
from tests.cases import KINDS
from tests.checking import as_others_promote
from tests.references.rules import BY_HAND, walked

FROM = (-5.0, -2.0)
RAVINE, BOWL = SURFACES["ravine"](), SURFACES["bowl"]()
GROUNDS = {  # start, learning rate
    "ravine": (FROM, 0.1),
    "rosenbrock": ((-1.2, 1.0), 0.0005),
    "himmelblau": ((0.5, -1.0), 0.01),
    "beale": ((1.0, 1.0), 0.01),
}
every_ground = pytest.mark.parametrize("ground", GROUNDS)
SLUGS = {
    *(
        "gradient_descent",
        "momentum",
        "nesterov",
        "adagrad",
        "rmsprop",
        "adadelta",
        "rprop",
        "rmsprop_centered",
    ),
    *("rmsprop_momentum", "qhm", "schedule_free", "newton", "bfgs", "polyak"),
}
MINE = {name: kind for name, kind in KINDS.items() if name.partition(".")[0] in SLUGS}
CLOSE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-12}
EXACT: dict[str, Any] = {"rtol": 1e-12, "atol": 1e-15}


BY_HAND_HERE = [name for name in BY_HAND if name in MINE]


def other_knobs(name):
    """Knobs away from their defaults, to see that each of them is heard."""
    return {
        "rprop": {"shrink": 0.3, "grow": 1.5, "shortest": 1e-3, "longest": 0.4},
        "qhm": {"beta1": 0.9, "nu": 0.4},
        "schedule_free": {"beta1": 0.5},
        "newton": {"alpha": 0.5, "damping": 1.0},
        "bfgs": {"alpha": 0.3},
        "polyak": {"f_star": -0.5},
    }[name]


def check_by_hand(name, kind, ground, **values):
    """Raises AssertionError unless `kind` walks as the NumPy of the form `name` does."""
    start, lr = GROUNDS[ground]
    rule = kind(**({"lr": lr} if "lr" in knobs(kind) else {}), **values)
    f = SURFACES[ground]()
    np.testing.assert_allclose(run(rule, f, start, 50).x, walked(name, rule, f, start, 50), **CLOSE)


@every_ground
@pytest.mark.parametrize("name", BY_HAND_HERE)
def test_a_form_that_no_framework_has_walks_as_its_numpy(name, ground):
    check_by_hand(name, KINDS[name], ground)
    check_by_hand(name, KINDS[name], ground, **other_knobs(name))


def test_every_form_has_a_framework_or_numpy():
    assert {name for name, kind in MINE.items() if not kind.calls} == {*BY_HAND_HERE}


def test_every_dialect_writes_a_rule_in_one_form_only():
    for slug in SLUGS:
        spoken = [dialect for kind in FORMS[slug] for dialect in kind.dialects]
        assert len(spoken) == len(set(spoken)), slug


@pytest.mark.parametrize("slug", sorted(SLUGS))
def test_each_of_several_forms_says_what_sets_it_apart(slug):
    said = [kind.differs for kind in FORMS[slug]]
    assert len(set(said)) == len(said)
    assert all(said) == (len(said) > 1)


@pytest.mark.parametrize("name", MINE)
def test_a_state_is_made_of_numbers_vectors_and_a_matrix(name):
    shapes = {np.shape(leaf) for leaf in jax.tree.leaves(MINE[name]().init(jnp.ones(2)))}
    assert shapes <= {(), (2,), (2, 2)}


# Where 20 steps on the ravine end in Keras 3.15.1 and PyTorch 2.13.0, in float64.

ROWS = [
    ("momentum", "keras", {"lr": 0.1, "gamma": 0.9}, (1.3533566908, -0.465812603571)),
    ("momentum.optax", "pytorch", {"lr": 0.1, "gamma": 0.9}, (1.3533566908, -0.465812603571)),
    (
        "momentum.pytorch",
        "pytorch",
        {"lr": 0.1, "gamma": 0.9, "dampening": 0.3},
        (0.505742754888, -0.264822651566),
    ),
    (
        "momentum.pytorch",
        "pytorch",
        {"lr": 0.1, "gamma": 0.0, "dampening": 0.3},
        (-3.33803985878, -7.31231688013e-05),
    ),
    ("nesterov", "pytorch", {"lr": 0.1, "gamma": 0.9}, (0.973035668619, -0.00217757072987)),
    ("nesterov.pytorch", "pytorch", {"lr": 0.1, "gamma": 0.9}, (1.07353720786, 0.000730388057108)),
    ("nesterov.keras", "keras", {"lr": 0.1, "gamma": 0.9}, (1.07353720786, 0.000730388057108)),
    ("adagrad", "keras", {"lr": 0.4, "eps": 0.1}, (-2.41864585715, -0.15882115435)),
    ("adagrad.paper", "pytorch", {"lr": 0.4, "eps": 0.1}, (-2.49334714201, -0.163694107718)),
    (
        "adagrad.keras",
        "keras",
        {"lr": 0.4, "eps": 1e-07, "s0": 0.1},
        (-2.41864589166, -0.15882115458),
    ),
    ("rmsprop", "keras", {"lr": 0.1, "gamma": 0.9, "eps": 0.1}, (-2.75882568698, -0.144323327602)),
    ("rmsprop.paper", "pytorch", {"lr": 0.1, "gamma": 0.9}, (-2.45183556835, -0.141067982667)),
    (
        "rmsprop.pytorch",
        "pytorch",
        {"lr": 0.1, "gamma": 0.9, "eps": 0.1},
        (-2.79735680955, -0.161136256635),
    ),
    ("adadelta", "keras", {"rho": 0.9, "eps": 0.01}, (-1.02484618805, -0.00888273015194)),
    (
        "adadelta.pytorch",
        "keras",
        {"lr": 0.5, "rho": 0.9, "eps": 0.01},
        (-2.41486248337, -0.218029905001),
    ),
    (
        "adadelta.pytorch",
        "pytorch",
        {"lr": 0.5, "rho": 0.9, "eps": 0.01},
        (-2.41486248337, -0.218029905001),
    ),
    ("rprop.pytorch", "pytorch", {"lr": 0.4}, (0.0039240704, -0.007456)),
    (
        "rmsprop_centered",
        "keras",
        {"lr": 0.1, "gamma": 0.9, "eps": 0.1},
        (-2.10908072987, -0.0389499357673),
    ),
    (
        "rmsprop_centered.pytorch",
        "pytorch",
        {"lr": 0.1, "gamma": 0.9, "eps": 0.1},
        (-1.98903473445, -0.0463486566497),
    ),
    (
        *("rmsprop_centered.paper", "keras"),
        {"lr": 0.05, "gamma": 0.95, "mu": 0.5, "eps": 0.1},
        (-2.18734216404, -0.00960198159666),
    ),
    (
        *("rmsprop_momentum", "keras"),
        {"lr": 0.05, "gamma": 0.9, "mu": 0.5, "eps": 0.1},
        (-2.82358256381, -0.148632970732),
    ),
    (
        *("rmsprop_momentum.pytorch", "pytorch"),
        {"lr": 0.05, "gamma": 0.9, "mu": 0.5, "eps": 0.1},
        (-2.8633736372, -0.166446567433),
    ),
]


def check_row(kind, values, end):
    """Raises AssertionError unless `kind` ends where a framework did, to all digits that are written here."""
    np.testing.assert_allclose(run(kind(**values), RAVINE, FROM, 20).x[-1], end, rtol=1e-10)


@pytest.mark.parametrize(("name", "framework", "values", "end"), ROWS)
def test_it_ends_where_the_framework_does(name, framework, values, end):
    assert framework in KINDS[name].calls
    check_row(KINDS[name], values, end)


# What the docstrings of optax print for five steps on |x|^2 from (1, 2, 3).

PRINTED = [
    (GradientDescent(lr=0.003), (13.8, 13.7, 13.5, 13.3, 13.2)),
    (RMSProp(lr=0.003, eps=1e-8), (13.9, 13.8, 13.7, 13.7, 13.6)),
    (StartedAdaGrad(lr=1.0), (5.01, 2.40, 1.25, 0.686, 0.385)),
    (RatedAdaDelta(lr=10.0), (13.6, 13.2, 12.9, 12.5, 12.1)),
    (CappedPolyak(), (3.5, 0.875, 0.21875, 0.0546875, 0.013671875)),
    (
        WeighedScheduleFree(lr=1.0),
        (14.0, 0.0, 0.996, 0.806, 0.241),
    ),  # it prints 1.75E-14, of 32 bits
]


@pytest.mark.parametrize(("rule", "printed"), PRINTED, ids=lambda v: type(v).__name__)
def test_it_finds_the_heights_that_optax_prints(rule, printed):
    def f(x):
        return jnp.sum(x**2)

    x = jnp.array([1.0, 2.0, 3.0])
    state, found = rule.init(x), []
    for _ in printed:
        x, state = rule.update(f, x, state)
        found.append(float(f(x)))
    np.testing.assert_allclose(found, printed, rtol=5e-3, atol=1e-14)


# Traps.


def path(rule, f=RAVINE, start=FROM, steps=50):
    return run(rule, f, start, steps).x


@as_others_promote
def optax_path(tx: Any, f: Any, start: Any, steps: int) -> Any:
    x: Any = jnp.asarray(start)
    state, found = tx.init(x), [x]
    step = jax.jit(
        lambda x, state: tx.update(
            jax.grad(f)(x), state, x, value=f(x), grad=jax.grad(f)(x), value_fn=f
        )
    )
    for _ in range(steps):
        delta, state = step(x, state)
        x = optax.apply_updates(x, delta)
        found.append(x)
    return np.array(found)


def test_optax_takes_the_steps_of_rprop_one_call_late():
    """It hands out the step of the call before, or none where the sign has changed: this is why it has no dialect."""
    theirs = optax_path(optax.with_extra_args_support(optax.rprop(0.1)), RAVINE, FROM, 20)
    ours = path(WaitingRprop(lr=0.1), steps=20)
    np.testing.assert_array_equal(theirs[1], FROM)
    np.testing.assert_allclose(theirs[2:4] - theirs[1:3], ours[1:3] - ours[:2], **EXACT)
    # later it is not even our path, one step late
    assert np.abs(theirs[1:] - ours[:-1]).max() > 0.1
    assert not {"optax"} & {
        dialect for kind in FORMS["rprop"] for dialect in (*kind.dialects, *kind.calls)
    }


def test_adadelta_of_optax_without_a_learning_rate_climbs():
    climbing = optax_path(optax.with_extra_args_support(optax.adadelta()), RAVINE, FROM, 20)
    assert float(RAVINE(jnp.asarray(climbing[-1]))) > float(RAVINE(jnp.asarray(FROM)))
    np.testing.assert_allclose(
        climbing[1] - climbing[0], -(path(RatedAdaDelta())[1] - FROM), **EXACT
    )


@pytest.mark.parametrize(
    "kind", [RMSProp, BareRMSProp, OutsideRMSProp, RMSPropMomentum, OutsideRMSPropMomentum]
)
@pytest.mark.parametrize("start", [FROM, (0.3, -40.0)])
def test_the_first_step_of_rmsprop_is_as_long_whatever_the_gradient(kind, start):
    rule = kind(lr=0.1, gamma=0.9, **({"eps": 1e-12} if "eps" in knobs(kind) else {}))
    np.testing.assert_allclose(
        np.abs(path(rule, start=start)[1] - start), 0.1 / np.sqrt(0.1), rtol=1e-8
    )


def test_the_first_step_of_centered_rmsprop_is_longer_still():
    """s - m^2 = (1 - gamma) g^2 - (1 - gamma)^2 g^2 = gamma (1 - gamma) g^2."""
    step = np.abs(path(CenteredRMSProp(lr=0.1, gamma=0.9, eps=1e-12))[1] - FROM)
    np.testing.assert_allclose(step, 0.1 / np.sqrt(0.9 * 0.1), rtol=1e-8)


@pytest.mark.parametrize("lr", [1.0, 0.001, 3.0])
def test_the_first_step_of_adadelta_is_decided_by_epsilon(lr):
    step = np.abs(path(RatedAdaDelta(lr=lr, rho=0.9, eps=1e-6))[1] - FROM)
    np.testing.assert_allclose(step, lr * np.sqrt(1e-6 / 0.1), rtol=1e-4)


def test_averaged_momentum_needs_a_longer_learning_rate():
    """A moving average of gradients is 1 - beta of the heavy ball's sum."""
    ball = path(Momentum(lr=0.1, gamma=0.9))
    np.testing.assert_allclose(path(QHM(lr=0.1 / (1 - 0.9), beta1=0.9, nu=1.0)), ball, **CLOSE)
    assert np.abs(path(QHM(lr=0.1, beta1=0.9, nu=1.0)) - ball).max() > 1


def test_adagrad_s_first_step_is_lr_long_unless_the_sum_starts_higher():
    for kind in (AdaGrad, OutsideAdaGrad):
        np.testing.assert_allclose(np.abs(path(kind(lr=0.3, eps=1e-12))[1] - FROM), 0.3, rtol=1e-9)
    g = np.array([1.0, 8.0])
    step = np.abs(path(StartedAdaGrad(lr=0.3, eps=1e-12, s0=0.1))[1] - FROM)
    np.testing.assert_allclose(step, 0.3 * g / np.sqrt(g**2 + 0.1), rtol=1e-9)


# Inclusions.

SAME = [
    (OutsideMomentum(lr=0.1, gamma=0.9), Momentum(lr=0.1, gamma=0.9)),
    (DampenedMomentum(lr=0.1, gamma=0.9), Momentum(lr=0.1, gamma=0.9)),
    (DampenedMomentum(lr=0.1, gamma=0.0, dampening=0.7), GradientDescent(lr=0.1)),
    (InsideNesterov(lr=0.1, gamma=0.9), OutsideNesterov(lr=0.1, gamma=0.9)),
    (OutsideNesterov(lr=0.1, gamma=0.0), GradientDescent(lr=0.1)),
    (QHM(lr=0.1, beta1=0.9, nu=0.0), GradientDescent(lr=0.1)),
    (QHM(lr=0.1, beta1=0.9, nu=1.0), Momentum(lr=0.1 * (1 - 0.9), gamma=0.9)),
    (QHM(lr=0.1, beta1=0.9, nu=0.9), OutsideNesterov(lr=0.1 * (1 - 0.9), gamma=0.9)),
    (StartedAdaGrad(lr=0.1, eps=1e-6, s0=0.0), AdaGrad(lr=0.1, eps=1e-6)),
    (StartedAdaGrad(lr=0.1, eps=1e-2, s0=0.1), AdaGrad(lr=0.1, eps=0.11)),
    (RatedAdaDelta(lr=1.0, rho=0.9, eps=1e-5), AdaDelta(rho=0.9, eps=1e-5)),
    (RMSPropMomentum(lr=0.1, gamma=0.9, mu=0.0, eps=1e-6), RMSProp(lr=0.1, gamma=0.9, eps=1e-6)),
    (OutsideRMSPropMomentum(lr=0.1, mu=0.0), OutsideRMSProp(lr=0.1)),
    (
        MovingCenteredRMSProp(lr=0.1, gamma=0.9, mu=0.0, eps=1e-6),
        CenteredRMSProp(lr=0.1, gamma=0.9, eps=1e-6),
    ),
    (OutsideRMSProp(lr=0.1, gamma=0.0, eps=1e-12), OutsideAdaGrad(lr=0.1, eps=1e-12)),
    (CappedPolyak(most_rate=100.0), Polyak()),
]


@pytest.mark.parametrize(("one", "other"), SAME[:-2], ids=lambda rule: type(rule).__name__)
def test_two_ways_to_the_same_path(one, other):
    np.testing.assert_allclose(path(one), path(other), **CLOSE)


def test_without_memory_rmsprop_begins_as_adagrad_does():
    one, other = SAME[-2]
    np.testing.assert_allclose(path(one, steps=1), path(other, steps=1), **CLOSE)
    assert np.abs(path(one, steps=2) - path(other, steps=2)).max() > 0.02


def test_a_cap_that_is_never_reached_changes_nothing():
    one, other = SAME[-1]
    np.testing.assert_allclose(path(one, steps=20), path(other, steps=20), **CLOSE)


def test_velocity_is_the_buffer_times_the_learning_rate():
    inside, outside = (
        run(Momentum(lr=0.3, gamma=0.7), RAVINE, FROM, 50),
        run(OutsideMomentum(lr=0.3, gamma=0.7), RAVINE, FROM, 50),
    )
    np.testing.assert_allclose(inside.state.v, 0.3 * outside.state.b, **CLOSE)


@every_ground
def test_the_frameworks_nesterov_is_ours_seen_one_look_ahead(ground):
    start, lr = GROUNDS[ground]
    trace = run(Nesterov(lr=lr, gamma=0.9), SURFACES[ground](), start, 50)
    ahead = path(OutsideNesterov(lr=lr, gamma=0.9), SURFACES[ground](), start)
    np.testing.assert_allclose(trace.x - 0.9 * trace.state.v, ahead, **CLOSE)


@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adadelta", "rmsprop_centered", "polyak"])
def test_a_step_is_the_rate_times_the_gradient(name):
    for kind in FORMS[name]:
        if kind is MovingCenteredRMSProp:
            continue
        rule = kind(**({"lr": 0.1} if "lr" in knobs(kind) else {}))
        trace = run(rule, RAVINE, FROM, 40)
        np.testing.assert_allclose(
            trace.x[:-1] - trace.x[1:], rates(rule, trace)[1:] * trace.grad[:-1], **EXACT
        )


# Rprop.


@pytest.mark.parametrize("kind", [Rprop, WaitingRprop])
def test_the_first_step_of_rprop_is_the_learning_rate(kind):
    np.testing.assert_allclose(path(kind(lr=0.3))[1] - FROM, (0.3, 0.3), **EXACT)


@pytest.mark.parametrize("kind", [Rprop, WaitingRprop])
def test_on_a_slope_the_steps_of_rprop_grow_up_to_the_longest(kind):
    slope = jax.tree_util.Partial(lambda x: x[0] - 3.0 * x[1])
    rule, x = kind(lr=0.1, longest=0.5), jnp.zeros(2)
    state, lengths = rule.init(x), []
    for _ in range(12):
        after, state = rule.update(slope, x, state)
        lengths.append(np.abs(after - x))
        x = after
    np.testing.assert_allclose(
        lengths, np.minimum(0.1 * 1.2 ** np.arange(12), 0.5)[:, None] * [1.0, 1.0], rtol=1e-12
    )


def turns(trace, axis):
    """The steps, from 1, before which the sign of this coordinate's gradient had just changed and was noticed."""
    g, kept = trace.grad[:, axis], trace.state.p[:, axis]
    return [k for k in range(1, 40) if g[k] * kept[k] < 0]


def test_rprop_takes_a_step_back_where_the_sign_changes_and_pytorch_waits():
    for kind, back in ((Rprop, 1), (WaitingRprop, 0)):
        trace = run(kind(lr=0.3), RAVINE, FROM, 41)
        for axis in (0, 1):
            assert len(turns(trace, axis)) > 3
            for k in turns(trace, axis):
                np.testing.assert_allclose(trace.x[k + 1, axis], trace.x[k - back, axis], **EXACT)
                assert trace.state.d[k + 1, axis] == 0.5 * trace.state.d[k, axis]
                assert trace.state.p[k + 1, axis] == 0.0


def test_pytorch_holds_the_first_step_of_rprop_within_its_limits_and_the_paper_does_not():
    assert path(WaitingRprop(lr=1.0, longest=0.5))[1, 0] == -4.5
    assert path(WaitingRprop(lr=0.1, shortest=0.5))[1, 0] == -4.5
    assert path(Rprop(lr=1.0, longest=0.5))[1, 0] == -4.0


# Schedule-Free.


def test_what_schedule_free_shows_is_the_average_of_z():
    plain, weighed = (
        run(ScheduleFree(lr=0.1), RAVINE, FROM, 60),
        run(WeighedScheduleFree(lr=0.1), RAVINE, FROM, 60),
    )
    count = np.arange(1, 62)[:, None]
    np.testing.assert_allclose(plain.x, np.cumsum(plain.state.z, axis=0) / count, **CLOSE)
    np.testing.assert_allclose(
        weighed.x[1:], np.cumsum(weighed.state.z[1:], axis=0) / count[:-1], **CLOSE
    )
    assert np.abs(plain.x - weighed.x).max() > 0.01


def test_schedule_free_weighs_by_the_largest_learning_rate_so_far():
    """As optax does, also while a warm-up has it at 0."""
    x, state, zs = jnp.array(FROM), WeighedScheduleFree().init(jnp.array(FROM)), []
    for lr in (0.0, 0.1, 0.2, 0.05):
        x, state = WeighedScheduleFree(lr=lr).update(RAVINE, x, state)
        zs.append(state.z)
    weights = np.array([0.0, 0.01, 0.04, 0.04])
    np.testing.assert_allclose(x, weights @ np.array(zs) / weights.sum(), **CLOSE)
    np.testing.assert_array_equal(zs[0], FROM)


@pytest.mark.parametrize("kind", [ScheduleFree, WeighedScheduleFree])
def test_schedule_free_takes_its_gradient_between_x_and_z(kind):
    trace = run(kind(lr=0.1, beta1=0.7), RAVINE, FROM, 30)
    y = 0.3 * trace.state.z + 0.7 * trace.x
    np.testing.assert_allclose(np.diff(trace.state.z, axis=0), -0.1 * y[:-1] * [0.2, 4.0], **CLOSE)


def test_schedule_free_without_beta_is_the_average_of_gradient_descent():
    """Polyak's averaging: then y = z."""
    plain = path(GradientDescent(lr=0.1), steps=40)
    trace = run(ScheduleFree(lr=0.1, beta1=0.0), RAVINE, FROM, 40)
    np.testing.assert_allclose(trace.state.z, plain, **CLOSE)
    np.testing.assert_allclose(trace.x[-1], plain.mean(axis=0), **CLOSE)


# Newton.

TURNED = [(1.0, 0.0), (20.0, 0.5), (100.0, 1.0), (3.0, 1.4)]


@pytest.mark.parametrize(("kappa", "theta"), TURNED)
def test_newton_reaches_the_minimum_of_any_quadratic_in_one_step(kappa, theta):
    f = surface("quadratic", kappa=kappa, theta=theta)
    np.testing.assert_allclose(path(Newton(), f, (-4.0, 2.0), 1)[1], 0.0, atol=1e-13)
    shrinking = path(Newton(alpha=0.25), f, (-4.0, 2.0), 20)
    np.testing.assert_allclose(shrinking, 0.75 ** np.arange(21)[:, None] * [-4.0, 2.0], rtol=1e-10)


def test_damping_slows_newton_down_by_the_curvature_of_each_axis():
    found = path(Newton(damping=0.5), steps=10)
    factor = 0.5 / (np.array([0.2, 4.0]) + 0.5)
    np.testing.assert_allclose(found, factor ** np.arange(11)[:, None] * FROM, rtol=1e-12)


def test_newton_walks_to_a_saddle_unless_it_is_damped_enough():
    f = SURFACES["bounded_saddle"]()
    np.testing.assert_allclose(path(Newton(), f, (-1.5, 0.3), 30)[-1], (0.0, 0.0), atol=1e-12)
    np.testing.assert_allclose(
        path(Newton(damping=2.0), f, (-1.5, 0.3), 300)[-1], (0.0, 1.0), atol=1e-9
    )


@pytest.mark.parametrize(
    ("h", "g"),
    [
        ([[2.0, 2.0], [2.0, 2.0]], [1.0, 1.0]),
        ([[2.0, 2.0], [2.0, 2.0]], [3.0, -1.0]),
        ([[4.0, 0.0], [0.0, 0.0]], [1.0, 2.0]),
        ([[1.0, -2.0], [-2.0, 4.0]], [0.5, 0.25]),
        ([[0.0, 0.0], [0.0, 0.0]], [1.0, 2.0]),
        ([[0.0, 2.0], [2.0, 0.0]], [1.0, 2.0]),
        ([[3.0, 1.0], [1.0, -2.0]], [1.0, 2.0]),
    ],
)
def test_newton_solves_singular_systems_as_the_pseudoinverse_does(h, g):
    found = solved(jnp.array(h), jnp.array(g))
    np.testing.assert_allclose(found, np.linalg.pinv(np.array(h)) @ g, rtol=1e-12, atol=1e-14)


# BFGS.


@every_ground
def test_bfgs_is_the_limited_memory_one_of_optax_that_forgets_nothing(ground):
    """Two loops over all past steps and no matrix; as long as there is no step to skip."""
    search = optax.scale_by_backtracking_linesearch(
        39, slope_rtol=1e-4, decrease_factor=0.5, increase_factor=1e300, max_learning_rate=1.0
    )
    tx = optax.chain(
        optax.scale_by_lbfgs(memory_size=20, scale_init_precond=False), optax.scale(-1.0), search
    )
    start, _ = GROUNDS[ground]
    trace = run(BFGS(), SURFACES[ground](), start, 15)
    bends = np.sum(np.diff(trace.x, axis=0) * np.diff(trace.grad, axis=0), axis=1)
    learning = int(np.argmax(bends <= 0)) if (bends <= 0).any() else 15
    assert learning >= 6
    theirs = optax_path(tx, SURFACES[ground](), start, learning)
    np.testing.assert_allclose(trace.x[: learning + 1], theirs, rtol=1e-6, atol=1e-9)


def test_bfgs_learns_the_curvature_of_a_quadratic_and_ends_faster_than_any_line():
    trace = run(BFGS(), surface("quadratic", kappa=20.0, theta=0.5), (-4.0, 2.0), 14)
    error = np.linalg.norm(trace.x, axis=1)
    shrinks = error[2:] / error[1:-1]
    assert (shrinks < 2e-3).all()
    assert shrinks[-4:].max() < 0.01 * shrinks[:4].max()
    turn = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    inverse = turn @ np.diag([1.0, 1 / 20.0]) @ turn.T
    np.testing.assert_allclose(trace.state.h[9], inverse, rtol=1e-4)


@every_ground
def test_bfgs_keeps_a_guess_that_explains_its_last_step(ground):
    trace = run(BFGS(), SURFACES[ground](), GROUNDS[ground][0], 10)
    for k in range(1, 8):
        h = trace.state.h[k]
        s, y = trace.x[k] - trace.x[k - 1], trace.grad[k] - trace.grad[k - 1]
        assert np.linalg.eigvalsh((h + h.T) / 2).min() > 0
        np.testing.assert_allclose(h, h.T, rtol=1e-6, atol=1e-9)
        if s @ y > 0:
            np.testing.assert_allclose(h @ y, s, rtol=1e-6, atol=1e-9)


@every_ground
def test_bfgs_never_climbs(ground):
    trace = run(BFGS(), SURFACES[ground](), GROUNDS[ground][0], 50)
    assert (np.diff(trace.loss) <= 0).all()
    assert trace.loss[-1] < 1e-20


def test_bfgs_learns_nothing_where_the_slope_does_not_rise():
    h, s = jnp.array([[2.0, 0.5], [0.5, 1.0]]), jnp.array([1.0, 2.0])
    for y in ([-1.0, 0.0], [2.0, -1.0], [0.0, 0.0]):
        np.testing.assert_array_equal(learned(h, s, jnp.array(y)), h)
    trace = run(BFGS(), SURFACES["saddle"](), (0.0, 0.1), 8)
    np.testing.assert_array_equal(trace.state.h, [np.eye(2)] * 9)


def test_the_search_of_bfgs_takes_the_first_length_that_is_low_enough():
    def valley(x):
        return jnp.sum(x**2)

    x, d = jnp.array([1.0, 0.0]), jnp.array([-3.0, 0.0])
    # 1 leads to a height of 4
    assert float(low_enough(valley, x, d, jnp.asarray(-6.0), 1.0)) == 0.5
    assert float(low_enough(valley, x, d, jnp.asarray(-6.0), 0.3)) == 0.3
    assert float(low_enough(valley, x, -d, jnp.asarray(6.0), 1.0)) == 0.0  # uphill


def test_bfgs_stays_where_no_step_leads_down():
    def island(x):
        return jnp.where(jnp.sum(x**2) <= 1.0, x[0], jnp.nan)

    x, state = BFGS().update(island, jnp.array([-1.0, 0.0]), BFGS().init(jnp.zeros(2)))
    np.testing.assert_array_equal(x, [-1.0, 0.0])
    np.testing.assert_array_equal(state.h, np.eye(2))


@pytest.mark.parametrize("slug", ["bowl", "ravine", "rosenbrock", "ackley", "rastrigin"])
def test_bfgs_rests_once_it_has_arrived(slug):
    f = SURFACES[slug]()
    trace = run(BFGS(), f, f.start, 500)
    assert np.isfinite(trace.x).all()
    assert np.isfinite(trace.state.h).all()


# Polyak.


def test_polyak_s_step_halves_the_distance_on_a_bowl():
    trace = run(Polyak(), BOWL, (-3.5, 3.0), 40)
    np.testing.assert_allclose(trace.x, 0.5 ** np.arange(41)[:, None] * [-3.5, 3.0], rtol=1e-12)
    np.testing.assert_allclose(trace.state.h[1:], 0.25, rtol=1e-12)


@pytest.mark.parametrize(("kappa", "theta"), TURNED)
def test_polyak_s_step_never_moves_away_from_the_minimum_of_a_convex_surface(kappa, theta):
    x = path(Polyak(), surface("quadratic", kappa=kappa, theta=theta), (-4.0, 2.0), 100)
    assert (np.diff(np.linalg.norm(x, axis=1)) < 0).all()


def test_polyak_s_step_makes_a_large_error_of_a_small_one_in_a_ravine():
    """Why its path is compared without fused products; a path of gradient descent forgets the same error."""
    beside = (float(np.nextafter(-5.0, 0.0)), -2.0)
    assert 1e-6 < np.abs(path(Polyak(), start=beside) - path(Polyak())).max() < 1e-2
    plain = GradientDescent(lr=0.1)
    assert np.abs(path(plain, start=beside) - path(plain)).max() < 1e-14


def test_polyak_s_step_stops_at_a_height_that_is_told_too_high():
    trace = run(Polyak(f_star=1.0), BOWL, (-3.5, 3.0), 60)
    np.testing.assert_allclose(trace.loss[-1], 1.0, rtol=1e-12)


def test_raising_surface_and_f_star_together_changes_nothing():
    class Raised(type(RAVINE)):
        def __call__(self, x):
            return super().__call__(x) + 5.0

    np.testing.assert_allclose(
        path(Polyak(f_star=5.0), Raised(), steps=10), path(Polyak(), steps=10), **CLOSE
    )


def test_optax_caps_polyak_s_step_and_stops_where_the_gradient_is_tiny():
    trace = run(CappedPolyak(most_rate=0.3), RAVINE, FROM, 400)
    assert trace.state.h.max() == 0.3
    still = np.sum(trace.grad**2, axis=1) <= 2.0**-52
    assert still.any()
    assert (trace.state.h[1:][still[:-1]] == 0).all()
    assert (trace.state.h[1:][~still[:-1]] > 0).all()


# Faults, planted to see that a comparison dies of them.


class WaitingAsThePaper(Rprop):
    """Rprop that forgets to take the last step back."""

    def update(self, f, x, state):
        g = jax.grad(f)(x)
        after, state = super().update(f, x, state)
        back = g != state.p
        return jnp.where(back, x, after), state


class RpropThatRemembersTheTurn(Rprop):
    """Rprop that keeps the gradient after a change of sign: it then shrinks twice."""

    def update(self, f, x, state):
        after, state = super().update(f, x, state)
        return after, Backed(state.d, jax.grad(f)(x), state.u)


class DampenedFirst(DampenedMomentum):
    """PyTorch's momentum, the first gradient dampened like all others."""

    def update(self, f, x, state):
        b = self.gamma * state.b + (1 - self.dampening) * jax.grad(f)(x)
        return x - self.lr * b, CountedBuffer(b, state.t + 1)


class LookingHere(Nesterov):
    """Nesterov that takes its gradient where it is: the heavy ball."""

    def update(self, f, x, state):
        v = self.gamma * state.v + self.lr * jax.grad(f)(x)
        return x - v, state._replace(v=v)


class RemembersItsRate(RatedAdaDelta):
    """AdaDelta that remembers its steps with the learning rate in them."""

    def update(self, f, x, state):
        after, (s, _u) = super().update(f, x, state)
        return after, AdaDeltaState(s, self.rho * state.u + (1 - self.rho) * (after - x) ** 2)


class FromNothing(StartedAdaGrad):
    """AdaGrad whose sum starts from 0 whatever it is told."""

    def init(self, x):
        return super().init(x)._replace(s=jnp.zeros_like(x))


class LessTheMean(CenteredRMSProp):
    """Centered RMSProp that keeps the mean from the start of time, not the recent one."""

    def update(self, f, x, state):
        after, (s, m) = super().update(f, x, state)
        return after, CenteredState(s, m + (1 - self.gamma) * (jax.grad(f)(x) - m))


class DividesTheSum(OutsideRMSPropMomentum):
    """RMSProp that divides the remembered sum and not each gradient: Adam's order."""

    def update(self, f, x, state):
        g = jax.grad(f)(x)
        s = self.gamma * state.s + (1 - self.gamma) * g**2
        b = self.mu * state.b + g
        return x - self.lr * b / (jnp.sqrt(s) + self.eps), state._replace(s=s, b=b)


class SharesExchanged(QHM):
    """QHM with the shares of gradient and average exchanged."""

    def update(self, f, x, state):
        g = jax.grad(f)(x)
        v = self.beta1 * state.v + (1 - self.beta1) * g
        return x - self.lr * (self.nu * g + (1 - self.nu) * v), QHMState(v)


class ShowsZ(ScheduleFree):
    """Schedule-Free that shows where the steps lead, and not their average."""

    def update(self, f, x, state):
        state = super().update(f, x, state)[1]
        return state.z, state


class LooksAtZ(ScheduleFree):
    """Schedule-Free that takes its gradient in z."""

    def update(self, f, x, state):
        z = state.z - self.lr * jax.grad(f)(state.z)
        c = 1 / (state.t + 2)
        return (1 - c) * x + c * z, state._replace(z=z, t=state.t + 1)


class DampedTheWrongWay(Newton):
    """Newton that takes the damping off."""

    def update(self, f, x, state):
        h = jax.hessian(f)(x) - self.damping * jnp.eye(2)
        return x - self.alpha * solved(h, jax.grad(f)(x)), state


class LearnsEverything(BFGS):
    """BFGS that learns also where the slope does not rise."""

    def update(self, f, x, state):
        after, (h,) = super().update(f, x, state)
        s, y = after - x, jax.grad(f)(after) - jax.grad(f)(x)
        across = jnp.eye(2) - jnp.outer(s, y) / jnp.dot(y, s)
        spoilt = across @ state.h @ across.T + jnp.outer(s, s) / jnp.dot(y, s)
        return after, BFGSState(jnp.where(jnp.dot(y, s) < 0, spoilt, h))


class AnyStep(BFGS):
    """BFGS without a search."""

    def update(self, f, x, state):
        h, g = state.h, jax.grad(f)(x)
        s = -self.alpha * (h @ g)
        return x + s, BFGSState(learned(h, s, jax.grad(f)(x + s) - g))


class ForgetsTheGoal(Polyak):
    """Polyak's step with f* = 0 whatever it is told."""

    def update(self, f, x, state):
        loss, g = jax.value_and_grad(f)(x)
        h = loss / jnp.sum(g**2)
        return x - h * g, PolyakState(h)


def check_everything(name, kind):
    """Every comparison with numbers from elsewhere that a form goes through."""
    for ground in GROUNDS if name in BY_HAND else ():
        check_by_hand(name, kind, ground)
        check_by_hand(name, kind, ground, **other_knobs(name))
    for _form, _framework, values, end in (row for row in ROWS if row[0] == name):
        check_row(kind, values, end)


FAULTS = [
    ("rprop", WaitingAsThePaper),
    ("rprop", RpropThatRemembersTheTurn),
    ("momentum.pytorch", DampenedFirst),
    ("nesterov", LookingHere),
    ("adadelta.pytorch", RemembersItsRate),
    ("adagrad.keras", FromNothing),
    ("rmsprop_centered", LessTheMean),
    ("rmsprop_momentum.pytorch", DividesTheSum),
    ("qhm", SharesExchanged),
    ("schedule_free", ShowsZ),
    ("schedule_free", LooksAtZ),
    ("newton", DampedTheWrongWay),
    ("bfgs", LearnsEverything),
    ("bfgs", AnyStep),
    ("polyak", ForgetsTheGoal),
]


@pytest.mark.parametrize(
    ("name", "fault"), FAULTS, ids=lambda v: v if isinstance(v, str) else v.__name__
)
def test_a_planted_fault_is_caught(name, fault):
    check_everything(name, KINDS[name])
    with pytest.raises(AssertionError):
        check_everything(name, fault)


def test_newton_without_its_guard_is_caught(monkeypatch):
    monkeypatch.setattr(optim.newton, "solved", jnp.linalg.solve)
    f = jax.tree_util.Partial(lambda x: jnp.sum(x) ** 2)
    step, _ = Newton().update(f, jnp.array([1.0, 2.0]), ())
    assert not np.isfinite(step).all()
    monkeypatch.undo()
    np.testing.assert_allclose(
        Newton().update(f, jnp.array([1.0, 2.0]), ())[0], [-0.5, 0.5], **EXACT
    )


def test_a_damped_step_of_newton_is_that_of_levenberg():
    """On f = x1^2 + 3 x2^2 with damping d: x_i (1 - h_i / (h_i + d)) with h = (2, 6), Levenberg (1944)."""
    rule = Newton(alpha=1.0, damping=0.5)
    trace = run(rule, surfaces.typed("x^2+3y^2"), (1.0, 1.0), 2)
    factors = np.array([1 - 2 / 2.5, 1 - 6 / 6.5])
    np.testing.assert_allclose(trace.x, [factors**k for k in range(3)], rtol=1e-12)
