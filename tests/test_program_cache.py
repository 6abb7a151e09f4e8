"""Compiled programs on disk: bounded, and missed by nobody when they cannot be there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ravine.server.program_cache import trim

ROOT = Path(__file__).parents[1]
RACE = """
from ravine.server.program_cache import keep_programs
from ravine.experiments.trace import run
from optim import build
from surfaces import SURFACES
folder = keep_programs()
print(folder, run(build("adam"), SURFACES["ravine"](), (1.0, 1.0), 5).loss[-1] > 0)
"""


def fill(folder, sizes):
    """Files of these sizes, the first the oldest."""
    for age, size in enumerate(sizes):
        path = folder / f"{age}-cache"
        path.write_bytes(bytes(size))
        os.utime(path, (age, age))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_oldest_go_first_and_only_as_many_as_must(tmp_path):
    fill(tmp_path, [400, 300, 200, 100])
    assert trim(tmp_path, 1000) == 0
    assert trim(tmp_path, 999) == 1
    assert names(tmp_path) == ["1-cache", "2-cache", "3-cache"]
    assert trim(tmp_path, 150) == 2
    assert names(tmp_path) == ["3-cache"]


def test_what_another_process_removed_is_no_fault(tmp_path, monkeypatch):
    fill(tmp_path, [10, 10])
    unlink = Path.unlink
    monkeypatch.setattr(
        Path, "unlink", lambda path, missing_ok: (unlink(path), unlink(path, missing_ok=missing_ok))
    )
    assert trim(tmp_path, 0) == 2


def test_what_cannot_be_removed_stays(tmp_path, monkeypatch, caplog):
    fill(tmp_path, [10, 10])

    def refuse(path, missing_ok):
        raise PermissionError("read-only")

    monkeypatch.setattr(Path, "unlink", refuse)
    assert trim(tmp_path, 0) == 0
    assert "could not remove" in caplog.text


def raced(cache, **more):
    told = {**os.environ, "RAVINE_CACHE": str(cache), "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(
        [sys.executable, "-c", RACE],
        env=told,
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    )


def test_without_a_place_to_write_it_runs(tmp_path):
    (tmp_path / "file").write_text("")
    assert raced(tmp_path / "file").stdout.split() == ["None", "True"]


@pytest.mark.parametrize("fault", ["torn", "full"])
def test_a_file_that_is_torn_and_a_disk_that_is_full_are_no_fault(tmp_path, fault):
    (tmp_path / "jax").mkdir()
    if fault == "torn":
        assert raced(tmp_path).stdout.endswith("True\n")
        for path in (tmp_path / "jax").iterdir():
            path.write_bytes(path.read_bytes()[:100])
    else:  # every write fails as on a full disk
        (tmp_path / "sitecustomize.py").write_text(
            "import pathlib\n"
            "def full(self, data): raise OSError(28, 'No space left on device')\n"
            "pathlib.Path.write_bytes = full\n"
        )
    made = raced(tmp_path, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert made.stdout.endswith("True\n")
    assert "Traceback" not in made.stderr
