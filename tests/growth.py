"""What work leaves behind in memory, measured in a process of its own: a worker that has run other tests holds gigabytes,
and what it takes and gives back of them in the meantime is not the work's."""

import gc
import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _grown(work: Callable[[int], int], warm: int, times: int) -> tuple[int, int, float]:
    for k in range(warm):
        programs = work(k)
    gc.collect()
    before = resident()
    for k in range(warm, times):
        after = work(k)
    gc.collect()
    return programs, after, (resident() - before) / (times - warm)


def grown(work: Callable[[int], int], warm: int, times: int) -> tuple[int, int, float]:
    """Of `work(0)` to `work(times - 1)`, each of which says how many programs are compiled: their number after the first
    `warm`, their number after all, and the bytes that each of the later ones left behind."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        return alone.submit(_grown, work, warm, times).result()
