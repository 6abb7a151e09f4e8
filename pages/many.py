"""Many runs at once: every optimizer at its own best, maps of two knobs, basins of attraction."""

import streamlit as st

from ravine.ui import controls, many, report, session

race = session.open_race("many")
session.publish(race)
report.show_messages(session.complaint(), session.news())

report.surface_line(race)
many.kind_picker(race)
if race.many.picture == "basins":
    many.all_basins(race)
elif race.many.picture == "success":
    many.success_view(race)
else:
    many.score_pickers(race)
if race.many.picture == "fair":
    many.fair(race)
elif race.many.picture == "knob":
    many.one_knob(race)
elif race.many.picture == "map":
    many.two_knobs(race)
elif race.many.picture == "search":
    many.search(race)

with st.sidebar:  # after the picture, which is waited for
    controls.surface_picker(race)
    controls.surface_sliders(race)
    controls.lane_picker(race)
    controls.shared_sliders(race)
    controls.own_sliders(race)
    controls.run_sliders()
