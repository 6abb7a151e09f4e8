"""The words of *Predict first*, which the browser fetches when somebody wants to predict."""

import gzip
import json
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ravine.core.words import _, speak
from ravine.server import assets
from ravine.server.answers import answer
from ravine.server.room_page import room_words

OF_THE_FORMS = (  # those that a phone in a room has too
    *("right", "wrong", "offPoint", "offNumber", "offOrder", "offChoice", "truth", "yours"),
    *("point", "number", "order", "up", "down", "sure"),
)


def routes() -> list[Route]:
    """Starlette routes, below /ravine/."""
    return [Route(assets.address("figures/{version}/predict"), _words)]


def predict_words() -> dict[str, str]:
    """Every text of it, by the name that its scripts have for it, in the language of the
    context.
    """
    forms = room_words()
    return {name: forms[name] for name in OF_THE_FORMS} | {
        "seeks": _("Looking for a question ..."),
        "other": _("Another question"),
        "send": _("That is my guess"),
        "runs": _("Running the race ..."),
        "watch": _("Your guess stands. Watch the race."),
        "skip": _("Show what came out"),
        "next": _("Next question"),
        "enough": _("No more questions"),
        "again": _("Try again"),
        "nothing": _("There is nothing to predict about this race."),
        "changed": _("The race has changed. The question is about the race as it was."),
        "anew": _("Ask about the race as it is now"),
        "row": _("Right guesses in a row, in this browser: {n}."),
        "rule": _(
            "Right is a place within {percent} of the picture's diagonal, a number within a "
            "factor of {factor}, and otherwise just what came out."
        ),
    }


def _words(request: Request) -> Response:
    lang = speak(request.query_params.get("lang", "en")[:20])
    return answer(request, _packed(lang), "application/json")


@lru_cache(maxsize=8)
def _packed(_lang: str) -> bytes:
    return gzip.compress(json.dumps(predict_words(), ensure_ascii=False).encode(), 6)
