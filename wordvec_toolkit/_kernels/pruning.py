"""Entropy pruning of back-off models (`wordvec_toolkit.lm.ngram.pruning`)."""

import numpy as np

from . import kernel
from .tries import find


@kernel
def words_of(words, children, place, ngram):
    """Fill in the words of the n-gram at `place`, whose order is the length of `ngram`."""
    for at in range(len(ngram) - 1, -1, -1):
        ngram[at] = words[place]
        low = 0  # the last parent whose children begin at or before the place
        high = len(children) - 1
        while low < high:
            middle = (low + high + 1) >> 1
            if children[middle] <= place:
                low = middle
            else:
                high = middle - 1
        place = low


@kernel
def lower_logprobs(words, children, logprobs, backoffs, links, order, first, last, out):
    """Fill in the logprob of each n-gram's last word after a history without its first word.

    `first` and `last` are parents; `order` is that of their children, whose `links` are -1 where
    the n-gram without its first word is not there.
    """
    ngram = np.empty(order, np.int32)
    for parent in range(first, last):
        for place in range(children[parent], children[parent + 1]):
            if links[place] >= 0:
                out[place] = logprobs[links[place]]
                continue
            words_of(words, children, place, ngram)
            total = 0.0
            for start in range(1, order):
                shorter = find(words, children, ngram[start:])
                if shorter >= 0:
                    total += logprobs[shorter]
                    break
                history = find(words, children, ngram[start : order - 1])
                if history >= 0:
                    total += backoffs[history]
            out[place] = total


@kernel
def prune_level(children, logprobs, lower, backoffs, histories, first, last, threshold, kept, left):
    """Decide which n-grams that go on from the parents `first` to `last` stay.

    `kept` holds what was decided for longer ones.  `left` gets the probability that each parent
    leaves to words whose n-grams are not there.
    """
    for parent in range(first, last):
        begin = children[parent]
        end = children[parent + 1]
        if begin == end:
            continue
        outside = 1.0  # what the shorter history gives to words without an n-gram
        for place in range(begin, end):
            outside -= np.exp(lower[place])
        outside = max(outside, 0.0)
        backoff = np.exp(backoffs[parent])
        rest = backoff * outside  # what this history gives to them
        left[parent] = rest
        weight = np.exp(histories[parent])
        for place in range(begin, end):
            if place + 1 < len(children):
                goes_on = False
                for longer in range(children[place], children[place + 1]):
                    if kept[longer]:
                        goes_on = True
                        break
                if goes_on:
                    continue
            prob = np.exp(logprobs[place])
            shorter = np.exp(lower[place])
            if shorter == 0 and prob > 0:
                continue
            changed = 0.0  # Stolcke (1998), section 3
            if prob > 0 or rest > 0:
                new_backoff = (rest + prob) / (outside + shorter)
                if prob > 0:
                    changed -= prob * (np.log(shorter) + np.log(new_backoff) - logprobs[place])
                if rest > 0:
                    changed -= rest * (np.log(new_backoff) - np.log(backoff))
            if np.expm1(weight * changed) < threshold:
                kept[place] = False
                left[parent] += prob


@kernel
def new_backoffs(children, lower, left, old, first, last, out):
    """Fill in the back-off weights under which each history sums to 1 again."""
    for parent in range(first, last):
        if children[parent] == children[parent + 1]:
            out[parent] = 0.0
            continue
        outside = 1.0
        for place in range(children[parent], children[parent + 1]):
            outside -= np.exp(lower[place])
        if outside <= 0:  # no other word is possible
            out[parent] = old[parent]
        elif left[parent] > 0:
            out[parent] = np.log(left[parent] / outside)
        else:
            out[parent] = -np.inf
