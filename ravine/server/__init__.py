"""What the server does beside Streamlit's pages: routes, headers, admission, caches, warm-up."""
