"""What every rule was checked against, and how near it came: the figures of the page that says so.

The paths of the frameworks are recorded, those of the tests' own NumPy are given; everything else
is computed here and now. How to write it all down again: tests/goldens/README.md.
"""

import functools
import hashlib
import itertools
import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from optim import FORMS, OPTIMIZERS, Optimizer, typed
from ravine.core.knob import knobs
from ravine.core.words import N_
from ravine.experiments.frameworks import FRAMEWORKS, available, script
from ravine.experiments.trace import Start, Trace, run
from surfaces import SURFACES, Surface

GOLDENS = Path(__file__).parent / "goldens"
VERIFIED = Path(__file__).parent / "verified.json"
NUMPY = "numpy"  # what the tests have by hand, beside the frameworks
STEPS = 50
CLOSE = 1e-9  # what counts as the same path
FAR = 1e50
POINTS = 200  # where a gradient is measured

KINDS: dict[str, type[Optimizer]] = {  # every form of every rule: "adam", "adam.keras"
    slug if kind is OPTIMIZERS[slug] else f"{slug}.{next(iter(kind.dialects))}": kind
    for slug, forms in FORMS.items()
    for kind in forms
}
# the surfaces on which paths were recorded: of every kind some, for every surface is too many paths
RECORDED = (
    *(
        "ackley",
        "beale",
        "bounded_saddle",
        "bowl",
        "double_well",
        "himmelblau",
        "monkey_saddle",
        "quadratic",
    ),
    *("rastrigin", "ravine", "rosenbrock", "saddle"),
)
GROUNDS: dict[str, tuple[Start, float]] = {  # from where, and with which learning rate
    **{slug: (SURFACES[slug].start, SURFACES[slug].lr / 4) for slug in RECORDED},
    "ravine": ((-5.0, -2.0), 0.1),
    "rosenbrock": ((-1.2, 1.0), 0.0005),
    "himmelblau": ((0.5, -1.0), 0.01),
    "beale": ((1.0, 1.0), 0.01),
    "monkey_saddle": ((1.3, 0.05), 0.002),  # so slow that 50 steps do not reach the cliff
}
NO_EPSILON = N_(
    "The first gradient along x₁ is 0 here, and this form has no ε: 0 / 0, there as here."
)
TIP = N_(
    "On the way to the tip of the cone a difference in the last digit grows tenfold a step; at "
    "the tip it is gone."
)
FALLS = N_("It falls without end; beyond 10⁵⁰ nothing is compared.")
SEARCH = N_("Its search for a step length repeats many times what a last digit changes.")
# (form, framework, surface) -> why the paths part, or end
EXCEPTIONS: dict[tuple[str, str, str], str] = {
    ("adamax.paper", NUMPY, "beale"): NO_EPSILON,
    ("amsgrad.paper", NUMPY, "beale"): NO_EPSILON,
    ("bfgs", NUMPY, "monkey_saddle"): FALLS,
    ("bfgs", NUMPY, "rosenbrock"): SEARCH,
    ("adamax.paper", "optax", "beale"): NO_EPSILON,
    ("adamax.paper", "pytorch", "beale"): NO_EPSILON,
    ("amsgrad.paper", "optax", "beale"): NO_EPSILON,
    ("polyak.optax", "optax", "ackley"): TIP,
    ("rmsprop.paper", "keras", "beale"): NO_EPSILON,
    ("rmsprop.paper", "optax", "beale"): NO_EPSILON,
    ("rmsprop.paper", "pytorch", "beale"): NO_EPSILON,
}


class Case(NamedTuple):
    """One run that a framework is asked for."""

    framework: str
    form: str  # "adam.keras"
    surface: str
    values: Mapping[str, float]  # of every knob

    def key(self) -> str:
        """What it is called: "adam.keras ravine lr=0.1 beta1=0.9 beta2=0.999 eps=1e-07"."""
        return " ".join(
            [self.form, self.surface, *(f"{name}={value!r}" for name, value in self.values.items())]
        )

    def text(self) -> str:
        """The script that a reader gets for it."""
        start, _lr = GROUNDS[self.surface]
        return script(
            KINDS[self.form], self.values, SURFACES[self.surface](), start, STEPS, self.framework
        )

    def digest(self) -> str:
        """SHA-256 of the script: a path that was recorded with another one is stale."""
        return hashlib.sha256(self.text().encode()).hexdigest()


