"""Ask PyTorch, Keras and optax for the paths that the tests hold the rules against, and write them down.

See README.md beside this file.
"""

import contextlib
import io
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version

import numpy as np

from ravine.core.knob import knobs
from ravine.experiments.frameworks import FRAMEWORKS, FUNCTIONS
from ravine.experiments.verify import GOLDENS, STEPS, Case, cases, goldens
from surfaces import SURFACES

PACKAGES = {"pytorch": ["torch"], "keras": ["keras", "jax"], "optax": ["optax", "jax"]}


def printed(source):
    """What a script prints: a row a step, (steps+1, 4)."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(compile(source, "script.py", "exec"), {"__name__": "__main__"})
    return np.array(
        [[float(word) for word in line.split()] for line in told.getvalue().splitlines()]
    )


def path(case: Case):
    """The path that a framework draws, (steps+1, 2): infinity and NaN stay where they arose."""
    rows = printed(case.text())
    assert rows[:, 0].tolist() == [*range(STEPS + 1)], f"{case.key()}: steps are missing"
    np.testing.assert_allclose(
        rows[:, 3], heights(case, rows[:, 1:3]), rtol=1e-11, atol=1e-12, err_msg=case.key()
    )
    return rows[:, 1:3]


def heights(case, points):
    """The heights of the surface, by NumPy."""
    surface = SURFACES[case.surface]()
    names = {name: getattr(np, name) for name in FUNCTIONS}
    values = {name: getattr(surface, name) for name in knobs(type(surface))}
    columns = {name: np.array(column) for name, column in surface.data.items()}
    with np.errstate(all="ignore"):
        return np.array(
            [
                eval(surface.code, names | values | columns | {"x1": x1, "x2": x2})
                for x1, x2 in points
            ]
        )


def record(framework, again):
    """Run the cases of a framework; write NAME.npy, float64 of shape (cases, steps+1, 2), and what its rows are.

    A path that was recorded with the very same script, which names its versions, is kept unless `again`.
    """
    found, kept = list(cases(framework)), {} if again else known(framework)
    rows = np.array(
        [kept[case.digest()] if case.digest() in kept else path(case) for case in found]
    )
    GOLDENS.mkdir(exist_ok=True)
    np.save(GOLDENS / f"{framework}.npy", rows.reshape(-1, STEPS + 1, 2))
    (GOLDENS / f"{framework}.json").write_text(index(framework, found), encoding="utf-8")


def known(framework):
    """The paths that are recorded already, by the digest of their script, if the versions are still the same."""
    if not (GOLDENS / f"{framework}.json").exists():
        return {}
    told = goldens(frameworks=[framework])
    same = told.versions[framework] == versions(framework)
    return {golden.digest: golden.path for golden in told.paths} if same else {}


def versions(framework):
    told = {name: version(name).partition("+")[0] for name in [*PACKAGES[framework], "numpy"]}
    return told | {"python": platform.python_version()}


def index(framework, found):
    """JSON with a line a case, so that a change is seen."""
    lines = ",\n".join(json.dumps(line(case)) for case in found)
    return f'{{"versions": {json.dumps(versions(framework))}, "cases": [\n{lines}\n]}}\n'


def line(case):
    return {
        "form": case.form,
        "surface": case.surface,
        "values": case.values,
        "sha256": case.digest(),
    }


def main(words):
    """Each framework in a process of its own: Keras and JAX keep settings for a whole process."""
    again, wanted = (
        [word for word in words if word == "again"],
        [word for word in words if word != "again"],
    )
    if len(wanted) == 1:
        os.environ["KERAS_BACKEND"] = "jax"
        record(wanted[0], bool(again))
        return
    for framework in wanted or FRAMEWORKS:
        subprocess.run(
            [sys.executable, "-m", "tests.goldens.record", framework, *again], check=True
        )


if __name__ == "__main__":
    main(sys.argv[1:])
