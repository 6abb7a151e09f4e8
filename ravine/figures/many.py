"""Pictures of many runs: the goal against the learning rate, maps over two knobs, and basins of
attraction.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from ravine.core.words import _
from ravine.experiments.fair import FLOOR, Tuned
from ravine.experiments.maps import Basins, Ends, KnobLine, KnobMap
from ravine.experiments.scores import Goal
from ravine.experiments.search import Search, Strategy
from ravine.figures.plain import Plain, json_literal
from ravine.figures.theme import FONT, PALETTES, Mode, Palette, Style, mixed
from ravine.figures.ticks import log_axis

FIGURE_MARKERS = {"best": "star", "now": "circle-open"}
PATTERNS = (
    "#0a58c2",
    "#c2184b",
    "#11703a",
    "#a64607",
    "#7430c4",
    "#0b6b80",
    "#6b5900",
    "#a3166f",
    "#4a5d00",
)
PATTERNS_DARK = (
    "#74b5ff",
    "#ff8aa5",
    "#62d68a",
    "#ffb463",
    "#c9a4ff",
    "#52d6ea",
    "#e8cf4a",
    "#ff8ad8",
    "#bfdc4f",
)
STRATEGY_COLOURS = {"grid": "#0a58c2", "random": "#a64607", "fine": "#11703a"}
STRATEGIES_DARK = {"grid": "#74b5ff", "random": "#ffb463", "fine": "#62d68a"}
STRATEGY_DASHES = {"grid": "dash", "random": "dot", "fine": "solid"}
STRATEGY_SYMBOLS = {"grid": "square", "random": "circle", "fine": "triangle-up"}
LOST, GONE = "#b3124a", "#d98a3d"  # no colours of the scale
SLOWEST = 1e-4  # the learning rate where the chart begins: below it nothing happens in a race
DECADES_ABOVE = 6.0  # decades above the middle one that are drawn
WIDE_MARGIN = 18.0  # the same where the larger ones tell as much
BINS = 400  # points of a curve over learning rates


def goal_title(goal: Goal, bounded: bool) -> str:
    """What is compared, in words."""
    if goal == "arrived":
        return _("Steps until near enough")
    return _("f − f* at the last step") if bounded else _("f at the last step")


def fair_figure(
    lanes: Sequence[tuple[str, Style, Tuned]], goal: Goal, bounded: bool, mode: Mode
) -> Plain:
    """The goal of each lane against its learning rate; a star at the best, a ring at the one of the
    race.
    """
    palette, data = PALETTES[mode], []
    for name, look, one in lanes:
        colour = getattr(look, mode)
        dash = ",".join(f"{v}px" for v in look.dash) or "solid"
        line = {"color": colour, "width": 2.4, "dash": dash}
        rates, goals = _fewer(one.rates, one.goals)
        shown = _shown(goals, goal, bounded)
        data.append(_trace("lines", json_literal(name), rates, shown, line=line, showlegend=True))
        if one.best is None:
            continue
        at = np.array([max(one.goal, _least(goal, bounded))])
        marker = {
            "symbol": FIGURE_MARKERS["best"],
            "size": 15,
            "color": colour,
            "line": {"width": 1, "color": palette.page},
        }
        data.append(_trace("markers", "", np.array([one.best]), at, marker=marker))
    layout = _layout(goal_title(goal, bounded), palette)
    ends = [float(np.log10(SLOWEST)), float(np.log10(lanes[0][2].rates[-1])) + 0.03]
    layout["xaxis"] |= log_axis(*ends)
    layout["xaxis"] |= {"title": {"text": _("learning rate η"), "standoff": 4}}
    layout["yaxis"] |= {"exponentformat": "power"} | _scale(
        [one for _name, _look, one in lanes], goal, bounded
    )
    return {"data": data, "layout": layout}


def _fewer(rates: np.ndarray, goals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best of each of BINS ranges of learning rates: no valley is too narrow to be drawn."""
    bins = np.floor(np.log(rates / rates[0]) / np.log(rates[-1] / rates[0]) * BINS)
    order = np.lexsort((goals, bins))
    first = np.unique(bins[order], return_index=True)[1]
    kept = np.sort(order[first])
    return rates[kept], goals[kept]


