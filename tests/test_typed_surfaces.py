"""Functions that visitors type, raced on: by link, with everything that a surface of the catalogue has."""

import contextlib
import functools
import io
import math
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from optim import build
from optim.gradient_descent import GradientDescent
from ravine.core.bounded_jit import SHELF
from ravine.core.formula import FormulaError
from ravine.experiments import critical, frameworks
from ravine.experiments import fan as fanning
from ravine.experiments import trace as tracing
from ravine.experiments.field import sample, view_box
from ravine.experiments.floor import floor_of
from ravine.experiments.link import checked, decode, encode, read_surface, write_surface
from ravine.experiments.outcome import outcome
from ravine.experiments.race import KNOBS, race_on, run_race
from ravine.experiments.record import table
from ravine.experiments.script import script
from ravine.experiments.trace import run
from ravine.payload.picture import packed, picture
from surfaces import SURFACES, Typed, turned, typed
from tests.formula.test_hostile import HOSTILE
from tests.growth import grown
from tests.test_frameworks import executed, unformatted

GOOD = {
    "x**2 + 10*y**2": lambda x, y: x**2 + 10 * y**2,
    "sin(3x)*exp(-y^2)": lambda x, y: jnp.sin(3 * x) * jnp.exp(-(y**2)),
    "|x| + y^4": lambda x, y: jnp.abs(x) + y**4,
    "(1 - x)^2 + 100(y - x^2)^2": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "x1^2 - x2^2": lambda x, y: x**2 - y**2,
    "log(1 + e^(x y)) - cos(2π x)": lambda x, y: (
        jnp.log(1 + jnp.exp(x * y)) - jnp.cos(2 * math.pi * x)
    ),
    "max(x, -y, 0.5)": lambda x, y: jnp.maximum(jnp.maximum(x, -y), 0.5),
    "tanh(x) + min(y^2, 3)": lambda x, y: jnp.tanh(x) + jnp.minimum(y**2, 3),
    "7": lambda x, y: 7.0 + 0 * x,
}
HOLES = (
    "log(x) + y^2",
    "sqrt(x) + y^2",
    "1/x",
    "log(x*y)",
    "tan(x) + y^2",
    "x^y",
    "sqrt(1 - x^2 - y^2)",
    "sqrt(-1 - x^2)",
)
FURTHER = {  # what only a function can get wrong
    "state": "v = x; v",
    "assignment": "f = x^2 + y^2",
    "gradient": "grad(x)",
    "height": "f(x)",
    "step": "x + t",
    "learning rate": "lr*x",
    "three": "x + y + z",
    "norm": "norm(x)",
    "word": "x squared plus y squared",
    "equation": "x^2 + y^2 = 1",
    "two lines": "x^2\ny^2",
    "comparison": "x < y",
    "if": "x if y else 1",
    "markup": "<script>alert(1)</script>",
    "tex": r"\frac{x}{y}",
    "link": "x~text=y",
    "another part": "x&on=ravine",
    "percent": "%00x",
    "nothing": "",
    "spaces": "   ",
    "infinite": "1e999",
    "undefined constant": "x + 0/0",
    "nan": "nan*x",
    "inf": "inf - x",
    "too long": "x + " * 100 + "y",
}


