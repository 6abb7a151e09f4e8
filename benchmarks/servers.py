"""Servers and a browser for measuring: started on free ports, stopped at the end."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Server(NamedTuple):
    """A server that runs: where it answers, and what `/proc` knows about its process (Linux)."""

    url: str
    process: subprocess.Popen
    log: Path

    def seconds(self) -> float:
        """Processor time that it has taken since it was started."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def others(self) -> float:
        """Processor time that everyone else has taken, since the machine was started, on the processors it may use."""
        mine = {f"cpu{core}" for core in os.sched_getaffinity(self.process.pid)}
        lines = [line.split() for line in Path("/proc/stat").read_text().splitlines()]
        busy = sum(sum(map(int, words[1:4])) + sum(map(int, words[6:9])) for words in lines if words[0] in mine)
        return busy / os.sysconf("SC_CLK_TCK") - self.seconds()

    def memory(self) -> float:
        """Resident memory in kB."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1024

    def descriptors(self) -> int:
        """Files and sockets that it has open."""
        return sum(1 for _file in Path(f"/proc/{self.process.pid}/fd").iterdir())

    def rest(self, patience: float = 300.0) -> bool:
        """Wait until it has done next to nothing for three seconds; whether it did so within `patience` seconds."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            before = self.seconds()
            time.sleep(3)
            if self.seconds() - before < 0.15:
                return True
        return False


@contextlib.contextmanager
def serving(script: str, cache: str | None = None, patience: float = 90.0) -> Iterator[str]:
    """Run `script` under Streamlit with the project's settings; the address of its server."""
    with started(script, cache, patience) as server:
        yield server.url


@contextlib.contextmanager
def started(
    script: str,
    cache: str | None = None,
    patience: float = 90.0,
    port: int | None = None,
    core: int | None = None,
    files: int | None = None,
    **env: str,
) -> Iterator[Server]:
    """The same as `serving`, with the server's process: on one processor `core`, with a soft limit of `files` open files."""
    port = port or free_port()
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    command = [*_under(core, files), sys.executable, "-m", "streamlit", "run", script, *options]
    env = {
        **os.environ,
        "RAVINE_CACHE": cache or tempfile.gettempdir() + "/ravine-cache",
        "PYTHONPATH": str(ROOT),
        **env,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        with path.open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, patience)
            yield Server(f"http://127.0.0.1:{port}", process, path)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _under(core: int | None, files: int | None) -> list[str]:
    """What a command is started under, so that it keeps to a processor and to a number of open files."""
    limit = [] if files is None else ["prlimit", f"--nofile={files}:{files}"]
    return limit + ([] if core is None else ["taskset", "-c", str(core)])


def wait_for(url: str, process: subprocess.Popen, patience: float) -> None:
    """Until the server answers. Raises RuntimeError when it stops or takes longer than `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"no answer from {url} in {patience} s")


def chromium() -> str:
    """The path of an installed Chromium or Chrome. Raises RuntimeError when there is none."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        raise RuntimeError("No Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM.")
    return found
