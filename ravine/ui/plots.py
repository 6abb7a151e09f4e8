"""Figures on a page, drawn in the browser by the plotly.js that the arena has, in the visitor's
theme.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from ravine.core.words import _, language
from ravine.experiments.field import Box
from ravine.figures.plain import Plain, to_json
from ravine.figures.theme import Mode
from ravine.server import assets
from ravine.server.answers import MODES
from ravine.ui.component import browser_component

_plot = browser_component("ravine_plot", "plot/plot.js", "render")
_map = browser_component("ravine_map", "plot/map.js", "render")


def plot(
    key: str,
    draw: Callable[[Mode], Plain],
    said: str,
    ground: str | None = None,
    ratio: float = 0.6,
    height: int | None = None,
    save: str | None = None,
) -> None:
    """`draw` makes the figure for a mode. `said` is what there is to see, for who does not see it.

    `ground`: the address of level curves to draw it on. `height` in pixels; without, `ratio` of the
    width. `save`: the name of the files in which a visitor can keep it.
    """
    told = _told(draw, said, height, save) | {"ground": ground, "ratio": ratio}
    _plot(key=f"plot--{key}", data=told)


def heat_map(
    key: str,
    draw: Callable[[Mode], Plain],
    said: str,
    height: int,
    save: str,
    numbers: dict[str, Any],
    pick: Callable[[float, float], None],
) -> None:
    """A figure whose heat maps are filled in the browser. `numbers` has their `address`, the
    `sides` to ask for and the `words` beside it; `pick(x, y)` is told which place the visitor
    takes.
    """
    name = f"plot--{key}"

    def picked() -> None:
        at = getattr(st.session_state[name], "picked", None)
        if isinstance(at, list) and len(at) == 2 and all(isinstance(v, int | float) for v in at):
            pick(float(at[0]), float(at[1]))

    told = _told(draw, said, height, save) | {"map": numbers, "pickable": True}
    _map(key=name, data=told, on_picked_change=picked)


def _told(
    draw: Callable[[Mode], Plain], said: str, height: int | None, save: str | None
) -> dict[str, Any]:
    figures = {mode: json.loads(to_json(draw(mode))) for mode in MODES}
    saving = None if save is None else {"title": _("Save as"), "file": f"ravine-{save}"}
    told = {"figures": figures, "height": height, "said": said, "stamp": said, "save": saving}
    return told | {"plotly": assets.plotly_address()}


def ground(surface: str, zoom: Box | None) -> str:
    """The address of the level curves of a surface, as a link writes it."""
    box = {} if zoom is None else {"zoom": ",".join(repr(float(v)) for v in zoom)}
    return (
        f"{assets.figure_address('levels')}?{urlencode({'on': surface, 'lang': language(), **box})}"
    )
