"""How far every path is from the framework that it speaks of, and what else was checked."""

import streamlit as st

from ravine.core.words import _
from ravine.ui import session, verified

session.leave_race()
st.header(_("Verified"))
verified.summary()
st.subheader(_("Every rule beside the frameworks"))
verified.comparisons_table()
st.subheader(_("One rule inside another"))
verified.inclusions_table()
st.subheader(_("The gradient of every surface"))
verified.gradients_table()
st.subheader(_("Worth knowing"))
verified.remarks_list()
verified.how()
