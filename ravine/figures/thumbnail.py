"""A whole race as one small picture: an SVG that a page shows before anything is run."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from contourpy import FillType, contour_generator
from jaxtyping import Float

from ravine.experiments.field import Field
from ravine.experiments.floor import Floor
from ravine.figures.holes import hatch, holes, outlines, tone
from ravine.figures.levels import Spacing, ruler_for
from ravine.figures.theme import PALETTES, Mode, Palette, Style, mixed

CARD_WIDTH, CARD_HEIGHT = (
    3200,
    2000,
)  # in tenths of a pixel: whole numbers are short, and a tenth is as fine as is seen
BANDS = (12, 8, 5, 3)  # how many level curves: as many as there is room for
MOST_CHARACTERS = 19_000  # characters for the ground of a card
MOST_ALONE = 26_000  # ... and of a picture that shows nothing else
# views away from the middle, where a path is cut: nothing that leaves so far is drawn on its way
# back
FARTHEST = 50.0
# how far outside the picture an outline runs along its frame, so that the frame is no level curve
BORDER = 40

Positions = Float[np.ndarray, "n 2"]  # x1, x2 of the surface
Outline = Float[np.ndarray, "corners 2"]
Dots = Float[np.ndarray, "n 2"]  # tenths of a pixel, from the upper left corner


def _corners(count: int, turn: float = 0.0, inner: float = 1.0, radius: float = 1.0) -> Dots:
    """A polygon, or with `inner` a star, around the origin. `turn` is a share of a whole turn."""
    angles = 2 * np.pi * (np.arange(count) / count + turn - 0.25)
    reach = radius * np.where(np.arange(count) % 2, inner, 1.0)
    return np.column_stack([reach * np.cos(angles), reach * np.sin(angles)])


CROSS = np.array(
    [
        (-1, -3),
        (1, -3),
        (1, -1),
        (3, -1),
        (3, 1),
        (1, 1),
        (1, 3),
        (-1, 3),
        (-1, 1),
        (-3, 1),
        (-3, -1),
        (-1, -1),
    ]
) / np.array([2.75, 2.75])
TARGET_RADIUS = 44  # tenths of a pixel
OUTLINES: dict[str, Dots] = {
    "circle": _corners(20, radius=0.95),
    "square": _corners(4, 1 / 8, radius=1.2),
    "diamond": _corners(4, radius=1.25),
    "triangle-up": _corners(3, radius=1.3),
    "triangle-down": _corners(3, 1 / 2, radius=1.3),
    "triangle-left": _corners(3, -1 / 4, radius=1.3),
    "triangle-right": _corners(3, 1 / 4, radius=1.3),
    "cross": CROSS,
    "x": CROSS @ np.array([(1.0, 1.0), (-1.0, 1.0)]) / np.sqrt(2),
    "star": _corners(10, inner=0.45, radius=1.4),
    "hexagram": _corners(12, inner=0.58, radius=1.25),
    "pentagon": _corners(5, radius=1.1),
    "hexagon": _corners(6, radius=1.1),
    "bowtie": np.array([(-1.0, -1.0), (1.0, 1.0), (1.0, -1.0), (-1.0, 1.0)]),
    "hourglass": np.array([(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)]),
    "diamond-tall": _corners(4, radius=1.4) * (0.6, 1.0),
    "diamond-wide": _corners(4, radius=1.4) * (1.0, 0.6),
    "star-diamond": _corners(8, inner=0.45, radius=1.4),
    "star-square": _corners(8, 1 / 8, inner=0.45, radius=1.4),
}


def thumbnail(
    field: Field,
    floor: Floor,
    paths: Sequence[Positions],
    styles: Sequence[Style],
    spacing: Spacing,
    mode: Mode,
) -> str:
    """`paths` on the ground of `field`, as the text of an SVG, 320 by 200.

    Each path, at least one point, ends in the marker of its style; the first point of the first one
    is the start. A path is cut where it is not finite any more. What is outside the picture is cut
    off by the frame, never moved.
    """
    palette = PALETTES[mode]
    lines = [_cut(_placed(path, field)) for path in paths]
    colours = [look.light if mode == "light" else look.dark for look in styles]
    wide, high = CARD_WIDTH // 10, CARD_HEIGHT // 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}">',
        '<g transform="scale(.1)" stroke-linejoin="round">',
        _ground(field, spacing, palette),
        _minima(floor, field, palette),
        *[_path(i, line, styles[i], colours[i], palette) for i, line in enumerate(lines)],
        *[
            _mark(OUTLINES[styles[i].marker], line[-1:], 50, colours[i], palette)
            for i, line in enumerate(lines)
        ],
        "</g></svg>",
    ]
    return "".join(parts)


def bare_ground(field: Field, floor: Floor, start: Positions, spacing: Spacing, mode: Mode) -> str:
    """The ground of `field` with its minima and the place `start`, (1, 2), where a run will begin:
    the text of an SVG, 320 by 200, to be stretched over the box of the field.
    """
    palette = PALETTES[mode]
    wide, high = CARD_WIDTH // 10, CARD_HEIGHT // 10
    # what may be stretched has no shape of its own: it is shown as large as this says
    box = f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" preserveAspectRatio="none"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
        '<g transform="scale(.1)" stroke-linejoin="round">',
        _ground(field, spacing, palette, MOST_ALONE),
        _minima(floor, field, palette),
        _ring(_placed(start, field), palette),
        "</g></svg>",
    ]
    return "".join(parts)


def _placed(places: Positions, field: Field) -> Dots:
    left, right, bottom, top = field.x[0], field.x[-1], field.y[0], field.y[-1]
    with np.errstate(over="ignore", invalid="ignore"):
        across, down = (places[:, 0] - left) / (right - left), (top - places[:, 1]) / (top - bottom)
        return np.column_stack([across * CARD_WIDTH, down * CARD_HEIGHT])


def _cut(dots: Dots) -> Float[np.ndarray, "kept 2"]:
    """The path up to where it stops being finite, or to the frame FAR views away where it leaves
    that.

    Numbers larger than that are beyond what browsers draw.
    """
    dots = dots[: _first(~np.isfinite(dots))]
    frame = FARTHEST * np.array([CARD_WIDTH, CARD_HEIGHT])
    middle = np.array([CARD_WIDTH, CARD_HEIGHT]) / 2
    last = _first(np.abs(dots - middle) > frame)
    if last in {0, len(dots)}:
        return dots[:last]
    inside, outside = dots[last - 1] - middle, dots[last] - middle
    step = outside - inside
    share = np.min(
        np.divide(np.sign(step) * frame - inside, step, out=np.full(2, np.inf), where=step != 0)
    )
    return np.vstack([dots[:last], middle + inside + share * step])


def _first(found: np.ndarray) -> int:
    """The first row that holds a truth; the number of rows when none does."""
    rows = np.flatnonzero(found.sum(axis=1))
    return int(rows[0]) if len(rows) else len(found)


def _ground(field: Field, spacing: Spacing, palette: Palette, most: int = MOST_CHARACTERS) -> str:
    """The level curves, each the outline of all that is higher: as many as there is room for."""
    ruler = ruler_for(spacing, field.z)
    with np.errstate(invalid="ignore", over="ignore"):
        bent = np.ma.masked_invalid(
            np.where(np.isfinite(field.z), ruler.scale.bend(field.z), np.nan)
        )
    made, above = (
        f'<path fill="{palette.valley}" d="M0 0h{CARD_WIDTH}v{CARD_HEIGHT}H0z"/>',
        _holes(field, palette),
    )
    if bent.mask.all() or bent.max() <= bent.min():
        return made + above
    drawn = (_bands(field._replace(z=bent), count, palette) for count in BANDS)
    return made + next((text for text in drawn if len(text) + len(above) <= most), "") + above


def _holes(field: Field, palette: Palette) -> str:
    """Where the surface is not defined: a tone with lines on it."""
    if not holes(field).any():
        return ""
    lines = (
        '<pattern id="hole" width="110" height="110" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(-45)">'
        f'<path fill="{tone(palette)}" d="M0 0h110v110H0z"/>'
        f'<path stroke="{hatch(palette)}" stroke-width="22" d="M0 0v110"/></pattern>'
    )
    rings = [ring for rings in outlines(field) for ring in rings]
    d = "".join(f"{_line(_beside(_placed(ring, field)))}z" for ring in rings)
    return f'{lines}<path fill="url(#hole)" fill-rule="evenodd" d="{d}"/>'


def _bands(field: Field, count: int, palette: Palette) -> str:
    generator = contour_generator(field.x, field.y, field.z, fill_type=FillType.OuterOffset)
    low, high = float(field.z.min()), float(field.z.max())
    shares = (np.arange(count) + 0.5) / count
    texts = []
    for share in shares:
        higher: Any = generator.filled(low + share * (high - low), np.inf)
        rings = [
            ring for dots, at in zip(*higher, strict=True) for ring in np.split(dots, at[1:-1])
        ]
        d = "".join(f"{_line(_beside(_placed(ring[:-1], field)))}z" for ring in rings)
        texts.append(f'<path fill="{mixed(palette.valley, palette.hill, share)}" d="{d}"/>')
    return f'<g fill-rule="evenodd" stroke="{palette.line}" stroke-width="7">{"".join(texts)}</g>'


def _beside(dots: Dots) -> Dots:
    """An outline that runs along the frame runs outside it."""
    dots = np.where(dots < 0.5, -BORDER, dots)
    return np.where(
        dots > np.array([CARD_WIDTH, CARD_HEIGHT]) - 0.5,
        np.array([CARD_WIDTH, CARD_HEIGHT]) + BORDER,
        dots,
    )


def _minima(floor: Floor, field: Field, palette: Palette) -> str:
    """A target at each global minimum, a dot at each local one."""
    dots = _placed(floor.places, field)
    deep = np.array(
        [floor.lowest is not None and h <= floor.lowest + 1e-9 for h in floor.heights], bool
    )
    local = "".join(f"M{x} {y}h0" for x, y in _whole(dots[~deep]))
    pen = f'stroke="{palette.minimum}" stroke-width="30" stroke-linecap="round" opacity=".7"'
    small = f'<path {pen} d="{local}"/>'
    return (small if local else "") + _targets(dots[deep], palette)


def _targets(dots: Dots, palette: Palette) -> str:
    """Rings with a cross in them, on a lighter line, so that they stand out on any ground."""
    r = TARGET_RADIUS
    ring = f"a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0h{2 * r}m{-r} {-r}v{2 * r}"
    d = "".join(f"M{x - r} {y}{ring}" for x, y in _whole(dots))
    pens = ((palette.page, 30), (palette.minimum, 15))
    drawn = (f'<path fill="none" stroke="{c}" stroke-width="{w}" d="{d}"/>' for c, w in pens)
    return "".join(drawn) if d else ""


def _path(nth: int, line: Dots, look: Style, colour: str, palette: Palette) -> str:
    """A path in its colour over a wider one in the colour of the page; the first one's start is a
    ring.
    """
    dash = (
        f' stroke-dasharray="{" ".join(str(6 * length) for length in look.dash)}"'
        if look.dash
        else ""
    )
    ring = _ring(line[:1], palette) if nth == 0 else ""
    return (
        f'<path id="p{nth}" fill="none" d="{_line(line)}"/>'
        f'<use href="#p{nth}" stroke="{palette.page}" stroke-width="46" opacity=".75"/>'
        f'<use href="#p{nth}" stroke="{colour}" stroke-width="24"{dash}/>{ring}'
    )


def _ring(dots: Dots, palette: Palette) -> str:
    return "".join(
        f'<circle cx="{x}" cy="{y}" r="58" fill="{palette.page}" stroke="{palette.text}" '
        'stroke-width="20"/>'
        for x, y in _whole(dots)
    )


def _mark(outline: Outline, dots: Dots, radius: float, colour: str, palette: Palette) -> str:
    d = "".join(f"{_line(dot + radius * outline)}z" for dot in dots)
    return f'<path fill="{colour}" stroke="{palette.page}" stroke-width="12" d="{d}"/>' if d else ""


def _line(dots: Dots) -> str:
    """A line through `dots` as path data, each relative to the one before. Dots that fall together
    are one.
    """
    whole = _whole(dots)
    if not len(whole):
        return ""
    steps = np.diff(whole, axis=0)
    steps = steps[steps.any(axis=1)]
    rest = " ".join(f"{dx} {dy}" for dx, dy in steps)
    return f"M{whole[0, 0]} {whole[0, 1]}{'l' if rest else 'h0'}{rest}".replace(" -", "-")


def _whole(dots: Dots) -> np.ndarray:
    return np.rint(dots).astype(np.int64)
