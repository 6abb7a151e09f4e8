"""Race any set of optimizers on one surface and see why their paths differ."""

import streamlit as st

from core.words import _
from ui import controls, report, session
from ui.arena import arena

race = session.open_race()

with st.sidebar:
    controls.surface_picker(race)
    controls.lane_picker(race)
    controls.shared_sliders(race)
    controls.own_sliders(race)
    controls.run_sliders()
    controls.reset_button()

report.complaint(session.complaint())
report.surface_line(race)
controls.layout_switch(race)
arena()
st.subheader(_("The rules"))
report.formulas(race)
