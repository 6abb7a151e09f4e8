"""Race any set of optimizers on one surface and see why their paths differ."""

import streamlit as st

from core.words import _
from experiments.outcome import floor_of
from experiments.race import run_race
from ui import controls, report, session
from ui.arena import arena

race = session.race()

with st.sidebar:
    controls.surface_picker(race)
    controls.lane_picker(race)
    controls.shared_sliders(race)
    controls.own_sliders(race)
    controls.run_sliders(race)
    controls.reset_button(race)

traces, floor = run_race(race), floor_of(race.surface)

report.complaint(session.complaint())
report.surface_line(race)
controls.layout_switch(race)
arena(race, traces, floor)
report.results(race, traces, floor)
st.subheader(_("The rules"))
report.formulas(race)

session.publish(race)