class Golden(NamedTuple):
    """What a framework printed for a case."""

    case: Case
    digest: str
    path: Float[np.ndarray, "points 2"]


class Goldens(NamedTuple):
    """Everything that was recorded."""

    versions: Mapping[str, Mapping[str, str]]  # framework -> package -> version
    paths: Sequence[Golden]


class Comparison(NamedTuple):
    """A form beside a framework on one surface."""

    form: str
    framework: str
    surface: str
    traces: int  # how many settings of the knobs
    steps: int  # for which each has numbers
    difference: float  # see `difference`
    exception: str  # why it is large, or the path ends, if so


class Inclusion(NamedTuple):
    """Two ways to the same path."""

    sentence: str
    difference: float


class Gradient(NamedTuple):
    """The derivative of a surface, by JAX and by measuring heights."""

    surface: str
    points: int
    difference: float


Walk: TypeAlias = Callable[[Case], Float[np.ndarray, "points 2"]]


def cases(framework: str) -> Iterator[Case]:
    """Every run that a framework is asked for: each form that it has, on each surface, with all
    usual knobs.
    """
    for (name, kind), (surface, (_start, lr)) in itertools.product(KINDS.items(), GROUNDS.items()):
        if framework in available(kind):
            yield from (Case(framework, name, surface, values) for values in _settings(kind, lr))


def _settings(kind: type[Optimizer], lr: float) -> list[dict[str, float]]:
    """The knobs of a form as it has them, and as each dialect has them where that is something
    else.
    """
    usual = {name: float(getattr(kind(), name)) for name in knobs(kind)}
    found: list[dict[str, float]] = []
    for own in ({}, *kind.dialects.values()):
        values = {**usual, **own, **({"lr": lr} if "lr" in usual else {})}
        found += [values] if values not in found else []
    return found


def goldens(folder: Path = GOLDENS, frameworks: Sequence[str] = FRAMEWORKS) -> Goldens:
    """The recorded paths in a folder: NAME.json beside NAME.npy for each framework. OSError when
    one is missing.
    """
    versions, paths = {}, []
    for framework in frameworks:
        index = json.loads((folder / f"{framework}.json").read_text(encoding="utf-8"))
        rows = np.load(folder / f"{framework}.npy", allow_pickle=False)
        versions[framework] = index["versions"]
        for told, path in zip(index["cases"], rows, strict=True):
            case = Case(framework, told["form"], told["surface"], told["values"])
            paths.append(Golden(case, told["sha256"], path))
    return Goldens(versions, paths)


def drawn(case: Case) -> Float[np.ndarray, "points 2"]:
    """What Ravine draws for a case."""
    return _trace(case).x


def _trace(case: Case) -> Trace:
    return run(
        KINDS[case.form](**case.values), SURFACES[case.surface](), GROUNDS[case.surface][0], STEPS
    )


def difference(ours: Float[np.ndarray, "points 2"], theirs: Float[np.ndarray, "points 2"]) -> float:
    """The largest difference in a coordinate, relative to the largest coordinate that the path has
    had by then.

    Infinite when one of them has numbers where the other has none. What comes after a path is FAR
    away is not compared: products of such numbers overflow, here or there first.

    >>> difference(np.array([[4.0, 0.0], [2.0, 1.0]]), np.array([[4.0, 0.0], [2.0, 1.5]]))
    0.125
    """
    with np.errstate(invalid="ignore"):
        gone = np.flatnonzero((np.abs(theirs) > FAR).any(axis=1) & np.isfinite(theirs).all(axis=1))
    ours, theirs = (path[: gone[0]] if len(gone) else path for path in (ours, theirs))
    whole = np.isfinite(theirs).all(axis=1)
    if (np.isfinite(ours).all(axis=1) != whole).any():
        return float("inf")
    apart, size = np.abs(ours[whole] - theirs[whole]).max(axis=1), np.abs(theirs[whole]).max(axis=1)
    return float((apart / np.maximum.accumulate(size)).max())


