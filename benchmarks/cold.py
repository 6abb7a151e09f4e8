"""From nothing to the first picture: what a cold server does before its first visitor, and what a restart does.

    python -m benchmarks.cold [times]

Each is a process of its own. Cold has an empty folder for compiled programs (RAVINE_CACHE), a restart the folder that the
cold one filled. The parts are seconds: imports; the compile of the default race (XLA: what of it is the compiler's work, summed
over threads; the rest is tracing in Python, which no cache saves); the first figures; and, as a visitor meets it, from
opening the address in Chromium, once the server answers, to the first picture: by then it is warm in both rows.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time

from playwright.sync_api import sync_playwright

from benchmarks.servers import QUIET, ROOT, chromium, serving

PARTS = ("import", "compile", "XLA", "draw")
LIMITS = {"cold": ("compile", 1.0), "restart": ("XLA", 0.1)}  # seconds

MEASURE = """
import json, time
began = time.perf_counter()
import ravine.ui.frame, ravine.server.routes
imported = time.perf_counter()
import jax
from ravine.server import warmup
spent = []
jax.monitoring.register_event_duration_secs_listener(
    lambda event, seconds, **_: spent.append(seconds) if event.endswith("backend_compile_duration") else None
)
print(json.dumps({"import": imported - began, **warmup.first(), "XLA": sum(spent)}))
"""


def parts(cache: str) -> dict[str, float]:
    """Seconds of each part in a fresh process that keeps its programs in `cache`."""
    env = {"RAVINE_CACHE": cache, "PATH": "/usr/bin:/bin", "HOME": cache, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def first_picture(cache: str) -> float:
    """Seconds from opening the address, in a browser that has never been there, to paths on the screen."""
    with serving("app.py", cache) as address, sync_playwright() as driver:
        page = driver.chromium.launch(executable_path=chromium(), args=list(QUIET)).new_page()
        began = time.perf_counter()
        page.goto(address)
        page.wait_for_selector(".rv-arena[data-ready=true]", timeout=60_000)
        return time.perf_counter() - began


def main(times: int = 3) -> int:
    """Print medians; 1 when a part takes longer than its limit."""
    rows: dict[str, list[dict[str, float]]] = {"cold": [], "restart": []}
    for _ in range(times):
        with tempfile.TemporaryDirectory() as cache:
            for kept in rows.values():
                kept.append(parts(cache) | {"first picture": first_picture(cache)})
    columns = (*PARTS, "first picture")
    medians = {
        n: {c: statistics.median(row[c] for row in kept) for c in columns}
        for n, kept in rows.items()
    }
    print("seconds    " + "".join(f"{column:>15}" for column in columns))
    for name, row in medians.items():
        print(f"{name:11}" + "".join(f"{row[column]:15.2f}" for column in columns))
    for part in ("compile", "XLA"):
        print(
            f"a restart needs {medians['restart'][part] / medians['cold'][part]:.2f} of a cold start's {part}"
        )
    return int(any(medians[name][part] > limit for name, (part, limit) in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
