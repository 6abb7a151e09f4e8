"""Adam and its relatives: each form by hand, printed results, first steps, inclusions, and faults that must be caught."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optim.adabelief import AdaBelief
from optim.adabelief import State as AdaBeliefState
from optim.adamax import AdaMax, KerasAdaMax
from optim.adamw import AdamW, PaperAdamW
from optim.adan import Adan, OptaxAdan
from optim.amsgrad import AMSGrad, OptaxAMSGrad, PaperAMSGrad
from optim.lion import Lion
from optim.lion import State as LionState
from optim.nadam import NAdam, OptaxNAdam, PaperNAdam
from optim.radam import OptaxRAdam, PaperRAdam, RAdam
from optim.sign_sgd import SignSGD
from optim.yogi import State as YogiState
from optim.yogi import Yogi
from ravine.core.knob import knobs
from ravine.experiments.trace import run
from surfaces import SURFACES
from tests.cases import KINDS
from tests.references.rules import BY_HAND

SLUGS = (
    *("adam", "adamw", "amsgrad", "adamax", "nadam", "radam"),
    *("adabelief", "yogi", "adan", "lion", "sign_sgd"),
)
FAMILY = [name for name in KINDS if name.partition(".")[0] in SLUGS]
RAVINE = SURFACES["ravine"]()
BOWL = SURFACES["bowl"]()
FROM = (-5.0, -2.0)
EXACT = {"rtol": 1e-9, "atol": 1e-12}


# Two grounds whose gradients are written here too, with knobs far from their usual values.

GRADIENTS = {
    "ravine": lambda x: np.array([0.2, 4.0]) * x,
    "rosenbrock": lambda x: np.array(
        [-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)],
    ),
}
PLACES = {"ravine": (FROM, 0.1), "rosenbrock": ((-1.2, 1.0), 0.0005)}
FAR = {"beta1": 0.7, "beta2": 0.8, "beta3": 0.6, "eps": 0.05, "wd": 0.1, "psi": 0.5, "s0": 0.02}


def far(kind, ground):
    return {n: {**FAR, "lr": PLACES[ground][1]}[n] for n in knobs(kind)}


def compared(name, kind, ground):
    """The path of `kind` and the path by hand of the form called `name`, with the same knobs."""
    values, (start, _lr) = far(KINDS[name], ground), PLACES[ground]
    expected = BY_HAND[name](KINDS[name](**values), GRADIENTS[ground], start, 50)
    return run(kind(**values), SURFACES[ground](), start, 50).x, expected


@pytest.mark.parametrize("ground", GRADIENTS)
@pytest.mark.parametrize("name", FAMILY)
def test_with_unusual_knobs_it_is_the_rule_by_hand(name, ground):
    drawn, expected = compared(name, KINDS[name], ground)
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(drawn, expected, **EXACT)


# Printed results.

OPTAX_PRINTS = {  # the examples in its docstrings: f = |x|^2 from (1, 2, 3), five steps
    ("adam", (("lr", 0.003),)): "1.40E+01 1.39E+01 1.39E+01 1.39E+01 1.38E+01",
    ("adamw", (("lr", 0.003), ("wd", 1e-4))): "1.40E+01 1.39E+01 1.39E+01 1.39E+01 1.38E+01",
    ("amsgrad.optax", (("lr", 0.003),)): "1.40E+01 1.39E+01 1.39E+01 1.39E+01 1.38E+01",
    ("adamax", (("lr", 0.003),)): "1.40E+01 1.39E+01 1.39E+01 1.39E+01 1.38E+01",
    ("nadam.optax", (("lr", 0.003),)): "1.39E+01 1.39E+01 1.39E+01 1.38E+01 1.38E+01",
    ("radam.optax", (("lr", 0.003),)): "1.38E+01 1.37E+01 1.35E+01 1.33E+01 1.32E+01",
    ("adabelief", (("lr", 0.003), ("eps", 1e-16))): "1.40E+01 1.39E+01 1.39E+01 1.38E+01 1.38E+01",
    ("yogi", (("lr", 0.002), ("s0", 1e-6))): "1.40E+01 1.40E+01 1.39E+01 1.39E+01 1.39E+01",
    ("adan.optax", (("lr", 0.1),)): "1.28E+01 1.17E+01 1.07E+01 9.68E+00 8.76E+00",
    ("lion", (("lr", 0.003), ("wd", 1e-3))): "1.40E+01 1.39E+01 1.39E+01 1.39E+01 1.38E+01",
    ("sign_sgd", (("lr", 0.003),)): "1.40E+01 1.39E+01 1.39E+01 1.39E+01 1.38E+01",
}


@pytest.mark.parametrize(("name", "values"), OPTAX_PRINTS)
def test_the_heights_that_optax_prints(name, values):
    rule = KINDS[name](**dict(values))
    low, high = run(rule, BOWL, (1.0, 2.0), 5).x, run(rule, BOWL, (2.0, 3.0), 5).x
    # the bowl is separable: each coordinate goes its own way
    heights = (low**2).sum(axis=1) + high[:, 1] ** 2
    assert [f"{h:.2E}" for h in heights[1:]] == OPTAX_PRINTS[name, values].split()


KERAS_PRINTS = {  # its unit tests: from (1, 1), slope 0.01 in the first step, then 0.1 and 1, of ten the first and last
    ("amsgrad.keras", (("lr", 0.001),)): [
        (0.999,) * 2,
        (0.9982,) * 2,
        (0.9974,) * 2,
        (0.9965,) * 2,
        (0.9955,) * 2,
    ],
    ("adamw.keras", (("lr", 1.0), ("wd", 0.5), ("eps", 2.0))): [
        *(
            (0.4998, 0.4998),
            (0.2486, 0.2382),
            (0.1223, 0.1003),
            (0.0586, 0.0258),
            (0.0263, -0.0159),
        ),
    ],
    ("adamax.keras", (("lr", 0.2), ("beta1", 0.85), ("beta2", 0.95), ("eps", 1e-6))): [
        *((0.8, 0.8), (0.6827, 0.691), (0.5333, 0.5466), (0.368, 0.3848), (0.1933, 0.2126)),
    ],
    ("nadam.keras", (("lr", 0.5), ("beta1", 0.5), ("beta2", 0.67), ("eps", 1e-5))): [
        *(
            (0.4281, 0.4281),
            (-0.1738, -0.1717),
            (-0.7115, -0.7084),
            (-1.2335, -1.2299),
            (-1.7492, -1.7454),
        ),
    ],
    ("lion", (("lr", 0.001),)): [
        (0.999,) * 2,
        (0.998,) * 2,
        (0.997,) * 2,
        (0.996,) * 2,
        (0.995,) * 2,
    ],
}


def pushed(rule, x, slopes):
    """The points to which `rule` goes from `x` when the gradients are these, whatever the place."""
    state, path = rule.init(jnp.asarray(x)), [np.asarray(x)]
    for g in slopes:
        at, state = rule.update(
            lambda x, g=g: jnp.sum(jnp.asarray(g) * x), jnp.asarray(path[-1]), state
        )
        path.append(np.asarray(at))
    return np.array(path)


@pytest.mark.parametrize(("name", "values"), KERAS_PRINTS)
def test_the_rows_of_the_tests_of_keras(name, values):
    path = pushed(KINDS[name](**dict(values)), (1.0, 1.0), [(0.01, 0.01), *[(0.1, 1.0)] * 4])
    # there the ten coordinates have one printed row, 1e-4 off theirs
    shared = name == "amsgrad.keras"
    np.testing.assert_allclose(
        path[1:], KERAS_PRINTS[name, values], rtol=0, atol=2e-4 if shared else 6e-5
    )


@pytest.mark.parametrize("name", ["adamw.keras", "lion"])
def test_the_decay_of_the_tests_of_keras(name):
    path = pushed(KINDS[name](lr=1.0, wd=0.004), (2.0, 2.0), [(0.0, 0.0)] * 3)
    np.testing.assert_allclose(path[-1], 1.9760959, atol=6e-7)


# First steps, in closed form: eps = 0.01, beta1 = 0.9, beta2 = 0.999.

FIRST_STEPS = {
    "adam": lambda g: g / (np.abs(g) + 0.01),
    "adam.keras": lambda g: g / (np.abs(g) + 0.01 / np.sqrt(0.001)),
    "amsgrad": lambda g: g / (np.abs(g) + 0.01),
    "amsgrad.paper": lambda g: np.sign(g) * 0.1 / np.sqrt(0.001),
    "amsgrad.keras": lambda g: g / (np.abs(g) + 0.01 / np.sqrt(0.001)),
    "amsgrad.optax": lambda g: g / (np.abs(g) + 0.01),
    "adamax": lambda g: g / (np.abs(g) + 0.01),
    "adamax.paper": np.sign,
    "adamax.keras": lambda g: g / (np.abs(g) + 0.01),
    "nadam.optax": lambda g: (0.9 / 1.9 + 1) * g / (np.abs(g) + 0.01),
    "radam": lambda g: g,
    "radam.paper": lambda g: g,
    "radam.optax": lambda g: g,
    "adabelief": lambda g: g / (np.sqrt(0.81 * g**2 + 0.01 / 0.001) + 0.01),
    "yogi": lambda g: g / (np.abs(g) + 0.01),
    "yogi.paper": lambda g: 0.1 * g / (np.sqrt(0.001) * np.abs(g) + 0.01),
    "adan": lambda g: g / (np.abs(g) + 0.01),
    "adan.optax": lambda g: g / (np.sqrt(g**2 + 0.01) + 0.01),
    "lion": np.sign,
    "sign_sgd": np.sign,
}


@pytest.mark.parametrize("name", FIRST_STEPS)
@pytest.mark.parametrize("start", [FROM, (3.0, 1e-3), (0.01, -40.0)])
def test_the_first_step_has_its_closed_form(name, start):
    trace = run(
        KINDS[name](**{"lr": 0.3, **({"eps": 0.01} if "eps" in knobs(KINDS[name]) else {})}),
        RAVINE,
        start,
        1,
    )
    np.testing.assert_allclose(
        trace.x[0] - trace.x[1], 0.3 * FIRST_STEPS[name](trace.grad[0]), rtol=1e-9
    )


# Inclusions.


@pytest.mark.parametrize("ground", PLACES)
@pytest.mark.parametrize(
    ("name", "plain"), [("adamw", "adam"), ("adamw.paper", "adam"), ("adamw.keras", "adam.keras")]
)
def test_adamw_without_decay_is_adam_to_the_bit(name, plain, ground):
    start, lr = PLACES[ground]
    with_none = run(KINDS[name](lr=lr, wd=0.0), SURFACES[ground](), start, 100)
    np.testing.assert_array_equal(
        with_none.x, run(KINDS[plain](lr=lr), SURFACES[ground](), start, 100).x
    )


def test_the_decay_of_the_paper_is_that_of_the_frameworks_divided_by_the_learning_rate():
    theirs, paper = AdamW(lr=0.125, wd=0.5), PaperAdamW(lr=0.125, wd=0.0625)
    np.testing.assert_allclose(
        run(theirs, RAVINE, FROM, 50).x, run(paper, RAVINE, FROM, 50).x, **EXACT
    )


def test_adamw_rests_off_a_minimum_that_is_not_the_origin():
    ground = SURFACES["himmelblau"]()
    adam, adamw = (
        run(rule, ground, (3.2, 2.1), 3000).x[-1]
        for rule in (KINDS["adam"](lr=0.01), AdamW(lr=0.01, wd=1))
    )
    np.testing.assert_allclose(adam, (3.0, 2.0), atol=1e-6)
    assert (adamw < adam - 1e-3).all()


@pytest.mark.parametrize(
    ("name", "plain", "counted"),
    [
        ("amsgrad", "adam", lambda s, t: s),
        ("amsgrad.keras", "adam.keras", lambda s, t: s),
        ("amsgrad.optax", "adam", lambda s, t: s / (1 - 0.9**t)),
    ],
)
def test_amsgrad_is_adam_until_the_squares_fall(name, plain, counted):
    values, x0 = {"lr": 0.1, "beta2": 0.9}, (-5.0, -0.4)
    one, other = (
        run(KINDS[name](**values), RAVINE, x0, 60),
        run(KINDS[plain](**values), RAVINE, x0, 60),
    )
    squares = counted(other.state.v[1:], np.arange(1, 61)[:, None])
    for axis in (0, 1):
        # the first step after which they are less
        fell = 1 + int(np.argmax(np.diff(squares[:, axis], prepend=0) < 0))
        assert 1 < fell < 60
        np.testing.assert_allclose(one.x[:fell, axis], other.x[:fell, axis], **EXACT)
        assert abs(one.x[fell, axis] - other.x[fell, axis]) > 1e-6


def test_the_largest_square_of_amsgrad_never_falls():
    for name in ("amsgrad", "amsgrad.paper", "amsgrad.keras", "amsgrad.optax"):
        u = run(KINDS[name](lr=0.1, beta2=0.9), RAVINE, FROM, 100).state.u
        assert (np.diff(u, axis=0) >= 0).all()


def test_adam_of_keras_without_a_mean_is_rmsprop_with_a_corrected_learning_rate():
    adam = run(KINDS["adam.keras"](lr=0.1, beta1=0.0, beta2=0.9, eps=1e-3), RAVINE, FROM, 50)
    x, s, path = np.array(FROM), np.zeros(2), [FROM]
    for t in range(1, 51):
        g = GRADIENTS["ravine"](x)
        s = 0.9 * s + 0.1 * g**2
        x = x - 0.1 * np.sqrt(1 - 0.9**t) * g / (np.sqrt(s) + 1e-3)
        path.append(tuple(x))
    np.testing.assert_allclose(adam.x, path, **EXACT)


def test_nadam_of_pytorch_with_psi_1_is_that_of_keras():
    values = {"lr": 0.1, "eps": 1e-7}
    pytorch, keras = (
        run(NAdam(psi=1.0, **values), RAVINE, FROM, 100),
        run(KINDS["nadam.keras"](**values), RAVINE, FROM, 100),
    )
    np.testing.assert_allclose(pytorch.x, keras.x, rtol=1e-13)
    assert np.abs(run(NAdam(psi=0.004, **values), RAVINE, FROM, 100).x - keras.x).max() > 0.1


def test_nadam_of_keras_warms_up_to_that_of_optax():
    """After 300 steps mu is beta1 to 5e-6 and the corrections are over: from one state both take the same step."""
    keras, optax = KINDS["nadam.keras"](lr=0.1, eps=1e-3), OptaxNAdam(lr=0.1, eps=1e-3)
    trace = run(keras, RAVINE, FROM, 300)
    x, state = (
        jnp.asarray(trace.x[-1]),
        jax.tree.map(lambda rows: jnp.asarray(rows[-1]), trace.state),
    )
    np.testing.assert_allclose(
        optax.update(RAVINE, x, state)[0], keras.update(RAVINE, x, state)[0], atol=1e-5
    )


@pytest.mark.parametrize(("kind", "waits"), [(RAdam, 5), (OptaxRAdam, 5), (PaperRAdam, 4)])
def test_radam_first_steps_without_dividing(kind, waits):
    trace = run(kind(lr=0.1), RAVINE, FROM, 10)
    steps, t = np.diff(trace.x, axis=0), np.arange(1, 11)[:, None]
    plain = -0.1 * trace.state.m[1:] / (1 - 0.9**t)
    np.testing.assert_allclose(steps[:waits], plain[:waits], **EXACT)
    assert (np.abs(steps[waits] - plain[waits]) > 0.01 * np.abs(plain[waits])).all()


def test_radam_trusts_the_squares_in_the_end():
    for kind, plain in ((RAdam, "adam.keras"), (OptaxRAdam, "adam")):
        rule, adam = kind(lr=0.1, beta2=0.9, eps=1e-3), KINDS[plain](lr=0.1, beta2=0.9, eps=1e-3)
        trace = run(rule, RAVINE, FROM, 400)
        last = jax.tree.map(lambda rows: jnp.asarray(rows[-1]), trace.state)
        alike = type(adam.init(jnp.zeros(2)))(*last)
        np.testing.assert_allclose(rule.rate(last, last), adam.rate(alike, alike), rtol=1e-9)


def test_the_first_step_of_yogi_is_that_of_adam_and_the_next_is_not():
    yogi, adam = (
        run(Yogi(lr=0.1, eps=1e-3), RAVINE, FROM, 2),
        run(KINDS["adam"](lr=0.1, eps=1e-3), RAVINE, FROM, 2),
    )
    np.testing.assert_allclose(yogi.x[:2], adam.x[:2], **EXACT)
    assert (np.abs(yogi.x[2] - adam.x[2]) > 1e-9).all()


@pytest.mark.parametrize("name", ["yogi", "yogi.paper"])
def test_the_squares_of_yogi_move_by_a_share_of_the_new_square(name):
    trace = run(KINDS[name](lr=0.1, beta2=0.9, s0=0.5), RAVINE, FROM, 60)
    moved = np.diff(trace.state.v, axis=0)
    np.testing.assert_allclose(np.abs(moved), 0.1 * trace.grad[:-1] ** 2, rtol=1e-9, atol=1e-15)
    assert (moved < 0).any()
    assert (moved > 0).any()


def test_yogi_of_optax_leaves_a_minimum():
    """Its average of gradients starts at 1e-6 too."""
    x = run(Yogi(lr=0.1, s0=1e-6), RAVINE, (0.0, 0.0), 1).x[1]
    np.testing.assert_allclose(x, -0.1 * 9e-6 / (np.sqrt(1e-3) + 1e-3), rtol=1e-9)


@pytest.mark.parametrize(("kind", "steps"), [(Lion, 60), (SignSGD, 60)])
def test_every_step_is_as_long_as_the_learning_rate(kind, steps):
    trace = run(kind(lr=0.07), RAVINE, FROM, steps)
    np.testing.assert_allclose(np.abs(np.diff(trace.x, axis=0)), 0.07, rtol=1e-12)


def test_lion_without_memory_is_signsgd_to_the_bit():
    lion = run(Lion(lr=0.07, beta1=0.0, beta2=0.0), RAVINE, FROM, 100)
    np.testing.assert_array_equal(lion.x, run(SignSGD(lr=0.07), RAVINE, FROM, 100).x)


def test_adam_without_memory_is_signsgd_as_epsilon_vanishes():
    adam = run(KINDS["adam"](lr=0.07, beta1=0.0, beta2=0.0, eps=1e-12), RAVINE, FROM, 60)
    np.testing.assert_allclose(adam.x, run(SignSGD(lr=0.07), RAVINE, FROM, 60).x, atol=1e-8)


def test_adabelief_strides_down_a_steady_slope():
    """Its averages know what comes: after 30 equal gradients it takes steps many times as long as Adam's."""
    steep = [(2.0, -0.5)] * 30
    belief, adam = (
        np.abs(np.diff(pushed(KINDS[name](lr=0.1, eps=1e-12), FROM, steep), axis=0))
        for name in ("adabelief", "adam")
    )
    np.testing.assert_allclose(adam, 0.1, rtol=1e-9)
    np.testing.assert_allclose(belief[0], 0.1 / 0.9, rtol=1e-6)
    assert (belief[-1] > 0.2).all()


@pytest.mark.parametrize("kind", [Adan, OptaxAdan])
def test_adan_takes_even_steps_down_a_steady_slope(kind):
    steps = np.diff(pushed(kind(lr=0.1, eps=1e-12), FROM, [(2.0, -0.5)] * 20), axis=0)
    np.testing.assert_allclose(steps, [(-0.1, 0.1)] * 20, rtol=1e-9)


def taller(surface, factor):
    class Taller(type(surface)):
        def __call__(self, x):
            return factor * super().__call__(x)

    return Taller()


@pytest.mark.parametrize("name", ["lion", "sign_sgd"])
def test_the_scale_of_the_surface_changes_no_bit_of_a_rule_of_signs(name):
    rule = KINDS[name](lr=0.07)
    np.testing.assert_array_equal(
        run(rule, taller(RAVINE, 1024.0), FROM, 100).x, run(rule, RAVINE, FROM, 100).x
    )


SCALED = [
    name
    for name in FAMILY
    if not name.startswith(("radam", "adabelief", "adan.optax", "lion", "sign_sgd"))
]


@pytest.mark.parametrize("name", SCALED)
def test_the_scale_of_the_surface_does_not_matter_as_epsilon_vanishes(name):
    rule = KINDS[name](**{"lr": 0.1, **({"eps": 1e-12} if "eps" in knobs(KINDS[name]) else {})})
    np.testing.assert_allclose(
        run(rule, taller(RAVINE, 1000.0), FROM, 20).x, run(rule, RAVINE, FROM, 20).x, rtol=1e-7
    )


