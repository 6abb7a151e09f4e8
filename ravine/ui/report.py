"""What is said around the arena: the surface, the rules with their papers, and what was wrong with
a link.
"""

import re
from collections.abc import Iterable, Iterator

import jax.numpy as jnp
import streamlit as st

from optim._wrapped import formula as wrapped_formula
from ravine.core.words import _
from ravine.experiments.lanes import knobs_of, wrappers_of
from ravine.experiments.race import Lane, Race, rule_of
from ravine.payload.edits import compare_dialects
from ravine.payload.names import dialect_title, plain
from ravine.ui import code, session
from surfaces import Surface

NARROWEST, SIGN, PADDING = 330, 13, 40  # pixels: of a card, of a sign in a formula, beside it


def formulas(race: Race) -> None:
    """The formula of everything that runs in the race, once, with the paper that it comes from."""
    shown = [(i, lane, formula(race, lane)) for i, lane in _different(race.lanes)]
    longest = max(len(_plain(row)) for _i, _lane, text in shown for row in text.split(r"\\"))
    with st.grid("auto", min_column_width=max(NARROWEST, SIGN * longest + PADDING)):
        for i, lane, text in shown:
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{plain(lane.kind.title)}**")
                if lane.kind.idea:
                    st.markdown(plain(lane.kind.idea))
                st.latex(text)
                for remark in _remarks(lane):
                    st.markdown(f":small[{plain(remark)}]")
                _buttons(i, lane)


def _plain(row: str) -> str:
    """A row of LaTeX without its commands: about as long as it will be wide."""
    return re.sub(r"\\[a-zA-Z]+|[{}&\\,;\s]", "", row)


def _different(lanes: Iterable[Lane]) -> Iterator[tuple[int, Lane]]:
    """Those lanes, with their index, whose formula no lane before them has."""
    seen = []
    for i, lane in enumerate(lanes):
        around = [wrap.slug for wrap in lane.wraps]
        said = (lane.text, around, lane.kind.form)
        if said not in seen:
            seen.append(said)
            yield i, lane


def formula(race: Race, lane: Lane) -> str:
    """What runs in a lane, with what stands around it, in LaTeX."""
    bare = rule_of(race, lane._replace(wraps=()))
    has_lr = "lr" in knobs_of(lane) and bare.with_lr_factor(jnp.ones(())) is not None
    return wrapped_formula(lane.kind.formula, wrappers_of(lane), has_lr)


def _remarks(lane: Lane) -> list[str]:
    if (kind := lane.kind.form) is None:
        return []
    written = _("Written this way: {names}.").format(
        names=", ".join(map(dialect_title, kind.dialects))
    )
    forms = [written, _(kind.differs)] if len(lane.kind.dialects) > 1 else []
    around = [text for wrapper in wrappers_of(lane) for text in (_(wrapper.note), wrapper.paper)]
    return [text for text in (*forms, _(kind.note), kind.paper, *around) if text]


def _buttons(i: int, lane: Lane) -> None:
    if lane.kind.form is None:
        return
    with st.container(horizontal=True):
        if len(lane.kind.dialects) > 1:
            st.button(
                _("Compare dialects"),
                key=f"dialects--{i}",
                on_click=_compare,
                args=(i, lane.kind.title),
            )
        if st.button(_("The same in code"), key=f"code--{i}"):
            code.show_code(lane)


def _compare(i: int, title: str) -> None:
    said = _("{rule} runs once in each of its forms now, and nothing else.")
    session.announce(said.format(rule=title))
    session.reopen(compare_dialects, i)


def surface_line(race: Race) -> None:
    """The surface's formula and what there is to see."""
    st.markdown(f"{surface_formula(race)} — {_(race.surface.lesson)}")


def surface_formula(race: Race) -> str:
    """The formula of the surface, and how it is turned, as Markdown."""
    return f"$f(x) = {race.surface.formula}${_how_turned(race.surface)}"


def _how_turned(surface: Surface) -> str:
    """How far it is turned says the slider, which this line does not follow."""
    if surface.angle is None:
        return ""
    x, y = (f"{sum(span) / 2:.4g}" for span in surface.bare.view)
    return _(", rotated about ({x}, {y})").format(x=x, y=y)


def show_messages(complaint: tuple[str, str | None] | None, news: str | None) -> None:
    """What was wrong with a link or a change, and what is shown instead; in a corner of the screen,
    what has just happened.
    """
    if news:
        st.toast(plain(news))
    if not complaint:
        return
    sentence_, link = complaint
    if link is None:
        st.warning(plain(sentence_))
    else:
        opened = _("Some of this link could not be opened; the rest of it is here.")
        came = _("The link said:")
        st.warning(f"{plain(opened)} {plain(sentence_)}\n\n{plain(came)} {plain(link)}")
