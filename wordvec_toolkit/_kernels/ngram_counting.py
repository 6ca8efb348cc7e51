"""Counting n-grams by sorting positions (`wordvec_toolkit.counts.ngrams`).

Positions of a stream are kept grouped by the n-gram that starts there.  Each group is then sorted
by the word that comes next, which makes the groups of the order above.
"""

import numpy as np

from . import kernel
from .tries import BOS, EOS, UNK


@kernel
def fill_stream(ids, sentences, out):
    """Write each sentence between ``<s>`` and ``</s>``; these, written in it, are unknown words."""
    at = 0
    for sentence in range(len(sentences) - 1):
        out[at] = BOS
        at += 1
        for token in range(sentences[sentence], sentences[sentence + 1]):
            word = ids[token]
            out[at] = UNK if word in (BOS, EOS) else word
            at += 1
        out[at] = EOS
        at += 1


@kernel
def count_words(stream, out):
    """Count each word."""
    for word in stream:
        out[word] += 1


@kernel
def group_by_word(stream, starts, out):
    """Sort positions by their word; `starts` (n_words + 1) tells where each word's begin."""
    free = starts.copy()
    for at in range(len(stream)):
        word = stream[at]
        out[free[word]] = at
        free[word] += 1


@kernel
def pack_keys(stream, length, at, starts, words, first, last, word_bits, place_bits, keys):
    """Pack (group, next word, place in the block) of the groups `first` to `last`.

    Groups that end a sentence have no next word (what is read after the last one of all does not
    matter, but has to be there).  Returns the number of keys.
    """
    n = 0
    base = starts[first]
    # By itself, so that the processor waits for many of these far reads at once.
    for place in range(base, starts[last]):
        keys[place - base] = stream[at[place] + length]
    for group in range(first, last):
        if words[group] == EOS:
            continue
        high = np.int64(group - first) << word_bits
        for place in range(starts[group], starts[group + 1]):
            keys[n] = ((high | keys[place - base]) << place_bits) | np.int64(place - base)
            n += 1
    return n


@kernel
def unpack_keys(
    keys, at, base, word_bits, place_bits, shorter, out_at, words, counts, links, sizes
):
    """Read sorted keys: positions in their new order, and the n-grams they make.

    `shorter` tells for each position the place of the n-gram one shorter that starts there, which
    `links` takes from the position after the first.  `sizes` gets how many n-grams go on from each
    group.  Returns the number of n-grams.
    """
    place_mask = (np.int64(1) << place_bits) - 1
    word_mask = (np.int64(1) << word_bits) - 1
    n = 0
    before = np.int64(-1)
    for place in range(len(keys)):
        key = keys[place]
        position = at[base + (key & place_mask)]
        if len(out_at):
            out_at[place] = position
        ngram = key >> place_bits
        if ngram != before:
            words[n] = ngram & word_mask
            links[n] = position + 1
            counts[n] = 0
            sizes[ngram >> word_bits] += 1
            n += 1
            before = ngram
        counts[n - 1] += 1
    for ngram in range(n):
        links[ngram] = shorter[links[ngram]]
    return n


@kernel
def name_positions(at, starts, first, last, base, out):
    """Write at each position the place of its group, the groups counting from `base`."""
    for group in range(first, last):
        for place in range(starts[group], starts[group + 1]):
            out[at[place]] = base + group
