"""Pictures of many runs: the goal against the learning rate, maps over two knobs, and basins of attraction."""

from collections.abc import Sequence

import numpy as np

from core.words import _
from experiments.fair import Goal, Tuned
from experiments.maps import Basins, KnobLine, KnobMap
from figures.plain import Plain
from figures.theme import FONT, PALETTES, Mode, Palette, Style, mixed

MARKS = {"best": "star", "now": "circle-open"}
PATTERNS = ("#0a58c2", "#c2184b", "#11703a", "#a64607", "#7430c4", "#0b6b80", "#6b5900", "#a3166f", "#4a5d00")
PATTERNS_DARK = ("#74b5ff", "#ff8aa5", "#62d68a", "#ffb463", "#c9a4ff", "#52d6ea", "#e8cf4a", "#ff8ad8", "#bfdc4f")
LOST = "#b3124a"  # no colour of the scale
SLOWEST = 1e-4  # the learning rate where the chart begins: below it nothing happens in a race
ROOM = 6.0  # decades above the middle one that are drawn
FLOOR = 1e-16  # a height above the minimum that is drawn as if it were no lower


def goal_title(goal: Goal, bounded: bool) -> str:
    """What is compared, in words."""
    if goal == "arrived":
        return _("Steps until near enough")
    return _("f − f* at the last step") if bounded else _("f at the last step")


def fair_figure(lanes: Sequence[tuple[str, Style, Tuned]], goal: Goal, bounded: bool, mode: Mode) -> Plain:
    """The goal of each lane against its learning rate; a star at the best, a ring at the one of the race."""
    palette, data = PALETTES[mode], []
    for name, look, one in lanes:
        colour = getattr(look, mode)
        dash = ",".join(f"{v}px" for v in look.dash) or "solid"
        line = {"color": colour, "width": 2.4, "dash": dash}
        shown = np.where(np.isfinite(one.goals), np.maximum(one.goals, _least(goal, bounded)), np.nan)
        data.append(_trace("lines", name, one.rates, shown, line=line, showlegend=True))
        at = np.array([max(one.goal, _least(goal, bounded))])
        marker = {"symbol": MARKS["best"], "size": 15, "color": colour, "line": {"width": 1, "color": palette.page}}
        data.append(_trace("markers", "", np.array([one.best]), at, marker=marker))
    layout = _layout(goal_title(goal, bounded), palette)
    ends = [float(np.log10(SLOWEST)), float(np.log10(lanes[0][2].rates[-1])) + 0.03]
    layout["xaxis"] |= {"type": "log", "dtick": 1, "range": ends, "exponentformat": "power"}
    layout["xaxis"] |= {"title": {"text": _("learning rate η"), "standoff": 4}}
    layout["yaxis"] |= {"exponentformat": "power"} | _scale([one for _name, _look, one in lanes], goal, bounded)
    return {"data": data, "layout": layout}


def knob_figure(
    lanes: Sequence[tuple[str, Style, KnobLine]], knob: str, log: bool, goal: Goal, bounded: bool, mode: Mode
) -> Plain:
    """The goal of each lane along one knob; a ring at the value that it has."""
    palette, data = PALETTES[mode], []
    for name, look, one in lanes:
        colour = getattr(look, mode)
        line = {"color": colour, "width": 2.4, "dash": ",".join(f"{v}px" for v in look.dash) or "solid"}
        shown = np.where(np.isfinite(one.goals), np.maximum(one.goals, _least(goal, bounded)), np.nan)
        data.append(_trace("lines", name, one.values, shown, line=line, showlegend=True))
        at = shown[np.argmin(np.abs(one.values - one.now))]
        marker = {"symbol": MARKS["now"], "size": 13, "color": colour, "line": {"width": 2.5}}
        data.append(_trace("markers", "", np.array([one.now]), np.array([at]), marker=marker))
    layout = _layout(goal_title(goal, bounded), palette)
    layout["xaxis"] |= {"type": "log" if log else "linear", "exponentformat": "power"}
    layout["xaxis"] |= {"title": {"text": knob, "standoff": 4}}
    layout["yaxis"] |= {"exponentformat": "power"} | _upright([one.goals for _n, _l, one in lanes], goal, bounded)
    return {"data": data, "layout": layout}


def _upright(goals: Sequence[np.ndarray], goal: Goal, bounded: bool) -> dict:
    """The upright axis of a chart: not so high that the one run that flies away leaves no room for the others."""
    if goal == "arrived" or not bounded:
        return {"type": "linear"}
    known = np.concatenate([row[np.isfinite(row)] for row in goals])
    known = np.maximum(known, FLOOR) if known.size else np.ones(1)
    low, middle = np.log10(known.min()), np.log10(np.median(known))
    return {"type": "log", "range": [float(low) - 0.5, float(min(np.log10(known.max()), middle + ROOM)) + 0.5]}


def _scale(lanes: Sequence[Tuned], goal: Goal, bounded: bool) -> dict:
    """The upright axis: up to a little above where everyone begins, which is what the smallest rate shows."""
    begun = [float(one.goals[0]) for one in lanes if np.isfinite(one.goals[0])]
    if goal == "arrived" or not bounded or not begun or max(begun) <= 0:
        return {"type": "linear"}
    return {"type": "log", "range": [np.log10(FLOOR) - 0.5, np.log10(max(begun)) + 2.0]}


def _least(goal: Goal, bounded: bool) -> float:
    return FLOOR if goal == "height" and bounded else -np.inf


