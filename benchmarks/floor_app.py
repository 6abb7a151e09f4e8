"""The least that Streamlit can do: a slider and `st.write`. The floor under every key press."""

import streamlit as st

stops = [k / 20 for k in range(21)]
st.write(f"value {st.select_slider('gamma', stops, value=0.5, key='gamma')}")
