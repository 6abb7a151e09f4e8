"""The classroom's routes below /ravine/room/: a teacher opens and steers, phones look and answer.

They are there when `RAVINE_ROOMS` names the file or the server in which rooms are kept; without it
nothing of this exists. docs/rooms.md has the protocol.
"""

import csv
import hashlib
import hmac
import io
import json
import math
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ravine.core.words import N_, _, language, speak
from ravine.experiments.record import safe_cell
from ravine.payload.own_run import own_run
from ravine.rooms import protocol
from ravine.rooms.bounds import MOST_BODY_BYTES, MOST_QUESTION_BYTES, MOST_ROOMS
from ravine.rooms.codes import read_code
from ravine.rooms.kinds import GUESSES
from ravine.rooms.phases import TAKES, TOOK
from ravine.rooms.reading import json_object
from ravine.rooms.setting import open_store
from ravine.rooms.store import AnswerRow, Store, StoredRoom, StoreError
from ravine.server import assets
from ravine.server.answers import NO_STORE, Limiter, answer
from ravine.server.questions import made
from ravine.server.room_page import room_page

GUESSES_A_MINUTE, ROOMS_A_MINUTE = 10, 3  # an address: codes that no room has, and rooms opened
MAKES_A_MINUTE = 20  # an address: questions that are made by running a race
LONGEST_NUMBER = 6  # digits
MOST_ADDRESSES = 10_000  # that are remembered for it
FRESH_SECONDS = 0.2  # seconds for which what everyone sees is read from the store once
POLL_OPEN, POLL_WAIT = 1, 5  # seconds until a phone asks again
MADE_AT_ONCE = 1  # questions whose truth is computed
RUN_FOR_PHONES = 1  # runs at a time that phones were handed
POLLS_A_SECOND = 500  # more of them, and phones are told to ask less often
PICTURE_KEPT = "private, max-age=43200, immutable"  # as long as a room lives

Answered = Callable[[Request], Awaitable[Response]]


def routes() -> list[Route]:
    """Starlette routes, below /ravine/; none without the setting. A wrong one ends the program with
    a sentence: who sets it up reads it at once.
    """
    if not (setting := os.environ.get("RAVINE_ROOMS", "").strip()):
        return []
    try:
        return Rooms(open_store(setting)).routes()
    except StoreError as error:
        raise SystemExit(f"RAVINE_ROOMS: {error}.") from None


