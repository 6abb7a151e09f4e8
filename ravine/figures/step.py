"""A step as a picture: what it is made of, drawn to scale over the level curves that the browser
has.
"""

import numpy as np
from jaxtyping import Float

from ravine.core.words import _
from ravine.experiments.anatomy import Anatomy, ellipse
from ravine.figures.plain import Plain
from ravine.figures.theme import PALETTES, Mode, Style, mixed

PART_DASHES = {"coast": "dash", "pull": "dot", "plain": "dashdot"}
SHORTEST = 1e-12


def step_picture(
    parts: Anatomy,
    path: Float[np.ndarray, "k 2"],
    other: Float[np.ndarray, "n 2"] | None,
    look: Style,
    mode: Mode,
) -> Plain:
    """Traces and arrowheads of a step: the path so far, memory, gradient, their sum, and the matrix
    as an ellipse.

    `other` is a second path beside it. Nothing is told by colour alone: each arrow has its own
    dashes, and a name.
    """
    palette, colour = PALETTES[mode], getattr(look, mode)
    ends = _ends(parts)
    names = {
        "plain": _("gradient descent step, −η∇f"),
        "coast": _("from memory alone"),
        "pull": _("from the gradient"),
        "step": _("the step"),
    }
    colours = {"plain": palette.text, "coast": colour, "pull": palette.text, "step": colour}
    arrows = [_arrow(names[name], a, b, colours[name], name) for name, (a, b) in ends.items()]
    heads = [_head(a, b, colours[name], name) for name, (a, b) in ends.items()]
    beside = [] if other is None else [_line(_("what if"), other, palette.text, 1.6, "2px,3px")]
    data = [
        _line(_("the path so far"), path, mixed(palette.page, colour, 0.55), 2.2, "solid"),
        *beside,
    ]
    return {
        "data": [
            *data,
            *_matrix(parts, palette.text),
            *arrows,
            _places(parts, colour, palette.page),
        ],
        "layout": {"annotations": heads},
    }


def _ends(parts: Anatomy) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """From where to where each arrow goes; one that has no length is none."""
    here = parts.place
    joint = here + parts.coast
    all_of = {
        "plain": (here, here + parts.plain) if parts.plain is not None else None,
        "coast": (here, joint),
        "pull": (joint, here + parts.step),
        "step": (here, here + parts.step),
    }
    alone = np.allclose(parts.coast, 0.0, atol=SHORTEST)

    def is_seen(name: str, ends: tuple[np.ndarray, np.ndarray] | None) -> bool:
        if ends is None or not np.isfinite(ends).all():
            return False
        same = name == "plain" and np.allclose(ends[1], here + parts.step)
        hidden = same or (alone and name == "pull")
        return not hidden and bool(np.linalg.norm(ends[1] - ends[0]) > SHORTEST)

    return {name: ends for name, ends in all_of.items() if is_seen(name, ends)}


def _arrow(name: str, a: np.ndarray, b: np.ndarray, colour: str, kind: str) -> dict:
    return _line(
        name,
        np.stack([a, b]),
        colour,
        4.5 if kind == "step" else 2.6,
        PART_DASHES.get(kind, "solid"),
    )


def _line(name: str, places: np.ndarray, colour: str, width: float, dash: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": places[:, 0],
        "y": places[:, 1],
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
        "showlegend": True,
    }


def _head(a: np.ndarray, b: np.ndarray, colour: str, kind: str) -> dict:
    """The head of an arrow: Plotly draws it at the end of a short line of its own."""
    back = b - 0.02 * (b - a)
    ends = {"x": float(b[0]), "y": float(b[1]), "ax": float(back[0]), "ay": float(back[1])}
    axes = {"xref": "x", "yref": "y", "axref": "x", "ayref": "y"}
    size = {"arrowwidth": 3.2 if kind == "step" else 2.2, "arrowsize": 1.3, "arrowhead": 2}
    return {"text": "", "showarrow": True, "arrowcolor": colour, **ends, **axes, **size}


def _matrix(parts: Anatomy, colour: str) -> list[dict]:
    """The ellipse of all steps that a gradient of this length could give."""
    if (
        parts.shape is None
        or not np.isfinite(parts.shape).all()
        or not np.isfinite(parts.slope).all()
    ):
        return []
    ring = parts.place + ellipse(parts.shape, parts.slope)
    return [_line(_("gradients of this length"), ring, colour, 1.2, "4px,4px")]


def _places(parts: Anatomy, colour: str, page: str) -> dict:
    ends = np.stack([parts.place, parts.place + parts.step])
    return {
        "type": "scatter",
        "mode": "markers",
        "x": ends[:, 0],
        "y": ends[:, 1],
        "marker": {
            "size": [13, 11],
            "color": [colour, page],
            "line": {"width": 2.5, "color": [page, colour]},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }
