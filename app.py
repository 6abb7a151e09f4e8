"""Ravine. `streamlit run app.py` finds the server below and starts it; for every visitor it runs this file as a page."""

import streamlit as st

from ui import frame, server

if __name__ == "__main__":
    frame.show()
else:
    app = st.App(__file__, routes=server.routes(), lifespan=server.lifespan)