def knob_figure(
    lanes: Sequence[tuple[str, Style, KnobLine]],
    knob: str,
    log: bool,
    goal: Goal,
    bounded: bool,
    mode: Mode,
) -> Plain:
    """The goal of each lane along one knob; a ring at the value that it has."""
    palette, data = PALETTES[mode], []
    for name, look, one in lanes:
        colour = getattr(look, mode)
        line = {
            "color": colour,
            "width": 2.4,
            "dash": ",".join(f"{v}px" for v in look.dash) or "solid",
        }
        shown = _shown(one.goals, goal, bounded)
        data.append(
            _trace("lines", json_literal(name), one.values, shown, line=line, showlegend=True)
        )
        at = shown[np.argmin(np.abs(one.values - one.now))]
        marker = {
            "symbol": FIGURE_MARKERS["now"],
            "size": 13,
            "color": colour,
            "line": {"width": 2.5},
        }
        data.append(_trace("markers", "", np.array([one.now]), np.array([at]), marker=marker))
    layout = _layout(goal_title(goal, bounded), palette)
    if log:
        along = np.log10(np.concatenate([one.values for _n, _l, one in lanes]))
        layout["xaxis"] |= log_axis(along.min() - 0.02, along.max() + 0.02)
    layout["xaxis"] |= {"title": {"text": knob, "standoff": 4}}
    layout["yaxis"] |= {"exponentformat": "power"} | _upright(
        [one.goals for _n, _l, one in lanes], goal, bounded
    )
    return {"data": data, "layout": layout}


def _upright(
    goals: Sequence[np.ndarray], goal: Goal, bounded: bool, room: float = DECADES_ABOVE
) -> dict:
    """The upright axis of a chart: not so high that the one run that flies away leaves no room for
    the others.
    """
    if goal == "arrived" or not bounded:
        return {"type": "linear"}
    known = np.concatenate([row[np.isfinite(row)] for row in goals])
    known = np.maximum(known, FLOOR) if known.size else np.ones(1)
    low, middle = np.log10(known.min()), np.log10(np.median(known))
    return log_axis(low - 0.5, min(np.log10(known.max()), middle + room) + 0.5)


def _scale(lanes: Sequence[Tuned], goal: Goal, bounded: bool) -> dict:
    """The upright axis: up to a little above where everyone begins, which is what the smallest rate
    shows.
    """
    begun = [float(one.goals[0]) for one in lanes if np.isfinite(one.goals[0])]
    if goal == "arrived" or not bounded or not begun or max(begun) <= 0:
        return {"type": "linear"}
    return log_axis(np.log10(FLOOR) - 0.5, np.log10(max(begun)) + 2.0)


def _least(goal: Goal, bounded: bool) -> float:
    return FLOOR if goal == "height" and bounded else -np.inf


Searches: TypeAlias = Mapping[Strategy, Search]


class Sides(NamedTuple):
    """The two knobs of a map: their labels, ranges, and whether they are drawn in their
    logarithm.
    """

    labels: Sequence[str]
    ranges: Sequence[tuple[float, float]]
    logs: Sequence[bool]


def map_figure(
    sides: Sides,
    edge: np.ndarray | None,
    goal: Goal,
    bounded: bool,
    mode: Mode,
    tried: Searches | None = None,
) -> Plain:
    """A heat map without its numbers, which are `map_planes`, one plane for each heat map in it.

    Runs that are lost have a colour of their own, the limit of theory is a line. `tried` are the
    places of searches.
    """
    palette = PALETTES[mode]
    slow = mixed(palette.page, palette.text, 0.3)
    title = _("log₁₀ of f − f*") if goal == "height" and bounded else goal_title(goal, bounded)
    bar = {"title": {"text": title, "side": "top"}, "thickness": 12, "outlinewidth": 0}
    data = [
        _heat(colorscale="Viridis", reversescale=True, colorbar=bar, showscale=True),
        _heat(colorscale=_one(LOST), showscale=False),
        _heat(colorscale=_one(slow), showscale=False),
        _heat(colorscale=_one(GONE), showscale=False),
        _key(_("ends higher than it started"), LOST),
        _key(_("ends outside of the picture"), GONE),
        *([_key(_("not near enough yet"), slow)] if goal == "arrived" else []),
    ]
    if edge is not None:
        line = {"color": palette.text, "width": 2.5, "dash": "dash"}
        inside = edge[(edge[:, 0] >= sides.ranges[0][0]) & (edge[:, 0] <= sides.ranges[0][1])]
        data.append(
            _trace("lines", _("theoretical stability limit"), *inside.T, line=line, showlegend=True)
        )
    for strategy, search in (tried or {}).items():
        data += _tried(strategy, search, palette)
    layout = _layout("", palette)
    layout["margin"] |= {"t": 10}
    for axis, name, ends, log in zip(
        ("xaxis", "yaxis"), sides.labels, sides.ranges, sides.logs, strict=True
    ):
        layout[axis] |= {"title": {"text": name, "standoff": 6}, "showgrid": False}
        layout[axis] |= (
            log_axis(*np.log10(ends))
            if log
            else {"type": "linear", "range": [float(end) for end in ends], "nticks": 7}
        )
    return {"data": data, "layout": layout}