@pytest.mark.parametrize("text", GOOD)
def test_a_typed_function_is_the_function_that_was_typed(text):
    surface, meant = typed(text), GOOD[text]
    places = jnp.asarray(np.random.default_rng(1).uniform(-3, 3, (50, 2)))
    mine = jax.vmap(jax.value_and_grad(surface))(places)
    theirs = jax.vmap(jax.value_and_grad(lambda x: meant(x[0], x[1])))(places)
    for one, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(jax.vmap(typed(surface.text))(places), mine[0])
    names = {
        name: getattr(np, name) for name in ("abs", "exp", "log", "sin", "cos", "tanh", "pi", "e")
    }
    names |= {
        "max": lambda *v: functools.reduce(np.maximum, v),
        "min": lambda *v: functools.reduce(np.minimum, v),
    }
    coded = [eval(surface.code, names | {"x1": x, "x2": y}) for x, y in np.asarray(places)]
    np.testing.assert_allclose(coded, mine[0], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("text", [*GOOD, *HOLES])
def test_everything_that_is_drawn_of_a_typed_function_is_there(text):
    race = checked(race_on(typed(text)))
    assert decode(encode(race)) == race
    (left, right), (bottom, top) = race.surface.view
    assert left <= race.start[0] <= right
    assert bottom <= race.start[1] <= top
    assert race.shared["lr"] in KNOBS["lr"].grid()
    assert len(packed(picture(race))) > 1000
    assert table(race, run_race(race), [lane.rule for lane in race.lanes]).count(
        "\n"
    ) == 1 + 61 * len(race.lanes)
    compile(script(race), "script", "exec")


@pytest.mark.parametrize("text", ["log(x) + y^2", "sqrt(x) + y^2", "log(x*y)", "x^y"])
def test_it_opens_where_there_is_a_slope(text):
    surface = typed(text)
    height, slope = jax.value_and_grad(surface)(jnp.array(surface.start))
    assert np.isfinite(height)
    assert np.isfinite(slope).all()
    assert np.abs(slope).max() > 0


def test_gradient_descent_is_stable_where_it_opens():
    for text in ("x^2 + 10 y^2", "300x^2 + y^2", "x^2/50 + y^2/9", "cos(x) + cos(y)"):
        race = race_on(typed(text))
        loss = run(
            build("gradient_descent", lr=race.shared["lr"]), race.surface, race.start, 200
        ).loss
        assert loss[-1] < loss[0]
        assert (np.diff(loss) <= 1e-12).all()


def test_a_view_belongs_to_the_function_and_its_link():
    surface = typed("x*y", (-1.0, 3.0, 0.0, 0.5))
    assert write_surface(surface) == "typed~view=-1.0,3.0,0.0,0.5~text=x*y"
    assert read_surface(write_surface(surface)) == surface
    assert view_box(surface) == (-1.0, 3.0, 0.0, 0.5)
    assert sample(surface, n=5).x.tolist() == [-1.0, 0.0, 1.0, 2.0, 3.0]
    assert surface != typed("x*y")
    assert read_surface("typed~view=-1,3,0,.5~text=x*y") == surface
    assert read_surface(write_surface(turned(surface, 0.3))) == turned(surface, 0.3)
    assert read_surface("typed") == typed("x^2 + 10y^2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("typed~view=1,2~text=x", "view = '1,2' is not 4 numbers"),
        ("typed~view=2,1,0,1~text=x", "view = 2,1,0,1 is no picture"),
        ("typed~view=0,1,0,nan~text=x", "view = 0,1,0,nan is no picture"),
        ("typed~view=-1e9,1e9,0,1~text=x", "is no picture"),
        ("typed~view=0,1e-9,0,1~text=x", "is no picture"),
        ("typed~view=a,b,c,d~text=x", "view = 'a' is not a number"),
        ("typed~k=1~text=x", "typed has no knob 'k'"),
        ("typed~turn=2~text=x", r"turn = 2 is outside \[0, 1.5708\]"),
        ("typed~text=foo(x)", "Line 1, column 1: foo is no function"),
        ("ravine~text=x", "Only a typed function has a text"),
        ("ravine~view=0,1,0,1", "Only a typed function has a text"),
        ("typed~text=" + "x+" * 299 + "x", "on is longer than 600 characters"),
    ],
)
def test_what_is_no_function_is_refused_with_a_sentence(text, said):
    with pytest.raises(ValueError, match=said):
        decode({"on": [text]})


@pytest.mark.parametrize("name", [*HOSTILE, *FURTHER])
def test_a_hostile_function_gives_a_sentence_and_runs_nothing(name):
    text = (HOSTILE | FURTHER)[name].removeprefix("x = ")
    try:
        surface = typed(text[:100_000])
    except FormulaError as error:
        assert error.sentence.endswith(".")
        if name != "two numbers":  # a link with a blank between them had a plus there
            with pytest.raises(ValueError, match=r"\.$"):
                decode({"on": [f"typed~text={text[:100_000]}"]})
    else:  # a rule's text that is a function all the same
        assert surface.text == typed(surface.text).text
        assert not set(surface.text) & set("_'\"[]{}:;@\\<>=~")


def test_at_least_sixty_texts_are_refused():
    assert sum(map(is_wrong, (HOSTILE | FURTHER).values())) >= 160


def is_wrong(text):
    try:
        typed(text)
    except FormulaError:
        return True
    return False


def ends(text, start, lr=0.1, steps=60, rule="gradient_descent"):
    surface = typed(text)
    trace = run(build(rule, lr=lr), surface, start, steps)
    return outcome(trace, surface, floor_of(surface), 1e-3), trace


def test_the_outcome_says_where_a_run_fell_into_a_hole():
    end, trace = ends("log(x) + y^2", (0.5, 1.0))
    assert end.kind == "undefined"
    assert np.isfinite(trace.loss[: end.step]).all()
    assert trace.x[end.step, 0] < 0
    assert np.isnan(trace.loss[end.step])


def test_a_root_ends_where_its_slope_does():
    end, trace = ends("sqrt(x) + y^2", (1.0, 1.0), lr=0.5)
    assert end.kind == "undefined"
    assert not np.isfinite(trace.grad[end.step]).all()


def test_what_flies_away_overflows_and_is_no_hole():
    assert ends("-x^4 + y^2", (1.0, 1.0), lr=1.0, steps=30)[0].kind == "overflowed"
    assert ends("x - x^3", (2.0, 1.0), steps=30)[0].kind in {"overflowed", "left"}


