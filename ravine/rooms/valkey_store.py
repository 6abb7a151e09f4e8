"""Rooms on a Valkey or Redis server, which several hosts may share.

A room is a hash, its phones are a set, the answers to a question are a hash; all expire with the
room. What must be judged and written in one step is a script, which the server runs alone.
"""

import contextlib
import logging

from ravine.rooms.bounds import (
    GRACE_SECONDS,
    MOST_PHONES,
    MOST_QUESTIONS,
    MOST_ROOM_BYTES,
    MOST_ROOMS,
    ROOM_SECONDS,
)
from ravine.rooms.phases import TAKES, WAIT, phases_of
from ravine.rooms.pipeline import Pipeline
from ravine.rooms.store import AnswerRow, Cast, StoredRoom, StoreError

ROOMS = "ravine:rooms"  # codes, sorted by the time at which their rooms end
FIELDS = ("version", "phase", "number", "since", "body", "answered", "ends")

# A room with the same body is ours: the server's first answer was lost on its way
CREATE = """
local code, body, now, ends, milliseconds, most, phase = unpack(ARGV)
local over = redis.call('zremrangebyscore', KEYS[2], '-inf', now)
local there = redis.call('hget', KEYS[1], 'body')
if there then return {there == body and 'made' or 'taken', over} end
if redis.call('zcard', KEYS[2]) >= tonumber(most) then return {'full', over} end
redis.call('hset', KEYS[1], 'version', 1, 'phase', phase, 'number', 0, 'since', now,
    'body', body, 'answered', 0, 'used', 0, 'ends', ends)
redis.call('pexpire', KEYS[1], milliseconds)
redis.call('zadd', KEYS[2], ends, code)
redis.call('pexpire', KEYS[2], milliseconds)
return {'made', over}
"""
SWAP = """
local version, phase, number, since, body, opens = unpack(ARGV)
if redis.call('hget', KEYS[1], 'version') ~= version then return 0 end
redis.call('hincrby', KEYS[1], 'version', 1)
redis.call('hset', KEYS[1], 'phase', phase, 'number', number, 'since', since, 'body', body)
if opens == '1' then redis.call('hset', KEYS[1], 'answered', 0) end
return 1
"""
VOTE = """
local number, vote, phone, answer, now, open, closed, grace, phones, bytes = unpack(ARGV)
local phase, asked, since, used, ends =
    unpack(redis.call('hmget', KEYS[1], 'phase', 'number', 'since', 'used', 'ends'))
if not phase or tonumber(ends) <= tonumber(now) then return {'gone', ''} end
local late = phase == closed and tonumber(now) < tonumber(since) + tonumber(grace)
if asked ~= number or not (phase == open or late) then return {'closed', phase} end
local field = vote .. ' ' .. phone
local more = #answer - redis.call('hstrlen', KEYS[3], field)
if used + more > tonumber(bytes) then return {'full', phase} end
if redis.call('sismember', KEYS[2], phone) == 0 then
    if redis.call('scard', KEYS[2]) >= tonumber(phones) then return {'full', phase} end
    redis.call('sadd', KEYS[2], phone)
end
local new = redis.call('hset', KEYS[3], field, answer)
redis.call('hincrby', KEYS[1], 'answered', new)
redis.call('hincrby', KEYS[1], 'used', more)
for i = 2, 3 do
    if redis.call('pttl', KEYS[i]) < 0 then
        redis.call('pexpire', KEYS[i], redis.call('pttl', KEYS[1]))
    end
end
return {'kept', phase}
"""
REMOVE = """
local code = ARGV[1]
redis.call('zrem', KEYS[1], code)
for i = 2, #KEYS do redis.call('del', KEYS[i]) end
"""

logger = logging.getLogger("ravine")


class ValkeyStore:
    """`ravine.rooms.store.Store` on a server. Raises ValueError for an address that is none."""

    def __init__(self, address: str) -> None:
        is_valkey = address.startswith("valkey")
        self._server = Pipeline(address.replace("valkey", "redis", 1) if is_valkey else address)
        self._looked = False

    async def create(self, code: str, body: str, now: float) -> str:
        ends, milliseconds = now + ROOM_SECONDS, int(1000 * ROOM_SECONDS)
        told = (code, body, now, ends, milliseconds, MOST_ROOMS, WAIT)
        outcome, over = await self._server.run(CREATE, (_room(code), ROOMS), told)
        if over:
            await self._forget()
        await self._look()
        return outcome

    async def load(self, code: str, now: float) -> StoredRoom | None:
        found = await self._server.ask("HMGET", _room(code), *FIELDS)
        version, phase, number, since, body, answered, ends = found
        if version is None or float(ends) <= now:
            return None
        return StoredRoom(int(version), phase, int(number), float(since), body, int(answered))

    async def swap(self, code: str, old: StoredRoom, new: StoredRoom) -> bool:
        opens = int(new.phase in TAKES and (new.phase, new.number) != (old.phase, old.number))
        told = (old.version, new.phase, new.number, new.since, new.body, opens)
        return bool(await self._server.run(SWAP, (_room(code),), told))

    async def vote(
        self, code: str, number: int, vote: str, phone: str, answer: str, now: float
    ) -> Cast:
        keys = (_room(code), _phones(code), _votes(code, number))
        judged = (now, *phases_of(vote), GRACE_SECONDS, MOST_PHONES, MOST_ROOM_BYTES)
        return Cast(*await self._server.run(VOTE, keys, (number, vote, phone, answer, *judged)))

    async def answers(self, code: str, number: int) -> list[AnswerRow]:
        found: dict[str, str] = await self._server.ask("HGETALL", _votes(code, number))
        # sorted: a small hash is in the order in which they came
        split = ((*field.split(" ", 1), answer) for field, answer in found.items())
        return [AnswerRow(vote, phone, answer) for vote, phone, answer in sorted(split)]

    async def remove(self, code: str) -> None:
        votes = (_votes(code, number) for number in range(1, MOST_QUESTIONS + 1))
        await self._server.run(REMOVE, (ROOMS, _room(code), _phones(code), *votes), (code,))
        await self._forget()

    async def close(self) -> None:
        """Let go of the connection."""
        await self._server.close()

    async def _forget(self) -> None:
        """Ask for a new file, without what was removed. Not every server may be asked."""
        with contextlib.suppress(StoreError):
            await self._server.ask("BGREWRITEAOF")

    async def _look(self) -> None:
        """Say once when an answer may be acknowledged before it is on the disk."""
        if self._looked:
            return
        self._looked = True
        with contextlib.suppress(StoreError):
            told = await self._server.ask("CONFIG GET", "append*")
            if (told.get("appendonly"), told.get("appendfsync")) != ("yes", "always"):
                logger.warning(
                    "rooms: their server acknowledges what is not on its disk yet; it wants "
                    "appendonly yes and appendfsync always"
                )


def _room(code: str) -> str:
    return f"ravine:room:{code}"


def _phones(code: str) -> str:
    return f"ravine:room:{code}:phones"


def _votes(code: str, number: int) -> str:
    return f"ravine:room:{code}:votes:{number}"
