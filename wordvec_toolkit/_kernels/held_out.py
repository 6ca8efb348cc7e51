"""Held-out text next to the training text (`wordvec_toolkit.lm.ngram.held_out`)."""

import numpy as np

from . import kernel
from .tries import BOS, EOS, child


@kernel
def trace(words, children, ids, ngrams, histories):
    """Fill in the places of the n-grams of each order that end in each token, and of what precedes.

    Both tables come full of -1.
    """
    order = ngrams.shape[1]
    for at in range(len(ids)):
        ngrams[at, 0] = ids[at]
        histories[at, 0] = 0
        at_start = at == 0 or ids[at - 1] == EOS
        for k in range(1, order):
            if at_start:
                if k > 1:
                    break
                history = BOS
            else:
                history = ngrams[at - 1, k - 1]
            histories[at, k] = history
            if history >= 0:
                ngrams[at, k] = child(words, children, history, ids[at])


@kernel
def expect(shares, cells, base, weights, taken, reached):
    """Do the E-step of interpolation weights.

    The probability of token t is that of the last column k in

        p[k] = weights[cells[t, k]] shares[t, k] + (1 - weights[cells[t, k]]) p[k - 1]

    (p[k] = p[k - 1] where the cell is -1), over base[t].  Adds up how often, by Bayes' rule, the
    choice with each weight came up (`reached`) and fell on the share (`taken`).  Returns the
    logarithm of the likelihood, and how many tokens have a probability.
    """
    n_levels = shares.shape[1]
    probs = np.empty(n_levels + 1)
    logprob = 0.0
    n_tokens = 0
    for at in range(len(base)):
        probs[0] = base[at]
        for k in range(n_levels):
            cell = cells[at, k]
            probs[k + 1] = probs[k]
            if cell >= 0:
                probs[k + 1] = weights[cell] * shares[at, k] + (1 - weights[cell]) * probs[k]
        total = probs[n_levels]
        if total <= 0:
            continue
        logprob += np.log(total)
        n_tokens += 1
        path = 1.0  # probability of having passed the levels above
        for k in range(n_levels - 1, -1, -1):
            cell = cells[at, k]
            if cell >= 0:
                reached[cell] += path * probs[k + 1] / total
                taken[cell] += path * weights[cell] * shares[at, k] / total
                path *= 1 - weights[cell]
    return logprob, n_tokens
