"""Bigrams that borrow from neighbours (`wordvec_toolkit.lm.mixed.soft`)."""

import numpy as np

from . import kernel
from .tries import BOS, EOS, child


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


@kernel
def add_distributions(
    words, children, probs, backoffs, neighbors, shares, ids, first, last, weight, out
):
    """Add `weight` times the distribution at each position to its row of `out`."""
    for at in range(first, last):
        before = ids[at - 1] if at > 0 else EOS
        if before == EOS:
            before = BOS
        row = out[at - first]
        scale = 0.0
        for i in range(neighbors.shape[1]):
            other = neighbors[before, i]
            share = weight * shares[before, i]
            if share == 0.0:
                continue
            scale += share * backoffs[other]
            for place in range(children[other], children[other + 1]):
                word = words[place]
                row[word] += share * (probs[place] - backoffs[other] * probs[word])
        for word in range(len(row)):
            row[word] += scale * probs[word]
