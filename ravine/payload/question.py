"""A question that a race answers, as a room and the arena ask it: its words, what its kind of
answer needs, the picture without the paths, and apart from that the truth and the paths.
"""

from typing import Any

import numpy as np

from ravine.core.words import _, language, told_apart
from ravine.experiments.asking import ASKS, EVERY_ASK, HANDS_OUT, Ask, Who, asked_of
from ravine.experiments.asking.runs import run_of, seen_box, visible
from ravine.experiments.field import sample
from ravine.experiments.floor import floor_of
from ravine.experiments.grounds import title_of
from ravine.experiments.link import read_link, write_link
from ravine.experiments.presets import PRESETS, Preset, chapter_link
from ravine.experiments.race import Race
from ravine.figures.theme import styles
from ravine.figures.thumbnail import bare_ground
from ravine.payload.names import lane_names

GROUND_POINTS = 112  # of the picture's grid along each axis
MOST_SHOWN = 1000  # of all paths of a race together
FAR_OUT = 3.0  # views away from the picture, where a path that leaves it is cut


def questions(race: Race, of_a_class: bool = False) -> list[dict[str, Any]]:
    """All that can be asked of a race: {"kind", "lane", "text"}; where it is asked `of_a_class`,
    also what nobody can answer alone. Computes nothing.
    """
    return [
        {"kind": kind, "lane": who, "text": ask.text(race, who, _names(race, ask))}
        for kind, ask in (EVERY_ASK if of_a_class else ASKS).items()
        for who in ask.asks_about(race)
    ]


def chapters() -> list[dict[str, Any]]:
    """The questions that come with the races worth seeing: {"slug", "title", "link", "kind",
    "lane", "text"}.
    """
    return [_chapter(preset) for preset in PRESETS]


def _chapter(preset: Preset) -> dict[str, Any]:
    kind, who = preset.asks
    link = chapter_link(preset)
    race = read_link(link)
    text = ASKS[kind].text(race, who, _names(race, ASKS[kind]))
    told = {"slug": preset.slug, "title": _(preset.title), "link": link}
    return told | {"kind": kind, "lane": who, "text": text}


def posed(race: Race, kind: str, who: Who) -> dict[str, Any]:
    """A question as somebody sees it who answers it: `text`, `kind`, what the kind needs, and the
    words `alt` of its picture. Raises ValueError with a sentence for what cannot be asked.
    """
    ask = asked_of(race, kind, who)
    names = _names(race, ask)
    return {
        "text": ask.text(race, who, names),
        "kind": kind,
        **ask.fields(race, who, names),
        "alt": _alt(race, _begins(kind)),
    }


def _begins(kind: str) -> bool:
    """Whether the runs of a question begin where the race does."""
    return kind not in HANDS_OUT or HANDS_OUT[kind].begins


def _alt(race: Race, begins: bool) -> str:
    surface, (x, y) = title_of(race.surface), (f"{value:.4g}" for value in race.start)
    if not begins:
        return _("Level curves of {surface}.").format(surface=surface)
    alt = _("Level curves of {surface} with the start at ({x}, {y}).")
    return alt.format(surface=surface, x=x, y=y)


def question(race: Race, kind: str, who: Who) -> dict[str, Any]:
    """The whole of it, as a room keeps it: what is posed, the `truth`, the `picture` (an SVG) and
    the `box` that it shows, the `paths` that show it, and the `link` of the race. Raises
    ValueError with a sentence.
    """
    told = posed(race, kind, who)
    ask = asked_of(race, kind, who)
    truth = ask.truth(race, who)
    left, right, bottom, top = seen_box(race)
    shown = ask.shown(race, who, truth)
    return (told if shown is None else told | {"paths": paths(shown)}) | {
        "truth": truth,
        "picture": _picture(race, _begins(kind)),
        "box": [[left, right], [bottom, top]],
        "link": f"{write_link(race)}&lang={language().partition('_')[0]}".lstrip("&"),
    }


def _picture(race: Race, begins: bool) -> str:
    start = np.array([race.start] if begins else np.empty((0, 2)))
    field = sample(race.surface, race.arena.zoom, GROUND_POINTS)
    return bare_ground(field, floor_of(race.surface), start, race.surface.levels, "light")


def paths(race: Race, most: int = MOST_SHOWN) -> list[dict[str, Any]]:
    """The paths of all lanes that are seen: {"name", "light", "dark", "dash", "points", "every"}.
    Every so many steps there is a point, to five digits, and about `most` in all.
    """
    looks = styles([lane.kind.look for lane in race.lanes])
    shown, names = visible(race), lane_names(race)
    every = max(1, -(-race.steps * len(shown) // most))
    kept = np.unique(np.append(np.arange(0, race.steps, every), race.steps))
    told = []
    for i in shown:
        dash = " ".join(f"{length:g}" for length in looks[i].dash or ())
        look = {"light": looks[i].light, "dark": looks[i].dark, "dash": dash}
        places = _cut(run_of(race, i).x[kept], race)
        points = [[float(f"{v:.5g}") for v in place] for place in places]
        told.append({"name": names[i], **look, "points": points, "every": every})
    return told


def _cut(places: np.ndarray, race: Race) -> np.ndarray:
    """The places up to the first that is no number, or far away."""
    left, right, bottom, top = seen_box(race)
    size, middle = (
        np.array([right - left, top - bottom]),
        np.array([left + right, bottom + top]) / 2,
    )
    with np.errstate(invalid="ignore", over="ignore"):
        gone = ~(np.abs(places - middle) <= FAR_OUT * size).all(axis=1)
    return places[: max(1, int(np.argmax(gone)))] if gone.any() else places


def _names(race: Race, ask: Ask) -> list[str]:
    """What the lanes are called, without what the question itself turns. No two are alike."""
    lanes = tuple(
        lane._replace(own={k: v for k, v in lane.own.items() if k not in ask.turns})
        for lane in race.lanes
    )
    return told_apart(lane_names(race.replace(lanes=lanes)))
