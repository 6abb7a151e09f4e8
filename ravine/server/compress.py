"""Streamlit's own scripts and styles, compressed once each: Streamlit serves them as they are, 3 MB
of them.

Only what Streamlit leaves alone is touched: its page and what lies below /static/. Everything else
is compressed by it, or by us.
"""

import gzip
from collections import OrderedDict

import anyio
import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMPRESSED_SUFFIXES = (".js", ".css", ".json", ".svg")
COMPRESSED_TYPES = (
    "text/javascript",
    "application/javascript",
    "text/css",
    "application/json",
    "image/svg+xml",
)
FEWEST_BYTES = 600  # bytes; below, nothing is gained
MOST_KEPT_BYTES = 16_000_000  # bytes of compressed files that are kept


def middleware() -> list[Middleware]:
    """For `st.App`, once the server's settings are known."""
    return [Middleware(Compressed, base=st.get_option("server.baseUrlPath") or "")]


class Compressed:
    """Answers a GET for one of Streamlit's text files with a compressed copy, and passes on
    everything else.

    Each time the app is asked for the headers alone (a HEAD), so its checks, its ETag, its 304 and
    its caching hold; for the file it is asked once.
    """

    def __init__(self, app: ASGIApp, base: str = "", room: int = MOST_KEPT_BYTES) -> None:
        base = base.strip("/")
        self.app, self.page = app, f"/{base}/" if base else "/"
        self.kept, self.one_at_a_time = CompressedFiles(room), anyio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._is_text(scope["path"]):
            await self.app(scope, receive, send)
        elif (
            scope["method"] != "GET"
            or not takes_gzip(headers := Headers(scope=scope))
            or "range" in headers
        ):
            await self.app(scope, receive, _varying(send))
        else:
            await self._answer(scope, receive, send)

    def _is_text(self, path: str) -> bool:
        return path == self.page or (
            path.startswith(f"{self.page}static/") and path.endswith(COMPRESSED_SUFFIXES)
        )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        start, body = await _heard(self.app, {**scope, "method": "HEAD"}, receive)
        headers = MutableHeaders(raw=start["headers"])
        if self._gains(scope["path"], start["status"], headers):
            body = await self._packed((scope["path"], headers["etag"]), scope, receive)
            headers["content-encoding"], headers["content-length"] = "gzip", str(len(body))
            del headers["accept-ranges"]
        elif start["status"] != 304:
            await self.app(scope, receive, _varying(send))
            return
        # the same text, not the same bytes
        headers["etag"] = f"W/{headers['etag'].removeprefix('W/')}"
        headers.add_vary_header("Accept-Encoding")
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _gains(self, path: str, status: int, headers: Headers) -> bool:
        """Whether the answer with these headers is a whole file that is worth compressing."""
        kind = headers.get("content-type", "").partition(";")[0]
        wanted = kind == "text/html" if path == self.page else kind in COMPRESSED_TYPES
        whole = status == 200 and "etag" in headers and "content-encoding" not in headers
        return wanted and whole and int(headers.get("content-length", 0)) >= FEWEST_BYTES

    async def _packed(self, key: tuple[str, str], scope: Scope, receive: Receive) -> bytes:
        if found := self.kept.get(key):
            return found
        async with self.one_at_a_time:  # a crowd that comes at once waits for one copy
            if found := self.kept.get(key):
                return found
            _, body = await _heard(self.app, scope, receive)
            return self.kept.put(key, await anyio.to_thread.run_sync(gzip.compress, body, 9))


class CompressedFiles:
    """Bytes by key, up to `room` of them in all: what was not asked for longest goes first."""

    def __init__(self, room: int) -> None:
        self.room, self.taken, self.files = room, 0, OrderedDict[tuple[str, str], bytes]()

    def get(self, key: tuple[str, str]) -> bytes | None:
        if key in self.files:
            self.files.move_to_end(key)
        return self.files.get(key)

    def put(self, key: tuple[str, str], packed: bytes) -> bytes:
        self.files[key] = packed
        self.taken += len(packed)
        while self.taken > self.room:
            self.taken -= len(self.files.popitem(last=False)[1])
        return packed


def takes_gzip(headers: Headers) -> bool:
    """Whether a visitor who sends these headers can unpack gzip."""
    for coding in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = coding.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != "" or not weight
    return False


async def _heard(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """What `app` answers: the start, and the whole body."""
    messages: list[Message] = []

    async def listen(message: Message) -> None:
        messages.append(message)

    await app({**scope, "extensions": {}}, receive, listen)
    return messages[0], b"".join(message.get("body", b"") for message in messages[1:])


def _varying(send: Send) -> Send:
    """`send`, telling caches that another visitor may get a compressed copy."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(raw=message["headers"]).add_vary_header("Accept-Encoding")
        await send(message)

    return told
