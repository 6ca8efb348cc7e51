"""Estimate an n-gram model: interpolate order by order."""

from collections.abc import Sequence

import numpy as np

from ..._kernels import smoothing as kernels
from ...counts.ngrams import NgramCounts
from ...counts.trie import NgramTrie
from ...errors import EmptyResultError, WordvecError
from ...runtime.parallel import n_threads, run_blocks
from ...runtime.progress import SILENT, Progress
from ..language_model import BOS, UNK
from .adjusting import BLOCK, over_parents, suffix_links
from .model import NgramModel
from .pruning import kept_by_count, prune_thresholds
from .smoothing import Evidence, FittedSmoothing, Histories, Smoothing


def estimate(
    counts: NgramCounts,
    smoothing: Smoothing,
    interpolate_unigrams: bool = True,
    closed: bool = False,
    prune: Sequence[int] = (),
    held_out: np.ndarray | None = None,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> NgramModel:
    """Estimate a model from counts; see `train_ngram_model`."""
    trie = counts.trie
    thresholds = prune_thresholds(prune, trie.order)
    if not counts.counts[: trie.n_words].any():
        raise EmptyResultError("there are no sentences to estimate a model from")
    progress.start("estimating probabilities", trie.order, "order")
    links = counts.links
    if links is None:
        links = suffix_links(trie, threads)
        if bool((links < 0).any()):
            raise WordvecError("the counts are damaged: some n-grams lack their ends")
    possible = _possible(counts, interpolate_unigrams, closed)
    fitted = smoothing.fitted(Evidence(counts, links, possible / possible.sum(), held_out))
    probs = np.empty(len(trie), np.float64)
    backoffs = np.zeros(trie.bases[-2], np.float64)
    _unigrams(trie, fitted, possible, probs)
    progress.advance(1)
    for order in range(2, trie.order + 1):
        _level(counts, fitted, order, thresholds[order - 1], links, probs, backoffs, threads)
        progress.advance(1)
    _log(probs, threads)
    model = NgramModel(counts.vocabulary, trie, probs, backoffs, {}, fitted.facts)
    if any(thresholds):
        model = model.selected(kept_by_count(counts, thresholds))
    progress.finish(f"{len(model.trie):,} n-grams")
    return model


def _possible(counts: NgramCounts, interpolate_unigrams: bool, closed: bool) -> np.ndarray:
    """Return 1 for each word that the base makes possible, equally, and 0 for the others."""
    possible = np.ones(counts.trie.n_words)
    possible[BOS] = 0
    if closed and counts.counts[UNK] == 0:
        possible[UNK] = 0
    if not interpolate_unigrams:
        possible[:] = 0
        possible[UNK] = 1
    return possible


def _unigrams(
    trie: NgramTrie, fitted: FittedSmoothing, possible: np.ndarray, probs: np.ndarray
) -> None:
    n = trie.n_words
    unigrams = fitted.counts[:n].astype(np.float64)
    unigrams[BOS] = 0
    types = np.array([[(unigrams == 1).sum(), (unigrams == 2).sum(), (unigrams > 2).sum()]])
    none = np.zeros(1)
    histories = Histories(np.array([unigrams.sum()]), types.astype(float), none, none, slice(0))
    scale, gamma = fitted.weights(1, histories)
    discounts = fitted.discounts(1)
    rest = np.maximum(0, unigrams - discounts[np.minimum(unigrams, 3).astype(int)])
    probs[:n] = rest * scale[0]
    if fitted.interpolates:
        probs[:n] += gamma[0] * possible / possible.sum()


def _level(
    counts: NgramCounts,
    fitted: FittedSmoothing,
    order: int,
    threshold: int,
    links: np.ndarray,
    probs: np.ndarray,
    backoffs: np.ndarray,
    threads: int | None,
) -> None:
    trie, discounts = counts.trie, fitted.discounts(order)
    start, end = _after_bos(trie, order - 1)

    def fill(first: int, last: int) -> None:
        totals, types = np.empty(last - first), np.empty((last - first, 3))
        pruned, pruned_types = np.zeros(last - first), np.zeros(last - first)
        if threshold:
            kernels.sum_kept_histories(
                trie.children,
                fitted.counts,
                counts.counts,
                threshold,
                first,
                last,
                totals,
                types,
                pruned,
                pruned_types,
            )
        else:
            kernels.sum_histories(trie.children, fitted.counts, first, last, totals, types)
        leaves = totals == 0
        totals[leaves] = 1
        at_start = slice(max(start - first, 0), max(end - first, 0))
        scale, gamma = fitted.weights(
            order, Histories(totals, types, pruned, pruned_types, at_start)
        )
        gamma[leaves] = fitted.unseen
        with np.errstate(divide="ignore"):
            np.log(gamma, out=backoffs[first:last])
        mixed = gamma if fitted.interpolates else np.zeros(last - first)
        kernels.interpolate(
            trie.children, fitted.counts, links, first, last, discounts, scale, mixed, probs
        )

    over_parents(trie, order - 1, fill, threads)


def _after_bos(trie: NgramTrie, order: int) -> tuple[int, int]:
    """Return the places, first and end, of the n-grams of one order that begin with ``<s>``."""
    first, last = BOS, BOS + 1
    for _ in range(1, order):
        first, last = int(trie.children[first]), int(trie.children[last])
    return first, last


def _log(probs: np.ndarray, threads: int | None) -> None:
    def fill(first: int, last: int) -> None:
        with np.errstate(divide="ignore"):
            np.log(probs[first:last], out=probs[first:last])

    run_blocks(fill, [*range(0, len(probs), BLOCK), len(probs)], n_threads(threads))
