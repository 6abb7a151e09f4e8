"""Figures on a page, drawn in the browser by the plotly.js that the arena has, in the visitor's theme."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

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
) -> None:
    """`draw` makes the figure for a mode. `said` is what there is to see, for who does not see it.

    `ground`: the address of level curves to draw it on. `height` in pixels; without, `ratio` of the width.
    """
    figures = {mode: json.loads(to_json(draw(mode))) for mode in MODES}
    told = {"figures": figures, "ground": ground, "ratio": ratio, "height": height, "said": said}
    _plot(key=f"plot--{key}", data=told | {"plotly": assets.plotly_address(), "stamp": said})


def ground(surface: str, zoom: Box | None) -> str:
    """The address of the level curves of a surface, as a link writes it."""
    box = {} if zoom is None else {"zoom": ",".join(repr(float(v)) for v in zoom)}
    return f"{assets.figure_address('levels')}?{urlencode({'on': surface, 'lang': language(), **box})}"
