"""What an optimizer remembers, against the step: states, effective learning rates, weights of past
gradients.
"""

import numpy as np
from jaxtyping import Float

from ravine.core.words import _
from ravine.experiments.anatomy import Curvature
from ravine.figures.plain import Plain
from ravine.figures.theme import FONT, PALETTES, Mode, Palette, Style, mixed
from ravine.figures.ticks import log_axis

AXIS_SUBSCRIPTS = ("₁", "₂")
AXIS_DASHES = ("solid", "dash")
WORDY = 12  # steps that have room for a number each


def state_figure(
    name: str,
    raw: Float[np.ndarray, "n 2"],
    corrected: Float[np.ndarray, "n 2"] | None,
    k: int,
    look: Style,
    mode: Mode,
) -> Plain:
    """A state, both coordinates, against the step; `corrected` for its bias too, where the rule
    does that.
    """
    colour = getattr(look, mode)
    lines = [
        _line(f"{name}{AXIS_SUBSCRIPTS[i]}", raw[:, i], colour, AXIS_DASHES[i], 2.4) for i in (0, 1)
    ]
    if corrected is not None:
        hat = f"{name}\u0302"
        lines += [
            _line(
                f"{hat}{AXIS_SUBSCRIPTS[i]}",
                corrected[:, i],
                PALETTES[mode].text,
                AXIS_DASHES[i],
                1.3,
            )
            for i in (0, 1)
        ]
    return _figure(_("State {name}").format(name=name), lines, k, len(raw) - 1, mode)


def rate_figure(
    rates: Float[np.ndarray, "n 2"], window: float | None, k: int, look: Style, mode: Mode
) -> Plain:
    """The effective learning rate of each coordinate. `window` is how many past steps the average
    of squares spans.
    """
    lines = [
        _line(f"x{AXIS_SUBSCRIPTS[i]}", rates[:, i], getattr(look, mode), AXIS_DASHES[i], 2.4)
        for i in (0, 1)
    ]
    made = _figure(_("Effective learning rate of each coordinate"), lines, k, len(rates) - 1, mode)
    made["layout"]["yaxis"] |= {"rangemode": "tozero", "exponentformat": "power"}
    finite = rates[np.isfinite(rates) & (rates > 0)]
    if finite.size and finite.max() > 30 * finite.min():
        ends = np.log10([finite.min(), finite.max()])
        made["layout"]["yaxis"] |= log_axis(ends[0] - 0.1, ends[1] + 0.1)
    if window is not None:
        made["layout"]["shapes"].append(_band(max(0.0, k - window), k, PALETTES[mode]))
        said = _("window of {n} steps").format(n=f"{window:.0f}")
        made["layout"]["annotations"] = [_note(said, max(0.0, k - window))]
    return made


def kernel_figure(
    name: str, of: str, weights: Float[np.ndarray, "t"], k: int, look: Style, mode: Mode
) -> Plain:
    """How much each past gradient, or its square, counts in the state `name` at step `k`, as
    bars.
    """
    bars = {
        "type": "bar",
        "name": _("their sum: {value}").format(value=f"{weights.sum():.6g}"),
        "x": np.arange(1.0, len(weights) + 1.0),
        "y": weights,
        "marker": {"color": getattr(look, mode)},
        "showlegend": True,
    }
    said = _("Weights of past {gradients} in {name} at step {k}").format(
        gradients=of, name=name, k=k
    )
    made = _figure(said, [bars], None, k, mode)
    made["layout"]["yaxis"] |= {"rangemode": "tozero", "exponentformat": "power"}
    every = {"dtick": 1} if k <= WORDY else {}
    made["layout"]["xaxis"] |= every | {
        "range": [0.4, k + 0.6],
        "title": {"text": _("gradient of step"), "standoff": 4},
    }
    return made


def edge_figure(found: Curvature, k: int, look: Style, mode: Mode) -> Plain:
    """The product of rate and curvature at each step, and the limit beyond which the rule swings
    ever higher.
    """
    steps = np.arange(1.0, len(found.product) + 1.0)
    lines = [_line(_("rate × curvature"), found.product, getattr(look, mode), "solid", 2.4, steps)]
    if found.limit is not None:
        ends = np.array([0.0, len(steps)])
        said = _("limit {value}").format(value=f"{found.limit:.4g}")
        lines.append(_line(said, np.full(2, found.limit), PALETTES[mode].text, "dot", 2.0, ends))
    made = _figure(_("Rate × curvature, and its limit"), lines, k, len(steps), mode)
    made["layout"]["yaxis"] |= {"rangemode": "tozero"}
    return made


def _line(
    name: str, y: np.ndarray, colour: str, dash: str, width: float, x: np.ndarray | None = None
) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": np.arange(float(len(y))) if x is None else x,
        "y": np.where(np.isfinite(y), y, np.nan),
        "line": {"color": colour, "width": width, "dash": dash},
        "showlegend": True,
    }


def _figure(title: str, data: list[dict], k: int | None, last: int, mode: Mode) -> Plain:
    palette = PALETTES[mode]
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zeroline": False,
        "fixedrange": True,
    }
    layout = {
        "title": {
            "text": title,
            "font": {"size": 15},
            "x": 0,
            "xanchor": "left",
            "y": 0.98,
            "yanchor": "top",
        },
        "xaxis": axis
        | {"range": [0, last], "nticks": 7, "title": {"text": _("step"), "standoff": 4}},
        "yaxis": axis | {"nticks": 6},
        "font": {"family": FONT, "size": 13, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 52, "r": 10, "t": 34, "b": 66},
        "legend": {"orientation": "h", "y": -0.24, "yanchor": "top", "x": 0, "font": {"size": 13}},
        "hovermode": False,
        "dragmode": False,
        "bargap": 0.15,
        "shapes": [] if k is None else [_now(k, palette)],
    }
    return {"data": data, "layout": layout}


def _now(k: int, palette: Palette) -> dict:
    line = {"color": palette.minimum, "width": 2, "dash": "dot"}
    return {"type": "line", "x0": k, "x1": k, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _band(low: float, high: float, palette: Palette) -> dict:
    fill = mixed(palette.page, palette.text, 0.12)
    edges = {"x0": low, "x1": high, "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "rect", "layer": "below", "fillcolor": fill, "line": {"width": 0}} | edges


def _note(text: str, x: float) -> dict:
    return {
        "text": text,
        "x": x,
        "xanchor": "left",
        "yref": "paper",
        "y": 1,
        "yanchor": "top",
        "showarrow": False,
    }
