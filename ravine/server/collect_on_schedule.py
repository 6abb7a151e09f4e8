"""The garbage collector by the clock.

By itself it comes in the middle of somebody's move and looks at everything, when a class is there
for seconds together.
"""

import contextlib
import ctypes
import gc
import threading
import time

YOUNG_INTERVAL = 0.2  # seconds between two looks at what is new: 15 ms each when 300 visitors move
# of those looks, one at everything since the start: a second or so when 300 visitors are there
SELDOM = 3000
RETURN_INTERVAL = 300  # of those looks, one after which memory that is free is given back


def by_the_clock() -> threading.Thread:
    """From now on, collect at these times and no other. For a server: nothing ends it."""
    gc.disable()

    def collect() -> None:
        turn = 0
        while True:
            time.sleep(YOUNG_INTERVAL)
            turn += 1
            gc.collect(1 if turn % SELDOM else 2)
            if turn % RETURN_INTERVAL == 0:
                give_back()

    thread = threading.Thread(target=collect, name="garbage", daemon=True)
    thread.start()
    return thread


def keep() -> None:
    """Never look again at what there is now: programs, and what they were made of."""
    gc.collect()
    give_back()
    gc.freeze()


def give_back() -> None:
    """Give memory that is free back to the system: the compiler's, and that of programs that went.
    glibc keeps it otherwise; other systems have no such call.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
