"""An address that holds a hash is answered with what has that hash, or not at all.

While an update goes round, servers of two versions stand behind one address, and a page of one asks
the other. A wrong answer would be kept for ever, by the browser and by a proxy; at a 404 the proxy
asks the next server (`deploy/nginx.conf`).
"""

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ravine.server import assets
from ravine.server.answers import refusal


def middleware() -> list[Middleware]:
    """For `st.App`, once the server's settings are known."""
    return [
        Middleware(Versioned, static=_static(), ours=assets.address(""), versions=assets.versions())
    ]


class Versioned:
    """Refuses what lies below `ours`, in a folder of `versions`, under another version than that
    one.

    And what is missing below `static`, where Streamlit answers with its page instead.
    """

    def __init__(self, app: ASGIApp, static: str, ours: str, versions: dict[str, str]) -> None:
        self.app, self.static, self.ours, self.versions = app, static, ours, versions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path.startswith(self.ours) and self._is_other(path.removeprefix(self.ours)):
            await refusal("This server has another version.", 404)(scope, receive, send)
        elif path.startswith(self.static):
            await self._file(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_other(self, path: str) -> bool:
        folder, _, rest = path.partition("/")
        return folder in self.versions and rest.partition("/")[0] != self.versions[folder]

    async def _file(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = False

        async def heard(message: Message) -> None:
            nonlocal page
            if message["type"] == "http.response.start":
                page = any(
                    name == b"content-type" and kind.startswith(b"text/html")
                    for name, kind in message["headers"]
                )
            if not page:
                await send(message)

        await self.app(scope, receive, heard)
        if page:
            await refusal("There is no such file.", 404)(scope, receive, send)


def _static() -> str:
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/static/" if base else "/static/"
