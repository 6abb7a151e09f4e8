"""From data to `go.Figure`: pure functions, and the only place with Plotly."""
