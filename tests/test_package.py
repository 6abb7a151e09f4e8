"""The wheel: built from this checkout, and the library and its command run from an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import ravine

ROOT = Path(__file__).parents[1]
ASKS = """
import pathlib, ravine, optim, surfaces
assert pathlib.Path(ravine.__file__).is_relative_to({home!r}), ravine.__file__
trace = ravine.run(ravine.rule("adam", lr=0.4), ravine.surface("ravine"), (-5.0, -2.0), steps=20)
assert trace.x.shape == (21, 2)
race = ravine.decode({{"run": ["adam.keras"], "on": ["regression_raw"]}})
assert ravine.decode(ravine.encode(race)) == race
from ravine.core.words import _, speak
assert speak("zh") == "zh_CN" and _("Adam") and _("Compare") != "Compare"
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which the wheel is unpacked: what pip does with a pure one."""
    home = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
    subprocess.run([*command, "-w", str(home), str(ROOT)], check=True)
    (wheel,) = home.glob("*.whl")
    assert wheel.name == f"ravine-{ravine.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as file:
        file.extractall(home / "site")
    return home / "site"


def ran(command, home):
    told = {**os.environ, "PYTHONPATH": str(home)}
    return subprocess.run(
        command, cwd=home.parent, env=told, capture_output=True, text=True, check=False
    )


def test_the_library_runs_from_an_empty_folder(installed):
    result = ran([sys.executable, "-c", ASKS.format(home=str(installed))], installed)
    assert result.returncode == 0, result.stderr


def test_the_command_traces_a_race(installed):
    link = "https://ravine.example/?on=ravine&run=momentum&run=adam&steps=3"
    result = ran([sys.executable, "-m", "ravine", "trace", link], installed)
    lines = result.stdout.splitlines()
    assert result.returncode == 0, result.stderr
    assert lines[0].startswith("lane,step,x1,x2,f,grad1,grad2,")
    assert len(lines) == 1 + 2 * 4
    assert [line.split(",")[0] for line in lines[1:]] == ["Momentum"] * 4 + ["Adam"] * 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "python -m ravine trace"),
        (["fly"], "python -m ravine sweep"),
        (["trace", "run=nobody"], "nobody"),
    ],
)
def test_a_wrong_command_gets_a_sentence(installed, arguments, said):
    result = ran([sys.executable, "-m", "ravine", *arguments], installed)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_but_the_package_and_the_fixed_names_is_installed(installed):
    names = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"ravine", "optim", "surfaces"}
    assert (installed / "ravine" / "py.typed").exists()
    assert (installed / "ravine" / "web" / "arena" / "arena.js").exists()


def test_the_facade_keeps_its_promise():
    for name in ravine.__all__:
        assert getattr(ravine, name) is not None
    assert set(ravine.__all__) <= set(dir(ravine))
    with pytest.raises(AttributeError):
        ravine.nothing  # noqa: B018
