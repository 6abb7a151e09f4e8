"""Galleries: races worth opening, and all surfaces, each with its picture, on cards that are
links.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs

import streamlit as st

from ravine.core.words import _, speak
from ravine.experiments.link import on_surface, read_surface
from ravine.experiments.presets import PRESETS, chapter_link
from ravine.experiments.race import Race
from ravine.experiments.views.gallery import CHAPTERS
from ravine.payload.names import plain
from ravine.server import assets
from ravine.server.thumbnails import thumbnail_address
from ravine.ui import report, session
from ravine.ui.component import browser_component
from surfaces import FAMILIES, SURFACES

GALLERY = "gallery"
# something was chosen in the window that shows all of it, which closes then
CHOSEN = "chosen"

_gallery = browser_component("ravine_gallery", "gallery/gallery.js", "render")


def gallery() -> None:
    """Draw the cards of the races. A click on one opens its race in this page."""
    _draw(GALLERY, races(), session.open_and_play)


def races() -> list[dict[str, str]]:
    """A card for each race worth opening."""
    return [
        {"title": _(p.title), "sentence": _(p.sentence), "link": chapter_link(p)} for p in PRESETS
    ]


def chapter_line(race: Race) -> None:
    """Above the picture: title and sentence of the race that was opened from the gallery and ways
    on, else the lesson of the surface; its formula, and the way to the gallery.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="chapter"):
        if preset := CHAPTERS.get(race.gallery.chapter):
            number = PRESETS.index(preset)
            told = f"**{plain(_(preset.title))}** — {plain(_(preset.sentence))}"
            st.markdown(f"{told}  \n{report.surface_formula(race)}", width="stretch")
            _way("chapter-back", _("Back"), number - 1)
            _way("chapter-next", _("Next"), number + 1)
        else:
            report.surface_line(race)
        if st.button(_("Races worth seeing"), key="chapters"):
            st.dialog(_("Races worth seeing"), width="large")(_chapters)()


def _way(key: str, label: str, number: int) -> None:
    """A button to another race of the gallery; at either end it cannot be pressed."""
    there = 0 <= number < len(PRESETS)
    link = chapter_link(PRESETS[number]) if there else ""
    st.button(label, key=key, disabled=not there, on_click=session.open_and_play, args=(link,))


def _chapters() -> None:
    speak(st.session_state[session.LANGUAGE])
    if st.session_state.pop(CHOSEN, False):
        st.rerun()
    _draw("chapter-cards", races(), _open_chapter)


def _open_chapter(link: str) -> None:
    session.open_and_play(link)
    st.session_state[CHOSEN] = True


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
