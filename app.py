"""Ravine. `streamlit run app.py` finds the server below and starts it; this file then runs as every visitor's page."""

import streamlit as st

from ui import compress, frame, room, server

if __name__ == "__main__":
    frame.show()
else:
    middleware = [*room.middleware(), *compress.middleware()]
    app = st.App(__file__, routes=server.routes(), middleware=middleware, lifespan=server.lifespan)
