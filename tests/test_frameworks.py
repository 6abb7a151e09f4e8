"""The scripts for the frameworks: formatted, fresh, and what they print is what is drawn."""

import ast
import contextlib
import doctest
import io
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruff.__main__ import find_ruff_bin

from optim import OPTIMIZERS
from optim.adam import Adam, KerasAdam
from ravine.core.knob import knobs
from ravine.core.words import speak
from ravine.experiments import frameworks, verify
from ravine.experiments.frameworks import CHECKED, FRAMEWORKS, FUNCTIONS, WIDTH, available, script
from ravine.experiments.trace import run
from ravine.experiments.verify import (
    CLOSE,
    EXCEPTIONS,
    GOLDENS,
    GROUNDS,
    KINDS,
    STEPS,
    cases,
    difference,
    goldens,
    stored,
)
from surfaces import SURFACES
from tests.cases import KINDS as TESTED
from tests.cases import every_surface
from tests.cases import surfaces as any_surface
from tests.goldens.report import told as everything
from tests.references.rules import BY_HAND

AWKWARD = 0.1 + 0.2  # it has 17 digits
ROUNDING = 1e-11  # another processor may round otherwise, and differ by as much
NUMPY = {name: getattr(np, name) for name in FUNCTIONS}
CASES = [case for framework in FRAMEWORKS for case in cases(framework)]
LIVE = {  # one call of each form; with other values it prints another number in one place
    case.form: case for case in CASES if case.framework == "optax" and case.surface == "ravine"
}
every_framework = pytest.mark.parametrize("framework", FRAMEWORKS)


def rows(printed):
    return np.array([[float(word) for word in line.split()] for line in printed.splitlines()])


def executed(source):
    """What a script prints in this process: a row a step."""
    told = io.StringIO()
    allowed = jax.numpy_rank_promotion("allow"), jax.numpy_dtype_promotion("standard")
    with contextlib.redirect_stdout(told), allowed[0], allowed[1]:
        exec(compile(source, "script.py", "exec"), {"__name__": "__main__"})
    return rows(told.getvalue())


def launched(source):
    """What a script prints in a fresh interpreter that has no Ravine."""
    command = [sys.executable, "-P", "-X", "utf8", "-W", "error", "-"]
    run = subprocess.run(
        command,
        input=source,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd="/",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return rows(run.stdout)


def height_of(surface, x1, x2):
    """The height at a place, by the code of the surface and NumPy."""
    values = {name: getattr(surface, name) for name in knobs(type(surface))}
    columns = {name: np.array(column) for name, column in surface.data.items()}
    return eval(surface.code, {"__builtins__": {}}, NUMPY | values | columns | {"x1": x1, "x2": x2})


def unformatted(folder, sources):
    """The sources that ruff would write otherwise."""
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    command = [find_ruff_bin(), "format", "--isolated", "--no-cache", "--diff", str(folder)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False
    ).stdout


@settings(max_examples=200)
@given(any_surface, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=4, max_size=4))
def test_the_code_of_a_surface_is_the_surface(surface, shares):
    low, high = np.array(surface.view).T
    points = low + np.array(shares) * (high - low)
    heights = np.array([height_of(surface, *point) for point in points])
    size = np.abs(heights).max()  # a height near 0 is what larger terms leave
    np.testing.assert_allclose(
        heights, jax.vmap(surface)(jnp.asarray(points)), rtol=1e-12, atol=1e-12 * (1 + size)
    )


@every_surface
def test_the_code_of_a_surface_is_it_where_it_starts(surface):
    rounding = 1e-13 if surface.data else 1e-15  # a mean over many rows, or by their moments
    height = height_of(surface, *surface.start)
    np.testing.assert_allclose(height, float(surface(jnp.array(surface.start))), rtol=rounding)


def test_the_forms_are_those_of_the_tests():
    assert KINDS == TESTED


@every_framework
def test_what_is_recorded_is_what_the_scripts_say(framework):
    """When this fails, record again as tests/goldens/README.md tells."""
    told = {
        golden.case.key(): golden.digest
        for golden in goldens().paths
        if golden.case.framework == framework
    }
    assert {case.key(): case.digest() for case in CASES if case.framework == framework} == told


@every_framework
def test_the_scripts_name_the_versions_that_were_recorded(framework):
    versions = goldens().versions[framework]
    for told in CHECKED[framework].split(", "):
        package, version = told.split(" ")
        assert versions[package] == version


def test_the_recorded_paths_are_small_and_start_where_they_should():
    assert sum(path.stat().st_size for path in GOLDENS.iterdir()) < 2_000_000
    for case, _digest, path in goldens().paths:
        assert path.shape == (STEPS + 1, 2)
        assert tuple(path[0]) == GROUNDS[case.surface][0]


