"""Regression minmax: what is known of it elsewhere."""

MINIMA = [((-0.616487, 27.526861), 12.615023)]
