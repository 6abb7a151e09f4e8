"""Curves against the step, and one against an angle: frames that the browser fills with the lanes
of a race.
"""

from typing import Any

import plotly.graph_objects as go

from ravine.core.words import _
from ravine.experiments.inside import CURVES, is_state
from ravine.figures.theme import FONT, PALETTES, Mode, Palette

ANGLES = {"title": {"text": "θ", "standoff": 4}, "ticksuffix": "°", "tick0": 0, "dtick": 15}
INDEX = {"1": "₁", "2": "₂"}
LINEAR = ("height",)  # a height without a floor
TURNING = (
    "turning",
    "turning-height",
)  # how each lane ends, against the angle; the second where there is no f*
# Plotly's word for an axis whose type is yet to be found: states, logarithmic when none is negative
BY_SIGN = "-"


def frame(curve: str, mode: Mode) -> go.Figure:
    """The empty frame of one of `ravine.experiments.inside.CURVES` or of TURNING: title, axes,
    colours. Raises ValueError.
    """
    if curve in TURNING:
        text = (
            _("Final f − f* against the angle")
            if curve == TURNING[0]
            else _("Final f against the angle")
        )
        return go.Figure(layout=_layout(text, PALETTES[mode], _axis(curve), ANGLES))
    if curve not in CURVES and not is_state(curve):
        raise ValueError(_("There is no such curve."))
    return go.Figure(layout=_layout(title(curve), PALETTES[mode], _axis(curve)))


def title(curve: str) -> str:
    """What a curve shows, as its title."""
    titles = {
        "gap": _("Height above the minimum, f − f*"),
        "height": _("Height f (it has no minimum)"),
        "slope": _("Length of the gradient, ‖∇f‖"),
        "distance": _("Distance to the nearest minimum"),
        "stride": _("Length of the step, ‖Δx‖"),
        "lr": _("Learning rate η, or its factor φ"),
        "rate1": _("Effective learning rate of x₁"),
        "rate2": _("Effective learning rate of x₂"),
    }
    return titles.get(curve) or _("State {name}").format(name=curve_letter(curve))


def curve_letter(curve: str) -> str:
    """A state's name as it stands in a formula: "v₁"."""
    return curve[:-1] + INDEX[curve[-1]]


def _axis(curve: str) -> dict[str, Any]:
    if curve in LINEAR:
        return {"type": "linear", "exponentformat": "power", "nticks": 6}
    known = curve in (*CURVES[: CURVES.index("rate2") + 1], TURNING[0])
    return {"type": "log" if known else BY_SIGN, "exponentformat": "power", "nticks": 6}


def _layout(
    text: str, palette: Palette, y: dict[str, Any], x: dict[str, Any] | None = None
) -> dict:
    x = (
        {"title": {"text": _("step"), "standoff": 4}, "nticks": 7, "rangemode": "tozero"}
        if x is None
        else x
    )
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zeroline": False,
        "fixedrange": True,
    }
    return {
        "title": {
            "text": text,
            "font": {"size": 15},
            "x": 0,
            "xanchor": "left",
            "y": 0.97,
            "yanchor": "top",
        },
        "xaxis": axis | x,
        "yaxis": axis | y,
        "font": {"family": FONT, "size": 14, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 58, "r": 10, "t": 34, "b": 42},
        "showlegend": False,
        "hovermode": False,
        "dragmode": False,
    }
