"""The gallery: races worth opening, each with its picture, on cards that are links."""

from typing import Any

import streamlit as st

from core.words import _
from experiments.presets import PRESETS
from ui import assets, session
from ui.component import browser_component
from ui.thumbnails import thumbnail_address

KEY = "gallery"

_gallery = browser_component("ravine_gallery", "gallery.js", "render")


def gallery() -> None:
    """Draw the cards. A click on one opens its race in this page."""
    _gallery(key=KEY, data=payload(), on_open_change=_open)


def payload() -> dict[str, Any]:
    """What the browser needs: the cards, and where their pictures and style are."""
    return {
        "cards": [{"title": _(p.title), "sentence": _(p.sentence), "link": p.link} for p in PRESETS],
        "pictures": thumbnail_address(),
        "css": assets.script_address("gallery.css"),
        "words": {"broken": _("The gallery could not be drawn. Reload the page.")},
    }


def _open() -> None:
    link = getattr(st.session_state[KEY], "open", None)
    if isinstance(link, str):
        session.open_link(link)
