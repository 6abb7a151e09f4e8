"""The head of every page: language, light and dark, and what there is to share."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from ravine.core.words import _, language, languages
from ravine.server import assets
from ravine.server.room_page import room_address, what_room
from ravine.ui import session
from ravine.ui.component import browser_component

HEAD_KEY = "head"
NAMES = {"en": "EN", "zh_CN": "中文"}  # of the languages, in themselves

_head = browser_component("ravine_head", "head/head.js", "render")


def page_head(titles: Mapping[str, str], page: str) -> None:
    """Draw the head of `page`, one of the files that have these titles. Inside another page there
    is none; the browser is told the language there too.
    """
    data = head_data() | {"pages": list(titles.items()), "page": page}
    turn = partial(_turn_to, titles)
    _head(key=HEAD_KEY, data=data, on_language_change=_speak, on_page_change=turn)


def head_data() -> dict[str, Any]:
    """What the browser needs on every page: languages, words, and where its scripts find things."""
    return {
        "language": language(),
        "languages": [(code, NAMES.get(code, code)) for code in languages()],
        "embedded": session.is_embedded(),
        "urls": {
            "css": assets.script_address("head/head.css"),
            "menu": assets.script_address("shared/menu.css"),
            "qr": assets.address("qr.svg"),
            "room": room_address(),
            "questions": assets.address("questions"),
        },
        "words": _words() | ({"room": _words_of_a_room()} if room_address() else {}),
    }


def _words() -> dict[str, str]:
    return {
        "language": _("Language"),
        "pages": _("Pages"),
        "light": _("Light"),
        "dark": _("Dark"),
        "share": _("Share"),
        "link": _("Copy the link"),
        "code": _("Copy the embed code"),
        "cite": _("Copy the credit line"),
        "credit": _("Ravine, the optimizer visualizer. MIT licence."),
        "copied": _("Copied."),
        "uncopied": _("This browser does not allow copying. Copy it from here:"),
        "qr": _("QR code of this link"),
        "larger": _("QR code: press to fill the screen"),
        "close": _("Close"),
        "broken": _("The head of the page could not be drawn. Reload the page."),
    }


def _words_of_a_room() -> dict[str, str]:
    return {
        "room": _("Room"),
        "title": _("Open a room"),
        "what": what_room(),
        "open": _("Open a room"),
        "join": _("Phones join at"),
        "qr": _("QR code of this room"),
        "projector": _("Projector"),
        "steer": _("Steer the room"),
        "control": _("Control on my phone"),
        "controlQr": _("QR code that steers this room"),
        "controlWarning": _(
            "Whoever scans this steers the room. Never show it on the screen that the class sees."
        ),
        "ask": _("Ask about this race"),
        "asked": _("Asked:"),
        "busy": _("A question is open. Steer the room to its end, or put it away; then ask."),
        "none": _("This race has no questions."),
        "coming": _("One moment …"),
        "offline": _("No connection."),
    }


def _speak() -> None:
    said = getattr(st.session_state[HEAD_KEY], "language", None)
    if said in languages():
        session.choose_language(said)


def _turn_to(titles: Mapping[str, str]) -> None:
    said = getattr(st.session_state[HEAD_KEY], "page", None)
    if isinstance(said, str) and said in titles:
        session.go_to(said)
