"""What is said below the arena: the results as a table, the formulas with their papers."""

import re
from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.words import _
from experiments.outcome import Floor, outcome, progress, steps_to
from experiments.race import Race
from experiments.trace import Trace
from figures.sentences import number, sentence
from optim import OPTIMIZERS
from ui.names import lane_names, settings_text


def results(race: Race, traces: Sequence[Trace], floor: Floor) -> None:
    """Final f, best f, steps to within the tolerance, and how each run ended."""
    within = _("Steps to f − f* ≤ {tolerance}").format(tolerance=f"{race.tolerance:g}")
    rows = [_result(race, trace, floor) for trace in traces]
    titles = (_("Final f"), _("Best f"), within, _("Outcome"))
    st.table(
        {
            _("Optimizer"): [f"**{name}**" for name in lane_names(race.lanes)],
            _("Settings"): [settings_text(race, lane) for lane in race.lanes],
            **{title: [row[i] for row in rows] for i, title in enumerate(titles)},
        },
        border="horizontal",
    )


def _result(race: Race, trace: Trace, floor: Floor) -> tuple[str, str, str, str]:
    best = np.nanmin(trace.loss) if not np.isnan(trace.loss).all() else np.nan
    arrived = steps_to(progress(trace, floor).gap, race.tolerance)
    end = sentence(outcome(trace, race.surface, floor, race.tolerance))
    return number(float(trace.loss[-1])), number(float(best)), "–" if arrived is None else str(arrived), end


def formulas(race: Race) -> None:
    """The formula of every rule in the race, once, with the paper that it comes from."""
    with st.grid("auto", min_column_width=330):
        for slug in dict.fromkeys(lane.rule for lane in race.lanes):
            rule = OPTIMIZERS[slug]
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{_(rule.title)}**")
                st.latex(rule.formula)
                st.caption("\n\n".join(text for text in (_(rule.note), rule.paper) if text))


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
