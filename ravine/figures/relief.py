"""The surface itself, in three dimensions, for the paths to run over."""

import numpy as np
import plotly.graph_objects as go

from ravine.core.words import _
from ravine.experiments.field import Field
from ravine.experiments.floor import Floor
from ravine.figures.holes import SMALLEST_HOLE, hatch, hole_label, holes, tone, widest
from ravine.figures.levels import (
    LEVEL_CURVES,
    Ruler,
    Size,
    Spacing,
    level_heights,
    ruler_for,
    ticks_of,
)
from ravine.figures.theme import FONT, PALETTES, Mode, Palette, mixed

HEIGHT_TO_WIDTH = 0.62  # how high the picture is, for a square of side 1
SLIM = 1.5  # a view more oblong than this is drawn as if it were so oblong
HEIGHT_MARGIN = 0.04  # of the heights, left free below and above
# of the heights, how far above the surface a path runs so that it does not sink into it
LIFT = 0.008
SHADES = 16
MESHES = 24  # of the grid on what is not defined, along each axis
EYE = {"x": 1.1, "y": -0.82, "z": 1.38}
LIGHT = {"ambient": 0.72, "diffuse": 0.45, "specular": 0.03, "roughness": 0.9, "fresnel": 0.0}


def relief(
    field: Field, floor: Floor, spacing: Spacing, mode: Mode, size: Size = "full"
) -> go.Figure:
    """`field` as a surface with level curves on it and its minima marked, without paths.

    Heights are those of f; with "log" spacing they are bent, and the axis tells the true ones;
    "auto" does that where it fits. Where f is not defined there is a floor with a grid.
    `layout.meta` has `lift`, how far above the first trace a path has to run, `levels`, where the
    level curves of the flat picture lie, both in the heights of that trace, and `note`, a sentence
    on heights that are not drawn as they are, or "".
    """
    palette = PALETTES[mode]
    ruler = ruler_for(spacing, field.z, upright=True)
    scale, low, high = ruler.scale, ruler.low, ruler.high
    span = (high - low) or 1.0
    with np.errstate(invalid="ignore"):
        drawn = np.where(np.isfinite(field.z), scale.bend(field.z), np.nan)
    ground = _ground(field._replace(z=drawn), low, span, _colours(ruler.spacing, palette), palette)
    above = _standing(floor, scale.bend(floor.heights), field._replace(z=drawn)) + 2.5 * LIFT * span
    told = spacing in {"log", "auto"}
    upwards = _upwards(ruler, span, ticks_of(ruler, low, high) if told else None)
    levels = scale.bend(level_heights(field, spacing))
    meta = {"lift": LIFT * span, "levels": levels.tolist(), "note": _note(ruler)}
    layout = _layout(field, upwards, palette, size) | {"meta": meta}
    traces = [
        ground,
        _targets(floor, above, palette),
        *_nowhere(field, low - HEIGHT_MARGIN * span, palette, size),
    ]
    return go.Figure(traces).update_layout(layout)


def _ground(
    field: Field, low: float, span: float, colours: list[tuple[float, str]], palette: Palette
) -> go.Surface:
    step = span / LEVEL_CURVES
    still = {"highlight": False}
    lines = {
        "show": True,
        "start": low + step / 2,
        "end": low + span,
        "size": step,
        "color": palette.line,
        "width": 2,
    }
    return go.Surface(
        x=field.x.astype(np.float32),
        y=field.y.astype(np.float32),
        z=field.z.astype(np.float32),
        colorscale=colours,
        cmin=low,
        cmax=low + span,
        contours={"x": still, "y": still, "z": still | lines},
        lighting=LIGHT,
        lightposition={"x": -60, "y": -100, "z": 160},
        hoverinfo="skip",
        showscale=False,
    )


def _nowhere(
    field: Field, bottom: float, palette: Palette, size: Size
) -> list[go.Surface | go.Scatter3d]:
    """A floor with a grid on it where f is not defined, and the words that say so; nothing where it
    is everywhere.
    """
    mask = holes(field)
    spot = widest(mask, field)
    if spot is None:
        return []
    wider = _grown(mask)
    floor = go.Surface(
        x=field.x.astype(np.float32),
        y=field.y.astype(np.float32),
        z=np.where(wider, bottom, np.nan).astype(np.float32),
        colorscale=[(0.0, tone(palette)), (1.0, tone(palette))],
        contours={
            "x": _grid(field.x, palette),
            "y": _grid(field.y, palette),
            "z": {"highlight": False},
        },
        lighting={"ambient": 1.0, "diffuse": 0.0, "specular": 0.0},
        hoverinfo="skip",
        showscale=False,
    )
    words = go.Scatter3d(
        x=[spot.x],
        y=[spot.y],
        z=[bottom],
        mode="text",
        text=[hole_label()],
        textfont={"size": 15 if size == "full" else 12, "color": palette.text},
        hoverinfo="skip",
    )
    return [floor, words] if spot.reach >= SMALLEST_HOLE else [floor]


