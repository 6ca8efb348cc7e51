"""Walks over trees of n-grams (`wordvec_toolkit.counts.trie`)."""

import numpy as np

from . import kernel

UNK, BOS, EOS = 0, 1, 2  # ids of the specials


@kernel
def words_ascend(words, children, n_words):
    """Return whether unigrams are the ids, and siblings ascend among them."""
    for word in range(n_words):
        if words[word] != word:
            return False
    for parent in range(len(children) - 1):
        before = -1
        for place in range(children[parent], children[parent + 1]):
            if words[place] <= before or words[place] >= n_words:
                return False
            before = words[place]
    return True


@kernel
def child(words, children, parent, word):
    """Return the place of the n-gram that goes on from `parent` with `word`, or -1."""
    if parent + 1 >= len(children):
        return -1
    low = children[parent]
    high = children[parent + 1]
    if low < 0 or high > len(words):  # a damaged file
        return -1
    while low < high:
        middle = (low + high) >> 1
        if words[middle] < word:
            low = middle + 1
        else:
            high = middle
    if low < children[parent + 1] and words[low] == word:
        return low
    return -1


@kernel
def find(words, children, ngram):
    """Return the place of an n-gram, or -1."""
    place = np.int64(ngram[0])
    for word in ngram[1:]:
        place = child(words, children, place, word)
        if place < 0:
            return -1
    return place
