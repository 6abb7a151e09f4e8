"""Regression raw: what is known of it elsewhere."""

MINIMA = [((-5.859698, 1.310803), 12.615023)]
