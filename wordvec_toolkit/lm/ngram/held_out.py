"""Fit what smoothing needs on held-out text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..._kernels import held_out as kernels
from ..._kernels import smoothing
from ...counts.trie import NgramTrie
from ...errors import SettingError
from ..language_model import BOS
from .discounts import FALLBACK

_GOLDEN = (5**0.5 - 1) / 2
_ROUNDS = 100
_TOLERANCE = 1e-7


@dataclass(frozen=True, eq=False)
class Events:
    """Held-out tokens as one order of the counts sees them.

    Attributes
    ----------
    counts : int64 array (n,)
        Count of the n-gram that ends in each token.
    totals : int64 array (n,)
        Sum of the counts after its history; 0: never seen.
    types : float64 array (n, 3)
        How many words followed the history once, twice, three times or more.
    """

    counts: np.ndarray
    totals: np.ndarray
    types: np.ndarray


def checked_held_out(held_out: np.ndarray | None, n_words: int, purpose: str) -> np.ndarray:
    """Return the held-out ids.

    Raises
    ------
    SettingError
        If there are none, or some are not in the vocabulary.
    """
    if held_out is None or len(held_out) == 0:
        raise SettingError(
            f"{purpose} needs held-out text (held_out, --held-out TEXT), which was not given"
        )
    ids = np.ascontiguousarray(held_out, np.int32)
    if int(ids.min()) < 0 or int(ids.max()) >= n_words or bool((ids == BOS).any()):
        raise SettingError(
            f"held-out ids must be from 0 to {n_words - 1:,}, those of the vocabulary, without "
            "<s>; encode the text with the vocabulary of the counts"
        )
    return ids


def trace(trie: NgramTrie, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the n-grams of each order that end in each token.

    Returns
    -------
    ngrams, histories : int32 arrays (n, order)
        Places of the n-gram and of its history; -1 where it is not there.  The history of unigrams
        is 0.
    """
    ngrams = np.full((len(ids), trie.order), -1, np.int32)
    histories = np.full((len(ids), trie.order), -1, np.int32)
    kernels.trace(trie.words, trie.children, ids, ngrams, histories)
    return ngrams, histories


def events(
    trie: NgramTrie, counts: np.ndarray, ngrams: np.ndarray, histories: np.ndarray, order: int
) -> Events:
    """Look up counts and histories of one order; see `trace`."""
    seen = ngrams[:, order - 1] >= 0
    found = np.where(seen, counts[ngrams[:, order - 1]], 0).astype(np.int64)
    if order == 1:
        unigrams = counts[: trie.n_words].astype(np.int64)
        unigrams[BOS] = 0
        types = np.array([(unigrams == 1).sum(), (unigrams == 2).sum(), (unigrams > 2).sum()])
        n = len(ngrams)
        return Events(found, np.full(n, unigrams.sum()), np.tile(types.astype(float), (n, 1)))
    places, inverse = np.unique(histories[:, order - 1], return_inverse=True)
    totals, types = np.zeros(len(places), np.int64), np.zeros((len(places), 3))
    smoothing.sum_some_histories(trie.children, counts, places, totals, types)
    return Events(found, totals[inverse], types[inverse])


def best_discounts(events: Events, lower: np.ndarray, single: bool = False) -> list[float] | None:
    """Find the discounts under which one order gives the held-out tokens most probability.

    The probability of a token is linear in the discounts, so the logarithm of the likelihood is
    concave: one discount after the other is searched, until none changes.  A discount on which no
    token depends stays as KenLM's fallback has it.

    Parameters
    ----------
    events : Events
        Of that order.
    lower : float64 array (n,)
        Probability of each token by the order below.
    single : bool
        One discount for all counts.

    Returns
    -------
    list of three float, or None if no history was ever seen
    """
    kept = (events.totals > 0) & ((lower > 0) | (events.counts > 0))
    if not kept.any():
        return None
    counts, totals = events.counts[kept], events.totals[kept]
    share = events.types[kept] * (lower[kept] / totals)[:, None]
    share -= (np.minimum(counts, 3)[:, None] == np.arange(1, 4)) / totals[:, None]
    largest, discounts = [1.0, 2.0, 3.0], np.array(FALLBACK)
    if single:
        share, largest, discounts = share.sum(axis=1, keepdims=True), [1.0], discounts[:1]
    undiscounted = counts / totals

    def likelihood(which: int, value: float) -> float:
        trial = discounts.copy()
        trial[which] = value
        with np.errstate(divide="ignore"):
            return float(np.log(np.maximum(undiscounted + share @ trial, 0)).sum())

    for _ in range(_ROUNDS):
        before = discounts.copy()
        for which, high in enumerate(largest):
            if share[:, which].any():
                discounts[which] = _highest(partial(likelihood, which), high)
        if np.abs(discounts - before).max() < _TOLERANCE:
            break
    return [float(value) for value in discounts] * (3 // len(discounts))


def interpolated(events: Events, lower: np.ndarray, discounts: Sequence[float]) -> np.ndarray:
    """Return the probability of each held-out token by one order, given those of the order below.

    Parameters
    ----------
    discounts : sequence of three float
    """
    rest = np.maximum(0, events.counts - np.array([0, *discounts])[np.minimum(events.counts, 3)])
    totals = np.maximum(events.totals, 1)
    mixed = (rest + events.types @ np.array(discounts) * lower) / totals
    return np.where(events.totals > 0, mixed, lower)


def _highest(function: Callable[[float], float], high: float) -> float:
    """Return where from 0 to `high` a concave function is highest, by golden sections."""
    low = 0.0
    left, right = high - _GOLDEN * high, _GOLDEN * high
    at_left, at_right = function(left), function(right)
    while high - low > _TOLERANCE / 4:
        if at_left >= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = function(right)
    return (low + high) / 2
