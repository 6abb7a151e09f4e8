"""Every rule with wrappers around it, over whole paths."""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import optim
from optim._optimizer import Optimizer
from optim._wrapped import Wrapped, factors, formula
from optim.wrappers import WRAPPERS, Schedule, build, ordered
from optim.wrappers._wrapper import Clipping, Decay
from ravine.core.knob import knobs
from ravine.experiments.inside import coasts, learning_rates, rates
from ravine.experiments.lanes import Lane, Wrap
from ravine.experiments.trace import _simulate, run
from surfaces import SURFACES
from tests.cases import KINDS, every_form, every_rule
from tests.ground import BOWL as BOWL_TERMS
from tests.ground import ground

BOWL = ground(BOWL_TERMS)
START = (1.0, -2.0)
BY_FAMILY = {
    f: [s for s, kind in WRAPPERS.items() if kind.family == f]
    for f in ("clipping", "decay", "schedule")
}
SETS = [  # every wrapper is in one of them
    (clip, decay, schedule)
    for schedule, clip, decay in zip(
        BY_FAMILY["schedule"],
        itertools.cycle(BY_FAMILY["clipping"]),
        itertools.cycle(["l2", "l2", "decoupled", "decoupled"]),
        strict=False,
    )
]


def tuned(name, lr=0.1):
    return KINDS[name](**({"lr": lr} if "lr" in knobs(KINDS[name]) else {}))


def wrapped(rule, *slugs, total=30, **values):
    """`rule` with the default wrappers called `slugs`, and those called in `values` with their knobs."""
    wraps = (*map(build, slugs), *(build(slug, **knobs_) for slug, knobs_ in values.items()))
    return Wrapped(rule=rule, wraps=wraps, total=float(total))


def path(rule, surface=BOWL, steps=30):
    return run(rule, surface, START, steps)


def test_the_sets_hold_every_wrapper():
    assert {slug for chosen in SETS for slug in chosen} == set(WRAPPERS)


class AnyClip(Clipping):
    """Each way to clip, chosen by a leaf: one program for all of them."""

    title = formula = paper = ""

    which: float = 0.0
    limit: float = 1.0

    def clip(self, g):
        ways = [WRAPPERS[slug](limit=self.limit).clip(g) for slug in BY_FAMILY["clipping"]]
        return jnp.select([self.which == i for i in range(len(ways))], ways)


class AnyDecay(Decay):
    """Both decays, each with its share."""

    title = formula = paper = ""
    changes = "step"

    l2: float = 0.0
    decoupled: float = 0.0

    def height(self, f):
        return build("l2").__class__(decay=self.l2).height(f)

    def after_step(self, before, after, lr):
        return build("decoupled").__class__(decay=self.decoupled).after_step(before, after, lr)


class AnySchedule(Schedule):
    """Every schedule, chosen by a leaf, or none."""

    title = formula = paper = ""

    which: float = 0.0

    def init(self):
        return build("plateau").init()

    def factor(self, k, total, state):
        found = [build(slug).factor(k, total, state) for slug in BY_FAMILY["schedule"]]
        return jnp.select([self.which == i for i in range(len(found))], found, default=1.0)

    def watch(self, height, state):
        return build("plateau").watch(height, state)


SCHEDULES = range(len(BY_FAMILY["schedule"]))
UNCLIPPED = {
    "polyak"
}  # it divides by the square of the gradient: a shorter one makes a longer step


def around(rule, clip=0, limit=1e6, schedule=-1, **decay):
    """A rule with one of each kind around it, by default such as change nothing: one program for all of them."""
    clipping = AnyClip(which=1.0 * clip, limit=limit)
    wraps = clipping, AnyDecay(**decay), AnySchedule(which=1.0 * schedule)
    return Wrapped(rule=rule, wraps=wraps, total=30.0)


def everything(rule, limit):
    """Every way to clip with every decay and every schedule."""
    decays = ({"l2": 0.1}, {"decoupled": 0.1})
    for clip, decay, schedule in itertools.product(range(2), decays, SCHEDULES):
        yield around(rule, clip, limit, schedule, **decay)


@functools.cache
def bare(slug):
    return path(tuned(slug))


