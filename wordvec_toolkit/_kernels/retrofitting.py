"""Sweeps of retrofitting (`wordvec_toolkit.lexicon.retrofitting`)."""

from . import kernel


@kernel
def sweep(rows, original, first, neighbors, alpha):
    """Move each row to the mean of its neighbours and `alpha` times its original, in order.

    `rows` (n, k) changes in place; `neighbors` from `first` (n + 1,) are those of each row.
    """
    for i in range(len(rows)):
        begin, end = first[i], first[i + 1]
        if begin == end:
            continue
        for k in range(rows.shape[1]):
            total = 0.0
            for at in range(begin, end):
                total += rows[neighbors[at], k]
            rows[i, k] = (total / (end - begin) + alpha * original[i, k]) / (1.0 + alpha)