def map_planes(found: KnobMap, goal: Goal, bounded: bool) -> list[np.ndarray]:
    """The numbers of a map: what is reached, where it is lost, where it is not near enough yet,
    where it has left the picture; NaN elsewhere.
    """
    with np.errstate(all="ignore"):
        drawn = (
            np.log10(np.maximum(found.goals, FLOOR))
            if goal == "height" and bounded
            else found.goals
        )
    drawn = np.where(np.isfinite(drawn), drawn, np.nan)
    slow = ~found.lost & ~found.left & np.isnan(drawn)
    return [drawn, _marked(found.lost), _marked(slow), _marked(found.left)]


def _marked(where: np.ndarray) -> np.ndarray:
    return np.where(where, 1.0, np.nan)


def strategy_title(strategy: str) -> str:
    """What a way of searching is called."""
    return {"grid": _("Grid"), "random": _("Random"), "fine": _("Coarse to fine")}[strategy]


def _tried(strategy: str, search: Search, palette: Palette) -> list[dict]:
    """The places that a search tries, and larger the best of them."""
    symbol = STRATEGY_SYMBOLS[strategy]
    ring = {"color": palette.page, "width": 1.5}
    marker = {"symbol": symbol, "size": 9, "color": palette.text, "line": ring}
    known = _trace(
        "markers", strategy_title(strategy), *search.places.T, marker=marker, showlegend=True
    )
    if not np.isfinite(search.goals).any():
        return [known]
    best = search.places[[int(np.argmin(search.goals))]]
    return [
        known,
        _trace("markers", "", *best.T, marker=marker | {"size": 19, "line": {**ring, "width": 3}}),
    ]


def best_figure(found: Searches, goal: Goal, bounded: bool, mode: Mode) -> Plain:
    """The best so far after each run: the median over the seeds, and around it where four of five
    lie.
    """
    palette, data = PALETTES[mode], []
    rows = [row for search in found.values() for row in search.best]
    # of what is infinite
    above = 10.0 * max((row[np.isfinite(row)].max(initial=1.0) for row in rows), default=1.0)
    for strategy, search in found.items():
        colour, dash = (
            (STRATEGY_COLOURS if mode == "light" else STRATEGIES_DARK)[strategy],
            STRATEGY_DASHES[strategy],
        )
        low, middle, high = (_shown(row, goal, bounded) for row in search.best)
        low, high = (np.where(np.isfinite(row), row, above) for row in (low, high))
        runs = np.arange(1, len(middle) + 1)
        tint = f"rgba({int(colour[1:3], 16)},{int(colour[3:5], 16)},{int(colour[5:7], 16)},0.18)"
        data.append(
            _trace("lines", "", runs, high, line={"width": 0, "color": colour, "shape": "hv"})
        )
        band = {
            "line": {"width": 0, "color": colour, "shape": "hv"},
            "fill": "tonexty",
            "fillcolor": tint,
        }
        data.append(_trace("lines", "", runs, low, **band))
        line = {"color": colour, "width": 2.6, "dash": dash, "shape": "hv"}
        data.append(
            _trace("lines", strategy_title(strategy), runs, middle, line=line, showlegend=True)
        )
    layout = _layout(_("Best so far: {goal}").format(goal=goal_title(goal, bounded)), palette)
    layout["xaxis"] |= {"title": {"text": _("runs"), "standoff": 4}, "rangemode": "tozero"}
    upright = _upright(rows, goal, bounded, WIDE_MARGIN)
    linear = {"range": [0.0, above / 9.0]} if goal == "arrived" else {}
    layout["yaxis"] |= {"exponentformat": "power"} | upright | linear
    layout["legend"]["traceorder"] = "normal"
    return {"data": data, "layout": layout}


