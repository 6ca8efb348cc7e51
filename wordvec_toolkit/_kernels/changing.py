"""The tokens of a text that changes.

A text is its ids, 0 for each token outside the vocabulary, and `rare`, which holds for each of
those in turn the number of its word among all outside.  A type is an id, or `n_known` plus the
number of such a word.
"""

import numpy as np

from . import kernel


@kernel
def take_types(ids, rare, n_known, units, is_chosen, out):
    """Write the types of the tokens in chosen units (sentences or documents)."""
    n = 0
    k = 0
    for unit in range(len(units) - 1):
        for i in range(units[unit], units[unit + 1]):
            token = np.int64(ids[i])
            if token == 0:
                token = n_known + np.int64(rare[k])
                k += 1
            if is_chosen[unit]:
                out[n] = token
                n += 1


@kernel
def mark_units(ids, rare, n_known, is_marked, units, is_chosen):
    """Choose the units in which a marked type occurs."""
    k = 0
    for unit in range(len(units) - 1):
        found = False
        for i in range(units[unit], units[unit + 1]):
            token = np.int64(ids[i])
            if token == 0:
                token = n_known + np.int64(rare[k])
                k += 1
            found |= is_marked[token]
        if found:
            is_chosen[unit] = True


@kernel
def renumber_tokens(
    ids,
    rare,
    n_known,
    first,
    last,
    documents,
    removed,
    new_ids,
    new_rare,
    cursors,
    out,
    rare_out,
    n_rare,
):
    """Write the ids of tokens ``first:last`` in documents that stay, and their rare words.

    Parameters
    ----------
    new_ids, new_rare : int32 arrays (n_types,)
        For each type its id after, and where that is 0 its number among the words outside.
    cursors : int64 array
        Place in `rare` and document of token `first`, from 0; left for the next call.
    n_rare : int
        How much of `rare_out` is filled.

    Returns the number of ids, and `n_rare` after.
    """
    n = 0
    k = cursors[0]
    document = cursors[1]
    for i in range(first, last):
        while i >= documents[document + 1]:
            document += 1
        token = np.int64(ids[i])
        if token == 0:
            token = n_known + np.int64(rare[k])
            k += 1
        if not removed[document]:
            out[n] = new_ids[token]
            n += 1
            if new_ids[token] == 0:
                rare_out[n_rare] = new_rare[token]
                n_rare += 1
    cursors[0] = k
    cursors[1] = document
    return n, n_rare
