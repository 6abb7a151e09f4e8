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
SBIN = "/usr/sbin"  # where Debian has nginx, which is not in everybody's PATH
BROWSERS = ROOT / ".venv" / "browsers"  # Playwright's own, when there is no other
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Server:
    """`script` under Streamlit with the project's settings, on a port of its own; can be stopped and started again."""

    def __init__(
        self,
        script: str = "app.py",
        cache: str | None = None,
        env: dict[str, str] | None = None,
        port: int | None = None,
        core: int | None = None,
        files: int | None = None,
        workers: int = 1,
    ) -> None:
        """On one processor `core`, with at most `files` open files, where they are given (Linux); of `workers` processes."""
        self.port, self.script, self.workers = port or free_port(), script, workers
        limit = [] if files is None else ["prlimit", f"--nofile={files}:{files}"]
        self.under = limit + ([] if core is None else ["taskset", "-c", str(core)])
        self.log = tempfile.TemporaryFile()  # noqa: SIM115
        kept = cache or tempfile.gettempdir() + "/ravine-cache"
        self.env = os.environ | {"RAVINE_CACHE": kept, "PYTHONPATH": str(ROOT)} | (env or {})
        self.process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Server":
        command = [*self.under, sys.executable, "-m", *self._module()]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=self.log, stderr=subprocess.STDOUT
        )
        return self

    def _module(self) -> list[str]:
        """The module that is run, with what it is told."""
        port, address = str(self.port), "127.0.0.1"
        if self.workers > 1:
            app = f"{Path(self.script).stem}:app"
            return [
                "uvicorn",
                app,
                "--workers",
                str(self.workers),
                "--host",
                address,
                "--port",
                port,
            ]
        options = (f"--server.port={port}", f"--server.address={address}", "--server.headless=true")
        return ["streamlit", "run", self.script, *options]

    def ready(self, patience: float = 90.0) -> "Server":
        """Wait until it answers."""
        wait_for(f"{self.address}/_stcore/health", self._running(), patience)
        return self

    def stop(self, kill: bool = False) -> float:
        """End it, by SIGTERM or by SIGKILL. Returns the seconds that it took."""
        process, began = self._running(), time.monotonic()
        process.kill() if kill else process.terminate()
        process.wait(10)
        return time.monotonic() - began

    def seconds(self) -> float:
        """Seconds of processor time it took so far, all its processes together (Linux)."""
        stats = (Path(f"/proc/{pid}/stat").read_text() for pid in self._processes())
        used = (number for stat in stats for number in stat.rpartition(")")[2].split()[11:13])
        return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")

    def others(self) -> float:
        """Processor time that everyone else has taken, since the machine was started, on the processors it may use."""
        mine = {f"cpu{core}" for core in os.sched_getaffinity(self._running().pid)}
        lines = [line.split() for line in Path("/proc/stat").read_text().splitlines()]
        busy = sum(
            sum(map(int, words[1:4])) + sum(map(int, words[6:9]))
            for words in lines
            if words[0] in mine
        )
        return busy / os.sysconf("SC_CLK_TCK") - self.seconds()

    def memory(self) -> float:
        """Resident memory in kB, all its processes together (Linux)."""
        sizes = (Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in self._processes())
        return sum(map(int, sizes)) * os.sysconf("SC_PAGE_SIZE") / 1024

    def descriptors(self) -> int:
        """Files and sockets that it has open (Linux)."""
        return sum(1 for _file in Path(f"/proc/{self._running().pid}/fd").iterdir())

    def rest(self, patience: float = 300.0) -> bool:
        """Wait until it has done next to nothing for three seconds; whether it did so within `patience` seconds."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            before = self.seconds()
            time.sleep(3)
            if self.seconds() - before < 0.15:
                return True
        return False

    def written(self) -> str:
        """What it wrote down about itself."""
        self.log.seek(0)
        return self.log.read().decode()

    def _processes(self) -> list[int]:
        """Its own number, and those of its workers."""
        pid = self._running().pid
        if self.workers == 1:
            return [pid]
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def _running(self) -> subprocess.Popen:
        if self.process is None:
            raise RuntimeError("the server was not started")
        return self.process


@contextlib.contextmanager
def serving(script: str, cache: str | None = None, patience: float = 90.0) -> Iterator[str]:
    """Run `script` under Streamlit with the project's settings; the address of its server."""
    with started(Server(script, cache), patience) as server:
        yield server.address


