"""Faults planted one by one in a copy of the house: each must make a test fail, or the tests are decoration.

    python -m tests.planted                    every fault, with the tests that are here
    python -m tests.planted --tests FOLDER     with the tests of another checkout, to compare two suites
    python -m tests.planted --only adam        those whose name has this in it

It prints for each whether it died, and of what. A fault is a place in the source, what stands there instead, and the
test files that are to notice.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
COPIED = (
    "optim",
    "surfaces",
    "ravine",
    "pages",
    "locale",
    "docs",
    "benchmarks",
    "deploy",
    "app.py",
    "pyproject.toml",
)
RULES = ("laws/test_rules.py", "laws/test_reference.py")
WRAPPERS = ("wrappers/test_wrapped.py", "wrappers/test_wrappers.py", "wrappers/test_reference.py")
LINKS = ("test_codec.py", "test_link.py")


class Fault(NamedTuple):
    """`old` in the file `path` becomes `new`; `tests` are files below `tests/`."""

    path: str
    old: str
    new: str
    tests: tuple[str, ...]


FAULTS = {
    # rules
    "adam: the first average forgets nothing": Fault("optim/adam.py", "m = self.beta1 * state.m + (1 - self.beta1) * g", "m = self.beta1 * state.m + g", RULES),
    "adam: no correction of the second average": Fault("optim/adam.py", "v / (1 - self.beta2**t)\n        return", "v\n        return", RULES),
    "momentum: the rate twice": Fault("optim/momentum.py", "return x - v, State(v)", "return x - self.lr * v, State(v)", RULES),
    "nesterov: looks ahead the wrong way": Fault("optim/nesterov.py", "jax.grad(f)(x - self.gamma * state.v)", "jax.grad(f)(x + self.gamma * state.v)", RULES),
    "adagrad: forgets": Fault("optim/adagrad.py", "s = state.s + g**2\n        return x - self.lr * g / jnp.sqrt(s + self.eps)", "s = 0.9 * state.s + g**2\n        return x - self.lr * g / jnp.sqrt(s + self.eps)", RULES),
    "rmsprop: epsilon beside the root": Fault("optim/rmsprop.py", "g / jnp.sqrt(s + self.eps), State(s)", "g / (jnp.sqrt(s) + self.eps), State(s)", RULES),
    "lion: the averages are swapped": Fault("optim/lion.py", "c = self.beta1 * state.m + (1 - self.beta1) * g", "c = self.beta2 * state.m + (1 - self.beta2) * g", RULES),
    "adamw: decays the new place": Fault("optim/adamw.py", "return after - self.lr * self.wd * x, state", "return after - self.lr * self.wd * after, state", RULES),
    "rprop: grows where the sign turned": Fault("optim/rprop.py", "d = jnp.where(turned, shorter, jnp.where(g", "d = jnp.where(turned, longer, jnp.where(g", RULES),
    "newton: no damping": Fault("optim/newton.py", "jax.hessian(f)(x) + self.damping * jnp.eye(x.size)", "jax.hessian(f)(x)", (*RULES, "laws/test_other_rules.py")),
    "bfgs: learns where the ground bends down": Fault("optim/bfgs.py", "jnp.where(bend > 0, across", "jnp.where(bend != 0, across", (*RULES, "laws/test_other_rules.py")),
    # what stands around them
    "wrapped: the schedule one step late": Fault("optim/_wrapped.py", "schedule.factor(state.t, jnp", "schedule.factor(state.t + 1, jnp", WRAPPERS),
    "wrapped: decay before the step": Fault("optim/_wrapped.py", "after = wrap.after_step(x, after, lr)", "after = wrap.after_step(after, after, lr)", WRAPPERS),
    "clip_norm: longer gradients grow": Fault("optim/wrappers/clip_norm.py", "g * (self.limit / norm), g)", "g * (norm / self.limit), g)", WRAPPERS),
    "clip_norm: always": Fault("optim/wrappers/clip_norm.py", "jnp.where(norm > self.limit, g * (self.limit / norm), g)", "g * (self.limit / norm)", WRAPPERS),
    "cosine: ends at nothing": Fault("optim/wrappers/cosine.py", "return self.end + (1.0 - self.end) * 0.5", "return (1.0 - self.end) * 0.5", WRAPPERS),
    # surfaces
    "rosenbrock: a sign": Fault("surfaces/rosenbrock.py", "return (1.0 - x[0]) ** 2 + self.b", "return (1.0 + x[0]) ** 2 + self.b", ("laws/test_surfaces.py",)),
    "beale: a digit": Fault("surfaces/beale.py", "(2.625 - a + a * b**3) ** 2\n", "(2.62 - a + a * b**3) ** 2\n", ("laws/test_surfaces.py",)),
    "turned: back is onto": Fault("surfaces/_turned.py", "return _around(self.pivot, place, -self.turn)", "return _around(self.pivot, place, self.turn)", ("laws/test_turned.py",)),
    # engines
    "trace: the first step has number 0": Fault("ravine/experiments/trace.py", "jax.lax.fori_loop(1, steps + 1, forward, (first, rows))", "jax.lax.fori_loop(0, steps, forward, (first, rows))", ("laws/test_rules.py",)),
    "fan: a step too few": Fault("ravine/experiments/fan.py", "jax.lax.fori_loop(1, steps + 1, forward, (first, points))", "jax.lax.fori_loop(1, steps, forward, (first, points))", ("test_fan.py",)),
    "outcome: parts at any rounding": Fault("ravine/experiments/outcome.py", "(apart <= 1e-9 * np.maximum", "(apart <= 0 * np.maximum", ("test_dialects.py",)),
    "record: the gradient in the place of the height": Fault("ravine/experiments/record.py", "trace.loss, *trace.grad.T]", "*trace.grad.T, trace.loss]", ("test_record.py",)),
    "tape: a quotient's second derivative": Fault("ravine/core/formula/height.py", "2 * a / (b * b * b)", "a / (b * b * b)", ("formula/test_heights.py",)),
    "thumbnail: hidden lanes are drawn": Fault("ravine/server/thumbnails.py", "if not lane.hidden]", "]", ("test_thumbnails.py",)),
    # links and sessions
    "codec: numbers lose their last digits": Fault("ravine/experiments/formats.py", "return repr(value)", 'return f"{value:.12g}"', LINKS),
    "codec: lists forget their order": Fault("ravine/experiments/formats.py", "return (*(choice for choice in self.choices if choice in parts), *rest)", "return parts", LINKS),
    "codec: whole numbers have no end": Fault("ravine/experiments/formats.py", "if not self.low <= value <= self.high:\n            raise ValueError(outside(name, value, self.low, self.high))\n\n\n@dataclasses.dataclass(frozen=True)\nclass Real:", "if not self.low <= value:\n            raise ValueError(outside(name, value, self.low, self.high))\n\n\n@dataclasses.dataclass(frozen=True)\nclass Real:", LINKS),
    "another surface keeps its rate": Fault("ravine/experiments/link.py", "if name not in FROM_SURFACE}", "}", LINKS),
    "edits: the last optimizer goes": Fault("ravine/payload/edits.py", "if len(race.lanes) == 1:", "if len(race.lanes) == 0:", ("test_edits.py",)),
    "session: a control that has moved shows another value": Fault("ravine/ui/session.py", "or st.session_state[key] != value:", "and st.session_state[key] != value:", ("pages/test_compare.py",)),
    "session: a wrong link leaves no word": Fault("ravine/ui/session.py", "st.session_state[COMPLAINT] = (str(error), _written(query))", "pass", ("pages/test_compare.py",)),
    # server and scripts
    "preface: any page may be kept": Fault("ravine/server/preface.py", 'if name == b"if-none-match" and ours in value:', 'if name == b"if-none-match":', ("test_preface.py",)),
    "admission: who comes is not counted": Fault("ravine/server/admission.py", "self.coming += 1", "self.coming += 0", ("test_admission.py",)),
    "thumbnail: a link without a bound": Fault("ravine/server/thumbnails.py", "MOST_DRAWN_STEPS)", "10**6)", ("test_thumbnails.py",)),
    "script: whole numbers stay whole": Fault("ravine/experiments/script.py", "else float(value) for name", "else value for name", ("test_script.py",)),
    "frameworks: turned the other way": Fault("ravine/experiments/frameworks.py", "{p!r} + {c!r} * {a} + {s!r} * {b}", "{p!r} + {c!r} * {a} - {s!r} * {b}", ("test_framework_edges.py",)),
    "arena: playback never ends": Fault("ravine/web/arena/playback.js", ">=", ">", ("test_scripts.py",)),
}  # fmt: skip


def copied(folder, tests):
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    shutil.copytree(tests, folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))


def planted(folder, fault):
    """What became of it: the first test that failed, or nothing."""
    path = folder / fault.path
    sound = path.read_text()
    if fault.old not in sound:
        raise ValueError(f"{fault.path} has no {fault.old!r}")
    path.write_text(sound.replace(fault.old, fault.new, 1))
    tests = [f"tests/{name}" for name in fault.tests if (folder / "tests" / name).exists()]
    command = [sys.executable, "-m", "pytest", "-x", "-n", "0", "--tb=no", *tests]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    path.write_text(sound)
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)
    if run.returncode != 0 and not found:
        raise RuntimeError(run.stdout + run.stderr)
    return found[1] if found else None


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tests", type=Path, default=ROOT / "tests")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    chosen = {name: fault for name, fault in FAULTS.items() if asked.only in name}
    lived = 0
    with tempfile.TemporaryDirectory() as name:
        copied(folder := Path(name), asked.tests)
        for said, fault in chosen.items():
            died = planted(folder, fault)
            lived += died is None
            print(
                f"{'died ' if died else 'LIVED'} {said}" + (f"  ({died})" if died else ""),
                flush=True,
            )
    print(f"{len(chosen) - lived} of {len(chosen)} died")
    return lived


if __name__ == "__main__":
    sys.exit(main())
