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


def letter_of(name: str) -> str:
    """The symbol of the knob of this name, as plain text."""
    return letter(KNOBS[name])


def knob_label(knob: Knob) -> str:
    """Symbol and words: "η  learning rate"."""
    return f"{letter(knob)}  {_(knob.title)}"


def lane_labels(lanes: tuple[Lane, ...]) -> list[str]:
    """What each lane is called where its settings may change at any moment: "Momentum", "Momentum 2"."""
    titles = [_(OPTIMIZERS[lane.rule].title) for lane in lanes]
    plain = [title if nth == 1 else f"{title} {nth}" for title, nth in zip(titles, numbered(lanes), strict=True)]
    return [lane.name or label for lane, label in zip(lanes, plain, strict=True)]


def lane_names(race: Race) -> list[str]:
    """The name of each lane: its own, or its rule's with what sets it apart from others of that rule.

    "Adam", "Momentum γ = 0.5", "Momentum γ = 0.9"; where nothing does, a number: "Adam", "Adam 2".
    """
    plain = [" ".join([_(OPTIMIZERS[lane.rule].title), *_apart(race, lane)]) for lane in race.lanes]
    turns = [plain[: i + 1].count(name) for i, name in enumerate(plain)]
    named = [name if nth == 1 else f"{name} {nth}" for name, nth in zip(plain, turns, strict=True)]
    return [lane.name or name for lane, name in zip(race.lanes, named, strict=True)]


def _apart(race: Race, lane: Lane) -> list[str]:
    """The settings in which this lane differs from another one of its rule: ["γ = 0.5"]."""
    others = [settings(race, other) for other in race.lanes if other.rule == lane.rule]
    mine = {name: v for name, v in settings(race, lane).items() if any(other[name] != v for other in others)}
    told = [f"{letter_of(name)}\u00a0=\u00a0{KNOBS[name].show(v)}" for name, v in mine.items()]
    return [", ".join(told)] if told else []


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
