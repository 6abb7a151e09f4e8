"""Figures on a page, drawn in the browser by the plotly.js that the arena has, in the visitor's theme."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from core.words import language
from experiments.field import Box
from figures.plain import Plain, to_json
from figures.theme import Mode
from ui import assets
from ui.answers import MODES
from ui.component import browser_component

_plot = browser_component("ravine_plot", "plot.js", "render")


def plot(
    key: str,
    draw: Callable[[Mode], Plain],
    said: str,
    ground: str | None = None,
    ratio: float = 0.6,
    height: int | None = None,
    pick: Callable[[float, float], None] | None = None,
) -> None:
    """`draw` makes the figure for a mode. `said` is what there is to see, for who does not see it.

    `ground`: the address of level curves to draw it on. `height` in pixels; without, `ratio` of the width. `pick(x, y)`
    is told where the visitor clicks.
    """
    name = f"plot--{key}"

    def picked() -> None:
        at = getattr(st.session_state[name], "picked", None)
        if pick and isinstance(at, list) and len(at) == 2 and all(isinstance(v, int | float) for v in at):
            pick(float(at[0]), float(at[1]))

    figures = {mode: json.loads(to_json(draw(mode))) for mode in MODES}
    told = {"figures": figures, "ground": ground, "ratio": ratio, "height": height, "said": said}
    told |= {"plotly": assets.plotly_address(), "stamp": said, "pickable": pick is not None}
    _plot(key=name, data=told, on_picked_change=picked)


def ground(surface: str, zoom: Box | None) -> str:
    """The address of the level curves of a surface, as a link writes it."""
    box = {} if zoom is None else {"zoom": ",".join(repr(float(v)) for v in zoom)}
    return f"{assets.figure_address('levels')}?{urlencode({'on': surface, 'lang': language(), **box})}"
