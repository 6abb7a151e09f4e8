"""How far every path is from the framework that it speaks of, and what else was checked."""

import streamlit as st

from ravine.core.words import _
from ravine.ui import session, verified

session.leave_race()
st.header(_("Verified"))
verified.summary()
st.subheader(_("Every rule beside the frameworks"))
verified.comparisons()
st.subheader(_("One rule inside another"))
verified.inclusions()
st.subheader(_("The gradient of every surface"))
verified.gradients()
st.subheader(_("Worth knowing"))
verified.remarks()
verified.how()
