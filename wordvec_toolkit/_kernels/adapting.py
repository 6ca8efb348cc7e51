"""Distributions bent towards what the text speaks of (`wordvec_toolkit.lm.mixed.adapted`)."""

import numpy as np

from . import kernel


@kernel
def add_topics(contexts, weights, ids, step, memory, caution, horizon, first, last, topics):
    """Fill in the faded mean of the context vectors before tokens 0, step, 2 step and so on.

    Rows `first` to `last` of `topics`; words count by `weights` and by exp(-age / memory) back to
    an age of `horizon`, and zero counts `caution`.
    """
    for row in range(first, last):
        at = row * step
        topic = topics[row - first]
        topic[:] = 0.0
        total = caution
        for age in range(1, min(horizon, at) + 1):
            word = ids[at - age]
            share = weights[word] * np.exp(-age / memory)
            total += share
            for d in range(len(topic)):
                topic[d] += share * contexts[word, d]
        if total > 0.0:
            for d in range(len(topic)):
                topic[d] /= total


@kernel
def adapt(rows, ids, first, factors, step, unigrams, memory, horizon, floor, strength, faded, seen):
    """Multiply each distribution by its factors and by what was said before; make it sum to 1.

    Row i belongs to the token ``ids[first + i]``.  A word with the faded count c in the last
    `horizon` tokens is multiplied by (floor + (1 - floor) c / (memory unigram))^strength.  The
    first row of `factors` belongs to the `step` tokens that `first` is among, the next one to those
    after them, and so on.  `faded` is zero, and left so; `seen` is room for `horizon` words.
    """
    n_words = len(unigrams)
    unseen = floor**strength
    for i in range(len(rows)):
        at = first + i
        row = rows[i]
        more = factors[at // step - first // step]
        n_seen = 0
        for age in range(1, min(horizon, at) + 1):
            word = ids[at - age]
            share = np.exp(-age / memory)
            if faded[word] == 0.0:
                seen[n_seen] = word
                n_seen += 1
            faded[word] += share
        mass = 0.0
        for word in range(n_words):
            row[word] *= more[word] * unseen
            mass += row[word]
        for place in range(n_seen):
            word = seen[place]
            ratio = floor + (1.0 - floor) * faded[word] / (memory * unigrams[word])
            faded[word] = 0.0
            before = row[word]
            row[word] = before * (ratio**strength / unseen)
            mass += row[word] - before
        for word in range(n_words):
            row[word] /= mass
