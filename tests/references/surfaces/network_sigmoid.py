"""Network sigmoid: what is known of it elsewhere."""

MINIMA = [((4.011737, 0.808059), 0.009659)]
