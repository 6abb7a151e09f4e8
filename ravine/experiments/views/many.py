"""Which picture of many runs is looked at, and what is compared and sought there."""

from typing import Literal, NamedTuple, get_args

from ravine.experiments.formats import Choice, Names, Whole
from ravine.experiments.rows import LinkRow

Picture = Literal["fair", "knob", "map", "search", "basins", "success"]
PICTURES: tuple[Picture, ...] = get_args(Picture)
GOALS = ("height", "arrived")
TUNES = ("rate", "all")
TRIES = (16, 25, 36, 49, 64, 100)
MOST_SEED = 9999
OVER = (("lr", "gamma"), ("surface.kappa", "lr"), ("beta1", "Big"))


class ManyView(NamedTuple):
    """What the page *Many runs* shows of a race."""

    picture: Picture = "fair"
    goal: str = "height"  # what is compared (`experiments.fair`)
    over: tuple[str, ...] = ()  # the two knobs of a map, by name
    tune: str = "rate"  # what is sought for a fair race: the learning rate, or all knobs
    tries: int = 36  # runs that a search may take
    seed: int = 1  # of random places and starts


MANY_ROWS = (
    LinkRow("many", "picture", Choice(PICTURES)),
    LinkRow("goal", "goal", Choice(GOALS)),
    LinkRow("over", "over", Names(r"(surface\.)?[A-Za-z0-9_]{1,40}", OVER, count=2)),
    LinkRow("tune", "tune", Choice(TUNES)),
    LinkRow("tries", "tries", Choice(TRIES)),
    LinkRow("seed", "seed", Whole(1, MOST_SEED)),
)
