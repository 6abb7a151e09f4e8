"""How a rule is drawn. Which look a rule has, it says itself; what is done with looks stands in
`ravine/figures/theme.py`.
"""

from typing import NamedTuple


class Style(NamedTuple):
    """How a lane is drawn. `dash` is on and off lengths in pixels, empty for a solid line."""

    light: str  # colour on a light page, contrast at least 4.5
    dark: str  # colour on a dark page, contrast at least 4.5
    dash: tuple[int, ...]
    marker: str  # a Plotly symbol that the arena can draw too
