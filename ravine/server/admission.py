"""Room for visitors: each takes files of the operating system (sockets, and Streamlit's event loop
for the session).

Without a free one nothing works, for nobody: no page, no run, no plotly.js. So whoever would take
the last ones is told that it is full, and everyone who is there goes on.
"""

import asyncio
import logging
import time
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ravine.core.words import _, speak

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None

FILES_PER_VISITOR = 5  # files that a visitor takes
SPARE_FILES = 64  # files that visitors do not get
MOST_FILES = 65_536  # files that are asked for
LOG_PAUSE = 60.0  # seconds between two lines of the log that say the same
SOON = 1.0  # seconds in which a visitor who was let in has taken their files
LATER = "30"  # seconds until it is worth to come again
OPEN = Path("/dev/fd")

logger = logging.getLogger("ravine")


def middleware() -> list[Middleware]:
    """For `st.App`, once the server's settings are known."""
    return [Middleware(Room, base=st.get_option("server.baseUrlPath") or "")]


def more_files() -> int | None:
    """Ask for as many files as this process may have. How many it has now; None where there is no
    limit.
    """
    if resource is None:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError) as error:
            logger.warning("no more than %d open files: %s", soft, error)
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if soft == resource.RLIM_INFINITY else soft


class Room:
    """Refuses a page (503) and a session (403) for which there is no room, and passes on everything
    else.
    """

    def __init__(self, app: ASGIApp, base: str = "", files: int | None = None) -> None:
        base = base.strip("/")
        self.app, self.page = app, f"/{base}/" if base else "/"
        self.files = more_files() if files is None else files
        self.coming, self.told = 0, -LOG_PAUSE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        comes = scope["type"] == "websocket"
        if not (comes or (scope["type"] == "http" and scope["path"] == self.page)):
            await self.app(scope, receive, send)
        elif self.is_full():
            await self._refuse(scope, receive, send)
        else:
            if comes:
                self.coming += 1
                asyncio.get_running_loop().call_later(SOON, self._came)
            await self.app(scope, receive, send)

    def is_full(self) -> bool:
        """Whether the next visitor would take files that are not theirs. The log has a line a
        minute about it.
        """
        full = (
            self.files is not None
            and open_file_count() + FILES_PER_VISITOR * (self.coming + 1) + SPARE_FILES > self.files
        )
        if full and time.monotonic() - self.told > LOG_PAUSE:
            logger.warning(
                "no room for more visitors: %s open files are allowed (ulimit -n)", self.files
            )
            self.told = time.monotonic()
        return full

    def _came(self) -> None:
        self.coming -= 1

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        # the browser asks again by itself; a sentence would never be seen
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        speak(Headers(scope=scope).get("accept-language", "")[:5])
        said = _("Too many visitors are here at the moment. Please come back in a minute.")
        headers = {"Retry-After": LATER, "Cache-Control": "no-store", "Connection": "close"}
        await PlainTextResponse(said, 503, headers=headers)(scope, receive, send)


def open_file_count() -> int:
    """How many files this process has open."""
    try:
        return sum(1 for _file in OPEN.iterdir())
    except OSError:  # the list itself is a file
        return MOST_FILES
