"""The tables of the page that says what was checked: what the tests assert, as
ravine.experiments.verify computes it.
"""

import functools
import threading
from collections.abc import Iterable
from typing import Any

import streamlit as st

from optim import DIALECTS, OPTIMIZERS
from ravine.core.words import _
from ravine.experiments import verify
from ravine.experiments.frameworks import FRAMEWORKS
from ravine.payload.names import HISTORY, dialect_title, plain
from surfaces import SURFACES

EVERYWHERE = "everywhere"
REFERENCES = {**{name: DIALECTS[name] for name in FRAMEWORKS}, verify.NUMPY: "NumPy"}


def summary() -> None:
    """In a sentence: how many paths, how far at most, with which versions."""
    report = _report()
    rows = report["comparisons"]
    versions = {
        f"{name} {version}"
        for told in report["versions"].values()
        for name, version in told.items()
    }
    st.markdown(
        _(
            "{paths} paths of {steps} steps, {forms} forms of {rules} rules on {surfaces} "
            "surfaces, were run in "
            "PyTorch, Keras and optax and compared with Ravine's, step by step. The largest "
            "relative difference is "
            "**{most}**."
        ).format(
            paths=sum(row["traces"] for row in rows),
            steps=report["steps"],
            forms=len({row["form"] for row in rows}),
            rules=len({row["form"].partition(".")[0] for row in rows}),
            surfaces=len({row["surface"] for row in rows}),
            most=_number(max(row["difference"] for row in rows if not row["exception"])),
        )
    )
    st.caption(plain(_("Recorded with {versions}.").format(versions=", ".join(sorted(versions)))))


def comparisons_table() -> None:
    """A line for each form, a column for each framework: the largest difference, on one surface or
    on all.
    """
    surface = st.selectbox(
        _("Surface"),
        [EVERYWHERE, *verify.GROUNDS],
        format_func=lambda slug: (
            _(SURFACES[slug].title) if slug in SURFACES else _("All twelve surfaces: the largest")
        ),
    )
    rows = [row for row in _report()["comparisons"] if surface in (EVERYWHERE, row["surface"])]
    forms = sorted(
        {row["form"] for row in rows}, key=lambda form: HISTORY.index(form.partition(".")[0])
    )
    st.table([_line(form, rows) for form in forms])
    for text in dict.fromkeys(row["exception"] for row in rows if row["exception"]):
        st.markdown(f"\\* {plain(_(text))}")


def _line(form: str, rows: list[dict[str, Any]]) -> dict[str, str]:
    kind = verify.KINDS[form]
    mine = {
        name: [row for row in rows if (row["form"], row["framework"]) == (form, name)]
        for name in REFERENCES
    }
    return {
        _("Rule"): _(OPTIMIZERS[form.partition(".")[0]].title),
        _("Form"): ", ".join(map(dialect_title, kind.dialects)),
        **{REFERENCES[name]: _worst(found) for name, found in mine.items()},
    }


def _worst(rows: list[dict[str, Any]]) -> str:
    """The largest difference, with a star when a row is explained below."""
    if not rows:
        return "–"
    star = "*" if any(row["exception"] for row in rows) else ""
    return f"{_number(max(row['difference'] for row in rows))}{star}"


def inclusions_table() -> None:
    """What must be the same path: computed here and now on the ravine, and recorded on every
    surface.
    """
    st.markdown(
        _(
            "Checked on the ravine when this page opened; the last column was recorded on "
            "twelve surfaces."
        )
    )
    recorded = {row["sentence"]: row["difference"] for row in _report()["inclusions"]}
    with st.spinner(_("Checking …")):
        live = _live()
    st.table(
        [
            {
                _("Identity"): plain(_(row.sentence)),
                _("Largest difference, now"): _number(row.difference),
                _("On twelve surfaces"): _number(recorded[row.sentence]),
            }
            for row in live
        ]
    )


_LOCK = threading.Lock()  # the first visit compiles: two at once would do it twice
_report = functools.cache(verify.stored)


def _live() -> list[verify.Inclusion]:
    with _LOCK:
        return verify.inclusions(("ravine",))


def gradients_table() -> None:
    """Autodiff against finite differences."""
    st.table(
        [
            {
                _("Surface"): _(SURFACES[row["surface"]].title),
                _("Points"): str(row["points"]),
                _("Autodiff against finite differences"): _number(row["difference"]),
            }
            for row in _report()["gradients"]
        ]
    )


def remarks_list() -> None:
    """What came to light about papers and frameworks."""
    st.markdown(_list(_(text) for text in verify.REMARKS))


def how() -> None:
    """How anybody can check it."""
    st.caption(
        _(
            "Differences are relative to the largest coordinate of the path so far. The "
            "recorded runs, the script that made them and the tests that check every rule "
            "against them are in the repository: `make test`."
        )
    )


def _list(texts: Iterable[str]) -> str:
    return "\n".join(f"- {plain(text)}" for text in texts)


def _number(value: float) -> str:
    return f"{value:.1e}"
