"""Level curves: the ground that the paths are drawn on."""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from contourpy import contour_generator
from jaxtyping import Float
from scipy.ndimage import zoom

from ravine.core.words import _
from ravine.experiments.field import Field
from ravine.experiments.floor import Floor
from ravine.figures.holes import holes, label, shapes
from ravine.figures.plain import Plain
from ravine.figures.theme import FONT, PALETTES, Mode, Palette

Spacing: TypeAlias = Literal["linear", "root", "log", "auto"]
Size: TypeAlias = Literal["full", "panel"]

LEVEL_CURVES = 18
GLOBAL_MINIMUM, LOCAL_MINIMUM = "circle-cross-open", "circle-open"  # their markers
BROKEN = 4  # of the lowest, at most: so many may be left out because the grid would break them
GRID_POINTS: dict[Size, int] = {"full": 128, "panel": 80}  # along each axis, as drawn
# as in formulas, which have the font
LETTER = '<span style="font-family:KaTeX_Math,serif;font-style:italic">x</span>'
BITS = 11  # of a height's 23: a fiftieth of a pixel, and a third less to send
FITTING: dict[Spacing, float] = {
    "linear": 0.39,
    "root": 0.3,
}  # how high the middle height is drawn, at least
ALIKE = 1e-13  # heights that differ by a smaller share are equal, but for rounding
LARGE = 1e100  # when the largest height is larger it is their unit
OUTLYING = 2.0  # times the spread of most heights, away from the middle one: there may be a pole
STEEP = 0.25  # of that distance, lost from one place of the grid to the next: there is one
# the share of a logarithmic landscape that is drawn as flat: finer than the grid there is only
# noise
VALLEY = 0.05


class ColourScale(NamedTuple):
    """A way to space level curves: `bend` takes heights to evenly spaced values, `unbend` takes
    them back.
    """

    bend: Callable[[np.ndarray], np.ndarray]
    unbend: Callable[[np.ndarray], np.ndarray]


def scale_for(spacing: Spacing, heights: Float[np.ndarray, "n"]) -> ColourScale:
    """Level curves even in f, in the root of f above its lowest point (a quadratic's are then
    evenly apart), or in log.

    `heights` are the finite heights in view. "auto" needs all of the grid: `ruler_for`.
    """
    lowest = float(heights.min(initial=np.inf))
    if spacing == "root":
        return ColourScale(lambda z: np.sqrt(np.maximum(z - lowest, 0.0)), lambda t: lowest + t**2)
    if spacing == "log":
        rest = max(float(np.quantile(heights - lowest, VALLEY)), 1e-300)
        return ColourScale(
            lambda z: np.log10(np.maximum(z - lowest, 0.0) + rest),
            lambda t: lowest + 10.0**t - rest,
        )
    return ColourScale(np.asarray, np.asarray)


class Ruler(NamedTuple):
    """How heights are drawn: `scale` bends them, and what is bent goes from `low` to `high`."""

    scale: ColourScale
    low: float
    high: float
    spacing: Spacing  # never "auto"
    # of "auto": whether something lower, or higher, is left out
    cut: tuple[bool, bool] | None = None


def ruler_for(spacing: Spacing, z: Float[np.ndarray, "m n"], upright: bool = False) -> Ruler:
    """A ruler for the heights of a grid; "auto" is the spacing that fits them, without what would
    hide all the rest.

    `upright` is for heights that are seen as such: only logarithms are bent.
    """
    heights = z[np.isfinite(z)]
    heights = heights if heights.size else np.zeros(1)
    if spacing == "auto":
        return _fitted(z, heights, upright)
    scale = scale_for("linear" if upright and spacing == "root" else spacing, heights)
    low, high = scale.bend(np.array([heights.min(), heights.max()]))
    return Ruler(scale, float(low), float(high), spacing)


def _fitted(
    z: Float[np.ndarray, "m n"], heights: Float[np.ndarray, "finite"], upright: bool
) -> Ruler:
    """What is drawn goes from 0 to 1. `heights` are those of `z` that are finite."""
    largest = float(np.abs(heights).max())
    unit = largest if largest > LARGE else 1.0
    heights, whole = heights / unit, np.where(np.isfinite(z), z, np.nan) / unit
    least = -_limit(-whole)
    kept = np.maximum(heights, least)
    spacing = _fitting({"linear": heights, "root": kept})
    scale = scale_for(spacing, kept)
    most = float(scale.unbend(np.array(_limit(scale.bend(np.maximum(whole, least))))))
    drawn = scale_for("linear", kept) if upright and spacing == "root" else scale
    low, high = drawn.bend(np.array([least, most]))
    differ = most - least > ALIKE * max(abs(least), abs(most)) and high > low
    off = 1e-6 * (most - least)
    cut = bool(differ and heights.min() < least - off), bool(differ and heights.max() > most + off)
    return Ruler(
        _spanning(drawn, least, most, unit, bool(differ)), 0.0, float(differ), spacing, cut
    )


