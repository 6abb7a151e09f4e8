"""Questions that a race answers: what can be asked of it, one of them, and what came out.

`questions?LINK` lists them, with `room=1` those that only a class can be asked, too;
`question?LINK&ask=point&who=0` is one as somebody sees it who answers, and
`truth?LINK&ask=point&who=0&answer=[1,2]` runs it. They are stateless; a room keeps the truth to
itself, and takes its questions from `made`.
"""

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ravine.core.words import _, speak
from ravine.experiments.asking import ASKS, Who, asked_of
from ravine.experiments.link import read_link
from ravine.experiments.race import Race
from ravine.payload.question import chapters, posed, question, questions
from ravine.rooms.kinds import guess_of
from ravine.rooms.questions import LONGEST_LINK
from ravine.server import assets
from ravine.server.answers import NO_STORE, asked, limited

RUN_AT_ONCE = 2
LONGEST_LANE = 3  # digits


def routes() -> list[Route]:
    """Starlette routes, below /ravine/."""
    return [
        Route(assets.address("questions"), _answering(_list)),
        Route(assets.address("question"), limited(_answering(_posed), RUN_AT_ONCE)),
        Route(assets.address("truth"), limited(_answering(_truth), RUN_AT_ONCE)),
    ]


def made(wanted: Any) -> dict[str, Any]:
    """The question of {"link", "kind", "lane" (its number, or null), "lang"}, with its truth.

    Raises ValueError with a sentence for everything else.
    """
    link = wanted.get("link") if isinstance(wanted, dict) else None
    if not isinstance(link, str) or len(link) > LONGEST_LINK:
        text = _("A question is made of a link of at most {most} characters, a kind and a lane.")
        raise ValueError(text.format(most=LONGEST_LINK))
    speak(str(wanted.get("lang", ""))[:20])
    who = wanted.get("lane")
    if who is not None and type(who) is not int:
        raise ValueError(_("lane must be the number of a lane."))
    return question(read_link(link), str(wanted.get("kind")), who)


def _list(request: Request) -> dict[str, Any]:
    race, (wanted, room) = asked(request, "chapters", "room")
    return {"questions": questions(race, bool(room))} | ({"chapters": chapters()} if wanted else {})


def _posed(request: Request) -> dict[str, Any]:
    race, kind, who, _answer = _wanted(request)
    return posed(race, kind, who)


def _truth(request: Request) -> dict[str, Any]:
    """The truth, and how far an answer is from it, as the kind of answer measures that."""
    race, kind, who, sent = _wanted(request)
    guess = guess_of(posed(race, kind, who))
    try:
        answer = guess.read_answer(json.loads(sent))
    except (json.JSONDecodeError, RecursionError):
        raise ValueError(_("This is not JSON.")) from None
    truth = guess.read_truth(asked_of(race, kind, who).truth(race, who))
    return {"answer": answer, "truth": truth, "distance": guess.distance(answer, truth)}


def _wanted(request: Request) -> tuple[Race, str, Who, str]:
    race, (kind, who, answer) = asked(request, "ask", "who", "answer")
    if who and not (who.isdecimal() and len(who) <= LONGEST_LANE):
        raise ValueError(_("lane must be the number of a lane."))
    asked_of(race, kind, lane := int(who) if who else None, ASKS)
    return race, kind, lane, answer


def _answering(told: Callable[[Request], dict[str, Any]]) -> Callable[[Request], Response]:
    """The endpoint; what goes wrong is a sentence in JSON."""

    def endpoint(request: Request) -> Response:
        try:
            return _json(told(request))
        except ValueError as error:
            return _json({"says": str(error)}, 400)

    return endpoint


def _json(told: dict[str, Any], status: int = 200) -> Response:
    body = json.dumps(told, ensure_ascii=False, allow_nan=False).encode()
    return Response(body, status, {"Cache-Control": NO_STORE}, "application/json")
