"""Look inside the step of one optimizer, or of two side by side."""

import streamlit as st

from ravine.core.words import _
from ravine.ui import controls, inside, report, session

race = session.open_race("inside")
session.publish(race)
report.show_messages(session.complaint(), session.news())
shown = inside.followed_lanes(race)

with st.sidebar:
    inside.follow_picker(race)
    controls.surface_picker(race)
    controls.surface_sliders(race)
    controls.shared_sliders(race)
    controls.own_sliders(race)
    controls.run_sliders()

report.surface_line(race)
inside.step_controls(race)
inside.what_if_picker(race, shown)
left, right = st.columns([6, 7] if len(shown) == 1 else 2, gap="medium")
for one, pictured, counted in zip(
    shown, (left, right), (right, right) if len(shown) == 1 else (left, right), strict=False
):
    with pictured:
        inside.head(one)
        inside.step_view(one)
    with counted:
        inside.supposed(one)
        inside.numbers(one)

st.subheader(_("What it remembers"))
left, right = st.columns(2, gap="large")
for one, column in zip(shown, (left, right), strict=False):
    inside.memory_view(one, (left, right) if len(shown) == 1 else (column,))
