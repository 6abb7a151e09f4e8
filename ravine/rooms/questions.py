"""A question: a text, a kind of answer, a picture, and a truth that was computed elsewhere."""

import json
import re
from typing import Any

from ravine.core.words import _
from ravine.rooms.drawing import clean_drawing
from ravine.rooms.kinds import Guess, guess_of
from ravine.rooms.paths import read_paths
from ravine.rooms.reading import line_of, span_of

LONGEST_TEXT, LONGEST_LINK, LONGEST_MADE = 300, 4000, 64  # characters
NOT_KEPT = {"truth", "picture", "alt", "paths", "link", "box", "fates", "made"}  # when it is over
QUERY = re.compile("[!-~]*")  # as it stands in an address: what is not ASCII is encoded there


def read_question(raw: Any) -> dict[str, Any]:
    """A question as it is kept: `text`, `kind` and what the kind needs, `truth`, and where given
    `picture` (an SVG), `alt` (its words), `paths`, `link` (the race) and `made` (a hash of what it
    was made of). A question without a right answer has the truth None. Raises ValueError with a
    sentence.
    """
    if not isinstance(raw, dict):
        raise ValueError(_("A question must be a JSON object."))
    guess = guess_of(raw)
    asked = {"text": line_of(raw.get("text"), "text", LONGEST_TEXT), "kind": raw["kind"]}
    truth = raw.get("truth")
    asked |= guess.asks() | {"truth": None if truth is None else guess.read_truth(truth)}
    if "picture" in raw:
        if not isinstance(raw["picture"], str):
            raise ValueError(_("The picture must be an SVG."))
        asked["picture"] = clean_drawing(raw["picture"])
        asked["alt"] = line_of(raw.get("alt"), "alt", LONGEST_TEXT)
    if "box" in raw:
        asked["box"] = _read_box(raw["box"])
    if "paths" in raw:
        asked["paths"] = read_paths(raw["paths"])
    if "made" in raw:
        asked["made"] = line_of(raw["made"], "made", LONGEST_MADE)
    if "link" in raw:
        asked["link"] = line_of(raw["link"], "link", LONGEST_LINK)
    return json.loads(json.dumps(asked))  # lists, as it will be read


def _read_box(raw: Any) -> list[tuple[float, float]]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise ValueError(_("box must be two spans."))
    return [span_of(span, name) for span, name in zip(raw, ("x", "y"), strict=True)]


def read_query(raw: Any) -> str:
    """The link of a race, without knowing what is in it. Raises ValueError with a sentence."""
    if not isinstance(raw, str) or len(raw) > LONGEST_LINK or not QUERY.fullmatch(raw):
        text = _("link must be a query of at most {most} printable characters.")
        raise ValueError(text.format(most=LONGEST_LINK))
    return raw


def public(question: dict[str, Any], revealed: bool) -> dict[str, Any]:
    """What a phone may know of a question. The link would be the truth to whoever runs it. Picture
    and paths have addresses of their own.
    """
    secret = {"made"} if revealed else {"made", "truth", "link", "paths"}
    open_to_all = {k: v for k, v in question.items() if k not in secret and v is not None}
    return open_to_all | {name: True for name in ("picture", "paths") if name in open_to_all}


def past(question: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a question that is over: what its answers mean."""
    return {name: value for name, value in question.items() if name not in NOT_KEPT}


def kind_of(question: dict[str, Any]) -> Guess:
    """The kind of answer of a question that was read before."""
    return guess_of(question)
