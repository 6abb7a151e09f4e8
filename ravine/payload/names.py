"""What things are called, in the visitor's language."""

import functools
import re
from collections.abc import Iterable

import optim
from optim import DIALECTS
from optim.wrappers import WRAPPERS
from ravine.core.knob import Knob, knobs
from ravine.core.words import _
from ravine.experiments.lanes import Wrap, knobs_of
from ravine.experiments.race import Lane, Race, numbered, settings

# the menu of rules: each family in the order in which its rules were found
FAMILIES = {optim.FAMILIES[family]: slugs for family, slugs in optim.MENU.items()}
HISTORY = tuple(slug for slugs in FAMILIES.values() for slug in slugs)
CLASSICS = (
    "gradient_descent",
    "momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adadelta",
    "adam",
)  # those of the seeds
FURTHER = ("omega", "zeta", "xi", "pi", "chi", "sigma", "iota")
LETTERS = {  # LaTeX -> plain text, the longer first
    r"_{\max}": "max",
    r"_{\min}": "min",
    r"\Delta": "Δ",
    r"\vartheta": "ϑ",
    r"\epsilon": "ε",
    r"\lambda": "λ",
    r"\alpha": "α",
    r"\gamma": "γ",
    r"\delta": "δ",
    r"\kappa": "κ",
    r"\theta": "θ",
    r"\beta": "β",
    r"^\ast": "*",
    r"\eta": "η",
    r"\rho": "ρ",
    r"\phi": "φ",
    r"\psi": "ψ",
    r"\tau": "τ",
    r"\mu": "μ",
    r"\nu": "ν",
    **{rf"\{name}": sign for name, sign in zip(FURTHER, "ωζξπχσι", strict=True)},
    "^+": "⁺",
    "^-": "⁻",
    **{f"_{digit}": chr(0x2080 + digit) for digit in range(10)},
    r"λ_p": "λₚ",
    "_": "",
}
ABOVE = {
    "hat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "dot": "\u0307",
}  # signs that combine with a letter


@functools.lru_cache(maxsize=1024)
def letter(knob: Knob) -> str:
    """The knob's symbol as plain text: "η"."""
    text = knob.symbol
    for written, plainly in LETTERS.items():
        text = text.replace(written, plainly)
    for written, above in ABOVE.items():
        text = re.sub(rf"\\{written}\{{(.)([^}}]*)\}}", rf"\1{above}\2", text)
    text = re.sub(r"\\mathrm\{([^}]*)\}", r"\1", text)
    return re.sub(r"[\\{}^]", "", text)


def knob_label(knob: Knob) -> str:
    """Symbol and words: "η  learning rate"."""
    return f"{letter(knob)}  {_(knob.title)}".strip()


def dialect_title(dialect: str) -> str:
    """What a dialect is called."""
    return _(DIALECTS[dialect])


def lane_labels(lanes: tuple[Lane, ...]) -> list[str]:
    """What each lane is called where its settings may change at any moment: "Momentum", "Momentum
    2".
    """
    titles = [lane.kind.title for lane in lanes]
    plain = [
        title if nth == 1 else f"{title} {nth}"
        for title, nth in zip(titles, _turns(titles), strict=True)
    ]
    return [lane.name or label for lane, label in zip(lanes, plain, strict=True)]


def lane_names(race: Race) -> list[str]:
    """The label of each lane, with what sets it apart from others of its rule where the visitor has
    not named it: "Adam", "Momentum γ = 0.5", "Momentum 2 γ = 0.9".
    """
    labels = lane_labels(race.lanes)
    return [
        label if lane.name else " ".join([label, *_apart(race, lane)])
        for lane, label in zip(race.lanes, labels, strict=True)
    ]


def rate_text(race: Race, lane: Lane) -> str:
    """The learning rate of a lane, "η = 0.4"; nothing where it has none, or where its name says
    it.
    """
    held, value = knobs_of(lane), settings(race, lane).get("lr")
    if value is None or "lr" not in held or (not lane.name and "lr" in _differing(race, lane)):
        return ""
    return f"{letter(held['lr'])}\u00a0=\u00a0{value:.3g}"


def _turns(names: list[str]) -> list[int]:
    """For each name, how many of the names up to it are the same."""
    return [names[: i + 1].count(name) for i, name in enumerate(names)]


def _apart(race: Race, lane: Lane) -> list[str]:
    """In what this lane differs from another one of its rule: ["γ = 0.5"], ["γ = 0.5, cosine"]."""
    mine, held = _differing(race, lane), knobs_of(lane)
    told = [", ".join(_equation(held[name], v) for name, v in mine.items())] if mine else []
    around = lane.wraps if any(other.wraps != lane.wraps for other in _others(race, lane)) else ()
    return [*told, *(f"+ {wrap_text(wrap, wrap.own)}" for wrap in around)]


def _differing(race: Race, lane: Lane) -> dict[str, float]:
    """The values of a lane that another one of its rule does not have."""
    values = [settings(race, other) for other in _others(race, lane)]
    mine = settings(race, lane)
    return {n: v for n, v in mine.items() if any(other.get(n, v) != v for other in values)}


def _others(race: Race, lane: Lane) -> list[Lane]:
    return [other for other in race.lanes if other.rule == lane.rule and other.text == lane.text]


def _equation(knob: Knob, value: float) -> str:
    return f"{letter(knob)}\u00a0=\u00a0{knob.show(value)}"


def wrap_text(wrap: Wrap, names: Iterable[str]) -> str:
    """What stands around a rule, with these of its knobs: "Clip by norm C = 1"."""
    kind = WRAPPERS[wrap.slug]
    held = {name: wrap.own.get(name, getattr(kind(), name)) for name in names}
    return " ".join(
        [_(kind.title), *(_equation(knobs(kind)[name], value) for name, value in held.items())]
    )


def lane_ids(lanes: tuple[Lane, ...]) -> list[str]:
    """A key for each lane that outlives a change of the others: "momentum-1"."""
    return [f"{lane.rule}-{nth}" for lane, nth in zip(lanes, numbered(lanes), strict=True)]


def settings_text(race: Race, lane: Lane) -> str:
    """All knobs of a lane, and what stands around its rule: "η = 0.4, γ = 0.5, cosine"."""
    held = knobs_of(lane)
    told = [
        f"{letter(held[name])} = {held[name].show(v)}" for name, v in settings(race, lane).items()
    ]
    return ", ".join([*told, *(wrap_text(wrap, knobs(WRAPPERS[wrap.slug])) for wrap in lane.wraps)])


def rule_order(lane_id: str) -> tuple[int, str]:
    """Where a lane stands in the menu: in the order in which the rules were found, each an answer
    to the one before.
    """
    slug = lane_id.rpartition("-")[0]
    return (HISTORY.index(slug) if slug in HISTORY else len(HISTORY), lane_id)


def plain(text: str) -> str:
    """Text from outside, as Markdown that shows it letter for letter."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!<>|~$:&=\"'/@^])", r"\\\1", " ".join(text.split()))
