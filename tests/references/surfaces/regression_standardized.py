"""Regression standardized: what is known of it elsewhere."""

MINIMA = [((14.326667, 6.861399), 12.615023)]
