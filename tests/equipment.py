"""What the tests need that pip does not bring: a Chromium, nginx, and a Valkey or Redis server.

    python -m tests.equipment

`make test` runs it first. As root on a Debian it takes them from the system's packages; elsewhere it takes a browser of
Playwright's own, into `.venv/browsers`. Without a browser there is a sentence and an error; without one of the others, a
sentence, and its tests are listed as not run in the last line of the test run.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from benchmarks.servers import BROWSERS, chromium, nginx, valkey

# Debian's names, with what is taken where the first are not to be had; the fonts are for the Chinese in pictures
PACKAGES = {
    "chromium": (("chromium-headless-shell", "fonts-noto-cjk"), ("chromium", "fonts-noto-cjk")),
    "nginx": (("nginx",),),
    "valkey": (("valkey-server",), ("redis-server",)),
}
FIND: dict[str, Callable[[], str]] = {"chromium": chromium, "nginx": nginx, "valkey": valkey}
APT = ("apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30")
NO_BROWSER = (
    "The tests need a browser: install Chromium or Chrome (Debian: sudo apt-get install chromium; macOS: brew install "
    "--cask chromium), or set CHROMIUM to its path, and run `make test` again."
)
DOES_NOT_START = (
    "The browser {path} does not start ({why}): install what it needs (sudo .venv/bin/playwright install-deps chromium) "
    "or set CHROMIUM to the path of another one, and run `make test` again."
)
NO_NGINX = (
    "The tests of several replicas are not run: they need nginx (Debian: sudo apt-get install nginx; macOS: brew install "
    "nginx), or NGINX with its path."
)
NO_VALKEY = (
    "The tests of rooms on a server are not run: they need Valkey or Redis (Debian: sudo apt-get install redis-server; "
    "macOS: brew install valkey), or VALKEY with the server's path."
)
NOT_THERE = {"chromium": NO_BROWSER, "nginx": NO_NGINX, "valkey": NO_VALKEY}


def main() -> int:
    """Get what is missing. Returns 0; 1, with a sentence, when there is no browser that starts."""
    if missing := absent():
        if is_debian() and os.geteuid() == 0:
            from_the_system(missing)
        if "chromium" in absent():
            from_playwright()
    missing = absent()
    for name in sorted(missing, reverse=True):  # the error last
        say(missing[name])
    return int("chromium" in missing)


def absent() -> dict[str, str]:
    """What is not there, and the sentence that says so."""
    found = {}
    for name, find in FIND.items():
        try:
            path = find()
        except RuntimeError:
            found[name] = NOT_THERE[name]
            continue
        if why := refuses(path, "-v" if name == "nginx" else "--version"):
            starts_not = DOES_NOT_START.format(path=path, why=why)
            found[name] = starts_not if name == "chromium" else NOT_THERE[name]
    return found


def refuses(path: str, question: str) -> str:
    """Why a program does not start, in its last words; nothing when it does. Windows' browsers answer nobody."""
    if sys.platform == "win32":
        return ""
    try:
        asked = subprocess.run(
            [path, question], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = (asked.stderr or asked.stdout).strip().splitlines() or [
        f"exit status {asked.returncode}"
    ]
    return said[-1] if asked.returncode else ""


def is_debian() -> bool:
    """Whether the system's packages come from apt-get."""
    return sys.platform == "linux" and shutil.which("apt-get") is not None


def from_the_system(names: Iterable[str]) -> None:
    """Install Debian's packages. What fails has said why; who calls looks at what is there."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run([*APT, "update"], quiet)
    for name in names:
        for packages in PACKAGES[name]:
            if name in absent():
                say(f"Installing {', '.join(packages)} from the system's packages.")
                run([*APT, "install", "-y", "--no-install-recommends", *packages], quiet)


def from_playwright() -> None:
    """Download a browser into the virtual environment."""
    say(f"Installing a Chromium of Playwright's own in {BROWSERS}.")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    run(command, os.environ | {"PLAYWRIGHT_BROWSERS_PATH": str(BROWSERS)})


def run(command: Sequence[str], env: dict[str, str]) -> None:
    """Run what may fail. When it does, its last words are shown."""
    done = subprocess.run(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        words = [line for line in done.stderr.splitlines() if line[:3] in {"E: ", "W: ", "Err"}]
        say("\n".join((words or done.stderr.splitlines())[-1:]))


def not_run(reasons: Iterable[str]) -> str:
    """The last line of a test run: how many tests were not run, and why. Nothing when all were."""
    counted = Counter(reason.removeprefix("Skipped: ").rstrip(".") for reason in reasons)
    said = [f"{count} ({reason})" for reason, count in sorted(counted.items())]
    return f"Not run: {', '.join(said)}." if said else ""


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
