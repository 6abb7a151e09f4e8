"""Make the font of the icons that Ravine's pages can show, from Streamlit's, which has four thousand of them.

    python -m tests.icons

An icon is a ligature: its name, written in this font, is drawn as the icon.
"""

import re
from pathlib import Path

import streamlit
from fontTools import subset
from fontTools.ttLib import TTFont

from ravine.server.assets import ICONS, ROOT

STATIC = Path(streamlit.__file__).parent / "static" / "static"
NAMED = re.compile(r":material/([a-z0-9_]+)")
OURS = ("ravine", "pages")


def names() -> set[str]:
    """Of all icons that Streamlit's scripts and our pages name."""
    ours = (path for folder in OURS for path in (ROOT / folder).rglob("*.py"))
    scripts = (*(STATIC / "js").glob("*.js"), *ours)
    return {name for path in scripts for name in NAMED.findall(path.read_text(encoding="utf-8"))}


def ligatures(font: TTFont) -> dict[str, str]:
    """The glyph of each name that a font draws as an icon."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    tables = (table for lookup in font["GSUB"].table.LookupList.Lookup for table in lookup.SubTable)
    found = {}
    for table in (getattr(table, "ExtSubTable", table) for table in tables):
        for first, ones in getattr(table, "ligatures", {}).items():
            for one in ones:
                name = "".join(letters.get(part, "") for part in (first, *one.Component))
                found[name.lower()] = one.LigGlyph
    return found


def streamlits() -> TTFont:
    """The whole font, as Streamlit serves it."""
    [path] = (STATIC / "media").glob("MaterialSymbols-Rounded.*.woff2")
    return TTFont(path)


def main() -> None:
    """Write the font."""
    font, wanted = streamlits(), names()
    known = ligatures(font)
    options = subset.Options(layout_closure=False, hinting=False, flavor="woff2")
    options.layout_features = ["*"]
    picked = subset.Subsetter(options)
    unicodes = [code for code in font.getBestCmap() if code < 128]
    picked.populate(glyphs=[known[name] for name in wanted if name in known], unicodes=unicodes)
    picked.subset(font)
    font.flavor = "woff2"
    font.save(ICONS)


if __name__ == "__main__":
    main()
