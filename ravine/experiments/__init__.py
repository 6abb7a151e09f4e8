"""Running things. No Streamlit, no Plotly: everything here is also a library for a notebook."""
