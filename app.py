"""Ravine. `streamlit run app.py` finds the server below and starts it; this file then runs as every
visitor's page.
"""

import streamlit as st

from ravine.server import routes
from ravine.ui import frame

if __name__ == "__main__":
    frame.show_page()
else:
    app = st.App(__file__, middleware=routes.middleware(), lifespan=routes.lifespan)
