"""Bigrams that borrow from neighbours (`wordvec_toolkit.lm.soft`)."""

import numpy as np

from . import kernel
from .tries import child

BOS, EOS = 1, 2


@kernel
def score(words, children, probs, backoffs, neighbors, shares, ids, first, last, out):
    """Fill in the probability of each token after the neighbours of the word before it."""
    for at in range(first, last):
        word = ids[at]
        before = ids[at - 1] if at > 0 else EOS
        if before == EOS:
            before = BOS
        total = 0.0
        for i in range(neighbors.shape[1]):
            other = neighbors[before, i]
            place = child(words, children, np.int64(other), word)
            if place >= 0:
                total += shares[before, i] * probs[place]
            else:
                total += shares[before, i] * backoffs[other] * probs[word]
        out[at] = total
