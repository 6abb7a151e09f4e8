"""What is looked at inside a step: which lanes, and what would be otherwise there."""

from typing import NamedTuple

from ravine.experiments.formats import Choice, Names
from ravine.experiments.rows import LinkRow
from ravine.experiments.whatif import WHATIFS

MOST_FOLLOWED = 2
FOLLOWED = Names(
    "[a-z_]{1,40}-[0-9]{1,2}", (("momentum-1",), ("adam-1", "momentum-2")), MOST_FOLLOWED
)


class InsideView(NamedTuple):
    """What the page *Inside the step* shows of a race."""

    follow: tuple[str, ...] = ()  # the lanes, by their keys, that are looked inside
    what_if: str = ""  # what would be otherwise there (`experiments.whatif`)


INSIDE_ROWS = (
    LinkRow("follow", "follow", FOLLOWED),
    LinkRow("if", "what_if", Choice(("", *WHATIFS))),
)
