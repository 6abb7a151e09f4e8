"""Rooms in one file of SQLite, which several processes on one machine may share.

Writes of a process go through one thread, which commits those of 20 ms together: an answer waits
for one commit, not for three hundred.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from ravine.rooms.bounds import MOST_PHONES, MOST_ROOM_BYTES, MOST_ROOMS, ROOM_SECONDS
from ravine.rooms.phases import WAIT, vote_open
from ravine.rooms.store import AnswerRow, Cast, StoredRoom, StoreError

GROUP_SECONDS = 0.02  # seconds for which a commit waits for others
MOST_GROUPED = 500  # writes of one commit
BUSY_SECONDS = 10.0  # seconds for which a commit waits for other processes
SWEEP_SECONDS = 60.0  # seconds of quiet after which rooms that are over are swept out

TABLES = """
create table if not exists rooms (
    code text primary key, version integer, phase text, number integer, since real,
    body text, ends real, used integer
) without rowid;
create table if not exists phones (
    code text, phone text, primary key (code, phone)
) without rowid;
create table if not exists votes (
    code text, number integer, vote text, phone text, answer text,
    primary key (code, number, vote, phone)
) without rowid;
"""
# the vote that is open, or the one that was open last
LAST_VOTE = """case when phase in ('ask', 'closed', 'discuss') then 'first'
    when phase in ('again', 'closed_again', 'reveal') then 'second' else 'after' end"""

Work = Callable[[sqlite3.Connection], Any]


class SqliteStore:
    """`ravine.rooms.store.Store` on a file. Raises StoreError where it cannot be written."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._waiting: queue.Queue[tuple[Work, Future[Any]]] = queue.Queue()
        with _storing():
            self._reader = self._connected()
            self._reader.executescript(TABLES)
        with contextlib.suppress(sqlite3.OperationalError):  # another process is about to
            _tidy(self._reader)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    async def create(self, code: str, body: str, now: float) -> str:
        return await self._write(lambda db: _create(db, code, body, now))

    async def load(self, code: str, now: float) -> StoredRoom | None:
        # a reader of WAL waits for nobody, so this may run in the event loop: 0.1 ms
        counted = f"""select count(*) from votes
            where code = rooms.code and number = rooms.number and vote = {LAST_VOTE}"""  # noqa: S608
        asked = f"""select version, phase, number, since, body, ({counted}) from rooms
            where code = ? and ends > ?"""  # noqa: S608
        with _storing():
            found = self._reader.execute(asked, (code, now)).fetchone()
        return StoredRoom(*found) if found else None

    async def swap(self, code: str, old: StoredRoom, new: StoredRoom) -> bool:
        return await self._write(lambda db: _swap(db, code, old, new))

    async def vote(
        self, code: str, number: int, vote: str, phone: str, answer: str, now: float
    ) -> Cast:
        return await self._write(lambda db: _vote(db, code, (number, vote, phone), answer, now))

    async def answers(self, code: str, number: int) -> list[AnswerRow]:
        asked = "select vote, phone, answer from votes where code = ? and number = ?"
        with _storing():
            return [AnswerRow(*found) for found in self._reader.execute(asked, (code, number))]

    async def remove(self, code: str) -> None:
        await self._write(lambda db: _remove(db, code))

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        # FULL: a commit is on the disk. secure_delete: what is removed is overwritten
        for line in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
            db.execute(f"pragma {line}")
        return db

    async def _write(self, work: Work) -> Any:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._commit_groups, daemon=True)
                self._thread.start()
        done: Future[Any] = Future()
        self._waiting.put((work, done))
        return await asyncio.wrap_future(done)

    def _commit_groups(self) -> None:
        db = self._connected()
        while True:
            try:
                first = self._waiting.get(timeout=SWEEP_SECONDS)
            except queue.Empty:
                with contextlib.suppress(sqlite3.Error):  # next time
                    _tidy(db)
                continue
            _commit(db, [first, *self._others()])

    def _others(self) -> list[tuple[Work, Future[Any]]]:
        """What comes within GROUP_SECONDS."""
        found, end = [], time.monotonic() + GROUP_SECONDS
        while len(found) < MOST_GROUPED and (left := end - time.monotonic()) > 0:
            try:
                found.append(self._waiting.get(timeout=left))
            except queue.Empty:
                break
        return found


