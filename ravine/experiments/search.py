"""Looking for the best values of two knobs with few runs: on a grid, at random, and at random from
coarse to fine.
"""

from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from jaxtyping import Float

from ravine.experiments.lanes import Lane
from ravine.experiments.race import Race
from ravine.experiments.scores import Goal, goals_over, knobs_for, value_at

Strategy: TypeAlias = Literal["grid", "random", "fine"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
SEEDS = 100  # searches of each strategy, with seeds one after the other from the race's own
ROUNDS, SMALLER = (
    3,
    1 / 3,
)  # of coarse to fine: as many runs in each, over a box that is so much smaller
SPREAD = (0.1, 0.5, 0.9)  # quantiles over the seeds


class Search(NamedTuple):
    """What a strategy finds. `places` are the values of the two knobs that the race's seed tries,
    in their order, and `goals` what comes of them; `best` has the quantiles SPREAD, over all seeds,
    of the best so far after each run.
    """

    places: Float[np.ndarray, "tries 2"]
    goals: Float[np.ndarray, "tries"]
    best: Float[np.ndarray, "3 tries"]


def searched(race: Race, lane: Lane, across: str, up: str, goal: Goal) -> dict[Strategy, Search]:
    """Each strategy with the race's budget, `race.many.tries` runs, on two knobs of a lane.

    Bergstra and Bengio (2012) compare the first two. The grid has the middles of equal cells, in
    random order; the random places are even in what the sliders are even in; coarse to fine draws a
    third of them over everything, a third in a box around the best of those, a third of the side
    long, and a third in one again as small.
    """
    can = knobs_for(race, lane)
    knobs = can[across], can[up]

    def tried(shares: Float[np.ndarray, "seeds k 2"]) -> Float[np.ndarray, "seeds k"]:
        x, y = (value_at(knob, shares[..., i].ravel()) for i, knob in enumerate(knobs))
        return goals_over(race, lane, {across: x, up: y}, goal).reshape(shares.shape[:-1])

    made = {}
    for strategy in STRATEGIES:
        shares, goals = _STRATEGIES[strategy](race, tried)
        places = np.column_stack([value_at(knob, shares[0, :, i]) for i, knob in enumerate(knobs)])
        best = np.quantile(np.minimum.accumulate(goals, axis=1), SPREAD, axis=0, method="nearest")
        made[strategy] = Search(places, goals[0], best)
    return made


def _grid(race: Race, tried):
    side = round(race.many.tries**0.5)
    cells = (
        np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2) + 0.5
    ) / side
    shares = np.stack([drawn.permutation(cells) for drawn in _drawn(race, "grid")])
    return shares, tried(shares)


def _random(race: Race, tried):
    shares = np.stack([drawn.random((race.many.tries, 2)) for drawn in _drawn(race, "random")])
    return shares, tried(shares)


def _fine(race: Race, tried):
    drawn, everyone = _drawn(race, "fine"), np.arange(SEEDS)
    shares, goals = np.zeros((SEEDS, 0, 2)), np.zeros((SEEDS, 0))
    for turn, count in enumerate(_parts(race.many.tries, ROUNDS)):
        side = SMALLER**turn
        middle = shares[everyone, goals.argmin(axis=1)] if turn else np.full((SEEDS, 2), 0.5)
        low = np.clip(middle - side / 2, 0.0, 1.0 - side)[:, None]
        more = low + side * np.stack([one.random((count, 2)) for one in drawn])
        shares, goals = (
            np.concatenate([shares, more], axis=1),
            np.concatenate([goals, tried(more)], axis=1),
        )
    return shares, goals


_STRATEGIES = {"grid": _grid, "random": _random, "fine": _fine}


def _parts(count: int, parts: int) -> list[int]:
    """A number in nearly equal whole parts, the first ones larger."""
    return [count // parts + (i < count % parts) for i in range(parts)]


def _drawn(race: Race, strategy: Strategy) -> list[np.random.Generator]:
    """A source of random numbers for each seed."""
    return [
        np.random.default_rng([race.many.seed + k, STRATEGIES.index(strategy)])
        for k in range(SEEDS)
    ]