@every_rule
def test_nothing_around_a_rule_changes_nothing(slug):
    same = path(Wrapped(rule=tuned(slug), wraps=(), total=30.0))
    np.testing.assert_array_equal(same.x, bare(slug).x)
    for mine, theirs in zip(
        jax.tree.leaves(same.state.rule), jax.tree.leaves(bare(slug).state), strict=True
    ):
        np.testing.assert_array_equal(mine, theirs)


@every_rule
def test_every_rule_runs_in_every_wrapper(slug):
    for rule in everything(tuned(slug, 0.01), limit=1e6 if slug in UNCLIPPED else 1.0):
        trace = path(rule)
        assert np.isfinite(trace.x).all(), rule.wraps
        assert {leaf.dtype for leaf in jax.tree.leaves(trace)} == {np.dtype(np.float64)}
        assert {leaf.shape[1:] for leaf in jax.tree.leaves(trace.state)} <= {(), (2,), (2, 2)}
        np.testing.assert_array_equal(trace.state.t, np.arange(31.0))


# no quadratic, on which Newton's method has arrived after a step
QUARTIC = ground({(4, 0): 1.0, (0, 4): 0.3})


@every_rule
def test_every_schedule_reaches_every_rule(slug):
    scheduled = [around(tuned(slug, 0.01), schedule=i) for i in SCHEDULES]
    thirds = [path(rule, QUARTIC).x[3] for rule in scheduled]
    rising = [BY_FAMILY["schedule"].index(slug) for slug in ("warmup_cosine", "one_cycle")]
    # a plateau and steps have not begun
    assert len({tuple(thirds[i]) for i in SCHEDULES}) >= len(SCHEDULES) - 1
    moved = np.abs(np.array(thirds) - np.array(START)).max(axis=1)
    assert moved[rising].max() < np.delete(moved, rising).min()


def test_a_shorter_gradient_makes_a_longer_step_of_polyak():
    long, short = (
        path(wrapped(tuned("polyak"), clip_norm={"limit": limit}), steps=1).x
        for limit in (1000.0, 1.0)
    )
    assert np.hypot(*(short[1] - short[0])) > 2 * np.hypot(*(long[1] - long[0]))


@every_rule
def test_a_limit_above_every_gradient_changes_nothing(slug):
    for clip in range(2):
        np.testing.assert_array_equal(path(around(tuned(slug), clip)).x, bare(slug).x)


# the bowl with the penalty of L2 written into it
PENALISED = ground({powers: c + 0.15 for powers, c in BOWL_TERMS.items()})


