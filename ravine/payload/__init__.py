"""What the browser is given: picture, sliders, edits, names. Neither Streamlit nor ASGI."""
