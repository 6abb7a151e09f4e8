"""Look for inputs that break a target, guided by which lines they reach: `python -m tests.fuzz link --runs 100000`.

Needs atheris (requirements-fuzz.txt). Without a target, all of them, one after the other, each in a process of its own.
Ends with 1 when one is broken; the input is in a file that it names.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=[
        "ravine.core.formula",
        "ravine.core.words",
        "ravine.experiments.link",
        "ravine.experiments.lanes",
        "ravine.payload.sliders",
        "ravine.rooms",
    ]
):
    from tests.fuzz.targets import SEEDS, TARGETS

LONGEST = 1500  # bytes of an input


def main() -> int:
    """Fuzz one target, or all."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("target", nargs="?", choices=[*TARGETS])
    asked.add_argument("--runs", type=int, default=100_000)
    given = asked.parse_args()
    if given.target is None:
        command = [sys.executable, "-m", "tests.fuzz", "--runs", str(given.runs)]
        return max(
            subprocess.run([*command, name], check=False).returncode != 0 for name in TARGETS
        )
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS[given.target]):
            (Path(corpus) / str(number)).write_text(seed)
        told = [
            f"-runs={given.runs}",
            f"-max_len={LONGEST}",
            "-timeout=60",
            f"-artifact_prefix={tempfile.gettempdir()}/",
            "-print_final_stats=1",
            "-verbosity=0",
            corpus,
        ]
        atheris.Setup([sys.argv[0], *told], TARGETS[given.target])
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
