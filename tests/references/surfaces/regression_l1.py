"""Regression l1: what is known of it elsewhere."""

MINIMA = [((-0.467659, 0), 0.390647)]