def _spanning(
    scale: ColourScale, least: float, most: float, unit: float, differ: bool
) -> ColourScale:
    """Heights, in a unit, from `least` to `most` as 0 to 1, what is beyond as these; all are 0 when
    none `differ`.
    """
    low, high = (float(v) for v in scale.bend(np.array([least, most])))
    span = high - low if differ else np.inf

    def bend(z: np.ndarray) -> np.ndarray:
        bent = scale.bend(np.clip(np.asarray(z) / unit, least, most))
        return np.asarray((bent - low) / span)

    def unbend(t: np.ndarray) -> np.ndarray:
        return np.asarray(scale.unbend(low + np.asarray(t) * (high - low)) * unit)

    return ColourScale(bend, unbend)


def _fitting(heights: dict[Spacing, Float[np.ndarray, "n"]]) -> Spacing:
    """The first spacing in which the middle one of its heights is not drawn as if it were one of
    the lowest.
    """
    for spacing, least in FITTING.items():
        bent = scale_for(spacing, heights[spacing]).bend(heights[spacing])
        low, middle, high = np.quantile(bent, [0.02, 0.5, 0.98])
        if middle - low >= least * (high - low):
            return spacing
    return "log"


def _limit(z: Float[np.ndarray, "m n"]) -> float:
    """The highest of the heights, without poles: what is far off and falls steeply to the next
    place of the grid.
    """
    if not np.isfinite(z).any():
        return 0.0
    low, middle, high = np.nanquantile(z, [0.1, 0.5, 0.9])
    above, framed = z - middle, np.pad(z, 1, constant_values=np.nan)
    sides = [framed[1:-1, 2:], framed[1:-1, :-2], framed[2:, 1:-1], framed[:-2, 1:-1]]
    pole = (z - np.fmin.reduce([z, *sides]) > STEEP * above) & (above > OUTLYING * (high - low))
    return float(np.nanmax(np.where(pole, np.nan, z)))


def level_curves(
    field: Field, floor: Floor, spacing: Spacing, mode: Mode, size: Size = "full"
) -> Plain:
    """The level curves of `field`, its minima marked, as a figure without paths.

    Where heights are not finite it is hatched. `size` "panel" is for side by side: smaller type, no
    colour bar.
    """
    palette = PALETTES[mode]
    ruler = ruler_for(spacing, field.z)
    with np.errstate(invalid="ignore"):
        bent = np.where(np.isfinite(field.z), ruler.scale.bend(field.z), np.nan)
    torn = holes(field).any()
    around = (
        {"shapes": shapes(field, palette, size), "annotations": label(field, palette, size)}
        if torn
        else {}
    )
    data = [_ground(field, bent, ruler, palette, size), _targets(floor, palette)]
    return {"data": data, "layout": _layout(field, palette, size) | around}


def _first_level(field: Field, bent: Float[np.ndarray, "m n"], ruler: Ruler) -> int:
    """The lowest level above those of the first BROKEN that are more curves than on a grid twice as
    fine.

    A valley narrower than the grid falls between its points here and there, and the level curve in
    it breaks into islands, which look like minima. The finer grid is interpolated by cubic splines:
    of a smooth valley they know the floor between the points.
    """
    if ruler.spacing == "linear" or not np.isfinite(field.z).all():
        return 0
    x, y = (np.linspace(axis[0], axis[-1], 2 * len(axis) - 1) for axis in (field.x, field.y))
    heights = np.asarray(zoom(field.z, 2 - 1 / np.array(field.z.shape), mode="nearest"))
    drawn = contour_generator(field.x, field.y, bent)
    finer = contour_generator(x, y, np.ma.masked_invalid(ruler.scale.bend(heights)))
    levels = (
        ruler.low + (k + 0.5) * (ruler.high - ruler.low) / LEVEL_CURVES for k in range(BROKEN)
    )
    broken = (k for k, z in enumerate(levels) if len(drawn.lines(z)) > len(finer.lines(z)))
    return max(broken, default=-1) + 1


