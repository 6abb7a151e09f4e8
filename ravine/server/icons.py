"""Streamlit's font of icons has four thousand of them and weighs 375 kB, a fifth of a first visit.
Its place takes one with the hundred that Streamlit and our pages name (tests/icons.py): 9 kB.
"""

import re

import streamlit as st
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from ravine.server import assets


def middleware() -> list[Middleware]:
    """For `st.App`, once the server's settings are known."""
    return [Middleware(SmallIcons, base=st.get_option("server.baseUrlPath") or "")]


class SmallIcons:
    """Answers for the font of icons, and passes on everything else.

    Its address is Streamlit's and does not change when ours does: a browser asks each time whether
    what it has is still the one.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        below = "".join(f"/{part}" for part in (base.strip("/"), "static/media") if part)
        self.app, self.files = app, StaticFiles(directory=assets.VENDOR)
        self.asked = re.compile(rf"{re.escape(below)}/MaterialSymbols-Rounded\.[^/]*\.woff2")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.asked.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        response = await self.files.get_response(assets.ICONS.name, scope)
        response.headers["Cache-Control"] = "no-cache"
        await response(scope, receive, send)
