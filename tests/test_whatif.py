"""What if: each second run against a few lines of NumPy, where they part, and what makes sense for which rule."""

import jax.numpy as jnp
import numpy as np
import pytest

import surfaces
from optim import around, build, typed
from optim.wrappers import build as wrapper
from ravine.experiments import trace as traces
from ravine.experiments.inside import rates
from ravine.experiments.trace import run
from ravine.experiments.verify import KINDS
from ravine.experiments.whatif import (
    LATE,
    WHATIFS,
    Frozen,
    divisors,
    is_corrected,
    memory_of,
    parted,
    possible,
    what_if,
)
from tests.cases import every_form

RAVINE = surfaces.build("ravine")
START = (-5.0, -2.0)
STEPS, AT = 25, 7
CURVATURES = np.array([0.2, 4.0])
CLOSE = {"rtol": 1e-10, "atol": 1e-12}


def asked(name, rule, steps=STEPS, at=AT):
    return what_if(name, rule, RAVINE, START, steps, at)


def offered(rule):
    return possible(rule, run(rule, RAVINE, START, 3).state)


# By hand, on the ravine: the gradient is (0.2, 4) x.


def adam(lr=0.4, beta1=0.9, beta2=0.999, eps=1e-8, corrected=True, still_after=STEPS):
    x, v, s, path = np.array(START), np.zeros(2), np.zeros(2), [START]
    for t in range(1, STEPS + 1):
        g = CURVATURES * x
        v = beta1 * v + (1 - beta1) * g
        s = s if t > still_after else beta2 * s + (1 - beta2) * g**2
        share, part = (1 - beta1**t, 1 - beta2**t) if corrected else (1.0, 1.0)
        x = x - lr * (v / share) / (np.sqrt(s / part) + eps)
        path.append(x)
    return np.array(path)


def rmsprop(lr=0.4, gamma=0.9, eps=1e-6, still_after=STEPS):
    x, s, path = np.array(START), np.zeros(2), [START]
    for t in range(1, STEPS + 1):
        g = CURVATURES * x
        s = s if t > still_after else gamma * s + (1 - gamma) * g**2
        x = x - lr * g / np.sqrt(s + eps)
        path.append(x)
    return np.array(path)


def momentum(lr=0.4, gamma=0.5):
    x, v, path = np.array(START), np.zeros(2), [START]
    for _ in range(STEPS):
        v = gamma * v + lr * CURVATURES * x
        x = x - v
        path.append(x)
    return np.array(path)


BY_HAND = [
    ("uncorrected", build("adam"), adam(corrected=False)),
    ("frozen", build("adam"), adam(still_after=AT)),
    ("memoryless", build("adam"), adam(beta1=0.0)),
    ("without_epsilon", build("adam", eps=0.1), adam(eps=0.0)),
    ("frozen", build("rmsprop"), rmsprop(still_after=AT)),
    ("without_epsilon", build("rmsprop", eps=0.1), rmsprop(eps=0.0)),
    ("memoryless", build("momentum", lr=0.1), momentum(lr=0.1, gamma=0.0)),
]


@pytest.mark.parametrize(
    ("name", "rule", "path"), BY_HAND, ids=[f"{n}-{type(r).__name__}" for n, r, _p in BY_HAND]
)
def test_a_what_if_is_what_numpy_walks(name, rule, path):
    assert name in offered(rule)
    np.testing.assert_allclose(asked(name, rule).x, path, **CLOSE)
    assert parted(run(rule, RAVINE, START, STEPS), asked(name, rule)) is not None


def test_every_what_if_of_the_three_is_by_hand():
    told = {(type(rule), name) for name, rule, _path in BY_HAND}
    assert told == {
        (type(rule), name)
        for rule in map(build, ("adam", "rmsprop", "momentum"))
        for name in offered(rule)
    }


def test_without_correction_adam_s_first_step_is_three_times_as_long():
    one, other = run(build("adam"), RAVINE, START, STEPS), asked("uncorrected", build("adam"))
    assert parted(one, other) == 1
    ratio = (other.x[1] - other.x[0]) / (one.x[1] - one.x[0])
    np.testing.assert_allclose(ratio, 0.1 / np.sqrt(0.001), rtol=1e-6)