class Throttle:
    """Counts by address: `a_minute` at once, then one each `60 / a_minute` seconds."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.pause, self.most, self.clock = 60 / a_minute, a_minute, clock
        self.until: dict[str, float] = {}  # address -> when all that it did is forgotten

    def wait(self, address: str) -> float:
        """Seconds until this address may try again; 0 is now."""
        behind = self.until.get(address, 0.0) - self.clock()
        return max(0.0, behind - (self.most - 1) * self.pause)

    def count(self, address: str) -> None:
        """This address did it once."""
        now = self.clock()
        if len(self.until) >= MOST_ADDRESSES:
            self.until = {one: until for one, until in self.until.items() if until > now}
        if len(self.until) >= MOST_ADDRESSES:
            self.until.clear()
        self.until[address] = max(self.until.get(address, 0.0), now) + self.pause


class Look(NamedTuple):
    """What everyone sees of a room, as it is sent, until `fresh` (seconds, by the monotonic clock),
    and what it was made from.
    """

    fresh: float
    made_from: tuple[Any, ...]
    body: bytes
    etag: str
    poll: int
    entry: str


class Rooms:
    """The routes over a store."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float] = time.time,
        make: Callable[[Any], dict[str, Any]] = made,
        run_one: Callable[[dict[str, Any], int], dict[str, Any]] = own_run,
    ) -> None:
        self.store, self.clock = store, clock
        self.make, self.making = make, Limiter(MADE_AT_ONCE)
        self.run_one, self.running = run_one, Limiter(RUN_FOR_PHONES)
        self.guesses, self.openings = Throttle(GUESSES_A_MINUTE), Throttle(ROOMS_A_MINUTE)
        self.makings = Throttle(MAKES_A_MINUTE)
        self.looks: dict[str, Look] = {}
        self.second, self.polls = 0, 0

    def routes(self) -> list[Route]:
        def to(path: str, endpoint: Answered, *methods: str) -> Route:
            return Route(assets.address(f"room/{path}"), _answering(endpoint), methods=methods)

        return [
            to("", self.page, "GET"),
            to("", self.open, "POST"),
            to("teach", self.teach, "GET"),
            to("show", self.show, "GET"),
            to("{code}", self.page, "GET"),
            to("{code}/state", self.state, "GET"),
            to("{code}/picture/{number}", self.picture, "GET"),
            to("{code}/paths/{number}", self.paths, "GET"),
            to("{code}/mine", self.mine, "GET"),
            to("{code}/handed/{number}/{vote}", self.handed, "GET"),
            to("{code}/run/{number}/{vote}", self.run, "GET"),
            to("{code}/answer", self.answer, "POST"),
            to("{code}/projector", self.projector, "GET"),
            to("{code}/control", self.control, "POST"),
            to("{code}/answers.csv", self.table, "GET"),
        ]

    async def page(self, request: Request) -> Response:
        """The page of a phone. It is the same for every code, and says nothing about any."""
        return answer(request, room_page(language()), "text/html", NO_STORE)

    async def teach(self, request: Request) -> Response:
        """The page of a teacher: the code and the secret stand where no server sees them."""
        return answer(request, room_page(language(), "teach"), "text/html", NO_STORE)

    async def show(self, request: Request) -> Response:
        """The page of a projector."""
        return answer(request, room_page(language(), "show"), "text/html", NO_STORE)

    async def open(self, request: Request) -> Response:
        """A new room: its code and keys. They are told this once."""
        if wait := self.openings.wait(_address(request)):
            raise _SlowerError(wait, _("You opened many rooms. Wait a little."))
        await _body(request, MOST_BODY_BYTES)
        self.openings.count(_address(request))
        return _json((await protocol.open_room(self.store, self.clock()))._asdict(), 201)

    async def state(self, request: Request) -> Response:
        """What everyone sees: 304 while it is what the browser has already."""
        code = await self._enter(request)
        look = await self._look(code)
        headers = {"ETag": look.etag, "Retry-After": str(self._pace(look.poll))}
        if request.headers.get("if-none-match") == look.etag:
            return Response(status_code=304, headers=headers | {"Cache-Control": "no-cache"})
        return _json(look.body, 200, headers | {"Cache-Control": "no-cache"})

    async def picture(self, request: Request) -> Response:
        """The drawing of the question that stands."""
        room = await self._room(await self._enter(request))
        asked = protocol.question_of(room) or {}
        if "picture" not in asked or _number(request) != room.number:
            return _json({"says": _("There is no such picture.")}, 404)
        headers = {"Cache-Control": PICTURE_KEPT, "Content-Security-Policy": "sandbox"}
        return Response(asked["picture"], 200, headers, "image/svg+xml")

    async def paths(self, request: Request) -> Response:
        """The paths of the question that stands, while its truth is told."""
        room = await self._room(await self._enter(request))
        paths = protocol.told_paths(room)
        if not paths or _number(request) != room.number:
            return _json({"says": _("There are no such paths.")}, 404)
        return _json({"paths": paths})

    async def mine(self, request: Request) -> Response:
        """The answers of the phone that asks."""
        code = await self._enter(request)
        room, rows = await self._room_and_rows(code)
        return _json(protocol.own_answers(room, rows, _phone(request)))

    async def handed(self, request: Request) -> Response:
        """Which run the phone that asks is handed."""
        _room, own = await self._lot(request)
        return _json({"answer": own})

    async def run(self, request: Request) -> Response:
        """The run that the phone that asks was handed and has run: it alone is told, and before the
        class.
        """
        room, own = await self._lot(request)
        code, vote = read_code(request.path_params["code"]) or "", request.path_params["vote"]
        rows = await self.store.answers(code, room.number)
        if not any((row.vote, row.phone) == (vote, _phone(request)) for row in rows):
            raise protocol.Conflict(room.phase)
        asked = protocol.question_of(room) or {}
        return _json(await self.running.run(self.run_one, asked, own))

    async def _lot(self, request: Request) -> tuple[StoredRoom, int]:
        """The room, and which run of its question the phone that asks is handed."""
        code = await self._enter(request)
        room = await self._room(code)
        if _number(request) != room.number:
            raise protocol.Conflict(room.phase)
        vote = request.path_params["vote"]
        return room, protocol.handed_to(code, room, vote, _phone(request))

    async def answer(self, request: Request) -> Response:
        """An answer, acknowledged once it is committed."""
        code = await self._enter(request)
        sent = json_object(await _body(request, MOST_BODY_BYTES))
        return _json({"kept": await protocol.cast(self.store, code, sent, self.clock())})

    async def projector(self, request: Request) -> Response:
        """What everyone sees, and how answers moved between two votes."""
        code = await self._authorized(request, "projector", "secret")
        room, rows = await self._room_and_rows(code)
        now = self.clock()
        told = protocol.seen(room, rows, now) | {"shifts": protocol.shifts(room, rows, now)}
        return _json(told)

    async def control(self, request: Request) -> Response:
        """A step of the teacher: {"do": a phase or "end", "question": ...}, or {"do": "follow",
        "link": ...}. Instead of a question there may be what it is made of: "make", as
        `ravine.server.questions.made` reads it.
        """
        code = await self._authorized(request, "secret")
        asked = json_object(await _body(request, MOST_QUESTION_BYTES))
        step, now = asked.get("do"), self.clock()
        self.looks.pop(code, None)
        if step == "end":
            await self.store.remove(code)
            return _json({"phase": "ended"})
        if not isinstance(step, str):
            step = ""  # no phase
        if step == "follow":
            await protocol.lead(self.store, code, asked.get("link"), now)
        elif step == "ask" and "make" in asked:
            await self._make(request, code, asked["make"])
        else:
            await protocol.steer(self.store, code, step, asked.get("question"), now)
        self.looks.pop(code, None)
        return _json(protocol.seen(*await self._room_and_rows(code), now))

    async def _make(self, request: Request, code: str, wanted: Any) -> None:
        """Ask a question that is made of this, unless it is the one that is asked."""
        made_of = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:32]
        if protocol.asks_already(await self._room(code), made_of):
            return
        if wait := self.makings.wait(_address(request)):
            raise _SlowerError(wait, _("Many questions were made. Wait a little."))
        self.makings.count(_address(request))
        question = await self.making.run(self.make, wanted)
        await protocol.steer(self.store, code, "ask", question | {"made": made_of}, self.clock())

    async def table(self, request: Request) -> Response:
        """All answers without names: the phones are numbered anew in each file."""
        code = await self._authorized(request, "secret")
        room = await self._room(code)
        asked = enumerate(protocol.every_question(room), 1)
        rows = [(n, one, await self.store.answers(code, n)) for n, one in asked]
        headers = {
            "Cache-Control": NO_STORE,
            "Content-Disposition": f'attachment; filename="room-{code}.csv"',
        }
        return Response(_csv(rows).encode("utf-8-sig"), 200, headers, "text/csv; charset=utf-8")

    async def _enter(self, request: Request) -> str:
        """The code that is asked for, of a room that is there. Guessing is slowed: whoever has no
        key of the room waits once their address tried many codes that no room has.
        """
        code = read_code(request.path_params["code"])
        entry = request.headers.get("x-room-entry", "")
        if code and self._was_inside(code, entry):
            return code
        room = await self.store.load(code, self.clock()) if code else None
        if code and room and protocol.enters(room, entry):
            return code
        if wait := self.guesses.wait(_address(request)):
            raise _SlowerError(wait, _("Too many codes were tried. Wait a little."))
        if code is None or room is None:
            self.guesses.count(_address(request))
            raise protocol.Gone
        return code

    def _was_inside(self, code: str, entry: str) -> bool:
        """Whether what was read of the room a moment ago lets this key in: phones ask often."""
        look = self.looks.get(code)
        if look is None or look.fresh <= time.monotonic():
            return False
        return hmac.compare_digest(look.entry.encode(), entry.encode())

    async def _authorized(self, request: Request, *names: str) -> str:
        """The code, for whoever sends one of these keys as `Authorization: Bearer KEY`. They are
        too long to be guessed, and a refusal does not tell whether there is such a room.
        """
        code = read_code(request.path_params["code"])
        scheme, _space, key = request.headers.get("authorization", "").partition(" ")
        room = await self.store.load(code, self.clock()) if code else None
        if not (code and room and scheme.lower() == "bearer" and protocol.holds(room, key, *names)):
            raise PermissionError
        return code

    async def _room(self, code: str) -> StoredRoom:
        return await protocol.find_room(self.store, code, self.clock())

    async def _room_and_rows(self, code: str) -> tuple[StoredRoom, list[AnswerRow]]:
        room = await self._room(code)
        return room, await self.store.answers(code, room.number)

    async def _look(self, code: str) -> Look:
        """What everyone sees, read once for all who ask within FRESH_SECONDS."""
        known, at = self.looks.get(code), time.monotonic()
        if known and at < known.fresh:
            return known
        room, now = await self._room(code), self.clock()
        shown = protocol.votes_shown(room.phase, room.since, now)
        made_from = (room.version, room.answered, shown)
        if known and known.made_from == made_from:
            look = known._replace(fresh=at + FRESH_SECONDS)
        else:
            rows = await self.store.answers(code, room.number) if shown else []
            seen = protocol.seen(room, rows, now)
            body = json.dumps(seen).encode()
            etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
            soon = room.phase in TAKES or room.phase in TOOK or "follow" in seen
            poll = POLL_OPEN if soon else POLL_WAIT
            look = Look(at + FRESH_SECONDS, made_from, body, etag, poll, seen["entry"])
        while len(self.looks) > 2 * MOST_ROOMS:
            self.looks.pop(next(iter(self.looks)))
        self.looks[code] = look
        return look

    def _pace(self, poll: int) -> int:
        """Seconds until a phone asks again: more, when very many do."""
        if (second := int(time.monotonic())) != self.second:
            self.second, self.polls = second, 0
        self.polls += 1
        return poll * math.ceil(self.polls / POLLS_A_SECOND)