def comparisons(recorded: Goldens, on: Sequence[str] = tuple(GROUNDS)) -> list[Comparison]:
    """Every form beside every framework that has it, on each of these surfaces."""
    found: dict[tuple[str, str, str], list[tuple[int, float]]] = {}
    for case, _digest, path in (golden for golden in recorded.paths if golden.case.surface in on):
        whole = int(np.isfinite(path).all(axis=1).sum()) - 1
        found.setdefault((case.form, case.framework, case.surface), []).append(
            (whole, difference(drawn(case), path))
        )
    return [
        Comparison(
            *place,
            len(told),
            min(told)[0],
            max(apart for _steps, apart in told),
            EXCEPTIONS.get(place, ""),
        )
        for place, told in sorted(found.items())
    ]


def by_hand(paths: Mapping[str, Walk], on: Sequence[str] = tuple(GROUNDS)) -> list[Comparison]:
    """Forms beside a few lines of NumPy, on these surfaces: `paths` has for each form what makes
    the path of a case.
    """
    found = []
    for (form, walk), surface in itertools.product(paths.items(), on):
        case = Case(NUMPY, form, surface, _settings(KINDS[form], GROUNDS[surface][1])[0])
        path = walk(case)
        whole = int(np.isfinite(path).all(axis=1).sum()) - 1
        why = EXCEPTIONS.get((form, NUMPY, surface), "")
        found.append(Comparison(form, NUMPY, surface, 1, whole, difference(drawn(case), path), why))
    return found


def gradients(slugs: Iterable[str] = tuple(SURFACES)) -> list[Gradient]:
    """Autodiff beside central differences of eighth order, on these surfaces, at random points in
    view.
    """
    return [Gradient(slug, POINTS, _measured(SURFACES[slug]())) for slug in slugs]


def _measured(surface: Surface) -> float:
    """The largest difference of the two gradients, relative to their length there or, if that is
    more, on average.
    """
    low, high = np.array(surface.view).T
    places = np.random.default_rng(0).uniform(low, high, (POINTS, 2))
    if "smooth" in surface.breaks:  # its kinks lie along the axes
        places = np.where(np.abs(places) < 1 / 64, places + 1 / 32, places)
    points = jnp.asarray(places)
    exact = np.asarray(jax.vmap(jax.grad(surface))(points))
    axes = [_slope(surface, points, jnp.asarray([axis])) for axis in np.eye(2)]
    apart, size = np.abs(np.stack(axes, 1) - exact).max(axis=1), np.linalg.norm(exact, axis=1)
    return float((apart / np.maximum(size, size.mean())).max())


def _slope(surface: Surface, points: jax.Array, axis: jax.Array) -> Float[np.ndarray, "n"]:
    """The slope along an axis, (1, 2), at `points`, (n, 2), by eight heights around each (Fornberg,
    1988).
    """
    weights, h = (4 / 5, -1 / 5, 4 / 105, -1 / 280), 1 / 256
    height = jax.vmap(surface)
    ends = (height(points + k * h * axis) - height(points - k * h * axis) for k in range(1, 5))
    return np.asarray(sum(weight * end for weight, end in zip(weights, ends, strict=True))) / h


def inclusions(
    on: Sequence[str] = tuple(GROUNDS), sentences: Container[str] | None = None
) -> list[Inclusion]:
    """Settings with which one rule is another, each run on these surfaces; and what is known
    beforehand of a path. All of them, or those with these sentences.
    """
    ways: dict[str, Callable[[], float]] = {
        **{told: _worst(functools.partial(_apart, pair), on) for told, *pair in SAME},
        **{told: _worst(apart, on) for told, _forms, apart in KNOWN},
        **{told: apart for told, _forms, apart in CLOSED},
    }
    return [
        Inclusion(told, apart())
        for told, apart in ways.items()
        if sentences is None or told in sentences
    ]


def involved() -> dict[str, tuple[str, ...]]:
    """The sentence of each inclusion -> the forms that it runs."""
    return {
        **{told: (one, other) for told, one, _its, other, _others in SAME},
        **{told: forms for told, forms, _apart in (*KNOWN, *CLOSED)},
    }


