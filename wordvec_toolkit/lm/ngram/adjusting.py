"""Links to shorter n-grams, and the counts that Kneser-Ney makes of them."""

from collections.abc import Callable

import numpy as np

from ..._kernels import smoothing as kernels
from ...counts.ngrams import NgramCounts
from ...counts.trie import NgramTrie
from ...runtime.parallel import n_threads, run_blocks, weighted_bounds
from ..language_model import BOS

BLOCK = 1 << 15  # n-grams: their arrays stay in the cache, and their memory is used again


def suffix_links(trie: NgramTrie, threads: int | None = None) -> np.ndarray:
    """Return, for each n-gram, the place of the n-gram without its first word.

    Returns
    -------
    int32 array (len(trie),)
        For unigrams 0; -1 where the shorter n-gram is not there.
    """
    links = np.zeros(len(trie), np.int32)
    links[trie.places(1)] = 0
    for order in range(1, trie.order):
        if order == 1:  # without its first word, a bigram is a word
            places = trie.places(2)
            links[places] = trie.words[places]
            continue
        over_parents(
            trie,
            order,
            lambda first, last: kernels.link_children(
                trie.words, trie.children, links, first, last
            ),
            threads,
        )
    return links


def over_parents(
    trie: NgramTrie, order: int, function: Callable[[int, int], object], threads: int | None
) -> None:
    """Call `function` for blocks of the places of one order with about as many children each."""
    places = trie.places(order)
    bounds = weighted_bounds(trie.children[places.start : places.stop + 1], BLOCK)
    run_blocks(
        lambda first, last: function(first + places.start, last + places.start),
        bounds,
        n_threads(threads),
    )


def adjusted_counts(
    counts: NgramCounts, links: np.ndarray, threads: int | None = None
) -> np.ndarray:
    """Count, below the highest order, the different words before each n-gram.

    n-grams that begin with ``<s>``, before which nothing can come, keep their counts; that of
    ``<s>`` itself becomes 0 (Chen and Goodman 1999, equation 30; KenLM).

    Returns
    -------
    int32 array (len(counts.trie),)
    """
    trie = counts.trie
    adjusted = np.zeros_like(counts.counts)
    highest = trie.places(trie.order)
    adjusted[highest] = counts.counts[highest]
    for order in range(1, trie.order):
        _count_links(links[trie.places(order + 1)], trie.places(order), adjusted, threads)
    first, last = BOS, BOS + 1
    for _ in range(1, trie.order - 1):
        first, last = trie.children[first], trie.children[last]
        adjusted[first:last] = counts.counts[first:last]
    adjusted[BOS] = 0
    return adjusted


def _count_links(links: np.ndarray, places: slice, out: np.ndarray, threads: int | None) -> None:
    """Add up how many links lead to each place.

    Every thread reads all of them and counts those to its own part of the places.
    """
    n = n_threads(threads)
    parts = [places.start + (places.stop - places.start) * part // n for part in range(n + 1)]
    run_blocks(lambda first, last: kernels.count_left_neighbors(links, first, last, out), parts, n)


def last_in_suffix_order(counts: NgramCounts, links: np.ndarray) -> list[int]:
    """Return the places of KenLM's last n-grams of orders 1, 2 and so on below the highest.

    KenLM sorts n-grams by their last word, then the one before, and so on, and words by their first
    occurrence.  The list ends where nothing comes before an n-gram.
    """
    trie = counts.trie
    last = [int(np.argmax(counts.first_seen))]
    for order in range(2, trie.order):
        places = trie.places(order)
        longer = np.flatnonzero(links[places] == last[-1]) + places.start
        if not len(longer):
            break
        first_words = trie.words_at(longer, order)[:, 0]
        seen = np.where(first_words == BOS, -1, counts.first_seen[first_words])
        last.append(int(longer[np.argmax(seen)]))
    return last
