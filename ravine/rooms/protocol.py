"""What happens in a room: it opens, a teacher steers it, phones answer, everyone looks.

All functions take the store and the time (seconds since 1970); nothing is kept here.
"""

import hmac
import json
from functools import lru_cache
from typing import Any, NamedTuple

from ravine.core.words import _
from ravine.rooms.bounds import MOST_ANSWER_BYTES, MOST_QUESTIONS
from ravine.rooms.codes import PHONE, hash_of, is_key, new_code, new_key
from ravine.rooms.phases import (
    FOLLOWS,
    TAKES,
    TELLS,
    WAIT,
    may_follow,
    vote_open,
    votes_shown,
)
from ravine.rooms.questions import kind_of, past, public, read_query, read_question
from ravine.rooms.store import AnswerRow, Cast, Store, StoredRoom

NOBODY_LEADS = {"link": None, "n": 0, "last": None}


class Keys(NamedTuple):
    """What opens a room: its code, which is told to all; `entry`, which the QR code has beside it,
    so that nobody who scanned waits behind people who guess; `projector` and `secret`.
    """

    code: str
    entry: str
    projector: str
    secret: str


class Gone(Exception):  # noqa: N818 - it is a state of the world
    """There is no such room, or it is over."""


class Conflict(Exception):  # noqa: N818
    """The room is in a phase that does not allow this. `phase` is that phase."""

    def __init__(self, phase: str) -> None:
        super().__init__(phase)
        self.phase = phase


class Full(Exception):  # noqa: N818
    """A bound of `ravine.rooms.bounds` is reached. Its text is a sentence."""


async def open_room(store: Store, now: float) -> Keys:
    """A new room. Raises Full."""
    while True:
        keys = Keys(new_code(), new_key(), new_key(), new_key())
        body = {"projector": hash_of(keys.projector), "secret": hash_of(keys.secret)}
        text = json.dumps(body | {"entry": keys.entry, "past": []})
        outcome = await store.create(keys.code, text, now)
        if outcome == "made":
            return keys
        if outcome == "full":
            raise Full(_("There are too many rooms at the moment. Try again later."))


async def find_room(store: Store, code: str, now: float) -> StoredRoom:
    """The room. Raises Gone."""
    if (room := await store.load(code, now)) is None:
        raise Gone
    return room


def holds(room: StoredRoom, key: str, *names: str) -> bool:
    """Whether `key` is one of the room's keys with these names: "projector", "secret"."""
    body = _parsed(room.body)
    return any(is_key(key, body[name]) for name in names)


def enters(room: StoredRoom, entry: str) -> bool:
    """Whether `entry` is the key that everyone in the room has."""
    return hmac.compare_digest(_parsed(room.body)["entry"].encode(), entry.encode())


async def steer(store: Store, code: str, step: str, question: Any, now: float) -> StoredRoom:
    """Go on to the phase `step`; "ask" needs a `question`. Pressing twice is pressing once.

    Raises ValueError with a sentence, Gone, Full, or Conflict.
    """
    if step not in FOLLOWS:
        raise ValueError(_("do must be one of {names}.").format(names=", ".join(FOLLOWS)))
    asked = read_question(question) if step == "ask" else None
    while True:
        room = await find_room(store, code, now)
        if step == room.phase and asked in (None, question_of(room)):
            return room
        if not may_follow(room.phase, step):
            raise Conflict(room.phase)
        if await store.swap(code, room, _stepped(room, step, asked, now)):
            return await find_room(store, code, now)


def asks_already(room: StoredRoom, made: str) -> bool:
    """Whether a question that was `made` of this is the one that is asked: somebody pressed twice.
    Raises Conflict where none may be asked now.
    """
    if room.phase == "ask" and (question_of(room) or {}).get("made") == made:
        return True
    if not may_follow(room.phase, "ask"):
        raise Conflict(room.phase)
    return False


def _stepped(room: StoredRoom, step: str, asked: dict[str, Any] | None, now: float) -> StoredRoom:
    """The room after a step."""
    if asked is None:
        return room._replace(phase=step, since=now)
    if room.number >= MOST_QUESTIONS:
        raise Full(_("A room has room for {most} questions.").format(most=MOST_QUESTIONS))
    body = json.loads(room.body)
    if before := body.get("question"):
        body["past"].append(past(before))
    body["question"] = asked
    return room._replace(phase=step, since=now, number=room.number + 1, body=json.dumps(body))


async def lead(store: Store, code: str, link: Any, now: float) -> StoredRoom:
    """Let the arenas of the class show the race of `link`, a query that nobody reads here; None
    lets them go. No question is disturbed.

    Raises ValueError with a sentence, or Gone.
    """
    shown = None if link is None else read_query(link)
    while True:
        room = await find_room(store, code, now)
        body = json.loads(room.body)
        before = body.get("follow", NOBODY_LEADS)
        if shown == before["link"]:
            return room
        after = {"link": shown, "n": before["n"] + 1, "last": before["link"]}
        if await store.swap(code, room, room._replace(body=json.dumps(body | {"follow": after}))):
            return await find_room(store, code, now)


@lru_cache(maxsize=32)
def _parsed(body: str) -> dict[str, Any]:
    """The body of a room, for reading only: three hundred phones ask for the same."""
    return json.loads(body)


def question_of(room: StoredRoom) -> dict[str, Any] | None:
    """The question that stands in the room, with its truth."""
    return _parsed(room.body).get("question")