def basin_figure(view: tuple, minima: np.ndarray, title: str, mode: Mode) -> Plain:
    """Every start in the colour of the minimum that it leads to, paler the longer it takes; the
    minima are numbered.

    The numbers are `basin_planes`, one plane for each heat map.
    """
    palette = PALETTES[mode]
    colours = PATTERNS if mode == "light" else PATTERNS_DARK
    data = []
    for k in range(len(minima)):
        colour = colours[k % len(colours)]
        scale = [[0.0, mixed(palette.page, colour, 0.15)], [1.0, colour]]
        data.append(_heat(colorscale=scale, zmin=0.0, zmax=1.0, showscale=False))
    data.append(_heat(colorscale=_one(mixed(palette.page, palette.text, 0.22)), showscale=False))
    if len(minima):
        text = [f"<b>{k + 1}</b>" for k in range(len(minima))]
        font = {"size": 15, "color": palette.text}
        marker = {"size": 22, "color": palette.page, "line": {"width": 1.5, "color": palette.text}}
        data.append(
            _trace(
                "markers+text",
                "",
                minima[:, 0],
                minima[:, 1],
                text=text,
                textfont=font,
                marker=marker,
            )
        )
    layout = _layout(json_literal(title), palette)
    for axis, ends in zip(("xaxis", "yaxis"), view, strict=True):
        layout[axis] |= {"range": [float(end) for end in ends], "showgrid": False, "nticks": 6}
    layout["margin"] |= {"b": 34}
    return {"data": data, "layout": layout}


def basin_planes(found: Basins, minima: int, steps: int) -> list[np.ndarray]:
    """The numbers of basins: for each minimum how soon it is reached, from 1 for at once to 0.25
    for `steps` steps, and NaN where another one is; last, 1 where none is.
    """
    soon = 1.0 - 0.75 * np.sqrt(found.steps / steps)
    soon = np.where(np.isfinite(soon), soon, 0.25)
    return [
        *(np.where(found.reached == k, soon, np.nan) for k in range(minima)),
        _marked(found.reached < 0),
    ]


def ends_figure(lanes: Sequence[tuple[str, Style, Ends]], tolerance: float, mode: Mode) -> Plain:
    """The heights at which each lane ends, from its best start to its worst; the line is what is
    near enough.
    """
    palette, data = PALETTES[mode], []
    for name, look, one in lanes:
        line = {
            "color": getattr(look, mode),
            "width": 2.4,
            "dash": ",".join(f"{v}px" for v in look.dash) or "solid",
        }
        share = 100.0 * np.arange(1, one.heights.size + 1) / one.heights.size
        data.append(
            _trace(
                "lines",
                json_literal(name),
                share,
                _shown(one.heights, "height", True),
                line=line,
                showlegend=True,
            )
        )
    line = {"color": palette.text, "width": 1.5, "dash": "dash"}
    near = np.full(2, tolerance)
    data.append(
        _trace("lines", _("near enough"), np.array([0.0, 100.0]), near, line=line, showlegend=True)
    )
    layout = _layout(_("f − f* at the last step, best start first"), palette)
    layout["xaxis"] |= {
        "title": {"text": _("share of the starts, %"), "standoff": 4},
        "range": [0.0, 100.0],
    }
    rows = [one.heights for _n, _l, one in lanes]
    layout["yaxis"] |= {"exponentformat": "power"} | _upright(rows, "height", True, WIDE_MARGIN)
    return {"data": data, "layout": layout}


def _shown(goals: np.ndarray, goal: Goal, bounded: bool) -> np.ndarray:
    """Goals as they are drawn: no lower than the floor, and nothing where they are infinite."""
    return np.where(np.isfinite(goals), np.maximum(goals, _least(goal, bounded)), np.nan)


def _trace(mode: str, name: str, x: np.ndarray, y: np.ndarray, **more: object) -> dict:
    known = {
        "type": "scatter",
        "mode": mode,
        "x": np.asarray(x, float),
        "y": np.asarray(y, float),
        "hoverinfo": "skip",
    }
    return known | {"name": name, "showlegend": False} | more


def _heat(**more: object) -> dict:
    return {"type": "heatmap", "hoverinfo": "none"} | more


def _one(colour: str) -> list[list]:
    return [[0.0, colour], [1.0, colour]]


def _key(name: str, colour: str) -> dict:
    """An entry of the legend alone."""
    nowhere = np.array([np.nan])
    return _trace(
        "markers",
        name,
        nowhere,
        nowhere,
        marker={"symbol": "square", "size": 14, "color": colour},
        showlegend=True,
    )


def _layout(title: str, palette: Palette) -> dict:
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zeroline": False,
        "fixedrange": True,
    }
    return {
        "title": {
            "text": title,
            "font": {"size": 16},
            "x": 0,
            "xanchor": "left",
            "y": 0.98,
            "yanchor": "top",
        },
        "xaxis": {**axis},
        "yaxis": {**axis},
        "font": {"family": FONT, "size": 14, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 62, "r": 10, "t": 36, "b": 104},
        "legend": {"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        "hovermode": False,
        "dragmode": False,
    }
