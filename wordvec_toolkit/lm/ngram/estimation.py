"""Estimate an n-gram model: interpolate order by order."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from ..._kernels import smoothing as kernels
from ...bundles.checks import are_within
from ...counts.ngrams import NgramCounts
from ...counts.trie import NgramTrie
from ...errors import EmptyResultError, WordvecError
from ...runtime.file_arrays import new_array
from ...runtime.memory import release
from ...runtime.parallel import even_bounds, n_threads, run_blocks
from ...runtime.progress import SILENT, Progress
from ..language_model import BOS, UNK
from .adjusting import suffix_links
from .model import NgramModel
from .pruning import kept_by_count, prune_thresholds
from .smoothing import Evidence, FittedSmoothing, Histories, Smoothing
from .sweeps import BLOCK, far_ranges, over_parents, windows


def estimate(
    counts: NgramCounts,
    smoothing: Smoothing,
    interpolate_unigrams: bool = True,
    closed: bool = False,
    prune: Sequence[int] = (),
    held_out: np.ndarray | None = None,
    in_file: bool = False,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> NgramModel:
    """Estimate a model from counts; see `train_ngram_model`.

    Parameters
    ----------
    in_file : bool
        Whether the arrays of all n-grams go to files (`sweeps`).
    """
    trie = counts.trie
    thresholds = prune_thresholds(prune, trie.order)
    if not counts.counts[: trie.n_words].any():
        raise EmptyResultError("there are no sentences to estimate a model from")
    progress.start("estimating probabilities", trie.order, "order")
    links = counts.links
    if links is None:
        links = suffix_links(trie, threads, in_file)
        if not are_within(links, 0, len(trie)):
            raise WordvecError("the counts are damaged: some n-grams lack their ends")
    possible = _possible(counts, interpolate_unigrams, closed)
    base = possible / possible.sum()
    fitted = smoothing.fitted(Evidence(counts, links, base, held_out, in_file, threads))
    probs = new_array(len(trie), np.float64, in_file)
    backoffs = new_array(int(trie.bases[-2]), np.float64, in_file)
    _unigrams(trie, fitted, possible, probs)
    progress.advance(1)
    for order in range(2, trie.order + 1):
        threshold = thresholds[order - 1]
        _level(counts, fitted, order, threshold, links, probs, backoffs, in_file, threads)
        progress.advance(1)
    _log(probs, slice(0, int(trie.bases[max(1, trie.order - 1)])), threads)
    model = NgramModel(counts.vocabulary, trie, probs, backoffs, {}, fitted.facts)
    if any(thresholds):
        model = model.selected(kept_by_count(counts, thresholds, in_file), in_file)
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
    in_file: bool,
    threads: int | None,
) -> None:
    trie, discounts = counts.trie, fitted.discounts(order)
    start, end = _after_bos(trie, order - 1)
    arrays = (trie.children, fitted.counts, counts.counts, links, probs, backoffs)
    # Histories and what goes on from them are read in order; only the probabilities of shorter
    # n-grams are far.
    ranges = far_ranges(trie.places(order - 1), lambda place: 8 * place, in_file)
    *others, (low, high) = list(pairwise(ranges)) or [(0, 0)]

    def take(first: int, last: int, low: int, high: int) -> None:
        kernels.take_shorter(trie.children, links, first, last, low, high, probs)

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
        take(first, last, low, high)
        kernels.interpolate(
            trie.children, fitted.counts, first, last, discounts, scale, mixed, probs
        )
        if order == trie.order:  # no longer n-gram needs the probabilities
            _log_all(probs[trie.children[first] : trie.children[last]])

    for bounds in others:
        over_parents(
            trie, order - 1, partial(take, low=bounds[0], high=bounds[1]), threads, *arrays
        )
        release(probs)
    over_parents(trie, order - 1, fill, threads, *arrays)
    release(probs)


def _after_bos(trie: NgramTrie, order: int) -> tuple[int, int]:
    """Return the places, first and end, of the n-grams of one order that begin with ``<s>``."""
    first, last = BOS, BOS + 1
    for _ in range(1, order):
        first, last = int(trie.children[first]), int(trie.children[last])
    return first, last


def _log(probs: np.ndarray, places: slice, threads: int | None) -> None:
    for window in windows(places):
        part = probs[window]
        run_blocks(
            lambda first, last, part=part: _log_all(part[first:last]),  # type: ignore[misc]
            even_bounds(len(part), BLOCK),
            n_threads(threads),
        )
        release(part)


def _log_all(probs: np.ndarray) -> None:
    with np.errstate(divide="ignore"):
        np.log(probs, out=probs)
