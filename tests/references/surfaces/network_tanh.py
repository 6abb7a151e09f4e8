"""Network tanh: what is known of it elsewhere."""

MINIMA = [((3.269018, 0.845031), 0.007043), ((-3.269018, -0.845031), 0.007043)]