@pytest.mark.parametrize("kind", [RAdam, OptaxRAdam, PaperRAdam])
def test_the_scale_of_the_surface_matters_to_the_first_steps_of_radam(kind):
    here, there = (
        run(kind(lr=1e-3), RAVINE, FROM, 5),
        run(kind(lr=1e-3), taller(RAVINE, 100.0), FROM, 5),
    )
    np.testing.assert_allclose(
        (there.x[1] - there.x[0]) / (here.x[1] - here.x[0]), 100.0, rtol=1e-9
    )


# Faults, planted one by one: the comparison by hand must see each.


class LargestOfCorrected(AMSGrad):
    """The maximum after the correction, where it belongs before."""

    update = OptaxAMSGrad.update


class LargestOfRaw(OptaxAMSGrad):
    """The maximum before the correction, where it belongs after."""

    update = AMSGrad.update


class NotTheLargest(PaperAMSGrad):
    """AMSGrad that forgets."""

    def update(self, f, x, state):
        after = self.averages(f, x, state)
        return x - self.lr * after.m / jnp.sqrt(after.v), after


class ColdStart(NAdam):
    """NAdam whose momentum is beta1 from the first step."""

    def mu(self, t):
        return self.beta1 * jnp.ones_like(t)


class OnlyTheNewestMomentum(NAdam):
    """NAdam that corrects with a power of the newest mu instead of the product of all."""

    def ahead(self, g, after):
        return super().ahead(g, after._replace(p=self.mu(after.t) ** after.t))