def _worst(apart: Callable[[str], float], on: Sequence[str]) -> Callable[[], float]:
    return lambda: max(apart(slug) for slug in on)


def _apart(pair: Sequence[Any], slug: str) -> float:
    one, its, other, others = pair
    return difference(drawn(_case(one, slug, its)), drawn(_case(other, slug, others)))


def _case(form: str, slug: str, values: Mapping[str, float]) -> Case:
    usual = {name: float(getattr(KINDS[form](), name)) for name in knobs(KINDS[form])}
    share = {"lr": GROUNDS[slug][1] * values.get("lr", 1.0)} if "lr" in usual else {}
    return Case("", form, slug, {**usual, **values, **share})


def _looking_ahead(slug: str) -> float:
    """PyTorch's point beside x - gamma v of the paper."""
    trace = _trace(_case("nesterov", slug, {"gamma": 0.9}))
    return difference(
        trace.x - 0.9 * trace.state.v, drawn(_case("nesterov.pytorch", slug, {"gamma": 0.9}))
    )


def _growing(slug: str) -> float:
    """AMSGrad beside Adam up to the step at which Adam's average of squares falls for the first
    time.
    """
    trace = _trace(_case("adam", slug, {}))
    grows = np.logical_and.accumulate((np.diff(trace.state.v, axis=0) >= 0).all(axis=1))
    until = 1 + int(grows.sum())
    return difference(drawn(_case("amsgrad", slug, {}))[:until], trace.x[:until])


def _corrected(slug: str) -> float:
    """Adam with beta1 = 0 beside RMSProp whose squares are corrected as Adam's are, in NumPy."""
    (start, lr), slope = GROUNDS[slug], jax.jit(jax.grad(SURFACES[slug]()))
    x, s, path = np.array(start), np.zeros(2), [np.array(start)]
    for t in range(1, STEPS + 1):
        g = np.asarray(slope(x))
        s = 0.999 * s + (1 - 0.999) * g**2
        x = x - lr * g / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
        path.append(x)
    return difference(drawn(_case("adam", slug, {"beta1": 0.0})), np.array(path))


def _unscaled(slug: str) -> float:
    """AdaDelta of the frameworks with its learning rate of 1, beside Zeiler's, which has none."""
    usual = {"rho": 0.9, "eps": 1e-6}
    theirs = Case("", "adadelta.pytorch", slug, {"lr": 1.0, **usual})
    return difference(drawn(theirs), drawn(_case("adadelta", slug, usual)))


def _averaged(slug: str) -> float:
    """Schedule-Free SGD with beta1 = 0 beside the mean of what gradient descent has passed so
    far.
    """
    passed = drawn(_case("gradient_descent", slug, {}))
    means = np.cumsum(passed, axis=0) / np.arange(1, STEPS + 2)[:, None]
    return difference(drawn(_case("schedule_free", slug, {"beta1": 0.0})), means)


def _spelled(form: str, text: str) -> Callable[[str], float]:
    """A rule beside the same one, typed in."""

    def apart(slug: str) -> float:
        case = _case(form, slug, {})
        rule = typed(text, **case.values)
        return difference(run(rule, SURFACES[slug](), GROUNDS[slug][0], STEPS).x, drawn(case))

    return apart


def _shrinking() -> float:
    """Newton with a step of half the length, beside half the distance a step."""
    start, _lr = GROUNDS["ravine"]
    return difference(
        drawn(_case("newton", "ravine", {"alpha": 0.5})),
        0.5 ** np.arange(STEPS + 1.0)[:, None] * start,
    )


def _powers() -> float:
    """Gradient descent on the ravine beside (1 - lr L)^k x_0."""
    start, lr = GROUNDS["ravine"]
    factors = (1 - lr * np.array([0.2, 4.0])) ** np.arange(STEPS + 1)[:, None]
    return difference(drawn(_case("gradient_descent", "ravine", {})), factors * np.array(start))


