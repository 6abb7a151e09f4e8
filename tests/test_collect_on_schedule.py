"""The garbage collector by the clock."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CYCLES = """
import gc, time, weakref
from ravine.server import collect_on_schedule
class Node: pass
def cycle():
    node = Node()
    node.own = node
    return weakref.ref(node)
collect_on_schedule.YOUNG_INTERVAL = 0.02
thread = collect_on_schedule.by_the_clock()
assert thread.daemon and not gc.isenabled()
old = cycle()
for _wait in range(200):
    if old() is None:
        break
    time.sleep(0.02)
print(old() is None)
"""


def test_cycles_go_though_python_does_not_look_by_itself():
    told = {**os.environ, "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        [sys.executable, "-c", CYCLES],
        env=told,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert made.stdout == "True\n"


def test_a_server_collects_by_the_clock():
    assert (
        "collect_on_schedule.by_the_clock()"
        in (ROOT / "ravine" / "server" / "routes.py").read_text()
    )
