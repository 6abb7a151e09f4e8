"""The phases of a question, and what each allows."""

from ravine.rooms.bounds import GRACE_SECONDS

WAIT = "wait"
# phase -> the phases that may follow; a teacher may drop a question (back to "wait") at any time
FOLLOWS = {
    WAIT: ("ask",),
    "ask": ("closed",),
    "closed": ("discuss", "reveal"),
    "discuss": ("again",),
    "again": ("closed_again",),
    "closed_again": ("reveal",),
    "reveal": ("happened", "ask"),
    "happened": ("settled",),
    "settled": ("ask",),
}
TAKES = {"ask": "first", "again": "second", "happened": "after"}  # phase -> the vote that is open
TOOK = {"closed": "first", "closed_again": "second", "settled": "after"}  # the one that closed
# phase -> the votes whose distribution may be seen
SHOWN = {
    "closed": ("first",),
    "discuss": ("first",),
    "closed_again": ("first", "second"),
    "reveal": ("first", "second"),
    "settled": ("first", "second", "after"),
}
TELLS = {"reveal", "settled"}  # while people say what happened, the truth is out of sight again


def may_follow(phase: str, then: str) -> bool:
    """Whether a teacher may go from one phase to the other."""
    return then == WAIT or then in FOLLOWS[phase]


def vote_open(phase: str, since: float, now: float) -> str | None:
    """The vote that takes answers at the time `now`, of a room in `phase` since `since` (seconds).

    What was under way when the teacher closed still counts for GRACE_SECONDS; for so long the
    distribution is not shown either, so nobody answers with it before their eyes.
    """
    late = TOOK.get(phase) if now < since + GRACE_SECONDS else None
    return TAKES.get(phase) or late


def phases_of(vote: str) -> tuple[str, str]:
    """The phase in which a vote is open, and the one in which it has just closed; "" for none."""
    opens = (phase for phase, open_vote in TAKES.items() if open_vote == vote)
    closes = (phase for phase, closed in TOOK.items() if closed == vote)
    return next(opens, ""), next(closes, "")


def votes_shown(phase: str, since: float, now: float) -> tuple[str, ...]:
    """The votes whose distribution may be seen at the time `now`."""
    hidden = vote_open(phase, since, now)
    return tuple(vote for vote in SHOWN.get(phase, ()) if vote != hidden)
