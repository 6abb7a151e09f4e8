"""Many runs at once: every optimizer at its own best, maps of two knobs, basins of attraction."""

import streamlit as st

from ui import controls, many, report, session

race = session.open_race("many")
report.complaint(session.complaint())

with st.sidebar:
    controls.surface_picker(race)
    controls.surface_sliders(race)
    controls.lane_picker(race)
    controls.shared_sliders(race)
    controls.own_sliders(race)
    controls.run_sliders()

report.surface_line(race)
many.kind_picker(race)
if race.many == "fair":
    many.goal_picker(race)
    many.fair(race)
elif race.many == "knob":
    many.goal_picker(race)
    many.one_knob(race)
elif race.many == "map":
    many.goal_picker(race)
    many.two_knobs(race)
else:
    many.all_basins(race)
session.arrive()
session.publish(race)
