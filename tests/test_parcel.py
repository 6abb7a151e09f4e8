"""A script with its library: it runs in an empty folder, with nothing but what its first lines name."""

import ast
import io
import subprocess
import sys
import zipfile
from pathlib import PurePath

import pytest

from ravine.core.words import speak
from ravine.experiments.lanes import Wrap, typed_lane
from ravine.experiments.link import decode
from ravine.experiments.parcel import parcel
from ravine.experiments.race import Lane, race_on, run_race
from ravine.experiments.script import NEEDS, script_name
from surfaces import SURFACES
from tests.test_script import PRINTED

RACES = {
    "many kinds": race_on(
        SURFACES["regression_raw"](),
        (
            Lane("adam", dialect="keras"),
            typed_lane("v = gamma*v + lr*grad(x - gamma*v); x -= v"),
            Lane("adamw", wraps=(Wrap("clip_norm"), Wrap("l2"), Wrap("cosine"))),
        ),
    ),
    "a typed surface, turned": decode(
        {"on": ["typed~turn=0.5~text=x**2+3*y**2"], "run": ["newton", "bfgs"]}
    ),
}


@pytest.fixture(params=RACES.values(), ids=RACES.keys())
def unpacked(request, tmp_path):
    with zipfile.ZipFile(io.BytesIO(parcel(request.param, "ravine-race"))) as file:
        file.extractall(tmp_path)
    return request.param, tmp_path / "ravine-race"


def test_it_prints_the_numbers_of_the_race_in_an_empty_folder(unpacked):
    race, home = unpacked
    # without the checkout in the path
    told = subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "error", script_name(race)],
        cwd=home,
        env={"PATH": "", "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode == 0, told.stderr
    found = [
        tuple(map(float, PRINTED.fullmatch(line).groups()[1:])) for line in told.stdout.splitlines()
    ]
    assert found == [(*trace.x[-1].tolist(), trace.loss[-1].item()) for trace in run_race(race)]
    assert not (home / "ravine" / "server").exists()


def test_its_first_lines_name_all_that_it_imports(unpacked):
    race, home = unpacked
    ours = {"optim", "surfaces", "ravine", *sys.stdlib_module_names}
    imported = {name for path in home.rglob("*.py") for name in imports(path)} - ours
    head = (home / script_name(race)).read_text().splitlines()
    at = head.index(f"#     {NEEDS}")
    assert set(NEEDS.split("install ")[1].split()) == imported
    assert head[at + 1] == f"#     python {script_name(race)}"


def imports(path):
    """The packages that a file imports, also inside of functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]


def test_it_is_one_folder_with_a_licence_and_always_the_same():
    race = RACES["many kinds"]
    packed = parcel(race, "ravine-race")
    assert packed == parcel(race, "ravine-race")
    assert len(packed) < 400_000
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        names = file.namelist()
        assert "MIT" in file.read("ravine-race/LICENSE").decode()
    assert {PurePath(name).parts[0] for name in names} == {"ravine-race"}
    assert not [name for name in names if "__pycache__" in name]


def test_it_speaks_the_language_of_the_page():
    speak("zh-CN")
    try:
        packed = parcel(RACES["many kinds"], "ravine-race")
    finally:
        speak("en")
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        assert NEEDS in (
            said := file.read(f"ravine-race/{script_name(RACES['many kinds'])}").decode()
        )
        assert "带程序库的Python脚本" in "".join(said.split()).replace("#", "")
