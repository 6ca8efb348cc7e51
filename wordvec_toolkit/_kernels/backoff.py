"""Probabilities from back-off models (`wordvec_toolkit.lm.ngram.model`)."""

import numpy as np

from . import kernel
from .tries import BOS, EOS, find


@kernel
def begin(ids, logprobs, contexts, totals, orders):
    """Score a stream by unigrams; `contexts` receives the word before each token."""
    before = BOS
    for at in range(len(ids)):
        word = ids[at]
        contexts[at] = before
        totals[at] = logprobs[word]
        orders[at] = 1
        before = BOS if word == EOS else word


@kernel
def weigh_unseen(contexts, ids, order, weight, totals):
    """Add `weight` to tokens behind ``order - 1`` words of their sentence that are no n-gram."""
    longest = 1  # how many words there are to look back on, <s> among them
    for at in range(len(ids)):
        if contexts[at] < 0 and longest >= order - 1:
            totals[at] += weight
        longest = 1 if ids[at] == EOS else longest + 1


@kernel
def pack(contexts, base, ids, n_dropped, word_bits, bits, keys):
    """Write context, word and position of each token whose context is there into one number.

    Contexts count from `base`; the lowest `n_dropped` bits of a word are skipped.  Returns how
    many there are.
    """
    n = 0
    for at in range(len(contexts)):
        if contexts[at] >= 0:
            pair = (np.int64(contexts[at] - base) << word_bits) | (ids[at] >> n_dropped)
            keys[n] = (pair << bits) | at
            n += 1
    return n


@kernel
def descend(
    words,
    children,
    logprobs,
    backoffs,
    order,
    ids,
    keys,
    base,
    shift,
    bits,
    contexts,
    totals,
    orders,
):
    """Go on from contexts of ``order - 1`` words to n-grams of `order`.

    `keys` are what `pack` wrote (`shift` is its `word_bits` and `bits` together), in any order:
    sorted, they visit the tables from front to back, and a search begins where the last one ended.
    `contexts` receives the n-grams found as contexts of the tokens behind them.  `totals` and
    `orders` end as `NgramModel.score` returns them.
    """
    mask = (np.int64(1) << bits) - 1
    context = np.int64(-1)
    before = np.int64(-1)  # the word searched last
    begin = end = low = np.int64(0)
    found = np.int64(-1)
    for key in keys:
        at = key & mask
        word = np.int64(ids[at])
        if (key >> shift) + base != context:
            context = (key >> shift) + base
            before = -1
            begin = end = np.int64(0)
            if 0 <= context < len(children) - 1:
                begin, end = np.int64(children[context]), np.int64(children[context + 1])
            if begin < 0 or end > len(words):  # a damaged file
                begin = end = np.int64(0)
            low = begin
        if word != before:
            if word < before:
                low = begin
            before = word
            step = 1
            while low + step < end and words[low + step] <= word:
                low += step
                step <<= 1
            n = min(step, end - low)
            while n > 1:
                half = n >> 1
                low = low + half if words[low + half] <= word else low
                n -= half
            found = low if low < end and words[low] == word else np.int64(-1)
        if found >= 0:
            totals[at] = logprobs[found]
            orders[at] = order
            if word != EOS and at + 1 < len(ids):
                contexts[at + 1] = found
        elif 0 <= context < len(backoffs):
            totals[at] += backoffs[context]


@kernel
def next_logprobs(words, children, logprobs, backoffs, unseen, context, out):
    """Fill in the distribution after a context of at most order - 1 words."""
    n_words = len(out)
    out[:] = logprobs[:n_words]
    for start in range(len(context) - 1, -1, -1):
        place = find(words, children, context[start:])
        if not 0 <= place < len(backoffs):
            out += unseen
            continue
        out += backoffs[place]
        begin = max(children[place], 0)
        for longer in range(begin, min(children[place + 1], len(words))):
            if 0 <= words[longer] < n_words:
                out[words[longer]] = logprobs[longer]


@kernel
def add_distributions(
    words, children, logprobs, backoffs, unseen, unigrams, order, ids, first, last, weight, out
):
    """Add `weight` times the distribution at each position to its row of `out`.

    `unigrams` are the probabilities whose logarithms `logprobs` begins with.
    """
    n_words = len(unigrams)
    context = np.empty(order, np.int32)
    total = np.empty(n_words)
    for at in range(first, last):
        begin = order - 1  # of the context, filled from its end
        while begin > 0:
            back = at - (order - begin)
            begin -= 1
            if back < 0 or ids[back] == EOS:
                context[begin] = BOS
                break
            context[begin] = ids[back]
        total[:] = unigrams
        for start in range(order - 2, begin - 1, -1):
            place = find(words, children, context[start : order - 1])
            if not 0 <= place < len(backoffs):
                total *= np.exp(unseen)
                continue
            total *= np.exp(backoffs[place])
            begin_children = max(children[place], 0)
            for longer in range(begin_children, min(children[place + 1], len(words))):
                if 0 <= words[longer] < n_words:
                    total[words[longer]] = np.exp(logprobs[longer])
        row = out[at - first]
        for word in range(n_words):
            row[word] += weight * total[word]