@pytest.mark.parametrize(
    ("slug", "bare_form"), [("amsgrad", "amsgrad.paper"), ("yogi", "yogi.paper")]
)
def test_uncorrected_is_the_form_that_does_not_correct(slug, bare_form):
    eps = {"eps": 0.0} if slug == "amsgrad" else {}
    corrected, other = KINDS[slug](lr=0.1, **eps), KINDS[bare_form](lr=0.1)
    np.testing.assert_allclose(
        asked("uncorrected", corrected).x, run(other, RAVINE, START, STEPS).x, **CLOSE
    )


def test_momentum_without_memory_is_gradient_descent():
    for form in (
        "momentum",
        "momentum.optax",
        "momentum.pytorch",
        "nesterov",
        "nesterov.pytorch",
        "nesterov.keras",
    ):
        plain = run(build("gradient_descent", lr=0.1), RAVINE, START, STEPS)
        np.testing.assert_allclose(asked("memoryless", KINDS[form](lr=0.1)).x, plain.x, **CLOSE)


def can_freeze():
    return [name for name, kind in KINDS.items() if divisors(kind)]


@pytest.mark.parametrize("name", can_freeze())
def test_a_frozen_rule_agrees_up_to_the_step_and_holds_from_then_on(name):
    rule = KINDS[name]()
    one, other = run(rule, RAVINE, START, STEPS), asked("frozen", rule)
    np.testing.assert_allclose(other.x[: AT + 1], one.x[: AT + 1], **CLOSE)
    for field in divisors(type(rule)):
        held, free = getattr(other.state, field), getattr(one.state, field)
        np.testing.assert_array_equal(held[AT:], np.broadcast_to(held[AT], held[AT:].shape))
        np.testing.assert_allclose(held[: AT + 1], free[: AT + 1], **CLOSE)
    moving = any(
        np.ptp(getattr(one.state, field)[AT:], axis=0).any() for field in divisors(type(rule))
    )
    assert parted(one, other) == (AT + 1 if moving else None)


@pytest.mark.parametrize("name", [n for n in can_freeze() if r"^t" not in KINDS[n].formula])
def test_what_is_not_corrected_has_one_rate_from_then_on(name):
    rate = rates(KINDS[name](), asked("frozen", KINDS[name]()))
    np.testing.assert_array_equal(
        rate[AT + 1 :], np.broadcast_to(rate[AT + 1], rate[AT + 1 :].shape)
    )


def test_frozen_before_the_first_step_divides_by_epsilon():
    lr, eps = 0.1, 0.25
    path = START * (1 - lr / np.sqrt(eps) * CURVATURES) ** np.arange(STEPS + 1)[:, None]
    np.testing.assert_allclose(
        asked("frozen", build("rmsprop", lr=lr, eps=eps), at=0).x, path, **CLOSE
    )


def test_frozen_at_the_end_is_the_run_itself():
    assert (
        parted(run(build("adam"), RAVINE, START, STEPS), asked("frozen", build("adam"), at=STEPS))
        is None
    )


def test_a_new_step_and_a_new_knob_compile_nothing():
    asked("frozen", build("adam"))
    before = traces._simulate.compiled
    for at, lr in ((0, 0.4), (3, 0.4), (STEPS, 0.1)):
        asked("frozen", build("adam", lr=lr), at=at)
    assert traces._simulate.compiled == before
    run(build("adam"), RAVINE, START, STEPS)
    before = traces._simulate.compiled
    asked("memoryless", build("adam"))
    asked("without_epsilon", build("adam"))
    assert traces._simulate.compiled == before


UNCORRECTED = {
    *(
        "adabelief",
        "adam",
        "adam.keras",
        "adamax",
        "adamax.paper",
        "adamax.keras",
        "adamw",
        "adamw.paper",
    ),
    *("adamw.keras", "amsgrad", "amsgrad.keras", "amsgrad.optax", "yogi"),
}
NO_MEMORY = {
    "adan",
    "adan.optax",
    "schedule_free",
    "schedule_free.optax",
    "rprop",
    "rprop.pytorch",
    "bfgs",
}