class _SlowerError(Exception):
    """An address did it too often; it may go on in `wait` seconds. Its text is a sentence."""

    def __init__(self, wait: float, says: str) -> None:
        super().__init__(says)
        self.wait = wait


class _TooLongError(Exception):
    """A body is longer than what the route takes."""


def _answering(endpoint: Answered) -> Answered:
    """The endpoint, in the language of whoever asks; what goes wrong is a sentence in JSON."""

    async def answered(request: Request) -> Response:
        speak(_language_of(request))
        try:
            return await endpoint(request)
        except tuple(REFUSALS) as error:
            status, says = next(REFUSALS[kind] for kind in REFUSALS if isinstance(error, kind))
            return _refused(error, status, _(says) if says else str(error))

    return answered


REFUSALS: dict[type[Exception], tuple[int, str]] = {  # without a sentence: the error's own
    protocol.Gone: (404, N_("There is no room with this code, or it is over.")),
    protocol.Conflict: (409, N_("The room has moved on.")),
    protocol.Full: (507, ""),
    PermissionError: (403, N_("This key does not open this room.")),
    StoreError: (503, N_("The room cannot be reached at the moment.")),
    _TooLongError: (413, N_("This is too long.")),
    _SlowerError: (429, ""),
    ValueError: (400, ""),
}