def map_figure(
    found: KnobMap, across: str, up: str, logs: tuple[bool, bool], goal: Goal, bounded: bool, mode: Mode
) -> Plain:
    """A heat map; runs that are lost have a colour of their own and a hatching, and the edge is a line."""
    palette = PALETTES[mode]
    heights, lost, slow_colour = goal == "height" and bounded, LOST, mixed(palette.page, palette.text, 0.3)
    with np.errstate(all="ignore"):
        drawn = np.log10(np.maximum(found.goals, FLOOR)) if heights else found.goals
    drawn = np.where(np.isfinite(drawn), drawn, np.nan)
    away = np.where(found.lost, 1.0, np.nan)
    slow = np.where(~found.lost & np.isnan(drawn), 1.0, np.nan)
    title = _("log₁₀ of f − f*") if heights else goal_title(goal, bounded)
    bar = {"title": {"text": title, "side": "top"}, "thickness": 12, "outlinewidth": 0}
    data = [
        _heat(found, drawn, colorscale="Viridis", reversescale=True, colorbar=bar, showscale=True),
        _heat(found, away, colorscale=_one(lost), showscale=False),
        _heat(found, slow, colorscale=_one(slow_colour), showscale=False),
        _key(_("ends higher than it began"), lost),
        *([_key(_("not near enough yet"), slow_colour)] if goal == "arrived" else []),
    ]
    if found.edge is not None:
        line = {"color": palette.text, "width": 2.5, "dash": "dash"}
        inside = (found.edge >= found.x[0]) & (found.edge <= found.x[-1])
        data.append(
            _trace("lines", _("the limit of theory"), found.edge[inside], found.y[inside], line=line, showlegend=True)
        )
    layout = _layout("", palette)
    layout["margin"] |= {"t": 10}
    ends = (("xaxis", found.x, across, logs[0]), ("yaxis", found.y, up, logs[1]))
    for axis, values, name, log in ends:
        window = (
            [float(np.log10(values[0])), float(np.log10(values[-1]))] if log else [float(values[0]), float(values[-1])]
        )
        layout[axis] |= {"title": {"text": name, "standoff": 6}, "range": window, "type": "log" if log else "linear"}
        layout[axis] |= {"exponentformat": "power", "showgrid": False} | ({"dtick": 1} if log else {"nticks": 7})
    return {"data": data, "layout": layout}


def basin_figure(found: Basins, minima: np.ndarray, title: str, mode: Mode) -> Plain:
    """Every start in the colour of the minimum that it leads to, paler the longer it takes; the minima are numbered."""
    palette = PALETTES[mode]
    colours = PATTERNS if mode == "light" else PATTERNS_DARK
    most = np.nanmax(found.steps) if np.isfinite(found.steps).any() else 1.0
    shade = np.where(np.isfinite(found.steps), 1.0 - 0.75 * found.steps / max(most, 1.0), 0.6)
    data = []
    for k in range(len(minima)):
        z = np.where(found.reached == k, shade, np.nan)
        colour = colours[k % len(colours)]
        scale = [[0.0, mixed(palette.page, colour, 0.15)], [1.0, colour]]
        data.append(_heat(found, z, colorscale=scale, zmin=0.0, zmax=1.0, showscale=False))
    nowhere = np.where(found.reached < 0, 1.0, np.nan)
    data.append(_heat(found, nowhere, colorscale=_one(mixed(palette.page, palette.text, 0.22)), showscale=False))
    if len(minima):
        text = [f"<b>{k + 1}</b>" for k in range(len(minima))]
        font = {"size": 15, "color": palette.text}
        marker = {"size": 22, "color": palette.page, "line": {"width": 1.5, "color": palette.text}}
        data.append(_trace("markers+text", "", minima[:, 0], minima[:, 1], text=text, textfont=font, marker=marker))
    layout = _layout(title, palette)
    for axis, values in (("xaxis", found.x), ("yaxis", found.y)):
        layout[axis] |= {"range": [float(values[0]), float(values[-1])], "showgrid": False, "nticks": 6}
    layout["margin"] |= {"b": 34}
    return {"data": data, "layout": layout}


def _trace(mode: str, name: str, x: np.ndarray, y: np.ndarray, **more: object) -> dict:
    known = {"type": "scatter", "mode": mode, "x": np.asarray(x, float), "y": np.asarray(y, float), "hoverinfo": "skip"}
    return known | {"name": name, "showlegend": False} | more


def _heat(found: KnobMap | Basins, z: np.ndarray, **more: object) -> dict:
    known = {"type": "heatmap", "x": found.x, "y": found.y, "z": z.astype(np.float32), "hoverinfo": "none"}
    return known | more


def _one(colour: str) -> list[list]:
    return [[0.0, colour], [1.0, colour]]


def _key(name: str, colour: str) -> dict:
    """An entry of the legend alone."""
    nowhere = np.array([np.nan])
    return _trace(
        "markers", name, nowhere, nowhere, marker={"symbol": "square", "size": 14, "color": colour}, showlegend=True
    )


def _layout(title: str, palette: Palette) -> dict:
    axis = {"gridcolor": palette.grid, "linecolor": palette.grid, "zeroline": False, "fixedrange": True}
    return {
        "title": {"text": title, "font": {"size": 16}, "x": 0, "xanchor": "left", "y": 0.98, "yanchor": "top"},
        "xaxis": {**axis},
        "yaxis": {**axis},
        "font": {"family": FONT, "size": 14, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 62, "r": 10, "t": 36, "b": 84},
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        "hovermode": False,
        "dragmode": False,
    }
