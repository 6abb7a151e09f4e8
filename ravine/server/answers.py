"""How the server's own routes read what is asked and answer it: by the link of a race, compressed,
kept or not.
"""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ravine.core.words import _, speak
from ravine.experiments.link import LONGER, decode
from ravine.experiments.race import Race

T = TypeVar("T")

MODES = ("light", "dark")
FOR_EVER = "public, max-age=31536000, immutable"  # for an address that changes when its answer does
NO_STORE = "no-store"


Endpoint = Callable[[Request], Response]


class Limiter:
    """Work in threads of its own, at most `at_once` at a time; who comes later waits, first come
    first served.

    Without a limit all requests share the processor, and each is answered when the last one is.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, anyio.CapacityLimiter] = (
            WeakKeyDictionary()
        )

    async def run(self, work: Callable[..., T], *given: Any) -> T:
        """What `work` answers, when it is its turn."""
        # a server has one; a limiter that others wait for as well never wakes them
        here = asyncio.get_running_loop()
        limiter = self._limiters.setdefault(here, anyio.CapacityLimiter(self._at_once))
        return await anyio.to_thread.run_sync(work, *given, limiter=limiter)


class MadeOnce:
    """Answers that many ask for in the same moment: each is made once. The last `most` of them are
    kept, as far as none is larger than `largest` bytes.
    """

    def __init__(self, most: int = 32, largest: int = 100_000) -> None:
        self._most, self._largest = most, largest
        self._held: OrderedDict[str, asyncio.Future[bytes]] = OrderedDict()

    async def get(self, key: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """What `make` answers for this key. Its error goes to all who wait, and is not kept."""
        if (held := self._held.get(key)) is not None:
            self._held.move_to_end(key)
            return await asyncio.shield(held)
        self._held[key] = made = asyncio.ensure_future(make())
        made.add_done_callback(lambda done: self._settle(key, done))
        while len(self._held) > self._most:
            self._held.popitem(last=False)
        return await asyncio.shield(made)

    def _settle(self, key: str, done: asyncio.Future[bytes]) -> None:
        failed = done.cancelled() or done.exception() is not None
        if self._held.get(key) is done and (failed or len(done.result()) > self._largest):
            del self._held[key]


def limited(endpoint: Endpoint, at_once: int) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint, at most `at_once` of its requests at a time."""
    limiter = Limiter(at_once)

    async def answered(request: Request) -> Response:
        return await limiter.run(endpoint, request)

    return answered


def asked(request: Request, *names: str) -> tuple[Race, list[str]]:
    """The race whose link is asked for, and the values of the parameters `names` beside it, empty
    where there is none.

    The answer will be in the language `lang`. Raises ValueError, with a sentence for a reader, for
    a wrong link.
    """
    query = {name: request.query_params.getlist(name) for name in request.query_params}
    speak((query.pop("lang", None) or [""])[0][:20])
    values = [(query.pop(name, None) or [""])[0][: LONGER["on"]] for name in names]
    return decode(query), values


def mode_of(text: str) -> str:
    """The theme called `text`. Raises ValueError when it is none."""
    if text not in MODES:
        raise ValueError(_("mode is light or dark."))
    return text


def answer(
    request: Request, packed: bytes, kind: str, keep: str = FOR_EVER, **more: str
) -> Response:
    """What is compressed already, as the browser takes it. `more` are further headers, with _ for
    -.
    """
    headers = {
        "Cache-Control": keep,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=kind, headers=headers | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(packed), media_type=kind, headers=headers)


def refusal(error: Exception | str, status: int = 400) -> Response:
    """A sentence that says what was wrong."""
    headers = {"Cache-Control": NO_STORE, "X-Content-Type-Options": "nosniff"}
    return PlainTextResponse(str(error), status, headers=headers)
