"""Curves against the step: frames that the browser fills with the lanes of a race."""

from typing import Literal, TypeAlias

import plotly.graph_objects as go

from core.words import _
from figures.theme import FONT, PALETTES, Mode, Palette

Curve: TypeAlias = Literal["gap", "height", "slope", "distance"]


def curves_for(bounded: bool) -> tuple[Curve, ...]:
    """Which curves a race has: a surface that falls for ever has no f*, and no minimum to be distant from."""
    return ("gap", "slope", "distance") if bounded else ("height", "slope")


def frame(curve: Curve, mode: Mode) -> go.Figure:
    """The empty frame of one curve: titles, axes and colours. All are logarithmic but the height of an endless fall."""
    palette = PALETTES[mode]
    return go.Figure(layout=_layout(_title(curve), palette, log=curve != "height"))


def _title(curve: Curve) -> str:
    return {
        "gap": _("Height above the minimum, f − f*"),
        "height": _("Height f (it has no minimum)"),
        "slope": _("Length of the gradient, ‖∇f‖"),
        "distance": _("Distance to the nearest minimum"),
    }[curve]


def _layout(title: str, palette: Palette, log: bool) -> dict:
    axis = {"gridcolor": palette.grid, "linecolor": palette.grid, "zeroline": False, "fixedrange": True}
    return {
        "title": {"text": title, "font": {"size": 15}, "x": 0, "xanchor": "left", "y": 0.97, "yanchor": "top"},
        "xaxis": axis | {"title": {"text": _("step"), "standoff": 4}, "nticks": 7, "rangemode": "tozero"},
        "yaxis": axis
        | (
            {"type": "log", "exponentformat": "power", "nticks": 6} if log else {"nticks": 6, "exponentformat": "power"}
        ),
        "font": {"family": FONT, "size": 14, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 58, "r": 10, "t": 34, "b": 42},
        "showlegend": False,
        "hovermode": False,
        "dragmode": False,
    }
