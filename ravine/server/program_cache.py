"""Compiled programs on disk, so that a restart compiles nothing and few are in memory at a time.

A file is machine code: what it holds runs. Its name is a hash of all that the program was made
from, its first bytes are a hash of name and content, and nothing is read from a folder into which
anybody else may write (docs/decisions/0030, docs/safety.md).
"""

import contextlib
import functools
import hashlib
import logging
import os
import pickle
import platform
import sys
import threading
import time
import types
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh

import optim
import surfaces
from ravine import core, experiments
from ravine.core.bounded_jit import SHELF, Executable, Packed, Request

MOST_BYTES = int(os.environ.get("RAVINE_CACHE_MB", "1000")) * 1_000_000  # bytes of programs
# seconds between two looks: meanwhile a few hundred programs at most can come
TRIM_INTERVAL = 600.0
SOURCES = (core, experiments, optim, surfaces)  # all that programs are made from
CALLS_OUT = b"custom-call"  # in a program that calls functions which are not in it
DIGEST = hashlib.sha256().digest_size

logger = logging.getLogger("ravine")


class UnnamedError(TypeError):
    """A program depends on something that has no text which is the same in another process."""


class Folder:
    """Programs as files of a folder. Where something is wrong with one, it is compiled again."""

    def __init__(self, path: Path, writable: bool = True) -> None:
        self.path, self.writable = path, writable

    def load(self, request: Request) -> tuple[Executable, int] | None:
        """The program that was asked for and its size in memory. None where there is none, or no
        whole one.
        """
        name = _name(request)
        path = self.path / (name or "")
        try:
            found = _read(path) if name else b""
        except OSError:
            return None
        content = found[DIGEST:]
        if not name or found[:DIGEST] != _seal(name, content):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # the least used go first
        try:
            packed = Packed(*pickle.loads(zlib.decompress(content)))  # noqa: S301 - ours alone
            return packed.loaded(), packed.resident
        except Exception:  # whatever it is, the program can be compiled
            logger.warning("could not load a compiled program", exc_info=True)
            return None

    def save(self, request: Request, packed: Packed) -> None:
        """Write a program, whole or not at all, where that can be done."""
        name = _name(request)
        # LAPACK is there only once something that calls it was traced
        if not name or not self.writable or CALLS_OUT in packed.content:
            return
        content = zlib.compress(pickle.dumps(tuple(packed)), 1)
        part = self.path / f"{name}.{os.getpid()}.{threading.get_ident()}"
        try:
            part.write_bytes(_seal(name, content) + content)
            part.replace(self.path / name)
        except OSError as error:
            logger.warning("a compiled program is not kept: %s", error)
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def keep_programs() -> Path | None:
    """Keep compiled programs on disk. Without a place to write, or with a full disk, they are just
    compiled again.
    """
    path = Path(os.environ.get("RAVINE_CACHE") or Path.home() / ".cache" / "ravine") / "programs"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        said = _doubt(path.stat())
    except OSError as error:
        logger.warning("no place for compiled programs: %s", error)
        return None
    if said:
        logger.warning("compiled programs are not read from %s: %s", path, said)
        return None
    writable = os.access(path, os.W_OK)
    if not writable:
        logger.warning(
            "compiled programs are read from %s, new ones are not kept: it is read-only", path
        )
    # what comes out of JAX's own cache cannot be packed again
    jax.config.update("jax_enable_compilation_cache", False)
    SHELF.store = Folder(path, writable)
    return path


def _read(path: Path) -> bytes:
    """A file of programs; nothing of one that others could have written."""
    with path.open("rb") as file:
        return b"" if _doubt(os.fstat(file.fileno())) else file.read()


def _doubt(stat: os.stat_result) -> str:
    """Why programs that are kept there are not to be trusted; empty when they are."""
    if not hasattr(os, "getuid"):
        return ""
    if stat.st_uid not in (os.getuid(), 0):
        return "it belongs to somebody else"
    return "others may write to it" if stat.st_mode & 0o022 else ""


def _name(request: Request) -> str | None:
    """The name of a program's file: a hash of all that it was made from. None for one that depends
    on something else than SOURCES.
    """
    try:
        said = "\n".join([_made_with(), *map(_text, request)])
    except UnnamedError:
        return None
    return hashlib.sha256(said.encode()).hexdigest()


def _seal(name: str, content: bytes) -> bytes:
    """What a whole file of this name begins with."""
    return hashlib.sha256(name.encode() + content).digest()


def _text(value: Any) -> str:
    """A text of a part of a request that is the same in every process, and of no other part. Raises
    UnnamedError where there is none.
    """
    if value is None or isinstance(value, str | int | float):
        return repr(value)
    if isinstance(value, tuple | list):
        return f"{type(value).__name__}({', '.join(map(_text, value))})"
    if isinstance(value, jax.tree_util.PyTreeDef):
        within = [_text(child) for child in value.children()]
        return f"tree({_text(value.node_data())}: {', '.join(within)})"
    if isinstance(value, np.dtype):
        return value.str
    if isinstance(value, Mesh) and value.size == 1:
        return f"mesh({value.axis_names!r})"
    name = f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
    homes = ("builtins", *(package.__name__ for package in SOURCES))
    named = isinstance(value, type | types.FunctionType)  # an object's name says nothing of it
    if named and "<" not in name and _is_below(name, homes):
        return name
    raise UnnamedError(f"{value!r} has no name of its own.")


def _is_below(name: str, homes: tuple[str, ...]) -> bool:
    return any(name.startswith(f"{home}.") for home in homes)


@functools.cache
def _made_with() -> str:
    """What all programs of this process depend on: the sources, the compiler, its settings, and the
    processor.
    """
    settings = sorted(
        f"{k}={v}" for k, v in os.environ.items() if k.startswith(("JAX_", "XLA_", "LIBTPU_"))
    )
    versions = (sys.version, jax.__version__, version("jaxlib"), np.__version__)
    device = jax.devices()[0]
    machine = (device.platform, device.client.platform_version, str(jax.device_count()))
    return "\n".join([*versions, *machine, *settings, _processor(), _sources()])


def _processor() -> str:
    """What the processor can do: a program may use it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    told = ("vendor_id", "model name", "flags", "Features", "CPU part")
    return "\n".join([platform.machine(), *sorted({one for one in lines if one.startswith(told)})])


def _sources() -> str:
    """A hash of every file of SOURCES."""
    digest = hashlib.sha256()
    for package in SOURCES:
        home = Path(package.__path__[0])
        for path in sorted(home.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{package.__name__} {path.relative_to(home)} {content}\n".encode())
    return digest.hexdigest()


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

    Another process may do the same at the same time, or look for a file that goes: what is not
    found is compiled.
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
