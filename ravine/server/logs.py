"""What the server writes down about itself: one JSON object a line, and nothing about its visitors.

A link is what a visitor typed, and so may be the words of an error. Of an error stays its kind and
the places in the code; of an address in a message, nothing.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

PROJECT = Path(__file__).parents[2]
PRIVATE = re.compile(
    r"(?P<query>(?<=\S)\?[^\s\"']+)"  # what follows a path
    r"|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?"  # 192.0.2.7, with its port
    r"|\[?(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}\]?(?::\d+)?"  # 2001:db8::7
)


def begin() -> None:
    """Write lines from now on, whoever logs; for a person at a terminal everything stays as it
    is.
    """
    if sys.stderr.isatty():
        return
    logging.setLoggerClass(Lined)
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.addHandler(logging.StreamHandler())
    logging.getLogger("ravine").setLevel(logging.INFO)
    known = (logging.getLogger(name) for name in [*root.manager.loggerDict])
    handlers = [handler for logger in (root, *known) for handler in logger.handlers]
    for handler in (
        *handlers,
        logging.lastResort,
    ):  # the last one speaks for uvicorn, which Streamlit leaves without any
        if handler:
            handler.setFormatter(LogFormatter())


class LogFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": PRIVATE.sub("-", record.getMessage()),
        }
        kind, _error, where = record.exc_info or (None, None, None)
        if kind:
            line |= {"error": kind.__name__, "at": places(where)}
        return json.dumps(line, ensure_ascii=False)


class Lined(logging.getLoggerClass()):
    """A logger all of whose handlers write lines: Streamlit gives each of its own a handler with a
    format.
    """

    def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802
        hdlr.setFormatter(LogFormatter())
        super().addHandler(hdlr)


def places(where: TracebackType | None) -> list[str]:
    """Where an error passed, the innermost last: file, line and function."""
    return [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(where)
    ]


def _short(name: str) -> str:
    path = Path(name)
    if path.is_relative_to(PROJECT):
        return path.relative_to(PROJECT).as_posix()
    return name.rpartition("site-packages/")[2]
