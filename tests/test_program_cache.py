"""Compiled programs on disk: bounded, the right ones or none, and missed by nobody when they cannot be there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.experimental import serialize_executable

from optim import OPTIMIZERS, build
from ravine.core.bounded_jit import Packed, Request
from ravine.experiments.kinds import dialects_by_form
from ravine.experiments.trace import _simulate
from ravine.server.program_cache import Folder, _name, trim
from surfaces import SURFACES, turned

ROOT = Path(__file__).parents[1]
# Five runs, the shelf so small that a program is let go before it is asked for again. What comes: each path's bits,
# how often something was traced, and how many programs there are in memory.
RACE = """
import hashlib, sys
from ravine.core.bounded_jit import SHELF
from ravine.server.program_cache import keep_programs
from ravine.experiments.trace import _simulate, run
from optim import build
from surfaces import SURFACES
if sys.argv[1:]:
    SHELF.most = int(sys.argv[1])
print(keep_programs())
for name in ("adam", "momentum", "adam", "momentum", "adam"):
    trace = run(build(name), SURFACES["ravine"](), (1.0, 1.0), 5)
    told = hashlib.sha256(b"".join(a.tobytes() for a in (trace.x, trace.loss, trace.grad)))
    print(name, told.hexdigest(), _simulate.compiled, len(SHELF))
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


def raced(cache, *most, **more):
    told = {**os.environ, "RAVINE_CACHE": str(cache), "PYTHONPATH": str(ROOT), **more}
    done = subprocess.run(
        [sys.executable, "-c", RACE, *most],
        env=told,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    folder, *rows = map(str.split, done.stdout.splitlines())
    return folder[0], rows, done.stderr


def paths(rows):
    return [(name, bits) for name, bits, _traced, _kept in rows]


def files(cache):
    return sorted((cache / "programs").iterdir())


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A folder with the programs of RACE, and what it told when there were none."""
    cache = tmp_path_factory.mktemp("cache")
    _folder, rows, _said = raced(cache)
    assert len(files(cache)) == 2
    return cache, rows


@pytest.fixture
def cache(filled, tmp_path):
    """A copy of that folder, to spoil."""
    shutil.copytree(filled[0], tmp_path / "cache")
    return tmp_path / "cache"


def test_what_is_let_go_comes_back_from_disk_with_the_same_bits(filled):
    cache, rows = filled
    assert [int(traced) for *_rest, traced, _kept in rows] == [1, 2, 2, 2, 2]
    _folder, again, _said = raced(cache, "1")
    assert paths(again) == paths(rows)
    assert [(traced, kept) for *_rest, traced, kept in again] == [("0", "1")] * 5
    assert len(files(cache)) == 2


@pytest.mark.parametrize("fault", ["torn", "another", "turned", "empty"])
def test_a_file_that_is_wrong_is_not_run(cache, filled, fault):
    one, other = files(cache)
    whole = one.read_bytes()
    if fault == "another":  # whole, but of another rule
        one.write_bytes(other.read_bytes())
    elif fault == "turned":  # one bit
        one.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    else:
        one.write_bytes(whole[:100] if fault == "torn" else b"")
    _folder, rows, _said = raced(cache)
    assert paths(rows) == paths(filled[1])
    assert rows[-1][2] == "1"  # one was compiled again
    _folder, rows, _said = raced(cache)
    assert rows[-1][2] == "0"  # and written again


def test_another_compiler_finds_nothing(cache, filled):
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_enable_fast_min_max=false"
    _folder, rows, _said = raced(cache, XLA_FLAGS=flags)
    assert rows[-1][2] == "2"
    assert len(files(cache)) == 4


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs owners and modes of files")
def test_a_folder_that_others_may_write_to_is_not_read(cache, filled):
    (cache / "programs").chmod(0o777)
    folder, rows, said = raced(cache)
    assert folder == "None"
    assert "others may write to it" in said
    assert rows[-1][2] == "2"
    assert paths(rows) == paths(filled[1])


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs owners and modes of files")
def test_a_file_that_others_may_write_to_is_not_read(tmp_path):
    request, folder = asked(build("adam"), SURFACES["ravine"]()), Folder(tmp_path)
    program = jax.jit(lambda x: 2 * x).lower(1.0).compile()
    folder.save(request, Packed(*serialize_executable.serialize(program)))
    (file,) = tmp_path.iterdir()
    file.chmod(0o600)
    assert folder.load(request) is not None
    file.chmod(0o666)
    assert folder.load(request) is None


def test_a_new_folder_is_nobody_elses(filled):
    assert (filled[0] / "programs").stat().st_mode & 0o777 == 0o700


def test_without_a_place_to_write_it_runs(tmp_path, filled):
    (tmp_path / "file").write_text("")
    folder, rows, _said = raced(tmp_path / "file")
    assert folder == "None"
    assert paths(rows) == paths(filled[1])


def test_a_disk_that_is_full_is_no_fault(tmp_path, filled):
    (tmp_path / "sitecustomize.py").write_text(  # every write fails as on a full disk
        "import pathlib\n"
        "def full(self, data): raise OSError(28, 'No space left on device')\n"
        "pathlib.Path.write_bytes = full\n"
    )
    _folder, rows, said = raced(tmp_path, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert paths(rows) == paths(filled[1])
    assert "is not kept" in said
    assert "Traceback" not in said


def asked(rule, surface, length=32, *more):
    """What is asked of the shelf for a run."""
    leaves, kinds = jax.tree.flatten((rule, surface))
    given = (leaves, (1.0, 1.0), 5)
    kind_of = (float,) * (len(leaves) + 2) + (int,)
    static = (kinds, length, *more)
    return Request(_simulate.__wrapped__, static, jax.tree.structure(given), kind_of)


def test_every_program_has_a_name_of_its_own():
    every = [
        build(rule, *filter(None, [dialect]))
        for rule in OPTIMIZERS
        for dialect in dialects_by_form(rule)
    ]
    grounds = [make() for make in SURFACES.values()]
    grounds += [turned(ground, 0.1) for ground in grounds[:3]]
    requests = [asked(rule, ground, n) for rule in every for ground in grounds for n in (32, 128)]
    named = {_name(request) for request in requests}
    assert None not in named
    assert len(named) == len({request.static for request in requests}) == len(requests)


def test_a_knob_is_not_in_the_name():
    ground = SURFACES["ravine"]()
    names = {_name(asked(build("adam", lr=lr), ground)) for lr in (0.1, 0.2)}
    assert len(names) == 1


def test_what_is_not_made_from_the_sources_has_no_name():
    request = asked(build("adam"), SURFACES["ravine"]())
    assert _name(request)
    here = (fill, lambda x: x, object(), np.float32, SURFACES["ravine"](), build("adam"))
    for thing in here:
        assert _name(request._replace(static=(thing,))) is None
        assert _name(request._replace(function=thing)) is None


def test_what_calls_functions_that_are_not_in_it_is_not_written(tmp_path):
    request = asked(build("adam"), SURFACES["ravine"]())
    program = jax.jit(lambda x: jnp.linalg.eigvalsh(x)).lower(np.eye(2)).compile()
    folder = Folder(tmp_path)
    folder.save(request, Packed(*serialize_executable.serialize(program)))
    assert names(tmp_path) == []
    folder.save(request, Packed(b"", None, None))
    assert names(tmp_path) == [_name(request)]