class FrameworkSquares(PaperNAdam):
    """The paper's NAdam without its factor beta2."""

    rate = NAdam.rate


class Hasty(RAdam):
    """RAdam with another threshold."""

    def rate(self, before, after):
        scale = jnp.sqrt(1 - self.beta2**after.t) / (jnp.sqrt(after.v) + self.eps)
        return self.lr * jnp.where(
            self.samples(after.t)[0] > 4, self.rectified(after.t) * scale, 1.0
        )


class Unrectified(OptaxRAdam):
    """RAdam that waits, and then is Adam."""

    def rectified(self, t):
        return jnp.ones_like(t)


class PraisedBelief(AdaBelief):
    """AdaBelief that squares the gradient itself."""

    def update(self, f, x, state):
        g, t = jax.grad(f)(x), state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        after = AdaBeliefState(m, self.beta2 * state.s + (1 - self.beta2) * g**2 + self.eps, t)
        return x - self.rate(state, after) * m / (1 - self.beta1**t), after


class OldBelief(AdaBelief):
    """AdaBelief that compares with the average before it has seen the gradient."""

    def update(self, f, x, state):
        g, t = jax.grad(f)(x), state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        after = AdaBeliefState(
            m, self.beta2 * state.s + (1 - self.beta2) * (g - state.m) ** 2 + self.eps, t
        )
        return x - self.rate(state, after) * m / (1 - self.beta1**t), after