def test_a_kink_holds_a_run_on_both_sides():
    end, trace = ends("|x| + y^4", (1.03, 0.3), lr=0.1)
    assert end.kind in {"reached", "moving"}
    assert np.abs(trace.x[-5:, 0]).max() < 0.11


def test_on_a_constant_nothing_moves():
    end, trace = ends("3", (1.0, 1.0))
    assert (trace.x == trace.x[0]).all()
    assert end.kind in {"reached", "stuck"}


def test_its_minima_are_found():
    floor = floor_of(typed("(x - 1)^2 + 10 (y + 2)^2 - 3"))
    np.testing.assert_allclose(floor.places, [(1.0, -2.0)], atol=1e-9)
    np.testing.assert_allclose(floor.lowest, -3.0, atol=1e-12)
    himmelblau = typed("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", (-5, 5, -5, 5))
    known = sorted(SURFACES["himmelblau"]().minima())
    np.testing.assert_allclose(
        sorted(map(tuple, floor_of(himmelblau).places.tolist())), known, atol=1e-7
    )
    assert floor_of(typed("x^2 - y^2")).lowest is None
    assert floor_of(typed("x + y")).lowest is None
    np.testing.assert_allclose(floor_of(typed("|x| + |y - 1|")).places, [(0.0, 1.0)], atol=1e-6)


def test_new_functions_compile_nothing(monkeypatch):
    monkeypatch.setattr(SHELF, "most", 10**12)  # nothing is let go meanwhile
    race = race_on(typed("x^2 + 10.0625 y^2"))  # whose picture nobody has
    picture(race)
    before = tracing._simulate.compiled, fanning._simulate_all.compiled
    for text in ("sin(3x)*exp(-y^2)", "|x| + y^4", "7", "log(x)", "x*y - 3"):
        picture(race_on(typed(text)))
    assert (tracing._simulate.compiled, fanning._simulate_all.compiled) == before
    assert isinstance(race.surface, Typed)


def with_a_function(k):
    """Everything that is done with a function that a visitor typed; how many programs trace runs now."""
    surface = typed(f"x^2 + {k + 1}*y^2/100 + sin({k % 7 + 1}x)")
    run(build("momentum", lr=1e-3), surface, (1.0, 1.0), 20)
    sample(surface, n=20)
    floor_of(surface) if k % 4 == 0 else None
    critical.critical_points(surface) if k % 50 == 0 else None
    return tracing._simulate.compiled


@pytest.mark.skipif(
    sys.platform != "linux", reason="memory is read from /proc, which Linux alone has"
)
def test_a_thousand_functions_leave_nothing_behind():
    before, after, left = grown(with_a_function, 401, 1000)
    assert before == after
    assert left < 8192  # bytes a function; a compiled program is 2 MB


@pytest.mark.parametrize("framework", ["optax", "keras", "pytorch"])
@pytest.mark.parametrize(
    "text",
    [*GOOD, "sqrt(2)*x^2 + exp(-1)y^2 + sign(x)", "clip(x, -1, 2)^2 + y^2", "tan(x/9)^2 + y^2/e"],
)
def test_the_script_of_a_typed_function_is_a_script(text, framework):
    source = frameworks.script(
        GradientDescent, {"lr": 0.01}, typed(text), (1.3, 0.7), 12, framework
    )
    compile(source, "script.py", "exec")
    if framework == "optax":
        path = executed(source)
        mine = run(build("gradient_descent", lr=0.01), typed(text), (1.3, 0.7), 12)
        np.testing.assert_allclose(path[:, 1:3], mine.x, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(path[:, 3], mine.loss, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "ground", [SURFACES["ravine"](), SURFACES["regression_l2"](), typed("x^2 + 3*x*y^2")]
)
def test_the_script_of_a_turned_surface_draws_its_path(ground, tmp_path):
    surface = turned(ground, 0.7)
    source = frameworks.script(GradientDescent, {"lr": 0.01}, surface, surface.start, 12, "optax")
    np.testing.assert_allclose(
        executed(source)[:, 1:3],
        run(build("gradient_descent", lr=0.01), surface, surface.start, 12).x,
        rtol=1e-9,
    )
    assert unformatted(tmp_path, {"turned": source}) == ""


def test_a_race_on_a_typed_and_turned_function_is_a_script_that_runs():
    race = race_on(turned(typed("x^2 + 10 y^2", (-1, 1, -2, 2)), 0.4))
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(compile(script(race), "script.py", "exec"), {"__name__": "__main__"})
    ends = [trace.loss[-1] for trace in run_race(race)]
    np.testing.assert_array_equal(
        [float(line.rpartition("= ")[2]) for line in told.getvalue().splitlines()], ends
    )
