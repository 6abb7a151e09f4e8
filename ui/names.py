"""What things are called, in the visitor's language."""

from core.knob import Knob, knobs
from core.words import _
from experiments.race import KNOBS, Lane, Race, numbered, settings
from optim import OPTIMIZERS

HISTORY = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam")
LETTERS = {
    r"\eta": "η",
    r"\gamma": "γ",
    r"\rho": "ρ",
    r"\beta_1": "β₁",
    r"\beta_2": "β₂",
    r"\epsilon": "ε",
    r"\kappa": "κ",
    r"\theta": "θ",
}


def letter(knob: Knob) -> str:
    """The knob's symbol as plain text: "η"."""
    return LETTERS.get(knob.symbol, knob.symbol)


def knob_label(knob: Knob) -> str:
    """Symbol and words: "η  learning rate"."""
    return f"{letter(knob)}  {_(knob.title)}"


def lane_names(lanes: tuple[Lane, ...]) -> list[str]:
    """The name of each lane; a second Momentum is "Momentum 2"."""
    titles = [_(OPTIMIZERS[lane.rule].title) for lane in lanes]
    return [title if nth == 1 else f"{title} {nth}" for title, nth in zip(titles, numbered(lanes), strict=True)]


def lane_ids(lanes: tuple[Lane, ...]) -> list[str]:
    """A key for each lane that outlives a change of the others: "momentum-1"."""
    return [f"{lane.rule}-{nth}" for lane, nth in zip(lanes, numbered(lanes), strict=True)]


def settings_text(race: Race, lane: Lane) -> str:
    """All knobs of a lane: "η = 0.4, γ = 0.5"."""
    return ", ".join(f"{letter(KNOBS[name])} = {KNOBS[name].show(v)}" for name, v in settings(race, lane).items())


def knob_names(lane: Lane) -> list[str]:
    """The knobs of this lane's rule."""
    return list(knobs(OPTIMIZERS[lane.rule]))


def rule_order(lane_id: str) -> tuple[int, str]:
    """Where a lane stands in the menu: in the order in which the rules were found, each an answer to the one before."""
    slug = lane_id.rpartition("-")[0]
    return (HISTORY.index(slug) if slug in HISTORY else len(HISTORY), lane_id)
