"""Galleries: races worth opening, and all surfaces, each with its picture, on cards that are
links.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from ravine.core.words import _, speak
from ravine.experiments.link import on_surface, read_surface
from ravine.experiments.presets import PRESETS
from ravine.server import assets
from ravine.server.thumbnails import thumbnail_address
from ravine.ui import session
from ravine.ui.component import browser_component
from surfaces import FAMILIES, SURFACES

GALLERY = "gallery"
# a surface was chosen in the window that shows them all, which closes then
CHOSEN = "surface chosen"

_gallery = browser_component("ravine_gallery", "gallery/gallery.js", "render")


def gallery() -> None:
    """Draw the cards of the races. A click on one opens its race in this page."""
    _draw(GALLERY, races(), session.open_link)


def races() -> list[dict[str, str]]:
    """A card for each race worth opening."""
    return [{"title": _(p.title), "sentence": _(p.sentence), "link": p.link} for p in PRESETS]


def surfaces(family: str) -> list[dict[str, str]]:
    """A card for each surface of a family."""
    kinds = {slug: kind for slug, kind in SURFACES.items() if kind.family == family}
    return [
        {"title": _(k.title), "sentence": _(k.lesson), "link": f"on={slug}"}
        for slug, k in kinds.items()
    ]


def surfaces_button() -> None:
    """A button that opens a window with all surfaces, family by family."""
    if st.button(_("See all surfaces"), key="atlas", width="stretch"):
        st.dialog(_("All surfaces"), width="large")(_atlas)()


def _atlas() -> None:
    speak(st.session_state[session.LANGUAGE])
    if st.session_state.pop(CHOSEN, False):
        st.rerun()
    for family, title in FAMILIES.items():
        if cards := surfaces(family):
            st.subheader(_(title))
            _draw(f"atlas--{family}", cards, _choose)


def _choose(link: str) -> None:
    """Put the race of the visitor on the surface of a card; its optimizers stay."""
    named = parse_qs(link).get("on", [""])[0]
    session.reopen(lambda race, text: on_surface(race, read_surface(text)), named)
    st.session_state[CHOSEN] = True


def _draw(key: str, cards: Sequence[dict[str, str]], opens: Callable[[str], None]) -> None:
    def opened() -> None:
        link = getattr(st.session_state[key], "open", None)
        if isinstance(link, str):
            opens(link)

    _gallery(key=key, data=payload(cards), on_open_change=opened)


def payload(cards: Sequence[dict[str, str]]) -> dict[str, Any]:
    """What the browser needs: the cards, and where their pictures and style are."""
    return {
        "cards": [*cards],
        "pictures": thumbnail_address(),
        "css": assets.script_address("gallery/gallery.css"),
        "words": {"broken": _("The gallery could not be drawn. Reload the page.")},
    }