def _heavy_ball() -> float:
    """Momentum on the ravine beside the powers of its companion matrix."""
    (start, lr), gamma, paths = GROUNDS["ravine"], 0.9, []
    for curvature, x in zip((0.2, 4.0), start, strict=True):
        move = np.array([[1 + gamma - lr * curvature, -gamma], [1.0, 0.0]])
        paths.append([(np.linalg.matrix_power(move, k) @ [x, x])[0] for k in range(STEPS + 1)])
    return difference(drawn(_case("momentum", "ravine", {"gamma": gamma})), np.array(paths).T)


SAME: tuple[tuple[str, str, Mapping[str, float], str, Mapping[str, float]], ...] = (
    # a sentence; a form and its knobs; the other form and its knobs. `lr` is a share of that of the
    # surface
    (
        N_("Momentum with γ = 0 is gradient descent."),
        "momentum",
        {"gamma": 0.0},
        "gradient_descent",
        {},
    ),
    (
        N_("Nesterov with γ = 0 is gradient descent."),
        "nesterov",
        {"gamma": 0.0},
        "gradient_descent",
        {},
    ),
    (
        N_("Momentum is the same with η inside and outside."),
        "momentum",
        {"gamma": 0.9},
        "momentum.optax",
        {},
    ),
    (N_("Nesterov of Keras is that of PyTorch."), "nesterov.keras", {}, "nesterov.pytorch", {}),
    (N_("AdamW without weight decay is Adam."), "adamw", {"wd": 0.0}, "adam", {}),
    (
        N_("AdamW of Keras without weight decay is its Adam."),
        "adamw.keras",
        {"wd": 0.0},
        "adam.keras",
        {},
    ),
    (
        N_("NAdam of PyTorch with ψ = 1 is that of Keras."),
        "nadam",
        {"psi": 1.0, "eps": 1e-7},
        "nadam.keras",
        {},
    ),
    (
        N_("NAdam of optax with β₁ = 0 is Adam with β₁ = 0."),
        "nadam.optax",
        {"beta1": 0.0},
        "adam",
        {"beta1": 0.0},
    ),
    (N_("QHM with ν = 0 is gradient descent."), "qhm", {"nu": 0.0}, "gradient_descent", {}),
    (
        N_("QHM with ν = 1 is Momentum at (1 − β₁) η."),
        "qhm",
        {"nu": 1.0, "beta1": 0.9},
        "momentum.optax",
        {"gamma": 0.9, "lr": 1 - 0.9},
    ),
    (
        N_("QHM with ν = β₁ is Nesterov of PyTorch at (1 − β₁) η."),
        "qhm",
        {"nu": 0.9, "beta1": 0.9},
        "nesterov.pytorch",
        {"gamma": 0.9, "lr": 1 - 0.9},
    ),
    (
        N_("AdaGrad of Keras with s₀ = 0 is AdaGrad."),
        "adagrad.keras",
        {"s0": 0.0},
        "adagrad",
        {"eps": 1e-7},
    ),
    (
        N_("RMSProp with μ = 0 is RMSProp without momentum."),
        "rmsprop_momentum",
        {"mu": 0.0},
        "rmsprop",
        {"eps": 1e-7},
    ),
    (
        N_("Lion without memory is signSGD."),
        "lion",
        {"beta1": 0.0, "beta2": 0.0, "wd": 0.0},
        "sign_sgd",
        {},
    ),
)
ADAM = (
    "m = beta1*m + (1 - beta1)*g; s = beta2*s + (1 - beta2)*g**2; "
    "x = x - lr*(m/(1 - beta1**t))/(sqrt(s/(1 - beta2**t)) + eps)"
)
# a sentence; the forms that it runs; how far apart they are on a surface
KNOWN: tuple[tuple[str, tuple[str, ...], Callable[[str], float]], ...] = (
    (
        N_("Nesterov of PyTorch is the paper's, seen from one look ahead."),
        ("nesterov", "nesterov.pytorch"),
        _looking_ahead,
    ),
    (
        N_("AMSGrad is Adam as long as the average of squares grows."),
        ("amsgrad", "adam"),
        _growing,
    ),
    (N_("Adam with β₁ = 0 is RMSProp with corrected squares."), ("adam",), _corrected),
    (
        N_("AdaDelta with a learning rate of 1 is AdaDelta."),
        ("adadelta", "adadelta.pytorch"),
        _unscaled,
    ),
    (
        N_("Schedule-Free SGD with β₁ = 0 is the average of gradient descent."),
        ("schedule_free", "gradient_descent"),
        _averaged,
    ),
    (
        N_("Momentum, typed in, is Momentum."),
        ("momentum",),
        _spelled("momentum", "v = gamma*v + lr*g; x = x - v"),
    ),
    (
        N_("Nesterov, typed in, is Nesterov."),
        ("nesterov",),
        _spelled("nesterov", "v = gamma*v + lr*grad(x - gamma*v); x = x - v"),
    ),
    (N_("Adam, typed in, is Adam."), ("adam",), _spelled("adam", ADAM)),
)
CLOSED: tuple[tuple[str, tuple[str, ...], Callable[[], float]], ...] = (
    (N_("Newton on the ravine shrinks by 1 − α a step."), ("newton",), _shrinking),
    (N_("Gradient descent on the ravine has its closed form."), ("gradient_descent",), _powers),
    (N_("Momentum on the ravine has its closed form."), ("momentum",), _heavy_ball),
)
REMARKS = (
    N_(
        "Nesterov of PyTorch, Keras and optax is the paper's path, seen from one look ahead: "
        "its point is where the "
        "next gradient is taken."
    ),
    N_(
        "Keras's Adam family adds ε before the correction (ε-hat), so a large ε counts for more "
        "in the first steps."
    ),
    N_("AdaGrad of Keras and optax starts its squares at 0.1, not at 0."),
    N_(
        "The frameworks' momentum defaults to 0; Ravine opens theirs at 0.9, so that there is "
        "something to see."
    ),
    N_("PyTorch spares the first gradient the dampening, and knows no dampening without momentum."),
    N_(
        "PyTorch's NAdam keeps the product of its momenta in single precision unless the "
        "default type is double."
    ),
    N_(
        "optax 0.2.8: the first call of rprop does not move, and adadelta without a learning "
        "rate climbs."
    ),
    N_(
        "optax's Yogi starts the average of gradients at 10⁻⁶ too, so it walks away from an "
        "exact minimum."
    ),
    N_("The paper of AdamW does not multiply the decay by the learning rate; all frameworks do."),
    N_(
        "RAdam divides from step 5 on in the paper and from step 6 on in the frameworks, with "
        "β₂ = 0.999."
    ),
    N_(
        "Rules without ε (the papers of RMSProp, AMSGrad and AdaMax) are 0/0 where a gradient "
        "is 0 from the start."
    ),
    N_(
        "PyTorch's clip_grad_norm_ divides by ‖g‖ + 10⁻⁶; Ravine divides by ‖g‖, as the paper "
        "does. "
        "Its plateau schedule compares absolutely: PyTorch's usual way depends on where the "
        "height 0 is."
    ),
    N_(
        "Polyak's step is chaotic near a cone: the last bit of the start grows to thousandths "
        "in 50 steps."
    ),
)


def report(paths: Mapping[str, Walk], on: Sequence[str] = tuple(GROUNDS)) -> dict[str, Any]:
    """Everything above on these surfaces, ready for JSON: differences to two digits, and the
    versions recorded.
    """
    recorded = goldens()
    compared = [*comparisons(recorded, on), *by_hand(paths, on)]
    found = {"comparisons": compared, "inclusions": inclusions(on), "gradients": gradients()}
    return {"versions": recorded.versions, "steps": STEPS, "close": CLOSE} | {
        part: as_rows(rows) for part, rows in found.items()
    }


def as_rows(rows: Iterable[Comparison | Inclusion | Gradient]) -> list[dict[str, Any]]:
    """Rows as they are written down: the difference to two digits."""
    return [row._asdict() | {"difference": float(f"{row.difference:.1e}")} for row in rows]


def stored(file: Path = VERIFIED) -> dict[str, Any]:
    """The report as it was last written down, for a page: what it says takes minutes to compute."""
    return json.loads(file.read_text(encoding="utf-8"))
