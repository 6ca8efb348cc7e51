"""Links to shorter n-grams, and the counts that Kneser-Ney makes of them."""

from itertools import pairwise

import numpy as np

from ..._kernels import smoothing as kernels
from ...counts.ngrams import NgramCounts
from ...counts.trie import NgramTrie
from ...runtime.file_arrays import new_array
from ...runtime.memory import release
from ...runtime.parallel import n_threads, run_blocks
from ..language_model import BOS
from .sweeps import copy_places, far_ranges, over_parents, windows


def suffix_links(trie: NgramTrie, threads: int | None = None, in_file: bool = False) -> np.ndarray:
    """Return, for each n-gram, the place of the n-gram without its first word.

    Returns
    -------
    int32 array (len(trie),)
        For unigrams 0; -1 where the shorter n-gram is not there.
    """
    words, children = trie.words, trie.children
    links = new_array(len(trie), np.int32, in_file)
    if trie.order > 1:  # without its first word, a bigram is a word
        copy_places(words, links, trie.places(2))
    for order in range(2, trie.order):
        # The words that go on from the targets of the parents' links are far.
        places = trie.places(order - 1)
        bounds = far_ranges(places, lambda place: 4 * (place + int(children[place])), in_file)
        for low, high in pairwise(bounds):
            over_parents(
                trie,
                order,
                lambda first, last, low=low, high=high: kernels.link_children(  # type: ignore[misc]
                    words, children, links, first, last, low, high
                ),
                threads,
                *(words, children, links),
            )
            release(words, children)
    return links


def adjusted_counts(
    counts: NgramCounts, links: np.ndarray, threads: int | None = None, in_file: bool = False
) -> np.ndarray:
    """Count, below the highest order, the different words before each n-gram.

    n-grams that begin with ``<s>``, before which nothing can come, keep their counts; that of
    ``<s>`` itself becomes 0 (Chen and Goodman 1999, equation 30; KenLM).

    Returns
    -------
    int32 array (len(counts.trie),)
    """
    trie = counts.trie
    adjusted = new_array(len(trie), np.int32, in_file)
    copy_places(counts.counts, adjusted, trie.places(trie.order))
    for order in range(1, trie.order):
        _count_links(links, trie.places(order + 1), trie.places(order), adjusted, threads, in_file)
    first, last = BOS, BOS + 1
    for _ in range(1, trie.order - 1):
        first, last = int(trie.children[first]), int(trie.children[last])
        copy_places(counts.counts, adjusted, slice(first, last))
    adjusted[BOS] = 0
    return adjusted


def _count_links(
    links: np.ndarray,
    longer: slice,
    places: slice,
    out: np.ndarray,
    threads: int | None,
    in_file: bool,
) -> None:
    """Count the links of longer n-grams that lead to each place.

    Every thread reads all links and counts those that lead to its own part of the places.
    """
    n = n_threads(threads)
    for low, high in pairwise(far_ranges(places, lambda place: 4 * place, in_file)):
        parts = [low + (high - low) * part // n for part in range(n + 1)]
        for window in windows(longer):
            part_of_links = links[window]
            run_blocks(
                lambda first, last, part_of_links=part_of_links: (  # type: ignore[misc]
                    kernels.count_left_neighbors(part_of_links, first, last, out)
                ),
                parts,
                n,
            )
            release(part_of_links)
        release(out[low:high])


def last_in_suffix_order(counts: NgramCounts, links: np.ndarray) -> list[int]:
    """Return the places of KenLM's last n-grams of orders 1, 2 and so on below the highest.

    KenLM sorts n-grams by their last word, then the one before, and so on, and words by their first
    occurrence.  The list ends where nothing comes before an n-gram.
    """
    trie = counts.trie
    last = [int(np.argmax(counts.first_seen))]
    for order in range(2, trie.order):
        places = trie.places(order)
        longer = _leading_to(last[-1], links, places)
        if not len(longer):
            break
        first_words = trie.words_at(longer, order)[:, 0]
        seen = np.where(first_words == BOS, -1, counts.first_seen[first_words])
        last.append(int(longer[np.argmax(seen)]))
    return last


def _leading_to(place: int, links: np.ndarray, places: slice) -> np.ndarray:
    """Return those of some places whose links lead to one place."""
    parts = []
    for window in windows(places):
        parts.append(np.flatnonzero(links[window] == place) + window.start)
        release(links[window])
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
