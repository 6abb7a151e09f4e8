"""Products that round as they are written."""


def times(a, b):
    """The product of two matrices, or of a matrix and a vector, each term rounded before it is added.

    A library's product may not round there, and both BFGS and Polyak's step make a large error of a small one.
    """
    return (a[:, :, None] * b).sum(axis=1) if b.ndim == 2 else (a * b).sum(axis=-1)
