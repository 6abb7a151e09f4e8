"""Ravine. `streamlit run app.py` finds the server below and starts it; this file then runs as every visitor's page."""

import streamlit as st

from ui import frame, server

if __name__ == "__main__":
    frame.show()
else:
    app = st.App(__file__, middleware=server.middleware(), lifespan=server.lifespan)
