"""Rank correlations of many resamples at once, without sorting any of them.

A resample of n items is n whole numbers: how often each item was drawn.  The items are put in
order once; after that the rank of a value in a resample follows from running totals of these
numbers.  Twice the average rank is an integer, and so are all sums below: float64 holds them
exactly, and the results depend neither on the order of additions nor on threads.
"""

import numpy as np


def clean(values: np.ndarray) -> np.ndarray:
    """Round cosines to 7 decimals: noise of float32 is no order."""
    return np.round(np.asarray(values, np.float64), 7)


def doubled_ranks(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return twice the rank of each value in each resample, ties averaged, less its mean.

    With C(v) the number of drawn values up to v, the average rank of the values equal to v is
    (C(v-) + C(v) + 1) / 2, and the mean of all ranks is (N + 1) / 2 for N drawn values.

    Parameters
    ----------
    values : array (n,)
    counts : float64 array (n, n_resamples)
        How often each item was drawn; whole numbers.

    Returns
    -------
    float64 array (n, n_resamples)
        Whole numbers, for items that were not drawn, too.
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    below = np.searchsorted(ordered, values, side="left")
    upto = np.searchsorted(ordered, values, side="right")
    totals = np.zeros((len(values) + 1, counts.shape[1]))
    np.cumsum(counts[order], axis=0, out=totals[1:])
    ranks = totals[below]
    ranks += totals[upto]
    ranks -= totals[-1]
    return ranks


def weighted_correlation(first: np.ndarray, second: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the correlation of centred `first` and `second` in each resample.

    Parameters
    ----------
    first, second, counts : float64 arrays (n, n_resamples)

    Returns
    -------
    float64 array (n_resamples,)
        nan where one of them is constant.
    """
    weighted = counts * first
    product = (weighted * second).sum(axis=0)
    weighted *= first
    squares = weighted.sum(axis=0)
    squares_second = (counts * second * second).sum(axis=0)
    # The root of the product, not the product of roots: sqrt(x * x) is x, and 1 comes out as 1.
    with np.errstate(invalid="ignore", divide="ignore"):
        return product / np.sqrt(squares * squares_second)


def resampled_spearman(scores: np.ndarray, ratings: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the Spearman correlation of each row of `scores` with `ratings`, by resample.

    Parameters
    ----------
    scores : array (n_models, n)
    ratings : array (n,)
    counts : array (n, n_resamples)

    Returns
    -------
    float64 array (n_models, n_resamples)
    """
    counts = np.asarray(counts, np.float64)
    rating_ranks = doubled_ranks(ratings, counts)
    return np.stack(
        [weighted_correlation(doubled_ranks(row, counts), rating_ranks, counts) for row in scores]
    )


def spearman(scores: np.ndarray, ratings: np.ndarray) -> float:
    """Return the Spearman correlation, ties averaged; nan if one side is constant."""
    ones = np.ones((len(ratings), 1))
    return float(resampled_spearman(np.asarray(scores)[None, :], ratings, ones)[0, 0])


def spearman_without_each(scores: np.ndarray, ratings: np.ndarray) -> np.ndarray:
    """Return the correlations with one item removed in turn (jackknife): float64 (n_models, n)."""
    n = len(ratings)
    parts = []
    for first, last in _strips(n, n):
        counts = np.ones((n, last - first))
        counts[np.arange(first, last), np.arange(last - first)] = 0
        parts.append(resampled_spearman(scores, ratings, counts))
    return np.concatenate(parts, axis=1)


def strip_size(n: int) -> int:
    """Return how many resamples of `n` items are worked on at a time."""
    return int(min(256, max(1, (1 << 19) // max(1, n))))


def _strips(n_columns: int, n: int) -> list[tuple[int, int]]:
    size = strip_size(n)
    return [(first, min(first + size, n_columns)) for first in range(0, n_columns, size)]