def level_heights(field: Field, spacing: Spacing) -> Float[np.ndarray, "levels"]:
    """The heights of the level curves that `level_curves` draws of `field`, from the lowest up."""
    ruler = ruler_for(spacing, field.z)
    with np.errstate(invalid="ignore"):
        bent = np.where(np.isfinite(field.z), ruler.scale.bend(field.z), np.nan)
    start, end, step = _levels(field, bent, ruler)
    return np.asarray(ruler.scale.unbend(np.arange(start, end, step)))


def _levels(
    field: Field, bent: Float[np.ndarray, "m n"], ruler: Ruler
) -> tuple[float, float, float]:
    """The first level, where they end, and how far apart they are, all bent."""
    low, high = (float(v) for v in _shorter(np.array([ruler.low, ruler.high])))
    step = (high - low) / LEVEL_CURVES or 1.0
    return low + (_first_level(field, bent, ruler) + 0.5) * step, high, step


def _ground(field: Field, bent: np.ndarray, ruler: Ruler, palette: Palette, size: Size) -> dict:
    low, high = (float(v) for v in _shorter(np.array([ruler.low, ruler.high])))
    start, end, step = _levels(field, bent, ruler)
    ticks, labels = ticks_of(ruler, low, high)
    return {
        "type": "contour",
        "x": field.x.astype(np.float32),
        "y": field.y.astype(np.float32),
        "z": _shorter(bent),
        "autocontour": False,
        "contours": {
            "start": start,
            "end": end,
            "size": step,
            "coloring": "fill",
        },
        "colorscale": [[0.0, palette.valley], [1.0, palette.hill]],
        "line": {"color": palette.line, "width": 1},
        "hoverinfo": "skip",
        "showscale": size == "full",
        "colorbar": {
            "title": {"text": "f", "side": "top"},
            "tickvals": ticks,
            "ticktext": labels,
            "thickness": 10,
            "outlinewidth": 0,
            "xpad": 6,
            "len": 1.0,
        },
    }


def _shorter(heights: np.ndarray) -> np.ndarray:
    """Heights in float32, rounded to BITS bits after the first, so that they compress. NaN stays
    NaN.
    """
    mantissa, exponent = np.frexp(heights.astype(np.float32))
    return np.ldexp(
        np.round(mantissa * 2.0 ** (BITS + 1)) / np.float32(2.0 ** (BITS + 1)), exponent
    )


def ticks_of(ruler: Ruler, low: float, high: float) -> tuple[list[float], list[str]]:
    """Places on the colour bar and the heights that stand there, rounded so that they can be read.

    Where heights are left out, below or above, the last one says so.
    """
    rounded = [float(f"{v:.2g}") for v in ruler.scale.unbend(np.linspace(low, high, 6))]
    decades = ruler.cut is not None and ruler.spacing == "log"
    tiny = 0.0 if decades else 1e-4 * max(map(abs, rounded))
    values = sorted({v if abs(v) > tiny else 0.0 for v in rounded})
    labels = [f"{v:g}" for v in values]
    below, above = ruler.cut or (False, False)
    labels[0] = f"≤ {labels[0]}" if below else labels[0]
    labels[-1] = f"≥ {labels[-1]}" if above else labels[-1]
    return [float(ruler.scale.bend(np.array(v))) for v in values], labels


def _targets(floor: Floor, palette: Palette) -> dict:
    """A target at each global minimum, a small ring at each local one: no rule has that marker."""
    lowest = floor.lowest
    deep = [lowest is not None and bool(h <= lowest + 1e-9) for h in floor.heights]
    return {
        "type": "scatter",
        "x": floor.places[:, 0],
        "y": floor.places[:, 1],
        "mode": "markers",
        "name": _("minimum"),
        "hoverinfo": "skip",
        "marker": {
            "symbol": [GLOBAL_MINIMUM if d else LOCAL_MINIMUM for d in deep],
            "size": [17 if d else 6 for d in deep],
            "color": palette.minimum,
            "line": {"width": 2},
        },
    }


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
        "xaxis": axis
        | {"title": {"text": f"{LETTER}<sub>1</sub>", "standoff": 4}, "range": _ends(field.x)},
        "yaxis": axis
        | {"title": {"text": f"{LETTER}<sub>2</sub>", "standoff": 4}, "range": _ends(field.y)},
        "font": {"family": FONT, "size": 16 if full else 13, "color": palette.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 58, "r": 14, "t": 10, "b": 50}
        if full
        else {"l": 46, "r": 8, "t": 6, "b": 42},
        "showlegend": False,
        "hovermode": False,
        "dragmode": "zoom",
    }


def _ends(axis: Float[np.ndarray, "n"]) -> list[float]:
    return [float(axis[0]), float(axis[-1])]
