"""Words that a visitor reads, in the language of the visitor.

`_` translates now; `N_` only marks a text that is translated later, where it is shown. The language
belongs to the context (one visitor's script run is one thread), so a hundred visitors can read a
hundred languages.
"""

import gettext
from collections.abc import Sequence
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

INSTALLED, CHECKOUT = Path(__file__).parents[1] / "locale", Path(__file__).parents[2] / "locale"
CATALOGUES = INSTALLED if INSTALLED.is_dir() else CHECKOUT
DOMAIN = "ravine"
_language: ContextVar[str] = ContextVar("language", default="en")


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Codes of the languages there are, English first: `("en", "zh_CN")`."""
    return ("en", *sorted(path.parts[-3] for path in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def speak(wanted: str | None) -> str:
    """Choose the language of this context and return its code.

    `wanted` is a locale as browsers and links write it ("zh-CN", "zh_TW", "de"); the nearest
    language there is wins, English when there is none.
    """
    code = (wanted or "en").replace("-", "_")
    known = languages()
    near = [name for name in known if name.split("_")[0] == code.split("_")[0]]
    chosen = code if code in known else (near or ["en"])[0]
    _language.set(chosen)
    return chosen


def language() -> str:
    """The code of this context's language."""
    return _language.get()


@lru_cache(maxsize=16)
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, CATALOGUES, [code], fallback=True)


def _(text: str) -> str:
    """`text` in the language of this context."""
    return _catalogue(_language.get()).gettext(text) if text else ""


def quoted(value: object) -> str:
    """What somebody wrote, in quotes and at most 40 characters long, for an error."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def outside(name: str, value: float | int, low: float | int, high: float | int) -> str:
    """The sentence for a number that is out of its range."""
    return _("{name} = {value} is outside [{low}, {high}].").format(
        name=name, value=f"{value:g}", low=f"{low:g}", high=f"{high:g}"
    )


def all_texts(*parts: dict[str, Any]) -> dict[str, Any]:
    """All texts by their names, none of which two parts may use."""
    names = [name for part in parts for name in part]
    if twice := {name for name in names if names.count(name) > 1}:
        raise KeyError(f"two texts are called {', '.join(sorted(twice))}")
    return {name: text for part in parts for name, text in part.items()}


def told_apart(names: Sequence[str]) -> list[str]:
    """The names, with a number after one that is there already.

    >>> told_apart(["Adam", "Adam", "Lion"])
    ['Adam', 'Adam (2)', 'Lion']
    """
    told: dict[str, None] = {}
    for name in names:
        counted = (name if nth == 1 else f"{name} ({nth})" for nth in range(1, len(names) + 1))
        told[next(label for label in counted if label not in told)] = None
    return list(told)


def N_(text: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark `text` for the translators, and leave it as it is."""
    return text
