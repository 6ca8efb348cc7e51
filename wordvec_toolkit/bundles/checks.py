"""Checks of arrays that kernels use as indices, once, where they enter.

Kernels believe their indices.  Neighbours are compared, never subtracted: a difference of two
int64 can wrap.
"""

import numpy as np

#: Sums of counts stay below it, so that sums of two of them fit into int64.
MOST_COUNTED = 2**62
_AT_ONCE = 1 << 20  # values: what fits into the cache


def are_offsets(offsets: np.ndarray, n: int, first: int, last: int) -> bool:
    """Return whether these are `n` + 1 offsets that ascend (or stay) from `first` to `last`."""
    if n < 0 or len(offsets) != n + 1 or int(offsets[0]) != first or int(offsets[-1]) != last:
        return False
    return all(
        bool((part[1:] >= part[:-1]).all())
        for part in (offsets[at : at + _AT_ONCE + 1] for at in range(0, n, _AT_ONCE))
    )


def are_within(values: np.ndarray, low: int, high: int) -> bool:
    """Return whether all values are from `low` to below `high`."""
    flat = values.reshape(-1)
    return all(
        int(part.min()) >= low and int(part.max()) < high
        for part in (flat[at : at + _AT_ONCE] for at in range(0, len(flat), _AT_ONCE))
    )


def can_be_added(counts: np.ndarray) -> bool:
    """Return whether the sum of counts, none negative, is below `MOST_COUNTED`."""
    return float(counts.sum(dtype=np.float64)) < MOST_COUNTED
