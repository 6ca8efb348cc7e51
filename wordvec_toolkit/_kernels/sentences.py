"""Find sentences, as runs of ids, among other sentences."""

import numpy as np

from . import kernel
from .tokens import HASH_PRIME, HASH_START


@kernel
def hash_sentences(ids, starts, lengths, hashes):
    """Write into `hashes` (uint64) a hash of each ``ids[start:start + length]`` (FNV-1a)."""
    for sentence in range(len(starts)):
        h = HASH_START
        for place in range(starts[sentence], starts[sentence] + lengths[sentence]):
            h = (h ^ np.uint64(ids[place])) * HASH_PRIME
        hashes[sentence] = h


@kernel
def match_sentences(
    ids, starts, lengths, hashes, other_ids, other_starts, other_lengths, other_hashes, found
):
    """Write into `found` the place of an equal sentence among others, -1 if there is none.

    Parameters
    ----------
    other_hashes : uint64 array
        Ascending.
    """
    n_others = len(other_hashes)
    for sentence in range(len(starts)):
        found[sentence] = -1
        low, high = 0, n_others
        while low < high:
            middle = (low + high) // 2
            if other_hashes[middle] < hashes[sentence]:
                low = middle + 1
            else:
                high = middle
        while low < n_others and other_hashes[low] == hashes[sentence]:
            if other_lengths[low] == lengths[sentence]:
                same = True
                for step in range(lengths[sentence]):
                    if ids[starts[sentence] + step] != other_ids[other_starts[low] + step]:
                        same = False
                        break
                if same:
                    found[sentence] = low
                    break
            low += 1
