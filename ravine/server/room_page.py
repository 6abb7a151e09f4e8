"""The pages of a room: the phones', the teacher's and the projector's. HTML, styles, one script
each, and their words. No Streamlit.
"""

import gzip
import html
import json
import os
from functools import lru_cache
from string import Template
from typing import Any

from ravine.core.words import N_, _, all_texts
from ravine.rooms.phases import FOLLOWS
from ravine.server import assets

ROOM_SCRIPTS = assets.SCRIPTS / "room"
PAGE_STYLES = {
    "room": ("room.css", "class_map.css"),
    "teach": ("room.css", "board.css", "class_map.css", "teach.css"),
    "show": ("show.css", "board.css", "class_map.css"),
}
PAGE_TITLES = {
    "room": N_("Ravine: a room"),
    "teach": N_("Ravine: steer a room"),
    "show": N_("Ravine: a room on the projector"),
}


def room_address() -> str:
    """The address below which rooms are; empty where there are none."""
    return assets.address("room/") if os.environ.get("RAVINE_ROOMS", "").strip() else ""


@lru_cache(maxsize=24)
def room_page(lang: str, name: str = "room") -> bytes:
    """A page, "room" (a phone's), "teach" or "show", in the language of the context, whose code is
    `lang`; compressed.
    """
    told = json.dumps(_told(name), ensure_ascii=False)
    page = Template((ROOM_SCRIPTS / "room.html").read_text())
    filled = page.substitute(
        lang=lang.replace("_", "-"),
        title=html.escape(_(PAGE_TITLES[name])),
        no_script=html.escape(_("This page needs JavaScript.")),
        styles="\n".join(_style(style) for style in PAGE_STYLES[name]),
        script=assets.script_address(f"room/{name}.js"),
        told=html.escape(told),
    )
    return gzip.compress(filled.encode(), 9)


def _style(name: str) -> str:
    return f'<link rel="stylesheet" href="{assets.script_address(f"room/{name}")}">'


def _told(name: str) -> dict[str, Any]:
    """What the script of a page is told."""
    told = {"base": assets.address("room/"), "words": room_words()}
    if name == "room":
        return told | {"arena": assets.address("").removesuffix("ravine/")}
    own = teach_words() if name == "teach" else show_words()
    words = all_texts(told["words"], class_words(), own)
    asks, qr = assets.address("questions"), assets.address("qr.svg")
    return told | {"words": words, "follows": FOLLOWS, "asks": asks, "qr": qr}


def room_words() -> dict[str, str]:
    """Every text of the page, by the name that the script has for it."""
    return all_texts(run_words(), _phone_words())


def _phone_words() -> dict[str, str]:
    return {
        "join": _("Join a room"),
        "code": _("Code of the room"),
        "codeHint": _("Five letters and digits, as the teacher shows them."),
        "go": _("Join"),
        "room": _("Room {code}"),
        "wait": _("You are in. Wait for the question."),
        "follow": _("Open the arena and follow"),
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


def run_words() -> dict[str, str]:
    """The texts of questions in which everyone runs one."""
    return {
        "runIt": _("Run it"),
        "runAgain": _("One more for you: run it, too."),
        "handing": _("You will be handed one …"),
        "handed_starts": _("Your start: {value}"),
        "handed_rates": _("Your learning rate: {value}"),
        "ran_starts": _("Your run from {value} ended here: {fate}."),
        "ran_rates": _("Your run with {value} ended here: {fate}."),
        "ranSteps": _("Steps until it was near the lowest height: {n}."),
        "ranHeight": _("Height at the end: {height}."),
        "whereEnded": _("Where it ended"),
        "classOf": _("Class, {n}"),
        "shareOf": _("Share of the class"),
        "allOf": _("All {n}"),
        "interval": _("Under each share stands its interval of 95 percent (Wilson)."),
        "endHeight": _("Height at the end, above the minimum"),
    }


def class_words() -> dict[str, Any]:
    """The texts that the teacher's page and the projector's have in common."""
    return {
        "steps": step_words(),
        "phases": phase_words(),
        "cameOut": _("What came out"),
        "medianShort": _("Median of the class"),
        "answers": _("{n} answers"),
        "answersMedian": _("{n} answers, median {answer}"),
        "moved": _("{n} of {all} who voted twice changed their answer."),
        "meanPlace": _("Mean place"),
        "nobody": _("No answers to show yet."),
        "replay": _("Play it again"),
    }


def step_words() -> dict[str, str]:
    """What the steps of a teacher are called: "the phase/the one that follows"."""
    return {
        "ask/closed": _("Close the vote"),
        "closed/discuss": _("Discuss"),
        "closed/reveal": _("Reveal"),
        "discuss/again": _("Vote again"),
        "again/closed_again": _("Close the second vote"),
        "closed_again/reveal": _("Reveal"),
        "reveal/happened": _("What happened?"),
        "happened/settled": _("Show what was seen"),
    }


def phase_words() -> dict[str, str]:
    """What stands over a room in each phase."""
    return {
        "wait": _("No question yet"),
        "ask": _("The vote is open"),
        "closed": _("The vote is closed"),
        "discuss": _("Talk with your neighbours"),
        "again": _("The second vote is open"),
        "closed_again": _("The second vote is closed"),
        "reveal": _("What came out"),
        "happened": _("What happened? Answer with what you saw."),
        "settled": _("What was seen, and what came out"),
    }


def show_words() -> dict[str, str]:
    """The texts of the projector's page alone."""
    return {
        "title": _("Ravine"),
        "noRoom": _(
            "This address names no room. Open the projector's page by Room, in the head of Ravine."
        ),
        "scan": _("Scan the code with a phone, or open"),
        "answeredShort": _("answered"),
        "qr": _("QR code of this room"),
    }


def teach_words() -> dict[str, str]:
    """The texts of the teacher's page alone."""
    return {
        "openRoom": _("Open a room"),
        "whatRoom": what_room(),
        "holds": _("This link holds {n} questions."),
        "holdsNone": _("Nothing was asked or prepared here yet."),
        "away": _("Put this question away"),
        "next": _("Next question"),
        "queue": _("Prepared"),
        "gallery": _("From the races worth seeing"),
        "race": _("From another race"),
        "own": _("A question of your own"),
        "more": _("This room"),
        "drop": _("Take away: {question}"),
        "keep": _("Keep for later: {question}"),
        "keepShort": _("Keep for later"),
        "paste": _("Paste the link of a race"),
        "look": _("Show its questions"),
        "none": _("This race has no questions."),
        "coming": _("Looking …"),
        "ownText": _("Question"),
        "options": _("Two to six answers. Mark the right one, if there is one."),
        "option": _("Answer {n}"),
        "isRight": _("Answer {n} is right"),
        "noneRight": _("None of them is right or wrong"),
        "askIt": _("Ask"),
        "joinAt": _("Phones join at {address} with the code {code}."),
        "projector": _("Projector"),
        "csv": _("Download all answers (CSV)"),
        "holdLink": _("Link that holds these questions"),
        "copy": _("Copy the link"),
        "copied": _("Copied."),
        "end": _("End the room"),
        "endSure": _("All questions and answers of this room will be gone, for everyone."),
        "endNow": _("End it now"),
        "endNot": _("Keep it open"),
        "ended": _("The room is over."),
    }


def what_room() -> str:
    """What a room is."""
    return _(
        "A class answers your questions on its phones, without names or accounts; then the run "
        "shows what came out."
    )
