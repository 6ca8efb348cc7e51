"""Estimate an n-gram model: interpolate order by order."""

import numpy as np

from .._kernels import smoothing as kernels
from ..counts.ngrams import NgramCounts
from ..counts.trie import NgramTrie
from ..parallel import n_threads, run_blocks
from ..progress import SILENT, Progress
from .adjusting import BLOCK, over_parents, suffix_links
from .language_model import BOS, UNK
from .ngram_model import NgramModel
from .smoothing import FittedSmoothing, Histories, Smoothing


def estimate(
    counts: NgramCounts,
    smoothing: Smoothing,
    interpolate_unigrams: bool = True,
    closed: bool = False,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> NgramModel:
    """Estimate a model from counts."""
    trie = counts.trie
    progress.start("estimating probabilities", trie.order, "order")
    links = counts.links if counts.links is not None else suffix_links(trie, threads)
    fitted = smoothing.fitted(counts, links)
    probs = np.empty(len(trie), np.float64)
    backoffs = np.zeros(trie.bases[-2], np.float64)
    _unigrams(trie, fitted, interpolate_unigrams, closed, probs)
    progress.advance(1)
    for order in range(2, trie.order + 1):
        _level(trie, fitted, order, links, probs, backoffs, threads)
        progress.advance(1)
    _log(probs, threads)
    progress.finish(f"{len(trie):,} n-grams")
    return NgramModel(counts.vocabulary, trie, probs, backoffs, {}, fitted.facts)


def _unigrams(
    trie: NgramTrie,
    fitted: FittedSmoothing,
    interpolate_unigrams: bool,
    closed: bool,
    probs: np.ndarray,
) -> None:
    n = trie.n_words
    unigrams = fitted.counts[:n].astype(np.float64)
    unigrams[BOS] = 0
    types = np.array([[(unigrams == 1).sum(), (unigrams == 2).sum(), (unigrams > 2).sum()]])
    histories = Histories(np.array([unigrams.sum()]), types.astype(float), np.zeros(1))
    scale, gamma = fitted.weights(1, histories)
    discounts = fitted.discounts(1)
    rest = np.maximum(0, unigrams - discounts[np.minimum(unigrams, 3).astype(int)])
    uniform = np.ones(n)
    uniform[BOS] = 0
    if closed and unigrams[UNK] == 0:
        uniform[UNK] = 0
    if not interpolate_unigrams:
        uniform[:] = 0
        uniform[UNK] = 1
    probs[:n] = rest * scale[0] + gamma[0] * uniform / uniform.sum()


def _level(
    trie: NgramTrie,
    fitted: FittedSmoothing,
    order: int,
    links: np.ndarray,
    probs: np.ndarray,
    backoffs: np.ndarray,
    threads: int | None,
) -> None:
    discounts = fitted.discounts(order)

    def fill(first: int, last: int) -> None:
        totals, types = np.empty(last - first), np.empty((last - first, 3))
        kernels.sum_histories(trie.children, fitted.counts, first, last, totals, types)
        leaves = totals == 0
        totals[leaves] = 1
        scale, gamma = fitted.weights(order, Histories(totals, types, np.zeros(last - first)))
        gamma[leaves] = 1
        np.log(gamma, out=backoffs[first:last])
        kernels.interpolate(
            trie.children, fitted.counts, links, first, last, discounts, scale, gamma, probs
        )

    over_parents(trie, order - 1, fill, threads)


def _log(probs: np.ndarray, threads: int | None) -> None:
    def fill(first: int, last: int) -> None:
        with np.errstate(divide="ignore"):
            np.log(probs[first:last], out=probs[first:last])

    run_blocks(fill, [*range(0, len(probs), BLOCK), len(probs)], n_threads(threads))
