"""Probabilities from back-off models (`wordvec_toolkit.lm.ngram_model`)."""

import numpy as np

from . import kernel
from .tries import child

BOS, EOS = 1, 2


@kernel
def score(words, children, order, logprobs, backoffs, ids, out_logprobs, out_orders):
    """Score a stream; see `NgramModel.score`."""
    # known[k]: place of the k-gram that ends at the token before, -1 if it is not there.
    known = np.full(order + 1, -1, np.int64)
    now = np.full(order + 1, -1, np.int64)
    known[1] = BOS
    for at in range(len(ids)):
        word = ids[at]
        now[1] = word
        best = 1
        for k in range(2, order + 1):
            now[k] = -1
            if known[k - 1] >= 0:
                now[k] = child(words, children, known[k - 1], word)
                if now[k] >= 0:
                    best = k
        total = logprobs[now[best]]
        for k in range(best, order):
            if known[k] >= 0:
                total += backoffs[known[k]]
        out_logprobs[at] = total
        out_orders[at] = best
        if word == EOS:
            known[2:] = -1
            known[1] = BOS
        else:
            known, now = now, known


@kernel
def next_logprobs(words, children, order, logprobs, backoffs, history, out):
    """Fill in the distribution after a history; see `NgramModel.next_logprobs`."""
    first = len(history)  # of the words that matter
    while first > 0 and len(history) - first < order - 1 and history[first - 1] != EOS:
        first -= 1
    n_words = len(out)
    for word in range(n_words):
        out[word] = logprobs[word]
    at_start = len(history) - first < order - 1  # then <s> comes before
    for start in range(len(history) - 1, first - 2, -1):
        if start < first:
            if not at_start:
                break
            place = np.int64(BOS)
        else:
            place = np.int64(history[start])
        for at in range(start + 1, len(history)):
            place = child(words, children, place, history[at])
            if place < 0:
                break
        if place < 0:
            continue
        if order == 1:
            break
        for word in range(n_words):
            out[word] += backoffs[place]
        for place_of_child in range(children[place], children[place + 1]):
            out[words[place_of_child]] = logprobs[place_of_child]