def test_the_scripts_are_formatted(tmp_path):
    assert unformatted(tmp_path, {str(i): case.text() for i, case in enumerate(CASES)}) == ""
    for case in CASES:
        compile(case.text(), "script.py", "exec")
        assert max(map(len, case.text().splitlines())) <= WIDTH


@every_framework
def test_awkward_numbers_are_formatted_too(framework, tmp_path):
    kinds = {name: kind for name, kind in KINDS.items() if framework in available(kind)}
    values = {
        name: {knob: k.low + (k.high - k.low) / 3 for knob, k in knobs(kind).items()}
        for name, kind in kinds.items()
    }
    surface = SURFACES["quadratic"](kappa=AWKWARD * 10, theta=1 / 3)
    sources = {
        name: script(kind, values[name], surface, (AWKWARD, -1 / 3), 2000, framework)
        for name, kind in kinds.items()
    }
    assert unformatted(tmp_path, sources) == ""


@pytest.mark.parametrize("case", LIVE.values(), ids=lambda case: case.key())
def test_optax_prints_what_is_drawn(case):
    told = executed(case.text())
    trace = run(
        KINDS[case.form](**case.values), SURFACES[case.surface](), GROUNDS[case.surface][0], STEPS
    )
    assert told[:, 0].tolist() == [*range(STEPS + 1)]
    np.testing.assert_allclose(told[:, 1:3], trace.x, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(told[:, 3], trace.loss, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("slug", ["quadratic"])
def test_a_script_needs_nothing_but_its_framework(slug):
    surface = SURFACES[slug](
        **({"kappa": AWKWARD * 10, "theta": 1 / 3} if slug == "quadratic" else {})
    )
    told = launched(script(Adam, {"lr": AWKWARD}, surface, (0.5, -1 / 3), 7, "optax"))
    trace = run(Adam(lr=AWKWARD), surface, (0.5, -1 / 3), 7)
    np.testing.assert_allclose(
        told, np.column_stack([np.arange(8), trace.x, trace.loss]), rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize(
    "surface", [kind() for kind in SURFACES.values() if kind.data], ids=lambda kind: kind.slug()
)
@pytest.mark.parametrize("framework", ["optax", "pytorch"])
def test_a_script_with_data_is_formatted_and_prints_what_is_drawn(surface, framework, tmp_path):
    source = script(Adam, {"lr": surface.lr}, surface, surface.start, 20, framework)
    assert unformatted(tmp_path, {surface.slug(): source}) == ""
    assert max(map(len, source.splitlines())) <= WIDTH
    compile(source, "script.py", "exec")
    assert surface.source in source
    if framework == "optax":
        trace = run(Adam(lr=surface.lr), surface, surface.start, 20)
        drawn = np.column_stack([np.arange(21), trace.x, trace.loss])
        np.testing.assert_allclose(executed(source), drawn, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("slug", ["regression_l1", "network_relu"])
@pytest.mark.parametrize("place", [(0.0, 0.3), (0.0, 0.0), (-0.3, 0.0)])
def test_a_script_has_the_slope_that_is_drawn_where_there_is_a_kink(slug, place):
    surface, rule = SURFACES[slug](), OPTIMIZERS["gradient_descent"]
    told = executed(script(rule, {"lr": 0.1}, surface, place, 2, "optax"))
    np.testing.assert_allclose(
        told[:, 1:3], run(rule(lr=0.1), surface, place, 2).x, rtol=1e-12, atol=1e-14
    )


def test_every_function_of_the_code_is_where_it_is_imported_from():
    assert [name for name in FUNCTIONS if not hasattr(jnp, name)] == []
    used = {
        node.id
        for kind in SURFACES.values()
        for node in ast.walk(ast.parse(kind.code))
        if type(node) is ast.Name
    }
    own = {name for kind in SURFACES.values() for name in (*knobs(kind), *kind.data)}
    assert used <= {"x1", "x2", *FUNCTIONS, *own}
    assert not own & {"x", "x1", "x2", "f", "state", "step", "optimizer", *FUNCTIONS}


def test_a_knob_that_is_not_named_has_its_default():
    bowl = SURFACES["bowl"]()
    full = {"lr": 0.4, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    assert script(Adam, {}, bowl, (1, 2), 3, "pytorch") == script(
        Adam, full, bowl, (1, 2), 3, "pytorch"
    )


def test_no_step_at_all_is_one_line():
    assert executed(script(Adam, {}, SURFACES["bowl"](), (1, 2), 0, "optax")).tolist() == [
        [0, 1, 2, 5]
    ]


def test_where_there_is_no_call_there_is_a_sentence():
    assert available(Adam) == ["pytorch", "optax"]
    assert available(KerasAdam) == ["keras"]
    with pytest.raises(ValueError, match="PyTorch has no call that gives this form of Adam"):
        script(KerasAdam, {}, SURFACES["bowl"](), (1, 2), 3, "pytorch")
    with pytest.raises(ValueError, match="mlx has no call"):
        script(Adam, {}, SURFACES["bowl"](), (1, 2), 3, "mlx")


def test_a_script_says_whence_it_is_and_is_one_in_chinese(tmp_path):
    speak("zh-CN")
    try:
        sources = {
            slug: script(Adam, {}, kind(), (1, 2), 3, "pytorch") for slug, kind in SURFACES.items()
        }
    finally:
        speak("en")
    assert unformatted(tmp_path, sources) == ""
    assert "Ravine" in sources["bowl"][:200]
    assert "MIT" in sources["bowl"][:500]


def test_a_difference_is_relative_to_how_far_the_path_has_been():
    path = np.array([[-8.0, 0.0], [1.0, 1.0], [0.0, 16.0]])
    assert difference(path, path) == 0.0
    assert difference(path + np.array([[0, 0], [0, 1], [0, 0]]), path) == 1 / 8
    assert difference(path + np.array([[0, 0], [0, 0], [1, 0]]), path) == 1 / 16


@pytest.mark.parametrize("module", [frameworks, verify], ids=lambda module: module.__name__)
def test_docstring_examples_are_true(module):
    told = doctest.testmod(module)
    assert told.attempted > told.failed == 0


def test_a_path_that_ends_is_compared_up_to_there():
    path = np.array([[1.0, 0.0], [2.0, 0.0], [np.nan, np.inf]])
    assert difference(path, path) == 0.0
    assert difference(np.nan_to_num(path), path) == np.inf
    assert difference(path, np.nan_to_num(path, posinf=3.0)) == np.inf


AGAIN = ("ravine", "rosenbrock")  # all twelve take minutes: the others as they were written down


@pytest.fixture(scope="module")
def told():
    fresh, kept = (
        everything(AGAIN),
        [row for row in stored()["comparisons"] if row["surface"] not in AGAIN],
    )
    recorded, by_hand = (
        sorted(
            (
                row
                for row in [*fresh["comparisons"], *kept]
                if (row["framework"] == verify.NUMPY) == hand
            ),
            key=place,
        )
        for hand in (False, True)
    )
    return fresh | {"comparisons": [*recorded, *by_hand]}


def place(row):
    return row["form"], row["framework"], row["surface"]


def test_everything_that_was_compared_is_close_or_explained(told):
    assert [
        row for row in told["comparisons"] if not (is_close(row, CLOSE) or row["exception"])
    ] == []
    assert [
        row for row in [*told["inclusions"], *told["gradients"]] if not row["difference"] < CLOSE
    ] == []


def test_nothing_is_explained_that_needs_no_explanation(told):
    explained = {
        (row["form"], row["framework"], row["surface"]): row
        for row in told["comparisons"]
        if row["exception"]
    }
    assert {*explained} == {*EXCEPTIONS}
    assert [row for row in explained.values() if is_close(row, ROUNDING)] == []


def is_close(row, limit):
    return row["difference"] < limit and row["steps"] == STEPS


def test_everything_is_compared(told):
    expected = {(case.form, case.framework, case.surface) for case in CASES}
    expected |= {(form, verify.NUMPY, surface) for form in BY_HAND for surface in verify.GROUNDS}
    assert {form for form, _who, _surface in expected} == {*KINDS}
    assert {
        (row["form"], row["framework"], row["surface"]) for row in told["comparisons"]
    } == expected
    assert [row["surface"] for row in told["gradients"]] == [*SURFACES]


def test_the_stored_report_is_fresh(told):
    """When this fails: python -m tests.goldens.report."""
    written = stored()
    del written["sources"]  # tests/test_report.py
    written["comparisons"].sort(key=lambda row: (row["framework"] == verify.NUMPY, *place(row)))
    assert without_figures(written) == without_figures(told)
    for mine, kept in zip(figures(told), figures(written), strict=True):
        assert kept == mine or max(kept, mine) < ROUNDING


def without_figures(report):
    return {
        part: [{word: v for word, v in row.items() if word != "difference"} for row in lines]
        if isinstance(lines, list)
        else lines
        for part, lines in report.items()
    }


def figures(report):
    rows = [row for lines in report.values() if isinstance(lines, list) for row in lines]
    return [row["difference"] for row in rows if not row.get("exception")]
