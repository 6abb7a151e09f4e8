"""The set-up of the tests: what is got where, what is said when it cannot be had, and what is listed as not run."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import servers
from tests import equipment

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no make on Windows")

WORKS = "#!/bin/sh\nexit 0\n"
BROKEN = "#!/bin/sh\necho libnss3.so: cannot open shared object file >&2\nexit 127\n"


class Machine:
    """One with nothing but the programs that a test puts there."""

    def __init__(self, folder, monkeypatch):
        self.bin, self.called = folder / "bin", folder / "called"
        self.bin.mkdir()
        self.called.touch()
        monkeypatch.setenv("PATH", str(self.bin))
        monkeypatch.setattr(servers, "SBIN", "")
        for name in ("CHROMIUM", "NGINX", "VALKEY"):
            monkeypatch.delenv(name, raising=False)
        self.browsers = folder / "browsers"
        for module in (servers, equipment):
            monkeypatch.setattr(module, "BROWSERS", self.browsers)

    def put(self, name, script=WORKS):
        path = self.bin / name
        path.write_text(script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    def put_apt(self, *brings):
        """A Debian: its apt-get writes down what it is asked and brings these programs when it installs."""
        lines = [f"cp {self.bin}/works {self.bin}/{name}" for name in brings]
        self.put("works")
        body = "\n".join(f"  /bin/{line}" for line in lines) or "  exit 100"
        self.put(
            "apt-get",
            f'#!/bin/sh\necho "$@" >> {self.called}\ncase "$*" in *install*)\n{body};;\nesac\n',
        )


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return Machine(tmp_path, monkeypatch)


@pytest.fixture
def downloads(monkeypatch):
    """Whether Playwright was asked for its own browser; the network is not there."""
    asked = []
    monkeypatch.setattr(equipment, "from_playwright", lambda: asked.append(True))
    return asked


def as_user(monkeypatch, number):
    monkeypatch.setattr(os, "geteuid", lambda: number)


def test_nothing_is_done_where_all_is_there(machine, downloads, capsys):
    for name in ("chromium", "nginx", "redis-server"):
        machine.put(name)
    machine.put_apt("chromium")
    assert equipment.main() == 0
    assert machine.called.read_text() == ""
    assert not downloads
    assert capsys.readouterr().err == ""


def test_root_of_a_debian_takes_what_is_missing_from_its_packages(machine, downloads, monkeypatch):
    as_user(monkeypatch, 0)
    monkeypatch.setattr(sys, "platform", "linux")
    machine.put("chromium")
    machine.put_apt("nginx", "valkey-server")
    assert equipment.main() == 0
    update, *installed = machine.called.read_text().splitlines()
    assert update.endswith("update")
    assert [line.split()[-2:] for line in installed] == [["--no-install-recommends", "nginx"]]
    assert not downloads
    assert equipment.absent() == {}


@pytest.mark.parametrize(
    ("there", "wanted", "given", "found"),
    [
        (("nginx", "valkey-server"), "shell", "chromium", servers.chromium),
        (("nginx", "chromium"), "valkey", "redis-server", servers.valkey),
    ],
)
def test_a_debian_without_the_first_choice_gives_the_second(
    machine, downloads, monkeypatch, there, wanted, given, found
):
    as_user(monkeypatch, 0)
    monkeypatch.setattr(sys, "platform", "linux")
    for name in (*there, "works"):
        machine.put(name)
    take = f"/bin/cp {machine.bin}/works {machine.bin}/{given}"
    word = given.partition("-")[0]
    machine.put(
        "apt-get", f'#!/bin/sh\ncase "$*" in *{wanted}*) exit 100;; *{word}*) {take};; esac\n'
    )
    assert equipment.main() == 0
    assert found() == str(machine.bin / given)
    assert not downloads


def test_root_without_network_gets_an_error_with_a_sentence(
    machine, downloads, monkeypatch, capsys
):
    as_user(monkeypatch, 0)
    monkeypatch.setattr(sys, "platform", "linux")
    machine.put_apt()
    assert equipment.main() == 1
    assert downloads == [True]
    assert capsys.readouterr().err.splitlines()[-1] == equipment.NO_BROWSER


def test_who_is_not_root_gets_a_browser_of_playwrights_own(machine, monkeypatch, capsys):
    as_user(monkeypatch, 1000)
    machine.put_apt("chromium", "nginx")
    monkeypatch.setattr(equipment, "run", lambda command, env: download(machine, command, env))
    assert equipment.main() == 0
    assert machine.called.read_text() == ""
    assert servers.chromium().startswith(str(machine.browsers))
    assert capsys.readouterr().err.splitlines()[-2:] == [equipment.NO_VALKEY, equipment.NO_NGINX]


def download(machine, command, env):
    """What `playwright install chromium` does, to the place where Playwright looks for it."""
    assert command[1:] == ["-m", "playwright", "install", "chromium"]
    assert env["PLAYWRIGHT_BROWSERS_PATH"] == str(machine.browsers)
    script = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    asked = subprocess.run(
        [command[0], "-c", script], env=env, capture_output=True, text=True, check=True
    )
    path = Path(asked.stdout.strip())
    path.parent.mkdir(parents=True)
    path.write_text(WORKS)
    path.chmod(0o755)


def test_a_browser_that_does_not_start_is_said_to_be_one(machine, downloads, monkeypatch, capsys):
    as_user(monkeypatch, 1000)
    machine.put("nginx")
    machine.put("redis-server")
    path = machine.put("chromium", BROKEN)
    assert equipment.main() == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert str(path) in sentence
    assert "libnss3.so" in sentence


def test_what_fails_shows_its_last_words(capsys):
    equipment.run(
        [
            sys.executable,
            "-c",
            "import sys; print('a\\nE: no network', file=sys.stderr); sys.exit(3)",
        ],
        dict(os.environ),
    )
    assert capsys.readouterr().err == "E: no network\n"
    equipment.run(
        [sys.executable, "-c", "import sys; print('fine', file=sys.stderr)"], dict(os.environ)
    )
    assert capsys.readouterr().err == ""


TESTS = """
import pytest, sys

def test_that_runs(): pass

@pytest.mark.skipif(sys.platform != "plan9", reason="Plan 9 alone")
@pytest.mark.parametrize("one", [1, 2])
def test_elsewhere(one): pass

def test_with_nginx(): pytest.skip("no nginx.")
"""


@pytest.mark.parametrize("workers", [[], ["-n1"]], ids=["alone", "workers"])
def test_the_last_line_of_a_run_says_what_was_not_run(tmp_path, workers):
    (tmp_path / "test_it.py").write_text(TESTS)
    plugin = ["-p", "tests.conftest", "-c", "/dev/null", "--rootdir", str(tmp_path), "-W", "ignore"]
    command = [sys.executable, "-m", "pytest", "-q", *workers, *plugin, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "Not run: 2 (Plan 9 alone), 1 (no nginx)."


def test_make_and_ci_go_through_the_same_set_up():
    makefile = (ROOT / "Makefile").read_text()
    assert "\ntest: system" in makefile
    assert "\n\t$(BIN)/python -m tests.equipment\n" in makefile
