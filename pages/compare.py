"""Race any set of optimizers on one surface and see why their paths differ."""

import streamlit as st

from ravine.core.words import _
from ravine.ui import controls, report, session
from ravine.ui.arena import arena
from ravine.ui.difference import difference_button, show_asked
from ravine.ui.editor import editor
from ravine.ui.function import function_editor
from ravine.ui.gallery import chapter_line, gallery, surfaces_button
from ravine.ui.wrappers import around_controls

race = session.open_race()
report.show_messages(session.complaint(), session.news())

if session.is_embedded():
    arena()
    st.stop()

with st.sidebar:
    controls.surface_picker(race)
    surfaces_button()
    controls.surface_sliders(race)
    controls.lane_picker(race)
    controls.dialect_picker(race)
    controls.shared_sliders(race)
    controls.own_sliders(race)
    around_controls(race)
    controls.run_sliders()
    controls.reset_button()

chapter_line(race)
arena()
function_editor(race)
editor(race)
st.subheader(_("The rules"))
difference_button(race)
report.formulas(race)
st.subheader(_("Races worth seeing"))
gallery()
show_asked(race)
