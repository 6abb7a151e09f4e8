"""Where rooms are kept: six functions, which several processes may call at the same time."""

from typing import NamedTuple, Protocol


class StoredRoom(NamedTuple):
    """A room as it was read: its phase since `since` (seconds since 1970), and all else as JSON."""

    version: int  # grows with every step of the teacher
    phase: str
    number: int  # of the question, from 1; 0 before the first
    since: float
    body: str
    answered: int  # answers to the vote that is open, or closed last


class Cast(NamedTuple):
    """What became of an answer: "kept", "closed" (with the phase), "full" or "gone"."""

    outcome: str
    phase: str = ""


class AnswerRow(NamedTuple):
    """One answer, as JSON."""

    vote: str
    phone: str
    answer: str


class StoreError(Exception):
    """The store cannot be reached or written. What was asked may have been done."""


class Store(Protocol):
    """Every change is committed when the function returns. A room that is over is not there. All
    raise StoreError where it cannot be done.
    """

    async def create(self, code: str, body: str, now: float) -> str:
        """Make a room that waits: "made", "taken" when the code is in use, or "full"."""
        ...

    async def load(self, code: str, now: float) -> StoredRoom | None:
        """The room."""
        ...

    async def swap(self, code: str, old: StoredRoom, new: StoredRoom) -> bool:
        """Write `new` where `old` still stands, by its version; whether it did."""
        ...

    async def vote(
        self, code: str, number: int, vote: str, phone: str, answer: str, now: float
    ) -> Cast:
        """Keep one phone's answer in place of its earlier one, if the vote is open at `now`."""
        ...

    async def answers(self, code: str, number: int) -> list[AnswerRow]:
        """All answers to a question."""
        ...

    async def remove(self, code: str) -> None:
        """End a room, and keep nothing of it."""
        ...