@every_form
def test_what_makes_sense_for_a_rule(name):
    rule = KINDS[name]()
    found = offered(rule)
    assert ("uncorrected" in found) == (name in UNCORRECTED)
    fields = {*getattr(rule.init(jnp.zeros(2)), "_fields", ())}
    squares = bool({"s", "u", "n"} & fields) or {"m", "v"} <= fields  # Adam and its kin
    assert ("frozen" in found) == (squares and name != "rprop")
    assert ("without_epsilon" in found) == hasattr(rule, "eps")
    assert [*found] == [one for one in WHATIFS if one in found]


@every_form
def test_memoryless_is_offered_where_a_knob_is_all_the_memory_of_gradients(name):
    knob = memory_of(KINDS[name])
    assert ("memoryless" in offered(KINDS[name]())) == (knob is not None)
    if knob is None:
        assert name in NO_MEMORY or not {"beta1", "mu"} & {*KINDS[name].__dataclass_fields__}
    else:
        assert "memoryless" not in offered(KINDS[name](**{knob: 0.0}))


@every_form
def test_what_is_offered_runs_and_differs(name):
    rule = KINDS[name]()
    one = run(rule, RAVINE, START, STEPS)
    for change in offered(rule):
        other = asked(change, rule)
        assert other.x.shape == one.x.shape
        assert type(other.state) is type(one.state)
        if change in {"uncorrected", "memoryless"}:
            assert parted(one, other) is not None


def test_the_divisors():
    expected = {
        "adam": ("v",),
        "amsgrad": ("u",),
        "adamax": ("u",),
        "adan": ("n",),
        "adadelta": ("s", "u"),
    }
    expected |= {
        "rmsprop_centered": ("s", "m"),
        "gradient_descent": (),
        "polyak": (),
        "newton": (),
        "lion": (),
    }
    assert {name: divisors(KINDS[name]) for name in expected} == expected


def test_a_formula_that_asks_for_the_time_elsewhere_is_not_only_corrected():
    for name in ("radam", "nadam", "nadam.keras", "adan.optax", "momentum.pytorch"):
        assert not is_corrected(KINDS[name].formula)


@pytest.mark.parametrize("name", ["uncorrected", "frozen", "memoryless", "without_epsilon"])
def test_a_wrapped_rule_is_changed_inside(name):
    idle = around(build("adam", eps=0.1), wrapper("clip_norm", limit=1000.0), steps=STEPS)
    assert name in offered(idle)
    np.testing.assert_allclose(asked(name, idle).x, asked(name, idle.bare).x, **CLOSE)
    busy = around(build("adam", eps=0.1), wrapper("cosine"), wrapper("decoupled"), steps=STEPS)
    one, other = run(busy, RAVINE, START, STEPS), asked(name, busy)
    assert parted(one, other) == (AT + 1 if name == "frozen" else 2 if name == "memoryless" else 1)
    np.testing.assert_array_equal(other.state.factor, one.state.factor)
    assert type(other.state.rule) is type(one.state.rule)


def test_the_states_are_those_of_the_rule():
    assert asked("uncorrected", build("adam")).state.t[0] == LATE
    assert asked("frozen", build("adam")).state.t[-1] == STEPS


def test_a_typed_rule_has_no_what_if():
    assert offered(typed("v = gamma*v + lr*g; x -= v")) == ()


def test_a_frozen_rule_is_a_rule():
    slow = Frozen(rule=build("adam"), at=2.0).with_lr_factor(0.5)
    assert slow.rule.lr == 0.2
    assert slow.at == 2.0
    assert Frozen(rule=build("newton"), at=2.0).with_lr_factor(0.5) is None
    trace = run(Frozen(rule=build("adam"), at=7.0), RAVINE, START, STEPS)
    np.testing.assert_array_equal(
        rates(Frozen(rule=build("adam"), at=7.0), trace),
        rates(build("adam"), asked("frozen", build("adam"))),
    )


def test_nobody_asks_for_what_is_not_there():
    with pytest.raises(KeyError):
        asked("faster", build("adam"))