class CoupledDecay(AdamW):
    """Adam with L2: the decay is in the gradient, and divided with it."""

    def update(self, f, x, state):
        return KINDS["adam"].update(
            self, lambda at: f(at) + 0.5 * self.wd * jnp.sum(at**2), x, state
        )


class LateDecay(AdamW):
    """AdamW that pulls at the point where Adam's step has led."""

    def update(self, f, x, state):
        after, state = KINDS["adam"].update(self, f, x, state)
        return after - self.lr * self.wd * after, state


class EarlyMemory(Lion):
    """Lion that updates m before it takes the sign."""

    def update(self, f, x, state):
        g = jax.grad(f)(x)
        m = self.beta2 * state.m + (1 - self.beta2) * g
        return x - self.lr * (
            jnp.sign(self.beta1 * m + (1 - self.beta1) * g) + self.wd * x
        ), LionState(m)


class SwappedMemories(Lion):
    """Lion with its betas exchanged."""

    def update(self, f, x, state):
        g = jax.grad(f)(x)
        c, m = (beta * state.m + (1 - beta) * g for beta in (self.beta2, self.beta1))
        return x - self.lr * (jnp.sign(c) + self.wd * x), LionState(m)


class PulledYogi(Yogi):
    """Yogi whose v is drawn to g^2 as Adam's is."""

    def averages(self, f, x, state):
        g, after = jax.grad(f)(x), super().averages(f, x, state)
        return YogiState(after.m, state.v - (1 - self.beta2) * (state.v - g**2), after.t)


