"""Runs that are handed out, one to a phone: what the kinds have in common that do so."""

import hashlib
import re
from typing import Any

from ravine.core.words import _
from ravine.rooms.reading import index_of, texts_of

MOST_FATES = 8  # things that may become of a run: each has a look of its own


class HandedOut:
    """Runs, numbered from 0. `fates` are the names of what may become of a run, and `became` is for
    each run which of them did, a digit each.
    """

    fates: tuple[str, ...]
    became: str

    def handed(self, key: str) -> int:
        """The run that the phone of this key has: drawn as by lot, and always the same. Draws do
        not look at each other, so the shares that a class measures are those of a random sample.
        """
        digest = hashlib.sha256(key.encode()).digest()
        return int.from_bytes(digest[:8]) % len(self.became)

    def read_answer(self, raw: Any) -> int:
        return index_of(raw, "answer", len(self.became))

    def describe(self, answers: list[Any]) -> dict[str, Any]:
        """The runs that were run, what became of each, and how many came to each fate."""
        ran = sorted(answers)
        became = "".join(self.became[i] for i in ran)
        counts = [became.count(str(fate)) for fate in range(len(self.fates))]
        return {"ran": ran, "became": became, "counts": counts}

    def distance(self, answer: Any, truth: Any) -> float:
        """Nobody guessed: what somebody ran is what came out."""
        return 0.0


def read_fates(asked: dict[str, Any], count: int) -> tuple[tuple[str, ...], str]:
    """`fates` and `became` of a question with its truth. Raises ValueError."""
    names = texts_of(asked.get("fates"), "fates", 2, MOST_FATES)
    truth = asked.get("truth")
    became = truth.get("became") if isinstance(truth, dict) else None
    fine = re.compile(f"[0-{len(names) - 1}]{{{count}}}")
    if not isinstance(became, str) or not fine.fullmatch(became):
        text = _("truth must have became, a digit for each of the {count} runs.")
        raise ValueError(text.format(count=count))
    return names, became


def how_many(raw: Any, name: str, most: int) -> int:
    """A whole number from 1 to `most`. Raises ValueError."""
    if index_of(raw, name, most + 1) == 0:
        raise ValueError(_("{name} must be at least 1.").format(name=name))
    return raw