def _grid(axis: np.ndarray, palette: Palette) -> dict:
    step = float(axis[-1] - axis[0]) / MESHES
    lines = {
        "start": float(axis[0]) + step / 2,
        "end": float(axis[-1]),
        "size": step,
        "color": hatch(palette),
    }
    return lines | {"show": True, "width": 1, "highlight": False}


def _grown(mask: np.ndarray) -> np.ndarray:
    """One place wider on all sides, so that no gap is left to what is defined."""
    framed = np.pad(mask, 1)
    rows = framed[:, :-2] | framed[:, 1:-1] | framed[:, 2:]
    return rows[:-2] | rows[1:-1] | rows[2:]


def _colours(spacing: Spacing, palette: Palette) -> list[tuple[float, str]]:
    """From valley to hill, in even steps of the root of the height where the level curves are so
    spaced.
    """
    shares = np.linspace(0.0, 1.0, SHADES)
    return [
        (
            float(t * t if spacing == "root" else t),
            mixed(palette.meadow, palette.hill, t),
        )
        for t in shares
    ]


def _standing(floor: Floor, heights: np.ndarray, drawn: Field) -> np.ndarray:
    """How high the minima stand: no lower than the ground as it is drawn, which may miss the bottom
    of a valley.
    """
    i = np.abs(drawn.x[:, None] - floor.places[:, 0]).argmin(axis=0)
    j = np.abs(drawn.y[:, None] - floor.places[:, 1]).argmin(axis=0)
    return np.fmax(heights, drawn.z[j, i])


def _targets(floor: Floor, heights: np.ndarray, palette: Palette) -> go.Scatter3d:
    """A target at each global minimum, a small ring at each local one. Text: Plotly has no target
    in 3D.
    """
    lowest = floor.lowest
    deep = [lowest is not None and bool(h <= lowest + 1e-9) for h in floor.heights]
    return go.Scatter3d(
        x=floor.places[:, 0],
        y=floor.places[:, 1],
        z=heights,
        mode="text",
        text=["⊕" if d else "○" for d in deep],
        textfont={"size": [24 if d else 12 for d in deep], "color": palette.minimum},
        textposition="middle center",
        name=_("minimum"),
        hoverinfo="skip",
    )


def _upwards(ruler: Ruler, span: float, ticks: tuple[list[float], list[str]] | None) -> dict:
    """The axis of the heights, with room for what stands on the surface."""
    low = ruler.low
    told = {"tickvals": ticks[0], "ticktext": ticks[1]} if ticks else {"nticks": 5}
    return told | {
        "title": {"text": _("f (log)") if ruler.spacing == "log" else "f"},
        "range": [low - HEIGHT_MARGIN * span, low + (1 + 2 * HEIGHT_MARGIN) * span],
    }


def _note(ruler: Ruler) -> str:
    """What is done to heights before they are drawn; nothing where they are drawn as they are."""
    bent = _(
        "Bent height axis: a logarithm above the lowest point, so that the valley floor is seen. "
        "Its numbers are true."
    )
    cut = _("Where f is beyond the ends of the height axis, the surface is cut off flat.")
    said = [bent] if ruler.spacing == "log" else []
    return " ".join([*said, cut] if ruler.cut and any(ruler.cut) else said)


def _layout(field: Field, upwards: dict, palette: Palette, size: Size) -> dict:
    full = size == "full"
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zeroline": False,
        "showbackground": False,
        "showspikes": False,
        "color": palette.text,
        "tickfont": {"size": 13 if full else 11},
        "nticks": 6 if full else 4,
        "autorange": False,
    }
    wide, deep = float(np.ptp(field.x)), float(np.ptp(field.y))
    slim = float(np.clip(wide / deep, 1 / SLIM, SLIM)) ** 0.5
    return {
        "scene": {
            "xaxis": axis | {"title": {"text": "x₁"}, "range": [field.x[0], field.x[-1]]},
            "yaxis": axis | {"title": {"text": "x₂"}, "range": [field.y[0], field.y[-1]]},
            "zaxis": axis | upwards,
            "aspectmode": "manual",
            "aspectratio": {"x": slim, "y": 1 / slim, "z": HEIGHT_TO_WIDTH},
            "camera": {
                "eye": EYE,
                "center": {"x": 0, "y": 0, "z": -0.13},
                "up": {"x": 0, "y": 0, "z": 1},
            },
            "dragmode": False,
            "bgcolor": "rgba(0,0,0,0)",
        },
        "font": {"family": FONT, "size": 16 if full else 13, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "hovermode": False,
    }
