"""Probabilities from back-off models (`wordvec_toolkit.lm.ngram_model`)."""

import numpy as np

from . import kernel
from .tries import child, find

BOS, EOS = 1, 2  # ids of the specials


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
            if 0 <= known[k] < len(backoffs):
                total += backoffs[known[k]]
        out_logprobs[at] = total
        out_orders[at] = best
        if word == EOS:
            known[2:] = -1
            known[1] = BOS
        else:
            known, now = now, known


@kernel
def next_logprobs(words, children, logprobs, backoffs, context, out):
    """Fill in the distribution after a context of at most order - 1 words."""
    n_words = len(out)
    out[:] = logprobs[:n_words]
    for start in range(len(context) - 1, -1, -1):
        place = find(words, children, context[start:])
        if not 0 <= place < len(backoffs):
            continue
        out += backoffs[place]
        begin = max(children[place], 0)
        for longer in range(begin, min(children[place + 1], len(words))):
            if 0 <= words[longer] < n_words:
                out[words[longer]] = logprobs[longer]
