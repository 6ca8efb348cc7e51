"""Add up trees of n-grams."""

import numpy as np

from .trie import NgramTrie


def union(a: NgramTrie, b: NgramTrie) -> tuple[NgramTrie, np.ndarray, np.ndarray]:
    """Return the tree of the n-grams of two trees over the same words.

    Returns
    -------
    trie : NgramTrie
    places_a, places_b : int64 arrays
        Where the n-grams of each went.
    """
    n_words = a.n_words
    words, sizes = [a.words[:n_words]], []
    places = [[np.arange(n_words)], [np.arange(n_words)]]
    base = 0  # of the order before
    for order in range(2, a.order + 1):
        # (place of the parent in the union, last word) as one number: what a level is sorted by.
        keys = []
        for trie, found in zip((a, b), places):
            parents, level = trie.places(order - 1), trie.places(order)
            n_children = np.diff(trie.children[parents.start : parents.stop + 1])
            keys.append(np.repeat(found[-1] - base, n_children) * n_words + trie.words[level])
        both = np.concatenate(keys)
        both.sort(kind="stable")  # two sorted runs
        merged = both[np.append(True, both[1:] != both[:-1])] if len(both) else both
        n_parents = len(words[-1])
        base += n_parents
        for found, own in zip(places, keys):
            found.append(np.searchsorted(merged, own) + base)
        sizes.append(np.bincount(merged // n_words, minlength=n_parents))
        words.append((merged % n_words).astype(np.int32))
    bases = np.concatenate([[0], np.cumsum([len(level) for level in words])])
    children = np.concatenate([[n_words], n_words + np.cumsum(np.concatenate([*sizes, []]))])
    trie = NgramTrie(bases, np.concatenate(words), children.astype(np.int32))
    return trie, np.concatenate(places[0]), np.concatenate(places[1])
