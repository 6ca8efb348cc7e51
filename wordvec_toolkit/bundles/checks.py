"""Checks of arrays that kernels use as indices, once, where they enter.

Kernels believe their indices.  Neighbours are compared, never subtracted: a difference of two
int64 can wrap.
"""

from collections.abc import Iterator

import numpy as np

from ..runtime.memory import release

#: Sums of counts stay below it, so that sums of two of them fit into int64.
MOST_COUNTED = 2**62
_AT_ONCE = 1 << 20  # values: what fits into the cache
_RELEASED_EVERY = 8  # parts


def are_offsets(offsets: np.ndarray, n: int, first: int, last: int) -> bool:
    """Return whether these are `n` + 1 offsets that ascend (or stay) from `first` to `last`."""
    if n < 0 or len(offsets) != n + 1 or int(offsets[0]) != first or int(offsets[-1]) != last:
        return False
    return all(bool((part[1:] >= part[:-1]).all()) for part in _parts(offsets, 1))


def are_within(values: np.ndarray, low: int, high: int) -> bool:
    """Return whether all values are from `low` to below `high`."""
    flat = values.reshape(-1)
    return all(int(part.min()) >= low and int(part.max()) < high for part in _parts(flat))


def can_be_added(counts: np.ndarray) -> bool:
    """Return whether the sum of counts, none negative, is below `MOST_COUNTED`."""
    return sum(float(part.sum(dtype=np.float64)) for part in _parts(counts)) < MOST_COUNTED


def _parts(values: np.ndarray, more: int = 0) -> Iterator[np.ndarray]:
    """Yield a vector in parts, each with some `more` of the next; mapped memory is given back."""
    for number, at in enumerate(range(0, len(values) - more, _AT_ONCE)):
        yield values[at : at + _AT_ONCE + more]
        if number % _RELEASED_EVERY == _RELEASED_EVERY - 1:
            release(values)