def _refused(error: Exception, status: int, says: str) -> Response:
    """The sentence; after closing with the phase, and where it is worth to come again, when."""
    told = {"says": says} | ({"phase": error.phase} if isinstance(error, protocol.Conflict) else {})
    wait = error.wait if isinstance(error, _SlowerError) else 5.0
    again = {"Retry-After": str(math.ceil(wait))} if status in {429, 503} else {}
    return _json(told, status, again)


def _language_of(request: Request) -> str:
    """The first language that the browser prefers."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return asked[:40].partition(",")[0].partition(";")[0].strip()[:20]


async def _body(request: Request, most: int) -> bytes:
    """What was sent, at most `most` bytes of it; the rest is not read."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise _TooLongError
    except ClientDisconnect:
        raise ValueError(_("The message broke off.")) from None
    return body


def _phone(request: Request) -> str:
    """The name that the phone that asks has given itself."""
    return request.headers.get("x-room-phone", "")


def _number(request: Request) -> int:
    """The question that is asked for; 0 is none."""
    text = request.path_params["number"]
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def _address(request: Request) -> str:
    """Who asks. Where the one who asks is a proxy that `RAVINE_PROXY` names, whom it speaks for.
    Others may write what they want into the header: it is not read.
    """
    peer = request.client.host if request.client else ""
    if peer and peer in os.environ.get("RAVINE_PROXY", "").split():
        return request.headers.get("x-real-ip", peer)[:60]
    return peer


def _json(told: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    body = told if isinstance(told, bytes) else json.dumps(told, allow_nan=False).encode()
    return Response(body, status, {"Cache-Control": NO_STORE} | (headers or {}), "application/json")


def _csv(questions: list[tuple[int, dict[str, Any], list[AnswerRow]]]) -> str:
    """One line an answer: the question's number, text and kind, the vote, the phone by a number
    that means nothing outside of the file, and the answer in words.
    """
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow(["question", "text", "kind", "vote", "phone", "answer"])
    numbers: dict[str, int] = {}
    for number, asked, rows in questions:
        written = GUESSES[asked["kind"]].written
        for row in rows:
            phone = numbers.setdefault(row.phone, len(numbers) + 1)
            said = written(asked, json.loads(row.answer))
            lines.writerow(
                [number, safe_cell(asked["text"]), asked["kind"], row.vote, phone, safe_cell(said)]
            )
    return out.getvalue()