@contextlib.contextmanager
def _storing() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(str(error)) from error


def _commit(db: sqlite3.Connection, group: list[tuple[Work, Future[Any]]]) -> None:
    """Do all of a group in one transaction, and answer only when it is committed."""
    try:
        db.execute("begin immediate")
        results = [work(db) for work, _done in group]
        db.execute("commit")
    except sqlite3.Error as error:
        with contextlib.suppress(sqlite3.Error):
            db.execute("rollback")
        for _work, done in group:
            _tell(done, StoreError(str(error)))
        return
    for (_work, done), result in zip(group, results, strict=True):
        _tell(done, result)


def _tell(done: "Future[Any]", result: Any) -> None:
    if not done.set_running_or_notify_cancel():  # whoever asked has left
        return
    (done.set_exception if isinstance(result, Exception) else done.set_result)(result)


def _create(db: sqlite3.Connection, code: str, body: str, now: float) -> str:
    _sweep(db, now)
    if db.execute("select count(*) from rooms").fetchone()[0] >= MOST_ROOMS:
        return "full"
    made = db.execute(
        "insert or ignore into rooms values (?, 1, ?, 0, ?, ?, ?, 0)",
        (code, WAIT, now, body, now + ROOM_SECONDS),
    )
    return "made" if made.rowcount else "taken"


def _swap(db: sqlite3.Connection, code: str, old: StoredRoom, new: StoredRoom) -> bool:
    done = db.execute(
        "update rooms set version = version + 1, phase = ?, number = ?, since = ?, body = ?"
        " where code = ? and version = ?",
        (new.phase, new.number, new.since, new.body, code, old.version),
    )
    return done.rowcount == 1


def _vote(
    db: sqlite3.Connection, code: str, key: tuple[int, str, str], answer: str, now: float
) -> Cast:
    asked = "select phase, number, since, used from rooms where code = ? and ends > ?"
    found = db.execute(asked, (code, now)).fetchone()
    if found is None:
        return Cast("gone")
    phase, number, since, used = found
    if key[:2] != (number, vote_open(phase, since, now)):
        return Cast("closed", phase)
    more = len(answer.encode()) - _length(db, code, key)
    if used + more > MOST_ROOM_BYTES or not _admits(db, code, key[2]):
        return Cast("full", phase)
    db.execute("insert or replace into votes values (?, ?, ?, ?, ?)", (code, *key, answer))
    db.execute("update rooms set used = used + ? where code = ?", (more, code))
    return Cast("kept", phase)


def _length(db: sqlite3.Connection, code: str, key: tuple[int, str, str]) -> int:
    """Bytes of the answer that a new one takes the place of."""
    asked = "select answer from votes where code = ? and number = ? and vote = ? and phone = ?"
    found = db.execute(asked, (code, *key)).fetchone()
    return len(found[0].encode()) if found else 0


def _admits(db: sqlite3.Connection, code: str, phone: str) -> bool:
    """Whether the phone is one of the first MOST_PHONES of the room."""
    new = db.execute("insert or ignore into phones values (?, ?)", (code, phone)).rowcount
    if not new:
        return True
    if (
        db.execute("select count(*) from phones where code = ?", (code,)).fetchone()[0]
        <= MOST_PHONES
    ):
        return True
    db.execute("delete from phones where code = ? and phone = ?", (code, phone))
    return False


def _remove(db: sqlite3.Connection, code: str) -> None:
    for table in ("rooms", "phones", "votes"):
        db.execute(f"delete from {table} where code = ?", (code,))  # noqa: S608


def _sweep(db: sqlite3.Connection, now: float) -> None:
    for (code,) in db.execute("select code from rooms where ends <= ?", (now,)).fetchall():
        _remove(db, code)


def _tidy(db: sqlite3.Connection) -> None:
    """Remove what is over, and empty the log that still has it."""
    db.execute("begin immediate")
    _sweep(db, time.time())
    db.execute("commit")
    db.execute("pragma wal_checkpoint(truncate)").fetchall()
