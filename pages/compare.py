"""Race any set of optimizers on one surface and see why their paths differ."""

import streamlit as st

from core.words import _
from ui import controls, report, session
from ui.arena import arena
from ui.around import around_controls
from ui.editor import editor
from ui.function import function_editor
from ui.gallery import gallery, surfaces_button

race = session.open_race()
report.complaint(session.complaint())

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

report.surface_line(race)
arena()
function_editor(race)
editor(race)
st.subheader(_("The rules"))
report.formulas(race)
st.subheader(_("Races worth seeing"))
gallery()
