"""What is said around the arena: the surface, the rules with their papers, and what was wrong with a link."""

import re

import streamlit as st

from core.words import _
from experiments.race import Race
from optim import OPTIMIZERS


def formulas(race: Race) -> None:
    """The formula of every rule in the race, once, with the paper that it comes from."""
    with st.grid("auto", min_column_width=330):
        for slug in dict.fromkeys(lane.rule for lane in race.lanes):
            rule = OPTIMIZERS[slug]
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{_(rule.title)}**")
                st.latex(rule.formula)
                for text in filter(None, (_(rule.note), rule.paper)):
                    st.markdown(f":small[{plain(text)}]")


def surface_line(race: Race) -> None:
    """The surface's formula and what there is to see."""
    st.markdown(f"$f(x) = {race.surface.formula}$ — {_(race.surface.lesson)}")


def complaint(said: tuple[str, str | None] | None) -> None:
    """What was wrong with a link or a change, and what is shown instead."""
    if not said:
        return
    sentence_, link = said
    if link is None:
        st.warning(plain(sentence_))
    else:
        opened = _("This link could not be opened, so here is the default race.")
        came = _("The link said:")
        st.warning(f"{plain(opened)} {plain(sentence_)}\n\n{plain(came)} {plain(link)}")


def plain(text: str) -> str:
    """Text from outside, as Markdown that shows it letter for letter."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!<>|~$:&=\"'/@^])", r"\\\1", " ".join(text.split()))