class TurnedBeta(Adan):
    """Adan that weighs the change of the gradient by 1 - beta2."""

    def update(self, f, x, state):
        _x, after = super().update(f, x, state)
        step = self.rate(state, after) * (after.m + (1 - self.beta2) * after.v)
        return (x - step) / (1 + self.lr * self.wd), after


class PlainDecay(Adan):
    """Adan that multiplies by 1 - lr wd where it should divide by 1 + lr wd."""

    def update(self, f, x, state):
        at, after = super().update(f, x, state)
        return at * (1 + self.lr * self.wd) - self.lr * self.wd * x, after


class NormalizedGradient(SignSGD):
    """The gradient divided by its length, not its signs."""

    def update(self, f, x, state):
        g = jax.grad(f)(x)
        return x - self.lr * g / jnp.linalg.norm(g), state


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("amsgrad", LargestOfCorrected),
        ("amsgrad.optax", LargestOfRaw),
        ("amsgrad.paper", NotTheLargest),
        ("adamax", KerasAdaMax),
        ("adamax.keras", AdaMax),
        ("nadam", ColdStart),
        ("nadam", OnlyTheNewestMomentum),
        ("nadam.paper", FrameworkSquares),
        ("radam", Hasty),
        ("radam", OptaxRAdam),
        ("radam.optax", Unrectified),
        ("adabelief", PraisedBelief),
        ("adabelief", OldBelief),
        ("adamw", CoupledDecay),
        ("adamw", LateDecay),
        ("adamw", PaperAdamW),
        ("lion", EarlyMemory),
        ("lion", SwappedMemories),
        ("yogi", PulledYogi),
        ("adan", TurnedBeta),
        ("adan", PlainDecay),
        ("sign_sgd", NormalizedGradient),
    ],
    ids=lambda v: v if isinstance(v, str) else v.__name__,
)
def test_a_planted_fault_is_caught(name, fault):
    drawn, expected = compared(name, fault, "ravine")
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(drawn, expected, **EXACT)
