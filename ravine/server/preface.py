"""Streamlit's page, with a script of ours before its own: what must be there before anything else
runs.
"""

import gzip

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ravine.server import assets

HEAD = b"<head>"


def middleware() -> list[Middleware]:
    """For `st.App`, inside of what compresses the page."""
    return [Middleware(Prefaced, script=assets.script_address("shared/first.js"), base=_base())]


def _base() -> str:
    return f"/{(st.get_option('server.baseUrlPath') or '').strip('/')}".rstrip("/")


class Prefaced:
    """Puts a script at the head of every HTML page. Its address is in the page's ETag, so that no
    page outlives it.
    """

    def __init__(self, app: ASGIApp, script: str, base: str = "") -> None:
        self.app, self.static = app, f"{base}/static/"
        self.tag = f'<script src="{script}"></script>'.encode()
        self.version = f'-{script.split("/")[-2]}"'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self.static):
            await self.app(scope, receive, send)
        else:
            await self.app(self._asked(scope), receive, self._prefacing(scope["method"], send))

    def _asked(self, scope: Scope) -> Scope:
        """The request as Streamlit must see it: with its own ETag, and as if the browser had
        nothing when what it has is a page without this script.
        """
        ours, headers = self.version.encode(), []
        for name, value in scope["headers"]:
            if name == b"if-none-match" and ours in value:
                headers.append((name, value.replace(ours, b'"')))
            elif name not in {b"if-none-match", b"if-modified-since"}:
                headers.append((name, value))
        return {**scope, "headers": headers, "extensions": {}}

    def _prefacing(self, method: str, send: Send) -> Send:
        start, body = None, b""

        async def prefaced(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if "etag" in headers:
                    headers["etag"] = headers["etag"].removesuffix('"') + self.version
                if (
                    headers.get("content-type", "").startswith("text/html")
                    and message["status"] == 200
                ):
                    start = message
                    return
            elif start is not None:
                body += message.get("body", b"")
                if message.get("more_body", False):
                    return
                message = {"type": "http.response.body", "body": self._page(start, body, method)}
                await send(start)
            await send(message)

        return prefaced

    def _page(self, start: Message, body: bytes, method: str) -> bytes:
        """The page with our script in it; its headers tell the new length."""
        headers = MutableHeaders(raw=start["headers"])
        packed = headers.get("content-encoding") == "gzip"
        if method == "HEAD":
            longer = int(headers.get("content-length", 0)) + len(self.tag)
        else:
            page = (gzip.decompress(body) if packed else body).replace(HEAD, HEAD + self.tag, 1)
            body = gzip.compress(page, 9) if packed else page
            longer = len(body)
        if "content-length" in headers:
            headers["content-length"] = str(longer)
        return body