async def cast(store: Store, code: str, sent: dict[str, Any], now: float) -> Any:
    """Keep an answer, {"phone", "question", "vote", "answer"}; the answer as it was kept.

    The same answer may be sent any number of times. Raises ValueError with a sentence, Gone,
    Conflict after closing, or Full.
    """
    phone, vote, number = sent.get("phone"), sent.get("vote"), sent.get("question")
    if not isinstance(phone, str) or not PHONE.fullmatch(phone):
        raise ValueError(_("phone must be 16 to 40 letters, digits, - or _."))
    room = await find_room(store, code, now)
    asked = question_of(room)
    is_now = type(number) is int and number == room.number
    if asked is None or not is_now or vote != vote_open(room.phase, room.since, now):
        raise Conflict(room.phase)
    guess = kind_of(asked)
    clean = guess.read_answer(sent.get("answer"))
    if guess.handed(_lot(code, room.number, str(vote), phone)) not in (None, clean):
        raise ValueError(_("A phone answers with what it was handed."))
    text = json.dumps(clean)
    if len(text) > MOST_ANSWER_BYTES:
        raise ValueError(_("The answer is too long."))
    _judge(await store.vote(code, room.number, str(vote), phone, text, now))
    return clean


def handed_to(code: str, room: StoredRoom, vote: str, phone: str) -> int:
    """What a phone is handed in a vote of the question that stands: the number of a run.

    Raises ValueError for what is no phone, and Conflict where nothing is handed out.
    """
    if not PHONE.fullmatch(phone):
        raise ValueError(_("phone must be 16 to 40 letters, digits, - or _."))
    asked = question_of(room) if room.phase != WAIT and vote in TAKES.values() else None
    own = kind_of(asked).handed(_lot(code, room.number, vote, phone)) if asked else None
    if own is None:
        raise Conflict(room.phase)
    return own


def _lot(code: str, number: int, vote: str, phone: str) -> str:
    """What a phone draws by: another one in every room, question and vote."""
    return f"{code}/{number}/{vote}/{phone}"


def _judge(cast: Cast) -> None:
    if cast.outcome == "gone":
        raise Gone
    if cast.outcome == "closed":
        raise Conflict(cast.phase)
    if cast.outcome == "full":
        raise Full(_("This room is full."))


def seen(room: StoredRoom, rows: list[AnswerRow], now: float) -> dict[str, Any]:
    """What everyone may know of a room at the time `now`: the count while a vote is open, the
    distribution once it is closed, the truth once it is revealed.
    """
    asked = question_of(room)
    entry = _parsed(room.body)["entry"]
    told: dict[str, Any] = {"phase": room.phase, "number": room.number, "entry": entry}
    told |= _led(room)
    if asked is None or room.phase == WAIT:
        return told | {"phase": WAIT, "vote": None}
    told |= {
        "vote": vote_open(room.phase, room.since, now),
        "question": public(asked, room.phase in TELLS),
    }
    if room.phase not in TELLS:
        told["count"] = room.answered
    guess = kind_of(asked)
    for vote in votes_shown(room.phase, room.since, now):
        answers = [json.loads(row.answer) for row in rows if row.vote == vote]
        if answers:
            told.setdefault("tally", {})[vote] = guess.describe(answers) | {"n": len(answers)}
    return told


def _led(room: StoredRoom) -> dict[str, Any]:
    """`follow` while the teacher leads; after that `led`, the last link, for who missed it. It may
    be that of the race that a question is about: it waits until that is told.
    """
    follow = _parsed(room.body).get("follow", NOBODY_LEADS)
    if follow["link"] is not None:
        return {"follow": {"link": follow["link"], "n": follow["n"]}}
    is_secret = room.phase != WAIT and room.phase not in TELLS
    return {} if is_secret or follow["last"] is None else {"led": follow["last"]}


def shifts(room: StoredRoom, rows: list[AnswerRow], now: float) -> list[tuple[Any, Any]]:
    """Of each phone that voted twice its two answers, when both votes may be seen. They come
    sorted, so that no place in the list belongs to a phone.
    """
    if "second" not in votes_shown(room.phase, room.since, now):
        return []
    first, second = (
        {row.phone: row.answer for row in rows if row.vote == vote} for vote in ("first", "second")
    )
    pairs = sorted((first[phone], answer) for phone, answer in second.items() if phone in first)
    return [(json.loads(one), json.loads(other)) for one, other in pairs]


def every_question(room: StoredRoom) -> list[dict[str, Any]]:
    """All that was asked in the room, the first first: of those that are over what `past` keeps."""
    asked = question_of(room)
    return [*_parsed(room.body)["past"], *([past(asked)] if asked else [])]


def told_paths(room: StoredRoom) -> list[dict[str, Any]]:
    """The paths of the question that stands, once its truth is told."""
    asked = question_of(room) if room.phase in TELLS else None
    return (asked or {}).get("paths", [])


def own_answers(room: StoredRoom, rows: list[AnswerRow], phone: str) -> dict[str, Any]:
    """The answers of one phone to the question that stands, each with its distance to the truth
    once that is revealed.
    """
    asked = question_of(room)
    mine = {row.vote: json.loads(row.answer) for row in rows if row.phone == phone}
    if asked is None or asked["truth"] is None or room.phase not in TELLS:
        return {vote: {"answer": answer} for vote, answer in mine.items()}
    guess, truth = kind_of(asked), asked["truth"]
    return {
        vote: {"answer": answer, "distance": guess.distance(answer, truth)}
        for vote, answer in mine.items()
    }
