"""The garbage collector by the clock."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CYCLES = """
import gc, time, weakref
from ui import garbage
class Node: pass
def cycle():
    node = Node()
    node.own = node
    return weakref.ref(node)
garbage.OFTEN = 0.02
thread = garbage.by_the_clock()
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
        [sys.executable, "-c", CYCLES], env=told, capture_output=True, text=True, timeout=60, check=True
    )
    assert made.stdout == "True\n"


def test_a_server_collects_by_the_clock():
    assert "garbage.by_the_clock()" in (ROOT / "ui" / "server.py").read_text()
