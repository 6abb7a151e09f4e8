"""The page of a phone in a room: HTML, one style, one script, and its words. No Streamlit."""

import gzip
import html
import json
from functools import lru_cache
from string import Template

from ravine.core.words import _
from ravine.server import assets

ROOM_SCRIPTS = assets.SCRIPTS / "room"


@lru_cache(maxsize=8)
def room_page(lang: str) -> bytes:
    """The page in the language of the context, whose code is `lang`; compressed."""
    told = json.dumps({"base": assets.address("room/"), "words": room_words()}, ensure_ascii=False)
    page = Template((ROOM_SCRIPTS / "room.html").read_text())
    filled = page.substitute(
        lang=lang.replace("_", "-"),
        title=html.escape(_("Ravine: a room")),
        no_script=html.escape(_("This page needs JavaScript.")),
        style=assets.script_address("room/room.css"),
        script=assets.script_address("room/room.js"),
        told=html.escape(told),
    )
    return gzip.compress(filled.encode(), 9)


def room_words() -> dict[str, str]:
    """Every text of the page, by the name that the script has for it."""
    return {
        "join": _("Join a room"),
        "code": _("Code of the room"),
        "codeHint": _("Five letters and digits, as the teacher shows them."),
        "go": _("Join"),
        "room": _("Room {code}"),
        "wait": _("You are in. Wait for the question."),
        "answered": _("{n} answered"),
        "send": _("Send"),
        "sendAgain": _("Send again"),
        "sending": _("Sending …"),
        "sent": _("Sent: {answer}"),
        "kept": _("Kept on this phone, will send: {answer}"),
        "offline": _("No connection. This page goes on by itself."),
        "closed": _("Closed."),
        "late": _("Closed before your answer arrived."),
        "discuss": _("Talk with your neighbours. Then there is a second vote."),
        "again": _("Second vote: answer once more."),
        "first": _("First vote"),
        "second": _("Second vote"),
        "after": _("What was seen"),
        "happened": _("What happened? Answer with what you saw."),
        "truth": _("What came out: {answer}"),
        "yours": _("Your answer: {answer}"),
        "yoursAgain": _("Your second answer: {answer}"),
        "right": _("That is right."),
        "wrong": _("That is not what came out."),
        "offPoint": _("{percent} of the picture's diagonal away."),
        "offNumber": _("Off by a factor of {factor}."),
        "offOrder": _("{percent} of the pairs are the wrong way round."),
        "offChoice": _("Quadratic score {score}: 0 is best, 2 is worst."),
        "median": _("Median of the class: {answer}"),
        "point": _("Touch the picture, or set both coordinates."),
        "number": _("Set the number."),
        "order": _("Put them in order, the first on top."),
        "up": _("Move {item} up"),
        "down": _("Move {item} down"),
        "sure": _("How sure are you: {percent}"),
        "picture": _("Picture of the question"),
        "legend": _("Small dots: the class. Large dot: you. Cross: what came out."),
    }
