"""Logistic mse: what is known of it elsewhere."""

MINIMA = [((-1.674441, -2.077171), 0.068144)]
