"""Prune n-grams that are rare, or that change little."""

from collections.abc import Sequence
from dataclasses import replace
from numbers import Real

import numpy as np

from ..._kernels import pruning as kernels
from ...counts.ngrams import NgramCounts
from ...errors import SettingError, WordvecError, expect
from ...runtime.arguments import checks_types
from ...runtime.file_arrays import new_array
from ...runtime.memory import release
from ...runtime.progress import ProgressLike, as_progress
from ..language_model import BOS, EOS
from .adjusting import suffix_links
from .model import NgramModel
from .sweeps import over_parents, windows


def prune_thresholds(prune: Sequence[int], order: int) -> list[int]:
    """Return a threshold for each order, as lmplz reads ``--prune``.

    Raises
    ------
    SettingError
        If there are too many, they fall, or unigrams would be pruned.
    """
    values = [int(value) for value in prune]
    if len(values) > order:
        raise SettingError(f"prune has {len(values)} thresholds for a model of order {order}")
    if values and values[0] != 0:
        raise SettingError(
            f"prune is {values}; the first threshold, of words, must be 0: "
            "remove rare words from the vocabulary instead (min_count)"
        )
    if any(low > high for low, high in zip(values, values[1:])):
        raise SettingError(f"prune is {values}; thresholds must not fall from order to order")
    return values + [values[-1] if values else 0] * (order - len(values))


def kept_by_count(
    counts: NgramCounts, thresholds: Sequence[int], in_file: bool = False
) -> np.ndarray:
    """Return which n-grams occur more often than the threshold of their order.

    As no n-gram occurs more often than its parts and thresholds do not fall, the parts of what
    stays stay too.
    """
    kept = new_array(len(counts.trie), bool, in_file)
    for order, threshold in enumerate(thresholds, 1):
        for window in windows(counts.trie.places(order)):
            if threshold:
                kept[window] = counts.counts[window] > threshold
            else:
                kept[window] = True
            release(counts.counts[window], kept[window])
    return kept


@checks_types
def prune_model(
    model: NgramModel, threshold: float, threads: int | None = None, progress: ProgressLike = None
) -> NgramModel:
    """Prune n-grams without which the model changes little (Stolcke 1998).

    An n-gram goes if that alone, with the back-off weight of its history made to fit, raises the
    perplexity of the model, measured by its own distribution, by a share below `threshold`
    (his section 3; as ``ngram -prune`` of SRILM), and nothing that stays goes on from it.
    Longest n-grams come first.  The lower orders of Kneser-Ney, made to be backed off to, say
    little of how probable a history is: models of other methods lose less by it.

    Parameters
    ----------
    model : NgramModel
    threshold : float
        For instance 1e-8 to 1e-6.  0 leaves the model as it is.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Raises
    ------
    SettingError
        If the threshold is negative, or the model is of scores that do not sum to 1.
    """
    expect("model", model, NgramModel)
    expect("threshold", threshold, Real, "a number")
    progress = as_progress(progress)
    if not 0 <= threshold < float("inf"):
        raise SettingError(f"threshold is {threshold}; it must be 0 or more")
    if not model.is_normalized:
        raise SettingError("scores that do not sum to 1 have no entropy to prune by")
    trie = model.trie
    if not trie.is_sorted():
        raise WordvecError("the tree of n-grams is damaged; build the model again")
    settings = {**model.settings, "entropy_prune": threshold}
    if threshold == 0 or trie.order == 1:
        return replace(model, settings=settings)
    progress.start("pruning", trie.order, "order")
    links = suffix_links(trie, threads)
    lower = _lower(model, links, model.backoffs, threads)
    histories = _history_logprobs(model)
    kept = np.ones(len(trie), bool)
    left = np.zeros(len(model.backoffs))
    for order in range(trie.order, 1, -1):
        over_parents(
            trie,
            order - 1,
            lambda first, last: kernels.prune_level(
                trie.children,
                model.logprobs,
                lower,
                model.backoffs,
                histories,
                first,
                last,
                threshold,
                kept,
                left,
            ),
            threads,
        )
        progress.advance(1)
    pruned = _refitted(model.selected(kept), left[kept[: len(left)]], threads)
    progress.advance(1)
    progress.finish(f"{len(pruned.trie):,} of {len(trie):,} n-grams stay")
    return replace(pruned, settings=settings)


def _refitted(model: NgramModel, left: np.ndarray, threads: int | None) -> NgramModel:
    """Make back-off weights fit again, from the shortest histories up."""
    trie = model.trie
    links = suffix_links(trie, threads)
    backoffs = model.backoffs.copy()
    for order in range(2, trie.order + 1):
        lower = _lower(model, links, backoffs, threads, order)
        over_parents(
            trie,
            order - 1,
            lambda first, last, lower=lower: kernels.new_backoffs(  # type: ignore[misc]
                trie.children, lower, left, model.backoffs, first, last, backoffs
            ),
            threads,
        )
    return replace(model, backoffs=backoffs)


def _lower(
    model: NgramModel,
    links: np.ndarray,
    backoffs: np.ndarray,
    threads: int | None,
    only: int | None = None,
) -> np.ndarray:
    """Return the logprob of each n-gram's last word after a history one word shorter."""
    trie = model.trie
    lower = np.zeros(len(trie))
    for order in range(2, trie.order + 1) if only is None else [only]:
        over_parents(
            trie,
            order - 1,
            lambda first, last, order=order: kernels.lower_logprobs(  # type: ignore[misc]
                trie.words,
                trie.children,
                model.logprobs,
                backoffs,
                links,
                order,
                first,
                last,
                lower,
            ),
            threads,
        )
    return lower


def _history_logprobs(model: NgramModel) -> np.ndarray:
    """Return the logarithm of how often the model comes by each history.

    It comes by ``<s>`` as often as by ``</s>``.
    """
    trie = model.trie
    logprobs = model.logprobs[: len(model.backoffs)].copy()
    logprobs[BOS] = logprobs[EOS]
    for order in range(2, trie.order):
        parents, places = trie.places(order - 1), trie.places(order)
        sizes = np.diff(trie.children[parents.start : parents.stop + 1])
        logprobs[places] += np.repeat(logprobs[parents], sizes)
    return logprobs