@every_rule
def test_l2_is_the_rule_on_the_penalised_surface(slug):
    mine, theirs = path(around(tuned(slug), l2=0.3)), path(tuned(slug), PENALISED)
    np.testing.assert_allclose(mine.x, theirs.x, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("schedule", [slug for slug in BY_FAMILY["schedule"] if slug != "plateau"])
def test_the_factor_in_the_state_is_that_of_the_schedule(schedule):
    trace = path(wrapped(tuned("adam", 0.01), schedule))
    np.testing.assert_allclose(
        trace.state.factor, [1.0, *factors([build(schedule)], 30)], rtol=1e-12, atol=1e-15
    )


def test_gradient_descent_cannot_tell_coupled_from_decoupled_decay():
    rule, k = optim.build("gradient_descent", lr=0.1), np.arange(31)[:, None]
    curvatures = np.diag(jax.hessian(SURFACES["ravine"]())(jnp.zeros(2)))
    expected = (1 - 0.1 * (curvatures + 0.2)) ** k * np.array(START)
    for slug in ("l2", "decoupled"):
        mine = path(wrapped(rule, **{slug: {"decay": 0.2}}), SURFACES["ravine"]())
        np.testing.assert_allclose(mine.x, expected, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("slug", ["adam", "adagrad", "rmsprop"])
def test_a_rule_that_divides_by_its_gradients_can(slug):
    coupled, apart = (
        path(wrapped(tuned(slug), **{kind: {"decay": 0.5}})).x for kind in ("l2", "decoupled")
    )
    assert np.abs(coupled - apart).max() > 0.01


def test_decoupled_decay_takes_off_a_share_of_where_the_step_began():
    rule = optim.build("adam", lr=0.1)
    x, state = jnp.array(START), wrapped(rule, "decoupled").init(jnp.array(START))
    bare, _ = rule.update(BOWL, x, state.rule)
    mine, _ = wrapped(rule, decoupled={"decay": 0.5}).update(BOWL, x, state)
    np.testing.assert_allclose(mine, bare - 0.1 * 0.5 * x, rtol=1e-15)


def test_decoupled_decay_is_scaled_by_learning_rate_and_schedule():
    flat = SURFACES["quadratic"](kappa=1.0)
    expected = np.cumprod(
        [1.0, *(1 - 0.4 * np.asarray(factors([build("linear")], 5)) * (0.5 + 1.0))]
    )
    mine = run(
        wrapped(optim.build("gradient_descent"), "linear", decoupled={"decay": 0.5}, total=5),
        flat,
        (1.0, 1.0),
        5,
    )
    curvature = float(jax.hessian(flat)(jnp.zeros(2))[0, 0])
    assert curvature == 1.0
    np.testing.assert_allclose(mine.x[:, 0], expected, rtol=1e-13)


def test_a_schedule_is_the_rule_with_another_learning_rate_at_each_step():
    for slug in ("momentum", "adam", "nesterov"):
        mine, c = (
            path(wrapped(tuned(slug), "one_cycle")),
            np.asarray(factors([build("one_cycle")], 30)),
        )
        x = jnp.array(START)
        state = tuned(slug).init(x)
        for k in range(30):
            x, state = tuned(slug, 0.1 * float(c[k])).update(BOWL, x, state)
            np.testing.assert_allclose(mine.x[k + 1], x, rtol=1e-11, atol=1e-13)


def test_a_rule_without_a_learning_rate_has_its_whole_step_scaled():
    rule = optim.build("adadelta", eps=0.01)
    mine, c = path(wrapped(rule, "cosine")), np.asarray(factors([build("cosine")], 30))
    x, state = jnp.array(START), rule.init(jnp.array(START))
    for k in range(30):
        after, state = rule.update(BOWL, x, state)
        x = x + c[k] * (after - x)
        np.testing.assert_allclose(mine.x[k + 1], x, rtol=1e-11, atol=1e-13)


def test_a_plateau_watches_the_surface_and_not_the_penalty():
    trace = path(wrapped(tuned("adam"), "clip_norm", "plateau", l2={"decay": 0.5}))
    np.testing.assert_array_equal(trace.state.schedule.best[1], trace.loss[1])
    assert trace.state.schedule.best[0] == np.inf


def test_the_order_in_which_wrappers_are_given_does_not_matter():
    rule, slugs = tuned("adam"), ("clip_value", "l2", "cosine")
    one = path(wrapped(rule, *slugs))
    for order in itertools.permutations(slugs):
        np.testing.assert_array_equal(path(wrapped(rule, *order)).x, one.x)


def test_what_was_clipped_is_not_the_penalty():
    x = jnp.array([3.0, -40.0])
    rule = wrapped(
        optim.build("gradient_descent", lr=1.0), clip_norm={"limit": 1.0}, l2={"decay": 0.5}
    )
    g = jax.grad(BOWL)(x)
    after, _ = rule.update(BOWL, x, rule.init(x))
    np.testing.assert_allclose(x - after, g / np.hypot(*g) + 0.5 * x, rtol=1e-12)


def test_a_rule_that_looks_ahead_sees_clipped_gradients_there():
    rule = wrapped(optim.build("nesterov", lr=0.1, gamma=0.9), clip_value={"limit": 0.5})
    trace, v, x = path(rule), np.zeros(2), np.array(START)
    for k in range(30):
        v = 0.9 * v + 0.1 * np.clip(np.asarray(jax.grad(BOWL)(jnp.asarray(x - 0.9 * v))), -0.5, 0.5)
        x = x - v
        np.testing.assert_allclose(trace.x[k + 1], x, rtol=1e-10, atol=1e-12)


class Newton(Optimizer):
    """A rule that asks for curvature and for the height, and has no learning rate."""

    def init(self, x):
        return (jnp.zeros(()),)

    def update(self, f, x, state):
        return x - jnp.linalg.solve(jax.hessian(f)(x), jax.grad(f)(x)), (f(x),)


def test_a_rule_that_asks_for_curvature_has_that_of_the_surface():
    trace = path(wrapped(Newton(), clip_norm={"limit": 0.1}, l2={"decay": 0.1}))
    x, g = np.array(START), np.asarray(jax.grad(BOWL)(jnp.array(START)))
    curvature = np.asarray(jax.hessian(BOWL)(jnp.array(START))) + 0.1 * np.eye(2)
    np.testing.assert_allclose(
        trace.x[1], x - np.linalg.solve(curvature, 0.1 * g / np.hypot(*g) + 0.1 * x), rtol=1e-12
    )
    np.testing.assert_allclose(
        trace.state.rule[0][1], BOWL(jnp.array(START)) + 0.05 * 5.0, rtol=1e-15
    )


@jax.tree_util.register_pytree_node_class
class Typed:
    """A rule that is no dataclass: its knobs are one array."""

    def __init__(self, knobs):
        self.knobs = knobs

    def tree_flatten(self):
        return (self.knobs,), None

    @classmethod
    def tree_unflatten(cls, _, leaves):
        return cls(*leaves)

    def with_lr_factor(self, factor):
        return Typed(self.knobs * factor)

    @property
    def lr(self):
        return self.knobs

    def init(self, x):
        return ()

    def update(self, f, x, state):
        return x - self.knobs * jax.grad(f)(x), state


class Unslowed(Optimizer):
    """Gradient descent that says that its learning rate is none."""

    lr: optim.gradient_descent.LearningRate = 0.1

    def with_lr_factor(self, factor):
        return None

    def init(self, x):
        return ()

    def update(self, f, x, state):
        return x - self.lr * jax.grad(f)(x), state


@pytest.mark.parametrize("rule", [Typed(0.1), Unslowed()])
def test_a_rule_may_say_itself_what_a_factor_does(rule):
    theirs = path(wrapped(optim.build("gradient_descent", lr=0.1), "linear"))
    np.testing.assert_allclose(path(wrapped(rule, "linear")).x, theirs.x, rtol=1e-13)


def test_a_rule_that_is_no_dataclass_is_decayed_with_its_learning_rate():
    theirs = path(wrapped(optim.build("gradient_descent", lr=0.1), "linear", "decoupled"))
    np.testing.assert_array_equal(path(wrapped(Typed(0.1), "linear", "decoupled")).x, theirs.x)


def test_slowed():
    assert optim.build("adam", lr=0.5).with_lr_factor(0.5) == optim.build("adam", lr=0.25)
    assert optim.build("adadelta").with_lr_factor(0.5) is None
    assert optim.build("rprop").with_lr_factor(0.5) is None
    assert optim.build("adamw", "paper").with_lr_factor(0.5) is None


def leaves_turned(rule):
    """The same tree with each leaf in turn set to other values."""
    leaves, kinds = jax.tree.flatten(rule)
    for i, leaf in enumerate(leaves):
        for value in (0.5 * leaf, 2.0 * leaf + 1.0):
            yield jax.tree.unflatten(kinds, [*leaves[:i], value, *leaves[i + 1 :]])


@pytest.mark.parametrize("slugs", SETS, ids="-".join)
def test_turning_a_knob_never_recompiles(slugs):
    rule = wrapped(optim.build("adam"), *slugs)
    run(rule, BOWL, START, 7)
    before = _simulate.compiled
    paths = [run(turned, BOWL, START, 7).x for turned in leaves_turned(rule)]
    assert len(paths) == 2 * len(jax.tree.leaves(rule))
    assert _simulate.compiled == before


def test_other_wrappers_are_another_program():
    trees = [
        jax.tree.structure(wrapped(optim.build("adam"), *slugs))
        for slugs in (*SETS, (), ("l2",), ("decoupled",))
    ]
    assert all(one != other for one, other in itertools.combinations(trees, 2))


@pytest.mark.parametrize("slugs", SETS, ids="-".join)
def test_a_fan_over_the_knobs_is_the_single_runs(slugs):
    turned = list(leaves_turned(wrapped(optim.build("adam", lr=0.05), *slugs)))
    stacked = jax.tree.map(lambda *leaves: jnp.array(leaves), *turned)
    for rule, mine in zip(turned, np.asarray(jax.jit(jax.vmap(walk))(stacked)), strict=True):
        theirs = run(rule, BOWL, START, 20).x
        fine = np.isfinite(theirs).all(axis=1)
        np.testing.assert_allclose(mine[fine], theirs[fine], rtol=1e-6, atol=1e-9)


def walk(rule):
    def step(here, _):
        here = rule.update(BOWL, *here)
        return here, here[0]

    x = jnp.array(START)
    return jnp.concatenate([x[None], jax.lax.scan(step, (x, rule.init(x)), length=20)[1]])


def test_the_rate_is_that_of_the_slowed_rule():
    for slug in ("gradient_descent", "adam", "adadelta"):
        rule = wrapped(tuned(slug), "linear", "clip_value")
        trace = path(rule)
        found, c = rates(rule, trace)[1:], trace.state.factor[1:]
        g = np.clip(trace.grad[:-1], -1.0, 1.0)
        if slug == "adam":  # it divides the average of gradients
            t = trace.state.t[1:, None]
            g = trace.state.rule.m[1:] / (1 - 0.9**t)
        np.testing.assert_allclose(found * g, -np.diff(trace.x, axis=0), rtol=1e-9, atol=1e-12)
        assert (c < 1).sum() == 29


def test_on_flat_ground_memory_alone_moves():
    rule = wrapped(tuned("momentum"), "clip_norm", "plateau")
    trace = path(rule)
    np.testing.assert_allclose(coasts(rule, trace), -0.5 * trace.state.rule.v, atol=1e-15)


GD = r"x \leftarrow x - \eta\, \nabla f(x)"
POLYAK = r"x \leftarrow x - \frac{f(x) - f^\ast}{\lVert \nabla f(x) \rVert^2} \nabla f(x)"


def rows(text):
    assert text.startswith(r"\begin{aligned}")
    assert text.endswith(r"\end{aligned}")
    return text.removeprefix(r"\begin{aligned}").removesuffix(r"\end{aligned}").split(r"\\ ")


def test_a_formula_with_nothing_around_it_is_that_of_the_rule():
    assert formula(GD, ()) == GD


def test_a_formula_says_what_runs():
    assert rows(formula(GD, [build("cosine"), build("decoupled"), build("clip_norm")])) == [
        r"x_k &= x",
        r"\phi_k &= \phi_N + (1 - \phi_N)\, \tfrac{1}{2} (1 + \cos(\pi k / N))",
        r"\eta_k &= \eta\, \phi_k",
        r"G(x) &= \nabla f(x)",
        r"G(x) &\leftarrow G(x)\, \min(1,\, C / \lVert G(x) \rVert)",
        r"x &\leftarrow x - \eta_k\, G(x)",
        r"x &\leftarrow x - \eta_k\, \lambda_w\, x_k",
    ]


def test_a_formula_of_a_rule_without_a_learning_rate():
    assert rows(formula(POLYAK, [build("exponential"), build("decoupled")])) == [
        r"x_k &= x",
        r"\phi_k &= q^k",
        POLYAK.replace(r"\leftarrow", r"&\leftarrow"),
        r"x &\leftarrow x_k + \phi_k\, (x - x_k)",
        r"x &\leftarrow x - \phi_k\, \lambda_w\, x_k",
    ]
    assert rows(formula(POLYAK, [build("decoupled")]))[
        -1
    ] == r"x &\leftarrow x - \, \lambda_w\, x_k".replace(r"\, ", "", 1)


def test_a_rule_may_have_a_letter_eta_and_no_learning_rate_to_slow():
    assert rows(formula(r"x \leftarrow x - \eta\, g", [build("exponential")], has_lr=False))[
        2:
    ] == [
        r"x &\leftarrow x - \eta\, g",
        r"x &\leftarrow x_k + \phi_k\, (x - x_k)",
    ]


def test_a_formula_of_a_rule_that_asks_for_the_height():
    assert rows(formula(POLYAK, [build("l2")])) == [
        r"G(x) &= \nabla f(x)",
        r"G(x) &\leftarrow G(x) + \lambda_p\, x",
        r"F(x) &= f(x) + \tfrac{\lambda_p}{2} \lVert x \rVert^2",
        r"x &\leftarrow x - \frac{F(x) - f^\ast}{\lVert G(x) \rVert^2} G(x)",
    ]
    assert r"F" not in formula(POLYAK, [build("clip_norm")])
    assert r"\nabla^2 F(x)" in formula(
        r"x \leftarrow x - (\nabla^2 f(x))^{-1} \nabla f(x)", [build("l2")]
    )


def test_the_two_rates_of_rprop_are_no_learning_rate():
    assert r"\eta_k^" not in formula(
        r"\Delta \leftarrow \eta^+ \Delta,\ x \leftarrow x - \eta \Delta", [build("linear")]
    )


@every_form
def test_every_formula_holds_every_symbol(name):
    for slugs in SETS:
        wraps = ordered(map(build, slugs))
        text = formula(KINDS[name].formula, wraps)
        assert [
            k.symbol
            for part in (KINDS[name], *map(type, wraps))
            for k in knobs(part).values()
            if k.symbol not in text
        ] == []
        assert r"\nabla f" not in text.replace(r"G(x) &= \nabla f(x)", "")
        assert text.count(r"\begin{aligned}") == 1
        assert text.count("{") == text.count("}")


def algorithm_2(rule, f, x, multipliers):
    """The path of Algorithm 2 of Loshchilov and Hutter (2019), line by line: line 12 has the
    multiplier eta_t in front of the whole step.
    """
    m, v, points = np.zeros_like(x), np.zeros_like(x), [x]
    for t, eta in enumerate(multipliers, 1):
        g = np.asarray(jax.grad(f)(jnp.asarray(x)))
        m = rule.beta1 * m + (1 - rule.beta1) * g
        v = rule.beta2 * v + (1 - rule.beta2) * g**2
        m_hat, v_hat = m / (1 - rule.beta1**t), v / (1 - rule.beta2**t)
        x = x - eta * (rule.lr * m_hat / (np.sqrt(v_hat) + rule.eps) + rule.wd * x)
        points.append(x)
    return np.array(points)


FORESEEN = [slug for slug in BY_FAMILY["schedule"] if WRAPPERS[slug].foreseen]


@pytest.mark.parametrize("slug", FORESEEN)
@pytest.mark.parametrize("ground_", ["booth", "quadratic"])
def test_the_papers_adamw_is_scheduled_as_in_the_paper(slug, ground_):
    rule, surface = optim.build("adamw", "paper", lr=0.3, wd=0.2), SURFACES[ground_]()
    made = run(wrapped(rule, slug), surface, START, 30)
    told = algorithm_2(rule, surface, np.array(START), np.asarray(factors([build(slug)], 30)))
    np.testing.assert_allclose(made.x, told, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dialect", ["pytorch", "keras", "optax"])
def test_adamw_of_the_frameworks_has_its_learning_rate_scheduled(dialect):
    """Their decay is lr wd x with the lr of the step; so Adam and decoupled decay take this path."""
    rule = optim.build("adamw", dialect, lr=0.3, wd=0.2)
    adam = type(rule).__mro__[1](**{k: getattr(rule, k) for k in ("lr", "beta1", "beta2", "eps")})
    theirs = path(wrapped(adam, cosine={}, decoupled={"decay": 0.2}))
    np.testing.assert_allclose(path(wrapped(rule, "cosine")).x, theirs.x, rtol=1e-12, atol=1e-14)


def test_the_formula_of_the_papers_adamw_has_the_schedule_on_the_whole_step():
    rule = optim.build("adamw", "paper")
    told = formula(rule.formula, [build("linear")], rule.with_lr_factor(1.0) is not None)
    assert r"x &\leftarrow x_k + \phi_k\, (x - x_k)" in told
    assert r"\eta_k" not in told


def test_the_learning_rate_of_the_papers_adamw_is_charted_with_its_schedule():
    rule = optim.build("adamw", "paper", lr=0.3)
    one = Lane("adamw", dialect="paper", wraps=(Wrap("linear"),))
    trace = path(wrapped(rule, "linear"), steps=4)
    told = learning_rates(one, {"lr": 0.3}, wrapped(rule, "linear"), trace)
    np.testing.assert_allclose(told[1:], 0.3 * np.asarray(trace.state.factor)[1:], rtol=1e-14)
