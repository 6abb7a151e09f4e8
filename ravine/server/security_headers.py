"""What a page may do in a browser, told to it by headers: run this server's scripts, and ask nobody
else for anything.

They come from here, so that one server alone has the same ones as many behind a proxy.
"""

import base64
import hashlib
import os
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INDEX_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"
DOCUMENTS = (
    "text/html",
    "image/svg+xml",
)  # what a browser opens as a page; elsewhere a policy would say nothing
INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
NOT_USED = (
    "camera",
    "display-capture",
    "geolocation",
    "hid",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)


def middleware() -> list[Middleware]:
    """For `st.App`, outside of every other middleware."""
    return [Middleware(Guarded)]


@cache
def policy() -> str:
    """The Content-Security-Policy.

    Inline scripts are those of Streamlit's page, by their hashes. Its styles are made while it runs
    and can have none, and it loads the first lines of a component from a blob, whose name only a
    script that runs already knows. `RAVINE_FRAMES` names who may show Ravine in a frame, as the
    policy writes it: "'self' moodle.example.edu". By default everyone may, a slide that is a file
    included.
    """
    ancestors = os.environ.get("RAVINE_FRAMES", "").strip()
    parts = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "blob:", *_hashes(INDEX_PAGE.read_bytes())]),
        "style-src": "'self' 'unsafe-inline'",
        "font-src": "'self' data:",
        "img-src": "'self' data: blob:",
        "object-src": "'none'",
        "frame-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    parts |= {"frame-ancestors": ancestors} if ancestors else {}
    return "; ".join(f"{name} {sources}" for name, sources in parts.items())


def document_headers() -> dict[str, str]:
    """The headers of what a browser opens as a page."""
    return {
        "Content-Security-Policy": policy(),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in NOT_USED),
        "Referrer-Policy": "same-origin",  # a link is what a visitor typed
    }


class Guarded:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                kind = headers.get("content-type", "").partition(";")[0]
                headers.update({"X-Content-Type-Options": "nosniff"})
                for name, value in (document_headers() if kind in DOCUMENTS else {}).items():
                    headers.setdefault(name, value)  # an answer may be stricter itself
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


def _hashes(page: bytes) -> list[str]:
    """The sources that allow the inline scripts of `page`."""
    digests = [hashlib.sha256(script).digest() for script in INLINE.findall(page)]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
