"""How things look: one colour, dash and marker for each optimizer, in every figure, in both
themes. Every rule says its own (`look`); the spare ones are here.
"""

import zlib
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from optim import MENU, OPTIMIZERS
from ravine.core.look import Style as Style

Mode: TypeAlias = Literal["light", "dark"]


class Palette(NamedTuple):
    """The colours of a picture's ground."""

    page: str
    text: str
    grid: str
    valley: str  # level curves, lowest
    hill: str  # level curves, highest
    line: str
    minimum: str
    meadow: str  # the lowest ground of the relief: the page's own colour would not be seen there


SPARE_STYLES = tuple(
    Style(light, dark, dash, marker)
    for (light, dark), dash, marker in zip(
        (
            ("#6b5900", "#e8cf4a"),
            ("#a3166f", "#ff8ad8"),
            ("#4a5d00", "#bfdc4f"),
            ("#7d4a2d", "#e3b08f"),
            ("#2f4fa8", "#a3b8ff"),
            ("#00695c", "#5fd9c7"),
            ("#8a1f1f", "#ff9d94"),
            ("#5b3f8c", "#c7b3f2"),
            ("#2d6a1f", "#a5e08a"),
            ("#8c1c8c", "#eb9cf0"),
            ("#00628c", "#86c8f5"),
            ("#8a3b00", "#ffa98a"),
        ),
        (
            *((8, 2), (4, 4), (12, 3, 3, 3), (3, 2), (20, 4), (6, 2, 2, 2), (9, 6), (16, 3, 2, 3)),
            *((2, 2, 8, 2), (5, 5), (14, 2), (7, 3, 3, 3)),
        ),
        (
            *(
                "x",
                "pentagon",
                "hexagon",
                "triangle-left",
                "triangle-right",
                "hexagram",
                "bowtie",
                "hourglass",
            ),
            *("diamond-tall", "diamond-wide", "star-diamond", "star-square"),
        ),
        strict=True,
    )
)

_LOOKS = {slug: OPTIMIZERS[slug].look for slugs in MENU.values() for slug in slugs}
_SPARE = {spare.marker: spare for spare in SPARE_STYLES}
# the rules with a look of their own
STYLES = {slug: look for slug, look in _LOOKS.items() if isinstance(look, Style)}
# the spare look that each further rule likes best; rules that are often raced together like
# different ones
BORROWED = {
    slug: _SPARE[look] for slug, look in _LOOKS.items() if isinstance(look, str) and look in _SPARE
} | {"typed": _SPARE["diamond-wide"]}

PALETTES: dict[Mode, Palette] = {
    "light": Palette(
        "#ffffff", "#1c2430", "#d8dee8", "#ffffff", "#c3d2e6", "#9db0cb", "#1c2430", "#e2f3e6"
    ),
    "dark": Palette(
        "#10151f", "#e9eef7", "#2b3547", "#121926", "#33445f", "#4c618a", "#e9eef7", "#16302c"
    ),
}

FONT = "Source Sans, Source Sans 3, Noto Sans CJK SC, Noto Sans SC, sans-serif"


def style(slug: str) -> Style:
    """The look of the rule called `slug`, where it is free. One that is no rule of the menu gets
    a spare one.
    """
    return (
        STYLES.get(slug)
        or BORROWED.get(slug)
        or SPARE_STYLES[zlib.crc32(slug.encode()) % len(SPARE_STYLES)]
    )


def styles(slugs: Sequence[str]) -> list[Style]:
    """A look for each lane, by its rule. A rule's first lane looks as the rule does, others take
    spare looks.

    No two of 12 are alike: a look that an earlier rule of the race has is not given again. Another
    form of a rule ("adam.keras") looks as the rule does, as long as that is not in the race.
    """
    firsts: dict[str, Style] = {}
    for slug in dict.fromkeys(slugs):
        rule = slug.partition(".")[0]
        own = (style(slug),) if rule in slugs else (style(rule), style(slug))
        firsts[slug] = next(
            look for look in (*own, *SPARE_STYLES, *STYLES.values()) if look not in firsts.values()
        )
    spare = (look for look in SPARE_STYLES * len(slugs) if look not in firsts.values())
    return [firsts[slug] if slug not in slugs[:i] else next(spare) for i, slug in enumerate(slugs)]


def mixed(a: str, b: str, share: float) -> str:
    """The colour that is `share` of the way from "#rrggbb" to another."""
    pairs = [(int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(p + share * (q - p)):02x}" for p, q in pairs)


def contrast(a: str, b: str) -> float:
    """The WCAG 2 contrast ratio of two colours "#rrggbb", from 1 to 21."""
    bright, dim = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