@contextlib.contextmanager
def started(server: Server, patience: float = 90.0) -> Iterator[Server]:
    """A server while it runs."""
    try:
        yield server.start().ready(patience)
    finally:
        server.stop()
        server.log.close()


class Valkey:
    """A Valkey or Redis server with `deploy/valkey.conf`, on a port of its own; can be killed and started again. What it
    keeps is in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        """What `RAVINE_ROOMS` says of it."""
        return f"valkey://127.0.0.1:{self.port}/0"

    def start(self, *more: str) -> "Valkey":
        """Returns when it has read what it kept, and answers; `more` are options."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        command = [valkey(), str(ROOT / "deploy" / "valkey.conf"), *options, *more]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError), self._line() as line:
                line.sendall(b"PING\r\n")
                if line.recv(64).startswith(b"+PONG"):
                    return self
            time.sleep(0.02)
        self.stop(kill=True)
        raise RuntimeError(f"{command[0]} does not answer")

    def stop(self, kill: bool = False) -> None:
        """End it, by SIGTERM or by SIGKILL."""
        if self.process:
            self.process.kill() if kill else self.process.terminate()
            self.process.wait(10)

    def _line(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=5)


@contextlib.contextmanager
def kept_by_valkey() -> Iterator[Valkey]:
    """A Valkey server while it runs, with a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        server = Valkey(Path(folder))
        try:
            yield server.start()
        finally:
            server.stop(kill=True)


class Proxied(NamedTuple):
    """nginx in front of `servers`: its address and its access log."""

    address: str
    log: Path
    servers: list[Server]


@contextlib.contextmanager
def proxied(folder: Path, count: int = 2, env: dict[str, str] | None = None) -> Iterator[Proxied]:
    """nginx as in `deploy/`, in front of `count` servers on this machine. It writes below `folder` and nowhere else."""
    servers = [Server(env=env).start() for _ in range(count)]
    port = free_port()
    near = [f"server 127.0.0.1:{server.port} max_fails=1 fail_timeout=1s;" for server in servers]
    command = configured(
        folder, near, [f"listen 127.0.0.1:{port} backlog=1024;", "access_log access.log line;"]
    )
    process = None
    try:
        for server in servers:
            server.ready()
        process = subprocess.Popen(command)
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, 10)
        yield Proxied(f"http://127.0.0.1:{port}", folder / "access.log", servers)
    finally:
        for one in [server.process for server in servers] + [process]:
            if one and one.poll() is None:
                one.terminate()
                one.wait(20)
        for server in servers:
            server.log.close()


def configured(
    folder: Path, replicas: list[str] | None = None, site: list[str] | None = None
) -> list[str]:
    """The command that runs nginx with the configuration of `deploy/`, copied to `folder` with these lines in it."""
    for name, lines in {"nginx.conf": None, "replicas.conf": replicas, "site.conf": site}.items():
        text = (ROOT / "deploy" / name).read_text() if lines is None else "\n".join(lines)
        (folder / name).write_text(text)
    # it may not read the folder as another
    settings = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    return [nginx(), "-p", f"{folder}/", "-c", str(folder / "nginx.conf"), "-g", settings]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


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
    # the first is Chromium without windows: it takes a quarter less of the processor
    known = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = named or next(filter(None, map(shutil.which, known)), None) or playwrights_own()
    if not found:
        raise RuntimeError(
            "No Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM."
        )
    return found


def playwrights_own() -> str | None:
    """The path of the browser in `.venv/browsers`, when it was installed there."""
    if not BROWSERS.exists():
        return None
    script = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    env = os.environ | {"PLAYWRIGHT_BROWSERS_PATH": str(BROWSERS)}
    asked = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True
    )
    path = Path(asked.stdout.strip())
    return str(path) if path.exists() else None


def nginx() -> str:
    """The path of an installed nginx. Raises RuntimeError when there is none."""
    found = os.environ.get("NGINX") or shutil.which(
        "nginx", path=f"{os.environ.get('PATH', '')}:{SBIN}"
    )
    if not found:
        raise RuntimeError(
            "No nginx found: install it (Debian: apt-get install nginx) or set NGINX."
        )
    return found


def valkey() -> str:
    """The path of an installed Valkey or Redis server. Raises RuntimeError when there is none."""
    names = ("valkey-server", "redis-server")
    found = os.environ.get("VALKEY") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        raise RuntimeError(
            "No Valkey or Redis found: install it (Debian: apt-get install redis-server) or set VALKEY."
        )
    return found
