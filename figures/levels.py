"""Level curves: the ground that the paths are drawn on."""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from core.words import _
from experiments.field import Field
from experiments.outcome import Floor
from figures.theme import FONT, PALETTES, Mode, Palette

Spacing: TypeAlias = Literal["linear", "root", "log"]
Size: TypeAlias = Literal["full", "panel"]

CURVES = 18
LETTER = '<span style="font-family:KaTeX_Math,serif;font-style:italic">x</span>'  # as in formulas, which have the font
BITS = 12  # of a height's 23: far finer than a pixel, and a third less to send
VALLEY = 0.05  # the share of a logarithmic landscape that is drawn as flat: finer than the grid there is only noise


class Scale(NamedTuple):
    """A way to space level curves: `bend` takes heights to evenly spaced values, `unbend` takes them back."""

    bend: Callable[[np.ndarray], np.ndarray]
    unbend: Callable[[np.ndarray], np.ndarray]


def scale_for(spacing: Spacing, heights: Float[np.ndarray, "n"]) -> Scale:
    """Level curves even in f, in the root of f above its lowest point (a quadratic's are then evenly apart), or in log.

    `heights` are the finite heights in view.
    """
    lowest = float(heights.min(initial=np.inf))
    if spacing == "root":
        return Scale(lambda z: np.sqrt(np.maximum(z - lowest, 0.0)), lambda t: lowest + t**2)
    if spacing == "log":
        rest = max(float(np.quantile(heights - lowest, VALLEY)), 1e-300)
        return Scale(lambda z: np.log10(np.maximum(z - lowest, 0.0) + rest), lambda t: lowest + 10.0**t - rest)
    return Scale(np.asarray, np.asarray)


def level_curves(field: Field, floor: Floor, spacing: Spacing, mode: Mode, size: Size = "full") -> go.Figure:
    """The level curves of `field`, its minima marked, as a figure without paths.

    Heights that are not finite leave a hole. `size` "panel" is for side by side: smaller type, no colour bar.
    """
    palette = PALETTES[mode]
    heights = field.z[np.isfinite(field.z)]
    heights = heights if heights.size else np.zeros(1)
    scale = scale_for(spacing, heights)
    with np.errstate(invalid="ignore"):
        bent = np.where(np.isfinite(field.z), scale.bend(field.z), np.nan)
    figure = go.Figure([_ground(field, bent, scale, heights, palette, size), _stars(floor, palette)])
    return figure.update_layout(_layout(field, palette, size))


def _ground(
    field: Field, bent: np.ndarray, scale: Scale, heights: np.ndarray, palette: Palette, size: Size
) -> go.Contour:
    low, high = (float(v) for v in _shorter(scale.bend(np.array([heights.min(), heights.max()]))))
    step = (high - low) / CURVES or 1.0
    ticks, labels = ticks_of(scale, low, high)
    return go.Contour(
        x=field.x.astype(np.float32),
        y=field.y.astype(np.float32),
        z=_shorter(bent),
        autocontour=False,
        contours={"start": low + step / 2, "end": high, "size": step, "coloring": "fill"},
        colorscale=[[0.0, palette.valley], [1.0, palette.hill]],
        line={"color": palette.line, "width": 1},
        hoverinfo="skip",
        showscale=size == "full",
        colorbar={
            "title": {"text": "f", "side": "top"},
            "tickvals": ticks,
            "ticktext": labels,
            "thickness": 10,
            "outlinewidth": 0,
            "xpad": 6,
            "len": 1.0,
        },
    )


def _shorter(heights: np.ndarray) -> np.ndarray:
    """Heights in float32, rounded to BITS bits after the first, so that they compress. NaN stays NaN."""
    mantissa, exponent = np.frexp(heights.astype(np.float32))
    return np.ldexp(np.round(mantissa * 2.0 ** (BITS + 1)) / np.float32(2.0 ** (BITS + 1)), exponent)


def ticks_of(scale: Scale, low: float, high: float) -> tuple[list[float], list[str]]:
    """Places on the colour bar and the heights that stand there, rounded so that they can be read."""
    rounded = [float(f"{v:.2g}") for v in scale.unbend(np.linspace(low, high, 6))]
    tiny = 1e-4 * max(map(abs, rounded))
    values = sorted({v if abs(v) > tiny else 0.0 for v in rounded})
    return [float(scale.bend(np.array(v))) for v in values], [f"{v:g}" for v in values]


def _stars(floor: Floor, palette: Palette) -> go.Scatter:
    """A star at each global minimum, a smaller, hollow one at each local one."""
    lowest = floor.lowest
    deep = [lowest is not None and bool(h <= lowest + 1e-9) for h in floor.heights]
    return go.Scatter(
        x=floor.places[:, 0],
        y=floor.places[:, 1],
        mode="markers",
        name=_("minimum"),
        hoverinfo="skip",
        marker={
            "symbol": ["star" if d else "star-open" for d in deep],
            "size": [15 if d else 6 for d in deep],
            "color": palette.minimum,
            "line": {"width": 1, "color": palette.page},
        },
    )


def _layout(field: Field, palette: Palette, size: Size) -> dict:
    full = size == "full"
    axis = {
        "showgrid": False,
        "zeroline": False,
        "linecolor": palette.grid,
        "ticks": "outside",
        "tickcolor": palette.grid,
        "nticks": 9 if full else 5,
        "mirror": True,
        "showline": True,
    }
    return {
        "xaxis": axis | {"title": {"text": f"{LETTER}<sub>1</sub>", "standoff": 4}, "range": [field.x[0], field.x[-1]]},
        "yaxis": axis | {"title": {"text": f"{LETTER}<sub>2</sub>", "standoff": 4}, "range": [field.y[0], field.y[-1]]},
        "font": {"family": FONT, "size": 16 if full else 13, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 58, "r": 14, "t": 10, "b": 50} if full else {"l": 46, "r": 8, "t": 6, "b": 42},
        "showlegend": False,
        "hovermode": False,
        "dragmode": "zoom",
    }
