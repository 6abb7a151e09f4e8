"""Compiled programs on disk, so that a restart is quick: as many as there is room for."""

import logging
import os
import threading
import time
import warnings
from pathlib import Path

import jax

MOST_BYTES = int(os.environ.get("RAVINE_CACHE_MB", "1000")) * 1_000_000  # bytes of programs
# seconds between two looks: meanwhile a few hundred programs at most can come
TRIM_INTERVAL = 600.0

logger = logging.getLogger("ravine")


def keep_programs() -> Path | None:
    """Keep compiled programs on disk. Without a place to write, or with a full disk, they are just
    compiled again.
    """
    folder = Path(os.environ.get("RAVINE_CACHE") or Path.home() / ".cache" / "ravine") / "jax"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        logger.warning("no place for compiled programs: %s", error)
        return None
    if not os.access(folder, os.W_OK):
        logger.warning(
            "compiled programs are read from %s, new ones are not kept: it is read-only", folder
        )
        warnings.filterwarnings(
            "ignore", message="Error writing persistent compilation cache entry"
        )
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return folder


def keep_few(folder: Path) -> threading.Thread:
    """From now on, remove what is too much."""

    def look() -> None:
        while True:
            trim(folder, MOST_BYTES)
            time.sleep(TRIM_INTERVAL)

    thread = threading.Thread(target=look, name="kept", daemon=True)
    thread.start()
    return thread


def trim(folder: Path, room: int) -> int:
    """Remove the oldest files of a folder until the others have `room` bytes at most. Returns how
    many went.

    Another process may do the same at the same time, or read a file that goes: JAX compiles what it
    does not find.
    """
    found = []
    for path in folder.iterdir():
        try:
            stat = path.stat()
            found.append((stat.st_mtime, stat.st_size, path))
        except OSError:
            continue
    size, gone = sum(size for _time, size, _path in found), 0
    for _time, bytes_, path in sorted(found):
        if size <= room:
            break
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("could not remove a compiled program: %s", error)
            break
        size -= bytes_
        gone += 1
    return gone
